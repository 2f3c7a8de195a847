"""Past bills decided again: under the same packs nothing differs, under others it is as if they had held then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.deciding_again import decide_again, tally_of
from qinji.flows.parts.differences import LARGEST, Compared, Tally
from qinji.insured.model import Status
from qinji.kernel.bill import Approval
from qinji.kernel.takings import Parts
from qinji.policy.book import Book
from qinji.settlement.model import StoredDecision
from tests.simulation.cast import packs, sandbox_cast
from tests.simulation.changed_packs import changed
from tests.simulation.operations import Cancel, Line, Operation, Settle, Wait
from tests.simulation.paper import Paper
from tests.simulation.test_decide_properties import FAMILIES, givable, lives, quick

MILDER = changed(
    {
        "outpatient.employee.in_service.deductible": "30.00",
        "outpatient.employee.in_service.ratio.1": "0.85",
        "outpatient.employee.in_service.day_fund_cap.1": "80.00",
        "outpatient.resident.deductible": "15.00",
        "outpatient.employee.in_service.deductible_merge": "each_level",
        "outpatient.employee.month_fund_cap": "150.00",
        "outpatient.resident.year_fund_cap": "150.00",
    }
)


def stored(paper: Paper, returned: Mapping[int, datetime] | None = None) -> list[StoredDecision]:
    """What the database would hold, person by person; ids grow with time. ``returned``: when a bill was taken back."""
    moments = returned or {}
    rows = [
        StoredDecision(
            one.decided.settlement.person,
            one.decided.settlement.settlement,
            moments.get(place),
            one.decided.settlement.decision,
        )
        for place, one in enumerate(paper.booked)
    ]
    return sorted(rows, key=lambda row: (row.person, row.settlement))


def each_again(rows: Sequence[StoredDecision], book: Book) -> dict[UUID, Compared]:
    """Each live bill decided again, by settlement."""
    found: dict[UUID, Compared] = {}
    for person in {row.person for row in rows}:
        found |= {
            one.settlement: one for one in decide_again([row for row in rows if row.person == person], book)
        }
    return found


def lived(book: Book, operations: Sequence[Operation]) -> tuple[Paper, dict[int, datetime]]:
    """A year under these packs, each act at a moment of its own, and when bills were taken back."""
    paper, returned = Paper(sandbox_cast(FAMILIES), book), dict[int, datetime]()
    for operation in operations:
        if not isinstance(paper.do(operation), str) and isinstance(operation, Cancel):
            returned[operation.settlement] = paper.now
        paper.do(Wait(1))
    return paper, returned


def years(seed: int) -> list[Operation]:
    """Some days of one person's bills, a few taken back; nobody uses an account, so that money is never short."""
    chance, paper = Random(seed), Paper(sandbox_cast(FAMILIES))
    person = chance.choice([one for one in paper.people if paper.cast.people[one].status is Status.NORMAL])
    found: list[Operation] = []
    for settled in range(1, chance.randint(2, 9)):
        found.append(bill_of(paper, person, chance, AccountUse.NONE))
        if chance.random() < 0.5:
            found.append(Wait(chance.choice((60, 24 * 60, 20 * 24 * 60))))
        if chance.random() < 0.2:
            found.append(Cancel(chance.randrange(settled)))
    return found


def bill_of(paper: Paper, person: UUID, chance: Random, use: AccountUse) -> Settle:
    """A bill of one item of chance at a place of the person's region."""
    item, price = chance.choice(list(paper.items_for(person)))
    line = Line(item, price, chance.randint(1, 60) * 10_000, Approval.APPROVED)
    return Settle(person, chance.choice(list(paper.places_for(person))), (line,), use, None)


@quick
@given(st.data())
def test_under_the_same_packs_nothing_comes_out_otherwise(data: st.DataObject) -> None:
    paper = data.draw(lives())
    tally = tally_of(stored(paper), packs())
    assert (tally.whole.changed, tally.refused, tally.largest) == (0, {}, [])
    assert tally.whole.was == tally.whole.now
    assert tally.bills == paper.settled


@quick
@given(st.integers(0, 10**6))
def test_under_other_packs_a_year_is_decided_as_if_they_had_held_from_its_beginning(seed: int) -> None:
    """Deductibles of year and level, caps of day, month and year follow; a cancelled bill counts until it was."""
    operations = years(seed)
    then, returned = lived(packs(), operations)
    ideal, returned_too = lived(MILDER, operations)
    assert returned == returned_too
    found = each_again(stored(then, returned), MILDER)
    for place, (was, wanted) in enumerate(zip(then.booked, ideal.booked, strict=True)):
        settled = wanted.decided.settlement
        if place in returned:
            assert was.decided.settlement.settlement not in found
            continue
        now = found[was.decided.settlement.settlement].now
        assert now is not None
        assert (now.fund_fen, now.cash_fen) == (settled.fund_fen, settled.cash_fen)


def drawn(paper: Paper, count: int, seed: int = 7) -> Paper:
    """So many bills of chance, with whatever accounts there are."""
    chance = Random(seed)
    while paper.settled < count:
        use = chance.choice((AccountUse.OWN, AccountUse.SHARED, AccountUse.NONE))
        paper.do(bill_of(paper, chance.choice(paper.people), chance, use))
        paper.do(Wait(1))
    return paper


@pytest.fixture(scope="module")
def paper() -> Paper:
    """A small town's bills."""
    return drawn(Paper(sandbox_cast(FAMILIES)), 60)


def test_the_sums_by_group_and_by_level_are_the_sums_of_the_whole(paper: Paper) -> None:
    tally = tally_of(stored(paper), MILDER)
    assert tally.whole.changed > 10
    for lines in (tally.groups, tally.levels):
        whole = Parts()
        now = Parts()
        for one in lines.values():
            whole, now = whole.plus(one.was), now.plus(one.now)
        assert (whole, now) == (tally.whole.was, tally.whole.now)
    assert "employee.in_service" in tally.groups
    assert {"1", "2", "3"} <= set(tally.levels)
    assert tally.whole.was.total_fen == tally.whole.now.total_fen


def test_parts_of_the_work_add_up_to_the_whole_in_any_order(paper: Paper) -> None:
    rows = stored(paper)
    persons = list(dict.fromkeys(row.person for row in rows))
    parts = [tally_of([row for row in rows if row.person == person], MILDER) for person in persons]
    Random(3).shuffle(parts)
    merged = Tally()
    for part in parts:
        merged.merge(part)
    assert merged == tally_of(rows, MILDER)


def test_the_ten_largest_differences_are_told_the_largest_first(paper: Paper) -> None:
    tally = tally_of(stored(paper), MILDER)
    moved = [bill.moved_fen for bill in tally.largest]
    assert len(moved) == LARGEST
    assert moved == sorted(moved, reverse=True)
    every = sorted((one.moved_fen for one in each_again(stored(paper), MILDER).values()), reverse=True)
    assert moved == every[:LARGEST]


def test_bills_that_would_be_refused_are_counted_by_reason_and_stand_in_no_sum(paper: Paper) -> None:
    unserved = changed({"visit_type.11": "not_served"}, "000000-national")
    tally = tally_of(stored(paper), unserved)
    assert set(tally.refused) == {"MEDICAL_TYPE_NOT_SERVED"}
    assert "医疗类别 11" in tally.refused_texts["MEDICAL_TYPE_NOT_SERVED"]
    assert tally.refused_was.count + tally.whole.was.count == tally.bills == 60
    assert set(tally.levels) == {"pharmacy"}


def test_unsure_values_are_counted_where_they_decide_and_refused_where_they_may_not(paper: Paper) -> None:
    doubtful = changed({"outpatient.employee.in_service.ratio.1": "0.85"}, certainty="unsure")
    rows = stored(paper)
    assert tally_of(rows, doubtful).unsure > 0
    refused = tally_of(rows, doubtful.admitting(())).refused
    assert set(refused) == {"POLICY_UNVERIFIED"}


def test_what_an_own_account_may_pay_follows_the_new_packs() -> None:
    town = drawn(Paper(sandbox_cast(FAMILIES)), 60, seed=11)
    narrow = changed({"account.own_pays": ["over_limit"]}, "990200-xilan")
    tally = tally_of(stored(town), narrow)
    assert tally.whole.was.own_fen > tally.whole.now.own_fen
    assert tally.whole.was.fund_fen == tally.whole.now.fund_fen


def test_a_flag_that_no_longer_lets_relatives_pay_leaves_them_out() -> None:
    rows = stored(drawn(_with_grants(), 80, seed=5))
    only_own = changed({"settlement.flag_1": "own_only", "settlement.flag_2": "own_then_grants"})
    usual, without = tally_of(rows, packs()), tally_of(rows, only_own)
    assert usual.whole.now.mutual_aid_fen > without.whole.now.mutual_aid_fen


def _with_grants() -> Paper:
    paper = Paper(sandbox_cast(FAMILIES))
    for give in givable()[:8]:
        paper.do(give)
    return paper
