"""Bills at the institution door, for tests: what a cashier sends, from registering a patient to taking a bill back.

Amounts are fen everywhere; ``paid`` takes yuan as the stories tell them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qinji.entry.sandbox.model import Person
from qinji.insured.model import Insurance
from qinji.kernel.dates import CHINA
from qinji.kernel.money import parse_yuan
from tests.bureau import Bureau

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
    """One line of a bill as an institution sends it; price and count as decimal text."""

    item: str
    price: str
    count: str = "1"

    @property
    def amount(self) -> Decimal:
        """Price times count, in yuan."""
        return (Decimal(self.price) * Decimal(self.count)).quantize(Decimal("0.01"))


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


def _fen(amount: Decimal | int) -> int:
    return parse_yuan(str(amount))


def _paid(info: Mapping[str, Any]) -> Paid:
    shared = _fen(info["acct_mulaid_pay"])
    return Paid(
        _fen(info["fund_pay_sumamt"]),
        _fen(info["acct_pay"]) - shared,
        shared,
        _fen(info["psn_cash_pay"]),
    )


@dataclass(frozen=True, slots=True)
class Bill:
    """A settled bill: the reply's ``setlinfo``, and what its preview had shown (a pharmacy's has none)."""

    patient: Person
    institution: str
    info: Mapping[str, Any]
    preview: Mapping[str, Any] | None

    @property
    def number(self) -> str:
        """The settlement's id."""
        return str(self.info["setl_id"])

    @property
    def paid(self) -> Paid:
        """Who paid."""
        return _paid(self.info)

    @property
    def previewed(self) -> Paid:
        """Who would pay, as the preview showed it."""
        assert self.preview is not None
        return _paid(self.preview)

    def fen(self, name: str) -> int:
        """An amount of the reply."""
        return _fen(self.info[name])


Credential = tuple[str, str]
"""What is shown at the till: 01 with a code, 02 with an identity number, 03 with a social-security card."""


def card(person: Person) -> Credential:
    """The person's social-security card."""
    return "03", person.card_number


def scanned(code: Mapping[str, Any]) -> Credential:
    """A code that was shown on a phone."""
    return "01", str(code["code"])


@dataclass
class Till:
    """The tills of a bureau's hospitals and pharmacies."""

    bureau: Bureau

    async def balance(self, person: Person) -> int:
        """The own account now."""
        return await self.bureau.balance(person.number)

    async def ask(self, number: str, institution: str, message: Json) -> Json:
        """A message at the institution door; its output, or BillRefused with what the cashier reads."""
        raw = await self.bureau.send_raw(number, institution, message)
        reply = json.loads(raw, parse_float=Decimal)
        if int(reply["infcode"]) != 0:
            raise BillRefused(f"{number}: {reply['err_msg']}")
        output: Json = reply["output"] or {}
        return output

    async def visit(
        self,
        patient: Person,
        lines: Sequence[Line],
        level: str = "1",
        *,
        shown: Credential | None = None,
        flag: str | None = "1",
        region: str | None = None,
    ) -> Bill:
        """A whole visit at a hospital of this level: register, diagnose, upload, preview, settle."""
        hospital = self.bureau.institution(region or patient.region, level)
        visit, who = await self.register(patient, hospital, shown)
        await self._treat(patient, hospital, visit, lines)
        bill = {
            **who,
            "mdtrt_id": visit,
            "chrg_bchno": "B1",
            "med_type": "11",
            "psn_setlway": "01",
            "medfee_sumamt": str(sum(one.amount for one in lines)),
        }
        if flag is not None:
            bill["acct_used_flag"] = flag
        shown_first = (await self.ask("2206", hospital, {"data": bill}))["setlinfo"]
        names = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
        agreed = {name: str(shown_first[name]) for name in names}
        settled = await self.ask("2207", hospital, {"data": {**bill, **agreed}})
        return Bill(patient, hospital, settled["setlinfo"], shown_first)

    async def register(
        self, patient: Person, hospital: str, shown: Credential | None = None
    ) -> tuple[str, Json]:
        """Register a visit (2201); the visit's id and the fields that name the patient and the credential."""
        kind, number = shown or card(patient)
        who = {
            "psn_no": patient.number,
            "insutype": INSURANCE_CODE[patient.insurance],
            "mdtrt_cert_type": kind,
            "mdtrt_cert_no": number,
        }
        opened = {**who, "begntime": self._now(), "ipt_otp_no": "1", "dept_code": "01", "dept_name": "全科"}
        output = await self.ask("2201", hospital, {"data": opened})
        return str(output["data"]["mdtrt_id"]), who

    async def _treat(self, patient: Person, hospital: str, visit: str, lines: Sequence[Line]) -> None:
        named = {"mdtrt_id": visit, "psn_no": patient.number}
        cold = {"diag_code": "J00", "diag_name": "急性鼻咽炎", "diag_srt_no": 1, "vali_flag": "1"}
        await self.ask(
            "2203",
            hospital,
            {"mdtrtinfo": {**named, "med_type": "11", "begntime": self._now()}, "diseinfo": [cold]},
        )
        details = [{**named, "chrg_bchno": "B1", **self._detail(one)} for one in lines]
        await self.ask("2204", hospital, {"feedetail": details})

    async def purchase(
        self,
        patient: Person,
        lines: Sequence[Line],
        *,
        shown: Credential | None = None,
        flag: str = "1",
        region: str | None = None,
    ) -> Bill:
        """A purchase at the pharmacy of the patient's town (2102)."""
        shop = self.bureau.institution(region or patient.region, "pharmacy")
        kind, number = shown or card(patient)
        head = {
            "psn_no": patient.number,
            "insutype": INSURANCE_CODE[patient.insurance],
            "mdtrt_cert_type": kind,
            "mdtrt_cert_no": number,
            "begntime": self._now(),
            "medfee_sumamt": str(sum(one.amount for one in lines)),
            "acct_used_flag": flag,
            "med_type": "41",
        }
        output = await self.ask(
            "2102", shop, {"druginfo": head, "drugdetail": [self._detail(one) for one in lines]}
        )
        return Bill(patient, shop, output["setlinfo"], None)

    async def cancel(self, bill: Bill) -> Json:
        """Take a bill back (2208, or 2103 at a pharmacy)."""
        number = "2103" if bill.institution.startswith("P") else "2208"
        what = {
            "setl_id": bill.number,
            "mdtrt_id": bill.info["mdtrt_id"],
            "psn_no": bill.patient.number,
        }
        output = await self.ask(number, bill.institution, {"data": what})
        info: Json = output["setlinfo"]
        return info

    async def deductible_used(self, patient: Person, yuan: str, level: str = "1") -> None:
        """An earlier bill of the year that used so much of the deductible; it was paid in cash."""
        bill = await self.visit(patient, [line("A", yuan)], level, flag="0")
        assert bill.paid == paid(cash=yuan)

    def _now(self) -> str:
        return self.bureau.clock().astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")

    def _detail(self, one: Line) -> Json:
        return {
            "feedetl_sn": f"L{next(self.bureau.numbers)}",
            "fee_ocur_time": self._now(),
            "med_list_codg": one.item,
            "medins_list_codg": one.item[:20],
            "det_item_fee_sumamt": str(one.amount),
            "cnt": one.count,
            "pric": one.price,
        }
