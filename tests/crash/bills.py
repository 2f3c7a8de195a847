"""Pharmacy bills and their cancellations as bytes, and the proof that each had exactly one effect."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from uuid import UUID

from qinji.entry.sandbox.model import Person
from qinji.entry.sandbox.world import build_world
from qinji.flows import audit_books
from qinji.insured.model import Status
from qinji.kernel.dates import CHINA
from qinji.kernel.ids import from_wire
from qinji.platform.database import Database
from qinji.platform.inbox import ANSWERED, REVERSED
from tests.till import AMOXICILLIN, INSURANCE_CODE, Json

BUSY = "系统繁忙"
UNKNOWN = "结果未知"
REVERSED_SAYS = "该报文已冲正,未扣款"

_BALANCES = "select coalesce(sum(balance_fen), 0) from personal_account"
_SETTLED = "select message_id, settlement_id, own_fen + mutual_aid_fen as accounts_fen from settlement"
_CANCELLED = "select message_id, settlement_id from cancellation"
_ANSWERED = "select message_id, state from inbox where message_number in ('2102', '2103', '2601')"


@dataclass(frozen=True, slots=True)
class Customer:
    """A patient with the pharmacy of the town."""

    person: Person
    shop: str


def customers(seed: int, today: date) -> list[Customer]:
    """Everybody of the sandbox's world whose benefits run."""
    world = build_world(seed, today)
    shops = {place.region: place.code for place in world.institutions if place.level == "pharmacy"}
    return [
        Customer(person, shops[person.region]) for person in world.people if person.status is Status.NORMAL
    ]


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as it goes over the wire; sent again it is the same bytes."""

    number: str
    message_id: str
    customer: Customer
    body: bytes


def purchase(customer: Customer, serial: str, chance: Random, now: datetime) -> Sent:
    """A bill of one or two lines (2102)."""
    moment = now.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    prices = [f"{chance.randint(1, 60)}.{chance.randint(0, 99):02d}" for _ in range(chance.choice((1, 2)))]
    details = [
        {
            "feedetl_sn": f"{serial}-{place}",
            "fee_ocur_time": moment,
            "med_list_codg": AMOXICILLIN,
            "medins_list_codg": "M1",
            "det_item_fee_sumamt": price,
            "cnt": "1",
            "pric": price,
        }
        for place, price in enumerate(prices)
    ]
    cents = sum(int(price.replace(".", "")) for price in prices)
    person = customer.person
    head = {
        "psn_no": person.number,
        "insutype": INSURANCE_CODE[person.insurance],
        "mdtrt_cert_type": "03",
        "mdtrt_cert_no": person.card_number,
        "begntime": moment,
        "medfee_sumamt": f"{cents // 100}.{cents % 100:02d}",
        "acct_used_flag": "1",
        "med_type": "41",
    }
    return _sent("2102", customer, serial, {"druginfo": head, "drugdetail": details}, moment)


def cancellation(customer: Customer, serial: str, info: Mapping[str, object], now: datetime) -> Sent:
    """Takes a settled bill back (2103)."""
    moment = now.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    what = {"setl_id": info["setl_id"], "mdtrt_id": info["mdtrt_id"], "psn_no": customer.person.number}
    return _sent("2103", customer, serial, {"data": what}, moment)


def reversal(original: Sent, serial: str, now: datetime) -> Sent:
    """Gives up a message whose answer did not come (2601)."""
    moment = now.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    number = original.customer.person.number
    what = {"psn_no": number, "omsgid": original.message_id, "oinfno": original.number}
    return _sent("2601", original.customer, serial, {"data": what}, moment)


def _sent(number: str, customer: Customer, serial: str, content: Json, moment: str) -> Sent:
    message_id = f"{customer.shop}{number}{serial}"
    body = {
        "infno": number,
        "msgid": message_id,
        "mdtrtarea_admvs": customer.person.region,
        "insuplc_admdvs": "",
        "recer_sys_code": "99",
        "infver": "1.0.0",
        "opter_type": "1",
        "opter": "01",
        "opter_name": "收费员",
        "inf_time": moment,
        "fixmedins_code": customer.shop,
        "fixmedins_name": "测试药房",
        "sign_no": "",
        "input": content,
    }
    return Sent(number, message_id, customer, json.dumps(body, ensure_ascii=False).encode())


@dataclass(slots=True)
class Acknowledged:
    """What institutions were told: the reply to each message, and which bill it settled or took back."""

    replies: dict[str, bytes] = field(default_factory=dict)
    settled: dict[str, UUID] = field(default_factory=dict)
    cancelled: dict[str, UUID] = field(default_factory=dict)
    reversed: dict[str, str] = field(default_factory=dict)
    """The bills whose answer did not come and that were given up, and by which message."""

    def note(self, sent: Sent, raw: bytes) -> Json:
        """Keeps the reply to a message that was done, and answers its output."""
        assert self.replies.setdefault(sent.message_id, raw) == raw, f"two answers to {sent.message_id}"
        if sent.number == "2601":
            self.reversed[json.loads(sent.body)["input"]["data"]["omsgid"]] = sent.message_id
            return {}
        info: Json = json.loads(raw)["output"]["setlinfo"]
        if sent.number == "2102":
            self.settled[sent.message_id] = _identifier(str(info["setl_id"]))
        else:
            told: str = json.loads(sent.body)["input"]["data"]["setl_id"]
            self.cancelled[sent.message_id] = _identifier(told)
        return info


def _identifier(wire: str) -> UUID:
    found = from_wire(wire)
    assert found is not None, wire
    return found


async def balances_fen(database: Database) -> int:
    """The sum of all own accounts."""
    async with database.transaction() as connection:
        return int(await connection.fetchval(_BALANCES))


async def prove(database: Database, told: Acknowledged, before_fen: int) -> int:
    """Fails unless every message had exactly one effect, no money came or went, and the books balance.

    A bill that was reversed has none: it was never done, or it was taken back by its reversal. Answers how many had
    been done.
    """
    async with database.transaction() as connection:
        settled = await connection.fetch(_SETTLED)
        cancelled = await connection.fetch(_CANCELLED)
        answered = await connection.fetch(_ANSWERED)
    done = {row["message_id"]: row["settlement_id"] for row in settled}
    undone = {told.reversed[bill]: done[bill] for bill in told.reversed if bill in done}
    assert len(done) == len(settled)
    assert {bill: done[bill] for bill in done if bill not in told.reversed} == told.settled
    assert sorted((row["message_id"], row["settlement_id"]) for row in cancelled) == sorted(
        [*told.cancelled.items(), *undone.items()]
    )
    assert sorted((row["message_id"], row["state"]) for row in answered) == sorted(
        [(message, ANSWERED) for message in (*told.settled, *told.cancelled, *told.reversed.values())]
        + [(bill, REVERSED) for bill in told.reversed]
    )
    taken_back = {row["settlement_id"] for row in cancelled}
    spent_fen = sum(row["accounts_fen"] for row in settled if row["settlement_id"] not in taken_back)
    assert before_fen - await balances_fen(database) == spent_fen
    async with database.reading() as connection:
        assert await audit_books.run(connection) == []
    return len(undone)
