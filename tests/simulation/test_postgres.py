"""The simulation once more through the flows and PostgreSQL, compared with the paper bureau fen by fen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from uuid import UUID

from qinji.access.model import Action
from qinji.family import queries as family
from qinji.flows import audit_books
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.dates import CHINA
from qinji.ledger import queries as ledger
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import Grant
from qinji.platform.database import Address, Connection
from qinji.premium import queries as premiums
from qinji.premium.model import Coverage
from qinji.premium.rules import live as counting
from qinji.settlement import queries as settlements
from qinji.settlement.model import YearUse
from tests.bureau import open_bureau
from tests.simulation.booked import Result
from tests.simulation.books import Books, cast_of
from tests.simulation.courses import SEED, packs_of
from tests.simulation.drawing import draw
from tests.simulation.granting import SAFETY
from tests.simulation.invariants import Auditor
from tests.simulation.operations import Operation, Settle, Wait
from tests.simulation.paper import Paper

OPERATIONS = 5_000
TRAIL = "select action, person_id, actor, reason from audit where action = any($1::text[])"
TWO_BALANCES_COURSE = 1
BEFORE_THE_YEAR_ENDS = datetime(2026, 12, 20, 12, 0, tzinfo=CHINA)
SEEN = (
    *("yes used at a hospital", "yes used at a pharmacy", "visit settled as it was shown"),
    *("correction", "cancel after a correction", "grant ended in a case", "grants paused by a case"),
    *("code frozen by a case", "what a case stopped goes on"),
    *("premium ordered by a grant", "premium of a grant refused"),
    *("case about a code", "case about a look", "case taken down at the window", "case taken back"),
    *("binding suspended by a case", "nobody shows by a suspended binding", "code paid later than shown"),
    *("grant paused by 不是我", "code frozen by 不是我", "old balance paid in a break", "payments resumed"),
)
"""What must come about on the way, or the comparison has not tried it."""
RUN_MAX = 24
"""So many bills at most go through in one batch."""


async def test_five_thousand_operations_through_postgresql_agree_with_the_paper_bureau(
    address: Address, tmp_path: Path
) -> None:
    async with open_bureau(address, tmp_path, safety=SAFETY) as opened:
        cast = await cast_of(opened)
        bureau = replace(opened, runtime=replace(opened.runtime, book=packs_of(TWO_BALANCES_COURSE)))
        paper, books, chance = Paper(cast, bureau.runtime.book), Books(bureau, cast), Random(SEED)
        bureau.clock.set(BEFORE_THE_YEAR_ENDS)
        paper.now = bureau.clock()
        auditor = Auditor(paper)
        waiting: list[tuple[Settle, Result]] = []

        async def settle_waiting() -> None:
            if waiting:
                answered = await books.settle([bill for bill, _ in waiting])
                assert answered == [expected for _, expected in waiting], f"seed {SEED}"
                waiting.clear()

        for number in range(OPERATIONS):
            operation: Operation = draw(chance, paper)
            expected = auditor.step(operation)
            if isinstance(operation, Settle):
                waiting.append((operation, expected))
                if len(waiting) == RUN_MAX:
                    await settle_waiting()
                continue
            if not isinstance(operation, Wait) or waiting:
                await settle_waiting()
            answered = await books.do(operation)
            assert answered == expected, f"seed {SEED}, operation {number}: {operation}"
        await settle_waiting()
        auditor.from_scratch()
        assert paper.accounts.rolled, "an account year ended on the way"
        assert [name for name in SEEN if not auditor.seen[name]] == []
        async with bureau.runtime.database.reading() as connection:
            await _compare(paper, connection)
            assert await audit_books.run(connection) == []


async def _compare(paper: Paper, connection: Connection) -> None:
    balances = await ledger.balances(connection, paper.people)
    found = {(who, pocket): fen for who, pockets in balances.items() for pocket, fen in pockets.items()}
    assert found == paper.facts.balances
    years = await settlements.years(connection, paper.people)
    assert _without_zeros(years) == _without_zeros(paper.facts.years)
    wanted = sorted({day for _, day, _ in paper.facts.days})
    days = await settlements.days(connection, paper.people, wanted)
    assert {key: fen for key, fen in days.items() if fen} == {
        key: fen for key, fen in paper.facts.days.items() if fen
    }
    live = await mutual_aid.live_for(connection, paper.people, paper.now)
    assert _grants(live) == _grants(paper.facts.grants)
    await _compare_standing(paper, connection)
    await _compare_trails(paper, connection)


async def _compare_standing(paper: Paper, connection: Connection) -> None:
    """Who is in arrears since when, whose code stands still, who may show whose, and the days that are covered."""
    people = await insured.persons(connection, paper.people)
    assert {who: _stands(one) for who, one in people.items()} == {
        who: _stands(one) for who, one in paper.people_now.items()
    }
    powers = {
        (one.holder_id, one.person_id): one.powers
        for person in paper.people
        for one in await family.of_member(connection, person)
    }
    assert powers == {pair: one.powers for pair, one in paper.bindings.items()}
    covers = await premiums.coverages(connection, paper.people)
    assert _days(covers) == _days({who: counting(rows) for who, rows in paper.premiums.covers.items()})


def _stands(person: Person) -> tuple[object, ...]:
    return person.status, person.suspended_since, person.code_state


def _days(covers: Mapping[UUID, Sequence[Coverage]]) -> list[tuple[UUID, date, date | None]]:
    return sorted(
        ((who, one.covered_from, one.covered_until) for who, rows in covers.items() for one in rows), key=repr
    )


async def _compare_trails(paper: Paper, connection: Connection) -> None:
    """I18: each look of a member of staff, and each code that somebody showed, stands in the trail, once."""
    rows = await connection.fetch(TRAIL, [Action.LOOK_UP_PERSON, Action.SHOW_CODE])
    found = Counter((row["action"], row["person_id"], row["actor"]) for row in rows)
    looks = Counter(
        (Action.LOOK_UP_PERSON, one.person, f"staff:{one.staff}") for one in paper.complaints.looks
    )
    codes = Counter((Action.SHOW_CODE, one.person, f"person:{one.by}") for one in paper.codes.shown)
    assert found == looks + codes
    assert all(row["reason"] for row in rows if row["action"] == Action.LOOK_UP_PERSON)


def _without_zeros(years: Mapping[tuple[UUID, str, int], YearUse]) -> dict[tuple[UUID, str, int], YearUse]:
    return {(person, str(kind), year): use for (person, kind, year), use in years.items() if use != YearUse()}


def _grants(live: Mapping[UUID, list[Grant]]) -> list[tuple[object, ...]]:
    return sorted(
        (grant.person_id, grant.grantor_id, grant.rank, grant.state, grant.limits.floor_fen, repr(grant.used))
        for given in live.values()
        for grant in given
    )
