"""What holds for every bill: properties of the pure decision, over drawn families, grants and bills."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from qinji.flows.parts.commands import (
    AccountUse,
    ClaimedIdentity,
    CredentialKind,
    Origin,
    SettlePharmacy,
    SettleVisit,
)
from qinji.flows.parts.comparing import compare_settlement
from qinji.flows.parts.decide import Decided, apply, decide
from qinji.flows.parts.document import read_decision
from qinji.flows.parts.facts import Presented, WorkingSet, month_key
from qinji.flows.parts.requests import request_of
from qinji.institution.model import PHARMACY
from qinji.kernel.bill import Approval, PayerKind
from qinji.kernel.ids import to_wire
from qinji.kernel.money import line_amount
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger.rules import balance_changes
from qinji.mutual_aid.model import Limits
from qinji.policy.book import Book
from qinji.settlement.model import Batch, SettlementKind, Visit, YearUse
from tests.simulation.booked import DONE
from tests.simulation.cast import sandbox_cast
from tests.simulation.changed_packs import changed
from tests.simulation.operations import Cancel, Contribute, Give, Line, Operation, Settle, Wait, sent
from tests.simulation.paper import Paper

FAMILIES = 12
quick = settings(max_examples=100, deadline=None)

COUNTED = changed(
    {
        "outpatient.employee.month_fund_cap": "60.00",
        "outpatient.resident.month_fund_cap": "40.00",
        "outpatient.employee.deductible_merge": "each_level",
    }
)
"""A region in which a bill depends on sums that no accumulator keeps."""

FEN = st.integers(0, 40_000)
LIMIT = st.none() | st.none() | FEN


@cache
def givable() -> tuple[Give, ...]:
    """Every grant that some region's rules allow in these families; those for people without money come first."""
    paper = Paper(sandbox_cast(FAMILIES))
    asked = [Give(one, other, relation, Limits()) for one, other, relation in paper.pairs]
    allowed = [give for give in asked if paper.do(give) == DONE]
    return tuple(sorted(allowed, key=lambda give: bool(paper.balance(give.beneficiary))))


@st.composite
def lives(draw: st.DrawFn, book: Book | None = None) -> Paper:
    """A few families in which some money came in, some grants were given, and some bills were settled before."""
    paper = Paper(sandbox_cast(FAMILIES), book)
    limits = st.builds(Limits, LIMIT, LIMIT, LIMIT, LIMIT, FEN)
    for give, limited in draw(st.lists(st.tuples(st.sampled_from(givable()), limits), max_size=8)):
        paper.do(replace(give, limits=limited))
    for operation in draw(st.lists(incomes(paper) | bills(paper), max_size=6)):
        paper.do(operation)
    return paper


def incomes(paper: Paper) -> st.SearchStrategy[Operation]:
    """Money comes in."""
    return st.builds(Contribute, st.sampled_from(paper.people), st.integers(1, 60_000))


def bills(paper: Paper) -> st.SearchStrategy[Settle]:
    """A bill, often of somebody for whom only relatives may pay, at an institution of their region."""

    def of(person: UUID) -> st.SearchStrategy[Settle]:
        lines = st.builds(
            lambda item, quantity, approval: Line(item[0], item[1], quantity, approval),
            st.sampled_from(list(paper.items_for(person))),
            st.integers(1, 40_000) | st.integers(20_000, 400_000),
            st.sampled_from(Approval),
        )
        return st.builds(
            Settle,
            st.just(person),
            st.sampled_from(list(paper.places_for(person))),
            st.lists(lines, min_size=1, max_size=4).map(tuple),
            st.sampled_from((AccountUse.OWN, AccountUse.SHARED, AccountUse.OWN, AccountUse.NONE)),
            st.none(),
        )

    anybody = st.sampled_from(paper.people)
    shared = sorted({person for _, person in paper.live_grants if not paper.balance(person)})
    poor = [st.sampled_from(shared)] * 3 if shared else []
    return st.one_of(*poor, anybody).flatmap(of)


def decided_bill(paper: Paper, bill: Settle, *, preview: bool = False) -> Decided | Refused:
    """The decision on a bill, without effect."""
    request = paper.request_of(bill, preview=preview)
    assert not isinstance(request, str)
    return decide(request, paper.facts, paper.book, paper.now)


@quick
@given(st.data())
def test_a_preview_is_the_settlement_to_the_fen(data: st.DataObject) -> None:
    paper = data.draw(lives())
    bill = data.draw(bills(paper))
    shown, settled = decided_bill(paper, bill, preview=True), decided_bill(paper, bill)
    if isinstance(shown, Refused) or isinstance(settled, Refused):
        assert shown == settled
        return
    assert shown.bill.split == settled.bill.split
    assert shown.bill.plan == settled.bill.plan
    assert shown.bill.balance_after_fen == settled.bill.balance_after_fen
    assert shown.bill.fund_room_fen == settled.bill.fund_room_fen
    assert shown.bill.settlement is None


@quick
@given(st.data())
def test_the_parts_of_a_bill_add_up(data: st.DataObject) -> None:
    paper = data.draw(lives())
    decided = decided_bill(paper, data.draw(bills(paper)))
    if isinstance(decided, Refused):
        return
    divided, paid, settled = decided.bill.split, decided.bill.plan, decided.settlement
    assert settled.total_fen == (
        settled.fund_fen + settled.own_fen + settled.mutual_aid_fen + settled.cash_fen
    )
    assert divided.total_fen == (
        divided.own_expense_fen + divided.over_limit_fen + divided.prior_self_pay_fen + divided.in_scope_fen
    )
    assert (
        sum(divided.personal.values())
        == divided.personal_fen
        == paid.cash_fen + sum(share.amount_fen for share in paid.shares)
    )
    for line in divided.lines:
        parts = line.own_expense_fen, line.over_limit_fen, line.prior_self_pay_fen, line.in_scope_fen
        assert sum(parts) == line.amount_fen
        assert min(parts) >= 0
    for share in paid.shares:
        assert sum(share.by_class.values()) == share.amount_fen > 0
    document = read_decision(settled.decision)
    assert compare_settlement(settled, document, decided.transfers) == []


@quick
@given(st.data())
def test_no_account_falls_below_its_floor(data: st.DataObject) -> None:
    paper = data.draw(lives())
    bill = data.draw(bills(paper))
    decided = decided_bill(paper, bill)
    if isinstance(decided, Refused):
        return
    grants = {str(grant.grant_id): grant for grant in paper.facts.grants.get(bill.person, [])}
    for share in decided.bill.plan.shares:
        left = paper.balance(UUID(share.person)) - share.amount_fen
        floor = grants[share.grant].floor_fen if share.kind is PayerKind.GRANTOR and share.grant else 0
        assert left >= floor


@quick
@given(st.data())
def test_the_wish_for_own_money_only_spares_relatives_and_changes_nothing_else(data: st.DataObject) -> None:
    paper = data.draw(lives())
    bill = data.draw(bills(paper))
    usual = decided_bill(paper, replace(bill, shown_by=bill.person))
    wished = decided_bill(paper, replace(bill, shown_by=bill.person, own_money_only=True))
    if isinstance(usual, Refused) or isinstance(wished, Refused):
        assert usual == wished
        return
    assert wished.bill.split == usual.bill.split
    before, after = usual.bill.plan, wished.bill.plan
    assert after.mutual_aid_fen == 0
    assert after.own_fen == before.own_fen
    assert after.cash_fen == before.cash_fen + before.mutual_aid_fen
    assert read_decision(wished.settlement.decision)["own_money_only"] is True


@quick
@given(st.data())
def test_settling_and_cancelling_restores_every_balance_and_accumulator(data: st.DataObject) -> None:
    paper = data.draw(lives(data.draw(st.sampled_from((None, COUNTED)))))
    bill = data.draw(bills(paper))
    before = state(paper)
    if isinstance(paper.do(bill), str):
        assert state(paper) == before
        return
    if data.draw(st.booleans()):
        paper.do(Wait(30))
    paper.do(Cancel(paper.settled - 1))
    assert state(paper) == before


def state(paper: Paper) -> object:
    """Everything that a bill moves; what is zero is as good as not there."""
    facts = paper.facts
    today = paper.today
    return (
        dict(facts.balances),
        {key: use for key, use in facts.years.items() if use != YearUse()},
        {key: fen for key, fen in facts.days.items() if fen},
        {key: fen for key, fen in facts.months.items() if fen},
        {key: fen for key, fen in facts.levels.items() if fen},
        [grant.used.on(today) for given in facts.grants.values() for grant in given],
    )


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a database would keep of settlements: written by what is recorded, not by ``apply``."""

    facts: WorkingSet

    def gather(self) -> WorkingSet:
        """Fresh facts for one batch."""
        return deepcopy(self.facts)

    def record(self, decided: Decided) -> None:
        """What the flow's last step writes."""
        facts, settled = self.facts, decided.settlement
        for change in balance_changes(decided.transfers):
            facts.balances[(change.person, change.pocket)] += change.change_fen
        for use in decided.grants:
            facts.grants[use.person] = [
                replace(grant, used=grant.used.plus(use.day, use.amount_fen))
                if grant.grant_id == use.grant
                else grant
                for grant in facts.grants[use.person]
            ]
        year_key = (settled.person, settled.insurance, settled.year)
        year = facts.years.get(year_key, YearUse())
        facts.years[year_key] = YearUse(
            year.deductible_used_fen + settled.deductible_fen,
            year.fund_paid_fen + settled.fund_fen,
            year.in_scope_fen + settled.in_scope_fen,
        )
        day_key = (settled.person, settled.service_day, settled.level)
        facts.days[day_key] = facts.days.get(day_key, 0) + settled.fund_fen
        month = month_key(settled.person, settled.insurance, settled.service_day)
        facts.months[month] = facts.months.get(month, 0) + settled.fund_fen
        level = (*year_key, settled.level)
        facts.levels[level] = facts.levels.get(level, 0) + settled.deductible_fen
        if settled.kind is SettlementKind.PHARMACY:
            for line in decided.bill.split.lines:
                key = (settled.person, settled.institution, line.number)
                facts.pharmacy_lines[key] = settled.settlement
        else:
            batch_key = (settled.person, settled.visit, settled.batch)
            facts.batches[batch_key] = replace(facts.batches[batch_key], settlement=settled.settlement)


Command = SettleVisit | SettlePharmacy


@st.composite
def queues(draw: st.DrawFn, paper: Paper) -> list[tuple[UUID, Command]]:
    """Commands of one batch, so few people and bills that they get into each other's way."""
    found: list[tuple[UUID, Command]] = []
    for number, bill in enumerate(draw(st.lists(bills(paper), min_size=2, max_size=6))):
        found.append(command_of(paper, bill, number))
        if draw(st.booleans()):
            again = draw(st.integers(0, len(found) - 1))
            found.append(found[again])
    return found


def command_of(paper: Paper, bill: Settle, number: int) -> tuple[UUID, Command]:
    """A bill as a command; an outpatient's visit and charge batch are put on the shelf."""
    origin = Origin(bill.institution, "2207", f"M{number}", b"", "01")
    lines = sent(bill.lines, str(number), paper.now)
    total = sum(line.amount_fen for line in lines)
    claimed = ClaimedIdentity()
    if paper.cast.institutions[bill.institution].level == PHARMACY:
        return bill.person, SettlePharmacy(
            origin, None, claimed, paper.now, total, bill.account_use, "41", lines, False, lambda _: b""
        )
    visit = paper.new_id()
    paper.facts.visits[(bill.person, visit)] = Visit(
        bill.person, visit, bill.institution, "", paper.today, False, "11", None
    )
    paper.facts.batches[(bill.person, visit, "B")] = Batch(bill.person, visit, "B", lines, total, None)
    return bill.person, SettleVisit(
        *(origin, None, claimed, to_wire(visit), "B", total, bill.account_use, "11", None, False),
        lambda _: b"",
    )


def answer(
    paper: Paper, facts: WorkingSet, person: UUID, command: Command, fresh: tuple[UUID, UUID]
) -> Decided | Refused:
    """One command on these facts."""
    request = request_of(
        command, Presented(person, None, CredentialKind.CARD), person, fresh, facts, paper.now
    )
    return request if isinstance(request, Refused) else decide(request, facts, paper.book, paper.now)


def told(outcomes: Sequence[Decided | Refused]) -> list[object]:
    """Outcomes in a form that can be compared: the stored decision holds the whole input."""
    return [
        outcome if isinstance(outcome, Refused) else (outcome.settlement, outcome.transfers, outcome.bill)
        for outcome in outcomes
    ]


@quick
@given(st.data())
def test_a_batch_of_many_equals_as_many_batches_of_one(data: st.DataObject) -> None:
    """In a region too where the fund has a cap of the month and each level a deductible of its own."""
    paper = data.draw(lives(data.draw(st.sampled_from((None, COUNTED)))))
    queue = data.draw(queues(paper))
    ids = [(paper.new_id(), paper.new_id()) for _ in queue]
    shelf = Shelf(deepcopy(paper.facts))
    together, one_by_one = [], []
    facts = paper.facts
    for (person, command), fresh in zip(queue, ids, strict=True):
        outcome = answer(paper, facts, person, command, fresh)
        together.append(outcome)
        if isinstance(outcome, Decided):
            apply(outcome, facts)
    for (person, command), fresh in zip(queue, ids, strict=True):
        outcome = answer(paper, shelf.gather(), person, command, fresh)
        one_by_one.append(outcome)
        if isinstance(outcome, Decided):
            shelf.record(outcome)
    assert told(together) == told(one_by_one)
    assert facts == shelf.facts


def test_the_same_pharmacy_lines_twice_in_one_batch_are_settled_once() -> None:
    paper = Paper(sandbox_cast())
    place = next(c for c, i in paper.cast.institutions.items() if i.level == PHARMACY)
    region = paper.cast.institutions[place].region
    person = next(
        p for p, known in paper.cast.people.items() if known.region == region and known.status == "normal"
    )
    code, price = paper.items_for(person)[0]
    bill = Settle(person, place, (Line(code, price, 10_000, Approval.APPROVED),), AccountUse.OWN, None)
    _, command = command_of(paper, bill, 1)
    first = answer(paper, paper.facts, person, command, (paper.new_id(), paper.new_id()))
    assert isinstance(first, Decided)
    apply(first, paper.facts)
    second = answer(paper, paper.facts, person, command, (paper.new_id(), paper.new_id()))
    assert isinstance(second, Refused)
    assert second.code is RefusalCode.ALREADY_SETTLED


def test_limits_of_a_day_are_free_again_on_the_next() -> None:
    paper = Paper(sandbox_cast())
    grantor, beneficiary, relation = next(
        (one, other, relation)
        for one, other, relation in paper.pairs
        if paper.balance(one) > 5_000
        and not paper.balance(other)
        and paper.do(Give(one, other, relation, Limits(per_day_fen=1_000))) == "done"
    )
    item, price = next((i, p) for i, p in paper.items_for(beneficiary) if line_amount(p, 10_000) >= 1_000)
    place = next(c for c in paper.places_for(beneficiary) if paper.cast.institutions[c].level == "3")
    bill = Settle(beneficiary, place, (Line(item, price, 100_000, Approval.APPROVED),), AccountUse.OWN, None)
    shared = []
    for pause in (timedelta(0), timedelta(0), timedelta(days=1)):
        paper.now += pause
        result = paper.do(bill)
        assert isinstance(result, tuple)
        shared.append(result[3])
    assert shared == [1_000, 0, 1_000], (grantor, relation)
