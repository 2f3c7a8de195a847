"""Bills at the institution door, for tests: what a cashier sends, from registering a patient to taking a bill back.

Amounts are fen everywhere; ``paid`` takes yuan as the stories tell them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from qinji import client
from qinji.client import Credential, Message, Patient, Refused, Settlement, messages
from qinji.entry.sandbox.model import Person
from qinji.insured.model import Insurance
from qinji.kernel.money import parse_yuan
from tests.bureau import Bureau

T = TypeVar("T")
AMOXICILLIN = "XJ01CAA001A001010100006"
ATORVASTATIN = "XC10AAA001B001010100005"
CHECK_UP = "001210000010000-121000001"
ITEM_OF = {"A": AMOXICILLIN, "B": ATORVASTATIN, "C": CHECK_UP}
INSURANCE_CODE = {Insurance.EMPLOYEE: "310", Insurance.RESIDENT: "390"}
Json = dict[str, Any]


class BillRefused(Exception):
    """The institution door answered with a refusal; the text is what the cashier reads."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill as a story tells it; price and count as decimal text."""

    item: str
    price: str
    count: str = "1"


def line(category: str, yuan: str) -> Line:
    """A line of category A (甲), B (乙, 10 per cent first by the person) or C (丙) of this amount."""
    return Line(ITEM_OF[category], yuan)


@dataclass(frozen=True, slots=True)
class Paid:
    """Who paid a bill, in fen."""

    fund: int
    account: int
    mutual_aid: int
    cash: int


def paid(*, fund: str = "0.00", account: str = "0.00", mutual_aid: str = "0.00", cash: str = "0.00") -> Paid:
    """Who paid, told in yuan: the fund, the own account, the relatives' accounts, cash."""
    return Paid(parse_yuan(fund), parse_yuan(account), parse_yuan(mutual_aid), parse_yuan(cash))


def _paid(told: Settlement) -> Paid:
    return Paid(told.fund_fen, told.own_fen, told.shared_fen, told.cash_fen)


@dataclass(frozen=True, slots=True)
class Bill:
    """A settled bill as the reply told it, and as its preview had shown it (a pharmacy's has none)."""

    patient: Person
    institution: str
    told: Settlement
    preview: Settlement | None

    @property
    def number(self) -> str:
        """The settlement's id."""
        return self.told.settlement

    @property
    def info(self) -> Json:
        """The reply's ``setlinfo``."""
        output: Any = self.told.output
        info: Json = output["setlinfo"]
        return info

    @property
    def paid(self) -> Paid:
        """Who paid."""
        return _paid(self.told)

    @property
    def previewed(self) -> Paid:
        """Who would pay, as the preview showed it."""
        assert self.preview is not None
        return _paid(self.preview)

    def fen(self, name: str) -> int:
        """An amount of the reply."""
        return parse_yuan(str(self.info[name]))


def card(person: Person) -> Credential:
    """The person's social-security card."""
    return Credential.card(person.card_number)


def scanned(code: Mapping[str, Any]) -> Credential:
    """A code that was shown on a phone."""
    return Credential.code(str(code["code"]))


def patient_of(person: Person) -> Patient:
    """The person in a message."""
    return Patient(person.number, INSURANCE_CODE[person.insurance], person.region)


@dataclass
class Till:
    """The tills of a bureau's hospitals and pharmacies."""

    bureau: Bureau

    async def balance(self, person: Person) -> int:
        """The own account now."""
        return await self.bureau.balance(person.number)

    async def say(self, institution: str, message: Message[T]) -> T:
        """A message at the institution door; its result, or BillRefused with what the cashier reads."""
        try:
            return await self.bureau.say(institution, message)
        except Refused as refused:
            raise BillRefused(f"{message.number}: {refused.text}") from refused

    async def ask(self, number: str, institution: str, content: Json) -> Json:
        """The output of any message, or BillRefused."""
        output: Any = (await self.say(institution, messages.anything(number, content))).output
        return output or {}

    async def visit(
        self,
        patient: Person,
        lines: Sequence[Line],
        level: str = "1",
        *,
        shown: Credential | None = None,
        flag: str | None = "1",
        region: str | None = None,
        at: str = "",
        medical_type: str = "11",
    ) -> Bill:
        """A whole visit at a hospital of this level, or ``at`` this one, from registering to settling."""
        hospital = at or self.bureau.institution(region or patient.region, level)
        who, shown = patient_of(patient), shown or card(patient)
        visit = await self.register(patient, hospital, shown)
        cold = [client.Diagnosis("J00", "急性鼻咽炎")]
        now = self.bureau.clock()
        await self.say(
            hospital, messages.record_diagnoses(who, visit, cold, begins_at=now, medical_type=medical_type)
        )
        details = [self._fee_line(one) for one in lines]
        await self.say(hospital, messages.upload_fees(who, visit, "B1", details))
        bill = client.Bill(
            who,
            shown,
            visit,
            "B1",
            client.total_fen(details),
            accounts=flag or "",
            medical_type=medical_type,
        )
        shown_first = await self.say(hospital, messages.preview_settlement(bill))
        settled = await self.say(hospital, messages.settle(bill, shown_first))
        return Bill(patient, hospital, settled, shown_first)

    async def previewed(
        self, patient: Person, lines: Sequence[Line], level: str = "1"
    ) -> tuple[client.Bill, Settlement]:
        """A visit at a hospital of this level up to its preview: the bill to be settled, and what was shown."""
        hospital = self.bureau.institution(patient.region, level)
        visit = await self.register(patient, hospital)
        details = [self._fee_line(one) for one in lines]
        await self.say(hospital, messages.upload_fees(patient_of(patient), visit, "B1", details))
        bill = client.Bill(
            patient_of(patient),
            card(patient),
            visit,
            "B1",
            client.total_fen(details),
            accounts="1",
            medical_type="11",
        )
        return bill, await self.say(hospital, messages.preview_settlement(bill))

    async def register(self, patient: Person, hospital: str, shown: Credential | None = None) -> str:
        """Register a visit (2201); the visit's id."""
        opened = messages.register_visit(
            patient_of(patient),
            shown or card(patient),
            begins_at=self.bureau.clock(),
            outpatient_number="1",
            department="01",
            department_name="全科",
        )
        return (await self.say(hospital, opened)).visit

    async def purchase(
        self,
        patient: Person,
        lines: Sequence[Line],
        *,
        shown: Credential | None = None,
        flag: str = "1",
        region: str | None = None,
        at: str = "",
    ) -> Bill:
        """A purchase at the pharmacy of the patient's town, or ``at`` this one (2102)."""
        shop = at or self.bureau.institution(region or patient.region, "pharmacy")
        details = [self._fee_line(one) for one in lines]
        basket = client.Purchase(
            patient_of(patient), shown or card(patient), self.bureau.clock(), details, accounts=flag
        )
        return Bill(patient, shop, await self.say(shop, messages.settle_pharmacy(basket)), None)

    async def cancel(self, bill: Bill) -> Json:
        """Take a bill back (2208, or 2103 at a pharmacy); the reply's ``setlinfo``."""
        undoing = messages.cancel_pharmacy if bill.institution.startswith("P") else messages.cancel_settlement
        back = await self.say(bill.institution, undoing(bill.told.key))
        return Bill(bill.patient, bill.institution, back, None).info

    async def deductible_used(self, patient: Person, yuan: str, level: str = "1") -> None:
        """An earlier bill of the year that used so much of the deductible; it was paid in cash."""
        bill = await self.visit(patient, [line("A", yuan)], level, flag="0")
        assert bill.paid == paid(cash=yuan)

    def _fee_line(self, one: Line) -> client.FeeLine:
        number = f"L{next(self.bureau.numbers)}"
        return client.FeeLine(number, one.item, one.price, one.count, self.bureau.clock())
