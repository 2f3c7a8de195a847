"""Past bills under other packs: so many stored decisions decided again on two cores. No peer, but a bound."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from bench.population import REGION
from bench.splitting import bills_of
from qinji.entry.replaying import PAGE, Packs, parts, replay
from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.divide import divide
from qinji.flows.parts.document import written_decision
from qinji.funding.model import Payer
from qinji.insured.model import CodeState, Insurance, Person, Status
from qinji.kernel.bill import FeeLine, PayerKind
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.platform.clock import system_clock
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.load import default_folder
from qinji.policy.model import Accumulated, Case, Rules
from qinji.policy.split import accumulate
from qinji.settlement.model import StoredDecision

WANTED_SECONDS = 60.0
EACH = 10
"""Bills of one person: a year of an elderly pensioner's."""


@dataclass(frozen=True, slots=True)
class _Request:
    """What the document keeps of a request."""

    institution: str
    service_day: date
    medical_type: str
    account_use: AccountUse
    own_money_only: bool


def _person(number: int) -> Person:
    return Person(
        person_id=UUID(int=number),
        number=f"{number:016d}",
        name="张三",
        certificate=b"",
        certificate_key_version=1,
        sex="1",
        ethnicity="01",
        birth=date(1950 + number % 50, 3, 1),
        region=REGION,
        insurance=Insurance.EMPLOYEE,
        person_status="in_service" if number % 3 else "retired",
        status=Status.NORMAL,
        insured_since=date(2000, 1, 1),
        suspended_since=None,
        employer="",
        civil_servant=False,
        online_suspended_until=None,
        code_state=CodeState.ACTIVE,
    )


def _payers(person: Person, rules: Rules, chance: Random) -> list[Payer]:
    """The own account, and for half of the people a relative's."""
    pays = rules.own_pays
    own = Payer(PayerKind.OWN, str(person.person_id), person.name, 0, chance.randint(0, 30_000), pays)
    if chance.random() < 0.5:
        return [own]
    balance = chance.randint(0, 30_000)
    return [
        own,
        Payer(PayerKind.GRANTOR, str(UUID(int=1)), "李四", 0, balance, pays, grant="1", relation="parent"),
    ]


def _year(
    person: Person, policy: RegionPolicy, bills: Sequence[Sequence[FeeLine]], chance: Random, now: datetime
) -> Iterator[StoredDecision]:
    """One person's bills in their order, each on what the earlier ones have used."""
    level = chance.choice(("1", "2", "3"))
    age = now.year - person.birth.year - 1
    rules = policy.rules(Case("employee", person.person_status, age, level, "11"))
    used = Accumulated()
    for number in range(EACH):
        booked = now - timedelta(minutes=EACH - number)
        lines, payers = chance.choice(bills), _payers(person, rules, chance)
        divided, paid = divide(lines, rules, used, payers)
        decision = written_decision(
            request=_Request("H99010000001", local_day(now), "11", AccountUse.OWN, own_money_only=False),
            patient=person,
            level=level,
            booked_at=booked,
            lines=lines,
            rules=rules,
            used=used,
            payers=payers,
            split=divided,
            plan=paid,
            pack=policy.digest.hex(),
        )
        used = accumulate(used, divided)
        yield StoredDecision(person.person_id, UUID(int=number), None, decision)


def stored(book: Book, count: int, seed: int) -> list[StoredDecision]:
    """So many stored decisions of the town's employees, person by person."""
    chance, now = Random(seed), system_clock()
    policy = book.at(REGION, local_day(now))
    assert not isinstance(policy, Refused)
    bills = bills_of(policy, chance)
    return [
        row
        for number in range(2, count // EACH + 2)
        for row in _year(_person(number), policy, bills, chance, now)
    ]


async def _pages(rows: Sequence[StoredDecision]) -> AsyncIterator[Sequence[StoredDecision]]:
    for place in range(0, len(rows), PAGE):
        yield rows[place : place + PAGE]


def run(book: Book, count: int, seed: int, head: dict[str, object]) -> dict[str, object]:
    """Decides them again from the first process started to the last sum; the line of the report."""
    rows = stored(book, count, seed)
    began, used = time.perf_counter(), os.times()
    done = asyncio.run(replay(parts(_pages(rows), count), Packs(default_folder()), count, lambda _: None))
    passed, now = time.perf_counter() - began, os.times()
    cpu = sum(now[:4]) - sum(used[:4])
    assert done.tally.bills == count
    return {
        "name": "replay",
        **head,
        "done": count,
        "seconds": round(passed, 1),
        "per_second": round(count / passed),
        "cpu_us": round(cpu / count * 1e6),
        "bytes_each": round(sum(len(row.decision) for row in rows) / count),
        "wanted_seconds": WANTED_SECONDS * count / 100_000,
        "reached": passed <= WANTED_SECONDS * count / 100_000,
        "same": done.tally.whole.changed == 0,
    }
