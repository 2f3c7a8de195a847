"""A family at both doors of a bureau, for stories: phones and clerks at the JSON door, bills at the institution door.

Amounts are fen everywhere; ``paid`` takes yuan as the stories tell them.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import httpx

from qinji.api.app import create_app
from qinji.entry.sandbox.model import Person
from qinji.entry.wiring import Flows
from qinji.gateway.endpoint import Gateway
from qinji.insured.model import Insurance, Status
from qinji.kernel.dates import CHINA
from qinji.kernel.money import parse_yuan
from qinji.policy.book import Book
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


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the JSON door."""

    status: int
    body: Json

    @property
    def done(self) -> Json:
        """What was done; fails with the refusal where it was not."""
        assert self.status < 400, self.body
        return self.body

    @property
    def refused(self) -> str:
        """The code of the refusal; fails where there is none."""
        assert self.status >= 400, self.body
        return str(self.body["code"])

    @property
    def says(self) -> str:
        """The refusal's sentence."""
        assert self.status >= 400, self.body
        return str(self.body["detail"])


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in at the JSON door."""

    town: Town
    token: str | None
    channel: str | None = None

    async def call(self, method: str, path: str, body: Json | None = None, **query: str) -> Answer:
        """One call below /api/v1; a writing one with a fresh Idempotency-Key."""
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        if self.channel is not None:
            headers["X-Qinji-Channel"] = self.channel
        if method != "GET":
            headers["Idempotency-Key"] = f"story-{next(self.town.bureau.numbers)}"
        reply = await self.town.client.request(
            method, f"/api/v1{path}", json=body, params=query, headers=headers
        )
        return Answer(reply.status_code, reply.json())

    async def items(self, path: str, **query: str) -> list[Json]:
        """The items of the first page of a list."""
        found: list[Json] = (await self.call("GET", path, **query)).done["items"]
        return found


@dataclass(frozen=True, slots=True)
class Phone(Session):
    """A person's own phone, signed in; a relation that is not said is the true one."""

    person: Person = field(kw_only=True)

    async def bind(self, member: Person, relation: str | None = None, **more: object) -> Answer:
        """Ask to bind a relative into the family account."""
        body = {"psn_no": member.number, "relation": relation or self.town.kin(self.person, member), **more}
        return await self.call("POST", "/family/bindings", body)

    async def confirm(self, binding: Mapping[str, Any]) -> Answer:
        """Agree to be bound."""
        return await self.call("POST", f"/family/bindings/{binding['id']}/confirm")

    async def unbind(self, binding: Mapping[str, Any]) -> Answer:
        """End a binding."""
        return await self.call("DELETE", f"/family/bindings/{binding['id']}")

    async def code(self, member: Person | None = None) -> Answer:
        """Show one's own code, or a member's."""
        return await self.call("POST", "/credential/codes", {"psn_no": member.number} if member else None)

    async def grant(self, beneficiary: Person, relation: str | None = None, **more: object) -> Answer:
        """Let a relative spend from one's account."""
        relation = relation or self.town.kin(self.person, beneficiary)
        body = {"beneficiary_psn_no": beneficiary.number, "relation": relation, **more}
        return await self.call("POST", "/mutual-aid/grants", body)

    async def change(self, grant: Mapping[str, Any], **what: object) -> Answer:
        """Change a grant, pause it or take it up again."""
        return await self.call("PATCH", f"/mutual-aid/grants/{grant['id']}", what)

    async def revoke(self, grant: Mapping[str, Any]) -> Answer:
        """End a grant."""
        return await self.call("DELETE", f"/mutual-aid/grants/{grant['id']}")

    async def bill(self, bill: Bill) -> Json:
        """A bill with its payers and its reasons."""
        return (await self.call("GET", f"/settlements/{bill.number}")).done


Credential = tuple[str, str]
"""What is shown at the till: 01 with a code, 02 with an identity number, 03 with a social-security card."""


def card(person: Person) -> Credential:
    """The person's social-security card."""
    return "03", person.card_number


def scanned(code: Mapping[str, Any]) -> Credential:
    """A code that was shown on a phone."""
    return "01", str(code["code"])


@dataclass
class Town:
    """One bureau with its doors open, and who goes in and out."""

    bureau: Bureau
    client: httpx.AsyncClient

    def family(self, words: str) -> list[Person]:
        """The people of the family whose title holds these words."""
        return self.bureau.family(words)

    def kin(self, one: Person, other: Person) -> str:
        """What the other truly is to the one."""
        return next(kin.relation.value for kin in one.kin if kin.number == other.number)

    async def balance(self, person: Person) -> int:
        """The own account now."""
        return await self.bureau.balance(person.number)

    async def set_status(self, person: Person, status: Status) -> None:
        """The register is changed behind the doors: none of today's doors does it."""
        identifier = await self.bureau.person_id(person.number)
        async with self.bureau.runtime.database.transaction() as connection:
            await connection.execute("update person set status = $2 where person_id = $1", identifier, status)

    async def kept(self, table: str, subject: str) -> list[Json]:
        """The rows that an evidence table keeps of a binding or grant, oldest first."""
        assert table in ("consent", "audit")
        order = f"{table}_id"
        async with self.bureau.runtime.database.reading() as connection:
            rows = await connection.fetch(f"select * from {table} order by {order}")
        return [dict(row) for row in rows if row["subject_id"] is not None and row["subject_id"].hex == subject]

    @contextmanager
    def on(self, day: date) -> Iterator[None]:
        """What happens inside happens on this day, at ten."""
        before = self.bureau.clock()
        self.bureau.clock.set(datetime.combine(day, time(10), CHINA))
        try:
            yield
        finally:
            self.bureau.clock.set(before)

    @contextmanager
    def later(self, **passed: float) -> Iterator[None]:
        """What happens inside happens so much later."""
        before = self.bureau.clock()
        self.bureau.later(**passed)
        try:
            yield
        finally:
            self.bureau.clock.set(before)

    def nobody(self) -> Session:
        """Somebody who is not signed in."""
        return Session(self, None)

    async def phone(self, person: Person, channel: str | None = None) -> Phone:
        """The person signs in on their own phone: number, six digits, token."""
        begun = (await self.nobody().call("POST", "/sign-ins", {"psn_no": person.number})).done
        answer = await self.nobody().call(
            "POST", f"/sign-ins/{begun['id']}", {"code": begun["sandbox_code"]}
        )
        return Phone(self, answer.done["token"], channel, person=person)

    async def clerk(self, number: str) -> Session:
        """A member of staff signs in at the window."""
        answer = await self.nobody().call("POST", "/staff/sign-ins", {"name": number})
        return Session(self, answer.done["token"])

    async def bound(self, holder: Person, member: Person, **more: object) -> Json:
        """The holder binds the member, who agrees from their own phone."""
        asked = (await (await self.phone(holder)).bind(member, **more)).done
        return (await (await self.phone(member)).confirm(asked)).done

    async def bound_at_window(self, holder: Person, member: Person, evidence: str = "户口本 0001") -> Json:
        """Two clerks bind the member: one enters, another approves."""
        entry = {
            "holder_psn_no": holder.number,
            "member_psn_no": member.number,
            "relation": self.kin(holder, member),
            "reason": "成员不用手机,持证件到窗口办理",
            "evidence_reference": evidence,
        }
        entered = (await (await self.clerk("C001")).call("POST", "/staff/bindings", entry)).done
        reviewer = await self.clerk("R001")
        return (await reviewer.call("POST", f"/staff/reviews/{entered['id']}/approve")).done

    async def granted(self, grantor: Person, beneficiary: Person, **more: object) -> Json:
        """The grantor lets the beneficiary spend from their account."""
        return (await (await self.phone(grantor)).grant(beneficiary, **more)).done

    async def revoked(self, grantor: Person, grant: Mapping[str, Any]) -> Json:
        """The grantor ends the grant."""
        return (await (await self.phone(grantor)).revoke(grant)).done

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

    def under(self, book: Book) -> Town:
        """The same town on a day on which these packs are in force."""
        before = self.bureau
        runtime = replace(before.runtime, book=book)
        flows = Flows(runtime)
        gateway = Gateway(flows, before.clock, runtime.entropy, production=runtime.production)
        bureau = Bureau(runtime, flows, gateway, before.clock, before.world, before.numbers)
        return Town(bureau, _client(bureau))

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


def _client(bureau: Bureau) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=create_app(bureau.runtime))
    return httpx.AsyncClient(transport=transport, base_url="http://bureau.invalid")


@asynccontextmanager
async def open_town(bureau: Bureau) -> AsyncIterator[Town]:
    """The town around this bureau."""
    async with _client(bureau) as client:
        yield Town(bureau, client)
