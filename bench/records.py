"""Records searched over a million bills: by everybody, by busy persons, by one with very many. No peer, but a bound."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import asyncpg

from bench.place import Place
from bench.population import CHUNK, HOSPITAL, PHARMACY, REGION, person
from qinji.access.model import PersonActor
from qinji.entry.wiring import Runtime, open_runtime
from qinji.flows import enrol, export_data, make_statement, read_account_book, read_uses
from qinji.flows.deps import new_id
from qinji.flows.parts.money_words import MoneyKind
from qinji.flows.read_account_book import BookWish
from qinji.flows.read_uses import UseWish
from qinji.institution.model import Institution
from qinji.kernel.dates import local_day, milliseconds
from qinji.kernel.ids import RANDOM_BYTES, uuid7
from qinji.kernel.refusal import Refused
from qinji.ledger.chart import Account
from qinji.settlement.model import PaidBy, SettlementKind
from qinji.settlement.packing import DECISIONS

WANTED_P95_MS, WANTED_EXPORT_SECONDS = 200.0, 60.0
BILLS, PEOPLE = 1_000_000, 20_000
BUSY, BUSY_BILLS, HEAVY_BILLS = 20, 10_000, 20_000
YEARS = 3
CALLS = 100
NO_SEARCH = "statement"
"""It reads a year for its charts, and is told without a bound."""
COPIED = 20_000
Search = Callable[[PersonActor], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class People:
    """Who has how many bills; ``after`` of each is the relative who pays for them, and for whom they pay in turn."""

    everybody: list[UUID]
    numbers: Mapping[UUID, str]

    def relative(self, who: UUID, places: Mapping[UUID, int]) -> UUID:
        """The next one, who shares with this one."""
        return self.everybody[(places[who] + 1) % len(self.everybody)]


def run(
    place: Place, bills: int, seed: int, about: dict[str, object], say: Callable[[str], None]
) -> dict[str, object]:
    """Fills the tables and asks; one line for the report."""
    return asyncio.run(_run(place, bills, seed, about, say))


async def _run(
    place: Place, bills: int, seed: int, about: dict[str, object], say: Callable[[str], None]
) -> dict[str, object]:
    runtime = await open_runtime(place.address, place.home, "production")
    chance = Random(seed)
    began = time.perf_counter()
    people = await _enrolled(runtime)
    await _filled(place, people, bills, chance)
    say(f"{bills} bills are there after {time.perf_counter() - began:.0f} s")
    told: dict[str, dict[str, float]] = {}
    groups = {
        "heavy": people.everybody[:1],
        "busy": people.everybody[1 : BUSY + 1],
        "everybody": people.everybody[BUSY + 1 :],
    }
    for group, who in groups.items():
        for name, search in _searches(runtime, people, chance).items():
            told[f"{group}: {name}"] = await _timed(search, who, chance, CALLS)
            say(f"{group}: {name}: {told[f'{group}: {name}']}")
    seconds, size = await _exported(runtime, people.everybody[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    await runtime.database.close()
    worst = max(one["p95_ms"] for name, one in told.items() if not name.endswith(NO_SEARCH))
    return {
        "name": "records",
        **about,
        "bills": bills,
        "p50_ms": {name: one["p50_ms"] for name, one in told.items()},
        "p95_ms": {name: one["p95_ms"] for name, one in told.items()},
        "wanted_p95_ms": WANTED_P95_MS,
        "export_bills": BUSY_BILLS,
        "export_seconds": round(seconds, 1),
        "export_bytes": size,
        "peak_mb": peak,
        "wanted_export_seconds": WANTED_EXPORT_SECONDS,
        "reached": worst <= WANTED_P95_MS and seconds <= WANTED_EXPORT_SECONDS,
    }


async def _enrolled(runtime: Runtime) -> People:
    now = runtime.clock()
    identifiers = [new_id(runtime, now) for _ in range(PEOPLE)]
    places = [
        Institution(PHARMACY, "测试药房", "pharmacy", REGION, "X", "none", tell_payers=False),
        Institution(HOSPITAL, "测试医院", "1", REGION, "X", "none", tell_payers=False),
    ]
    numbers: dict[UUID, str] = {}
    for start in range(0, PEOPLE, CHUNK):
        rows = [person(n, identifiers[n], runtime) for n in range(start, start + CHUNK)]
        numbers |= {row.person.person_id: row.person.number for row in rows}
        roll = enrol.Roll(f"bench.{start}", "1", rows, [], places if start == 0 else [], [], [])
        await enrol.run(roll, runtime)
    return People(identifiers, numbers)


SETTLEMENT = (
    *("person_id", "settlement_id", "visit_id", "batch", "institution", "kind", "service_day", "booked_at"),
    *("region", "insurance", "level", "year", "total_fen", "fund_fen", "own_fen", "mutual_aid_fen"),
    *(
        "cash_fen",
        "deductible_fen",
        "in_scope_fen",
        "credential_kind",
        "message_id",
        "pack_digest",
        "decision",
    ),
)
TRANSFER = (
    *("person_id", "act_id", "seq", "debit", "credit", "amount_fen", "book", "institution", "pocket"),
    *("other_person_id", "booked_at", "service_day"),
)
CANCELLATION = (*("person_id", "settlement_id", "cancellation_id", "booked_at", "institution", "message_id"),)


async def _filled(place: Place, people: People, bills: int, chance: Random) -> None:
    """Bills with their transfers, copied in as a bulk load would; balances are what the transfers come to."""
    address = place.address
    connection = await asyncpg.connect(
        host=address.host, port=address.port, user="qinji_owner", database=address.name
    )
    places = {who: n for n, who in enumerate(people.everybody)}
    try:
        await connection.execute(_GRANTS)
        settled: list[tuple[object, ...]] = []
        moved: list[tuple[object, ...]] = []
        back: list[tuple[object, ...]] = []
        for who in _whose(people, bills, chance):
            _bill(who, people.relative(who, places), chance, settled, moved, back)
            if len(settled) == COPIED:
                await _copied(connection, settled, moved, back)
        await _copied(connection, settled, moved, back)
        for statement in _FINISH:
            await connection.execute(statement)
    finally:
        await connection.close()


_GRANTS = """
insert into mutual_aid_grant (person_id, grant_id, grantor_id, relation, state, rank, purposes, channel, asked_at,
  active_at, floor_fen)
select person_id, gen_random_uuid(), lead(person_id, 1, (select min(person_id::text)::uuid from person))
  over (order by person_number), 'child', 'active', 1, array['outpatient', 'pharmacy'], 'national_app', now(), now(), 0
from person
"""
_FINISH = (
    """
    update personal_account a set balance_fen = greatest(0, s.fen) from (
      select person_id, sum(amount_fen * ((credit = 'personal')::int - (debit = 'personal')::int)) as fen
      from transfer group by 1
    ) s where s.person_id = a.person_id and a.pocket = 0
    """,
    "vacuum analyze",
)


def _whose(people: People, bills: int, chance: Random) -> list[UUID]:
    heavy, *others = people.everybody
    some = [who for who in others[:BUSY] for _ in range(BUSY_BILLS)]
    left = bills - HEAVY_BILLS - len(some)
    whose = [heavy] * HEAVY_BILLS + some + chance.choices(others[BUSY:], k=max(0, left))
    chance.shuffle(whose)
    return whose[:bills]


def _bill(
    who: UUID,
    relative: UUID,
    chance: Random,
    settled: list[tuple[object, ...]],
    moved: list[tuple[object, ...]],
    back: list[tuple[object, ...]],
) -> None:
    at = datetime.now(UTC) - timedelta(seconds=chance.randrange(YEARS * 365 * 86_400))
    act = uuid7(milliseconds(at), chance.randbytes(RANDOM_BYTES))
    pharmacy = chance.random() < 0.6
    place, kind = (PHARMACY, SettlementKind.PHARMACY) if pharmacy else (HOSPITAL, SettlementKind.OUTPATIENT)
    fund, own = chance.randint(0, 20_000), chance.randint(1, 5_000)
    aid, cash = chance.choice((0, chance.randint(1, 9_000))), chance.choice((0, 0, chance.randint(1, 3_000)))
    day: date = local_day(at)
    decision = DECISIONS.pack(json.dumps(_decision(relative, aid)).encode())
    settled.append(
        (
            *(who, act, act, "1", place, kind, day, at, REGION, "employee", "1", at.year),
            *(fund + own + aid + cash, fund, own, aid, cash, 0, fund, "code", str(act), b"", decision),
        )
    )
    payable, via = Account.INSTITUTION_PAYABLE, Account.CLEARING_MUTUAL_AID
    book = REGION[:4]
    rows: list[tuple[object, ...]] = [
        (who, act, 1, Account.PERSONAL, payable, own, book, place, 0, None, at, day)
    ]
    if fund:
        rows.append(
            (who, act, 0, Account.FUND_POOLED_EMPLOYEE, payable, fund, book, place, None, None, at, day)
        )
    if aid:
        rows.append((relative, act, 2, Account.PERSONAL, via, aid, book, place, 0, who, at, day))
        rows.append((who, act, 3, via, payable, aid, book, place, None, relative, at, day))
    moved += rows
    source = uuid7(milliseconds(at) - 1, chance.randbytes(RANDOM_BYTES))
    for payer, fen in ((who, own), (relative, aid)):
        if fen:
            credited = (Account.SOURCE_CONTRIBUTION, Account.PERSONAL, fen, book, None, 0, None, at, None)
            moved.append((payer, source, 0, *credited))
    if chance.random() < 0.02:
        later = uuid7(milliseconds(at) + 60_000, chance.randbytes(RANDOM_BYTES))
        back.append((who, act, later, at + timedelta(minutes=1), place, str(later)))


def _decision(relative: UUID, aid: int) -> dict[str, object]:
    """As much of a decision as a record reads, with lines as long as those of a real one."""
    line = {
        "item_code": "XJ01CAA001A001010100006",
        "item_name": "测试药品胶囊 0.25g×24粒",
        "amount_fen": 1_900,
    }
    share = {"person": str(relative), "kind": "grantor", "by_class": {"in_scope_share": aid}}
    return {"plan": {"shares": [share] if aid else []}, "lines": [line] * 5}


async def _copied(
    connection: asyncpg.Connection[asyncpg.Record],
    settled: list[tuple[object, ...]],
    moved: list[tuple[object, ...]],
    back: list[tuple[object, ...]],
) -> None:
    for table, columns, rows in (
        ("settlement", SETTLEMENT, settled),
        ("transfer", TRANSFER, moved),
        ("cancellation", CANCELLATION, back),
    ):
        await connection.copy_records_to_table(table, records=rows, columns=columns)
        rows.clear()


def _searches(runtime: Runtime, people: People, chance: Random) -> dict[str, Search]:
    """Every shape of a search, as a page or a route asks it."""

    def patient(**wish: object) -> Search:
        return lambda actor: read_uses.of_patient(actor, UseWish(**wish), 20, None, runtime)  # type: ignore[arg-type]

    def grantor(**wish: object) -> Search:
        return lambda actor: read_uses.of_grantor(actor, UseWish(**wish), 20, None, runtime)  # type: ignore[arg-type]

    today = local_day(runtime.clock())
    old = today - timedelta(days=900)
    places = {who: n for n, who in enumerate(people.everybody)}

    async def paid_by(actor: PersonActor) -> object:
        number = people.numbers[people.relative(actor.person_id, places)]
        return await read_uses.of_patient(actor, UseWish(paid_by=number), 20, None, runtime)

    async def deep(actor: PersonActor) -> object:
        moment = datetime.now(UTC) - timedelta(days=chance.randrange(900))
        before = uuid7(milliseconds(moment), bytes(RANDOM_BYTES))
        return await read_uses.of_patient(actor, UseWish(), 20, before, runtime)

    return {
        **_of_books(runtime, chance),
        "bills": patient(),
        "bills, deep": deep,
        "bills by day": patient(first=old, last=old + timedelta(days=3)),
        "bills by amount": patient(least_fen=36_500),
        "bills by place": patient(place="医院"),
        "bills by state": patient(returned=True),
        "bills by all terms": patient(
            first=old,
            last=today,
            least_fen=20_000,
            most_fen=25_000,
            place="医院",
            kind=SettlementKind.OUTPATIENT,
            returned=False,
            paid_by=PaidBy.CASH,
        ),
        "bills, nothing found": patient(least_fen=10**9),
        "bills a relative paid": paid_by,
        "paid for relatives": grantor(),
        "paid for relatives by day and amount": grantor(
            first=old, last=old + timedelta(days=30), least_fen=5_000
        ),
        "paid for relatives by kind": grantor(kind=SettlementKind.OUTPATIENT),
    }


def _of_books(runtime: Runtime, chance: Random) -> dict[str, Search]:
    """Every shape that is about one's own account."""

    def book(**wish: object) -> Search:
        return lambda actor: read_account_book.run(actor, BookWish(**wish), 20, None, runtime)  # type: ignore[arg-type]

    today = local_day(runtime.clock())

    async def deep_book(actor: PersonActor) -> object:
        moment = datetime.now(UTC) - timedelta(days=chance.randrange(900))
        before = uuid7(milliseconds(moment), bytes(RANDOM_BYTES)), 0
        return await read_account_book.run(actor, BookWish(), 20, before, runtime)

    return {
        "account book": book(),
        "account book, deep": deep_book,
        "account book by kind and day": book(
            kind=MoneyKind.SHARED, first=today - timedelta(days=60), last=today
        ),
        "balance of a moment": lambda actor: read_account_book.at(
            actor, datetime.now(UTC) - timedelta(days=chance.randrange(1000)), runtime
        ),
        "statement": lambda actor: make_statement.run(actor, today - timedelta(days=40), runtime),
    }


async def _timed(search: Search, who: list[UUID], chance: Random, calls: int) -> dict[str, float]:
    latencies = []
    for place in range(calls + 3):
        actor = PersonActor(chance.choice(who))
        began = time.perf_counter()
        found = await search(actor)
        if place >= 3:
            latencies.append((time.perf_counter() - began) * 1e3)
        assert not isinstance(found, Refused), found
    latencies.sort()
    return {
        "p50_ms": round(latencies[len(latencies) // 2], 1),
        "p95_ms": round(latencies[int(len(latencies) * 0.95)], 1),
    }


async def _exported(runtime: Runtime, who: UUID) -> tuple[float, int]:
    """All of one busy person's data: seconds and bytes."""
    began, size = time.perf_counter(), 0
    pieces: AsyncIterator[bytes] = export_data.run(PersonActor(who), runtime)
    async for piece in pieces:
        size += len(piece)
    return time.perf_counter() - began, size
