"""Two hundred thousand operations on the paper bureau, each checked by a second way of counting.

``SIMULATION_SEED`` chooses another course of events; a failure names its seed and the operation that broke a promise.
More of them, and one course alone, are played by ``make simulate``.
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from qinji.flows.parts.commands import AccountUse
from qinji.kernel.bill import Approval
from qinji.kernel.dates import CHINA
from qinji.ledger.chart import Account
from qinji.mutual_aid.model import Limits
from tests.simulation import courses
from tests.simulation.cast import sandbox_cast
from tests.simulation.changed_packs import changed
from tests.simulation.courses import play
from tests.simulation.invariants import Auditor
from tests.simulation.operations import Cancel, Contribute, Give, Line, Revoke, Settle, Wait
from tests.simulation.paper import Paper
from tests.simulation.promises import INVARIANTS

SEED = int(os.environ.get("SIMULATION_SEED", courses.SEED))
COURSES = 8

WANTED = (
    *("Settle: done", "Cancel: done", "Give: done", "Revoke: done", "Bind: done", "Unbind: done"),
    *("Send: done", "Reply: done", "Send: WALLET_CLOSED", "Send: WALLET_AMOUNT"),
    *("Reply: WALLET_TRANSFER_STATE", "Pause: done", "Pause: GRANT_STATE", "Change: done"),
    *("Ask: done", "Answer: done", "Answer: CONFIRMATION_STATE", "Credit: done", "Credit: MONTH_CREDITED"),
    *("Freeze: done", "Settle: CODE_FROZEN", "Contribute: RESIDENT"),
    *("Order: done", "Order: PREMIUM_ORDERED", "Order: PREMIUM_COVERED", "Say: done", "Say: contradicts"),
    *("ClawBack: done", "ClawBack: CLAW_AMOUNT", "ClawBack: CLAWBACK_STATE"),
    *("Complain: done", "Complain: COMPLAINT_EXISTS", "Propose: done", "Propose: CORRECTION_NOTHING"),
    *("Decide: done", "Decide: SAME_CLERK", "Close: done", "Close: COMPLAINT_OUTCOME"),
    *("AskBack: done", "AskBack: PREMIUM_STATE"),
    *(
        "Complain: NOT_FOUND",
        "Complain: NOT_ALLOWED",
        "Complain: REQUEST_INVALID",
        "Disown: done",
        "Disown: stands",
    ),
    *(
        "Disown: NOT_FOUND",
        "TakeBack: done",
        "TakeBack: COMPLAINT_STATE",
        "WorkOn: done",
        "WorkOn: NOT_ALLOWED",
    ),
    *(
        "WorkOn: STAFF_UNKNOWN",
        "WorkOn: COMPLAINT_STATE",
        "Look: done",
        "Empower: done",
        "Empower: NOT_ALLOWED",
    ),
    *("Show: done", "Show: POWER_NOT_GIVEN", "Show: CODE_FROZEN", "Settle: POWER_NOT_GIVEN"),
    *("Settle: CODE_EXPIRED", "Settle: CODE_USED_ELSEWHERE", "Settle: CODE_SESSION_OVER"),
    *("Lapse: done", "Lapse: ENROL_STATE", "Resume: done", "Resume: ENROL_STATE"),
    *("Settle: BENEFIT_STOPPED", "Settle: BENEFIT_WAITING"),
    *("Cancel: SETTLEMENT_CANCELLED", "Settle: INSURED_ELSEWHERE", "Give: GRANT_RELATION_NOT_ALLOWED"),
)
"""What must happen in every course, or it has not tried what it is for."""

SEEN = (
    *("yes used at a hospital", "yes used at a pharmacy", "visit settled as it was shown"),
    *("correction", "cancel after a correction", "grant ended in a case", "grants paused by a case"),
    *("code frozen by a case", "what a case stopped goes on"),
    *("premium ordered by a grant", "premium of a grant refused", "premium of a grant refunded"),
    *("case about a code", "case about a look", "case taken down at the window", "case taken back"),
    *("case: note", "case: hand_on", "case: ask_cancel", "case: refer"),
    *("binding suspended by a case", "nobody shows by a suspended binding", "suspended binding goes on"),
    *("suspended binding stays so", "code paid later than shown"),
    *("grant paused by 不是我", "code frozen by 不是我"),
    *("payments stopped", "payments resumed", "break made good whole", "break waited for"),
    *(
        "old balance paid in a break",
        "cash in a break",
        "relatives left out in a break",
        "bill in a wait refused",
    ),
    *("bill in a break refused", "grant rested in a break"),
)
"""And what must come about within it."""


@pytest.mark.parametrize("course", range(COURSES))
def test_two_hundred_thousand_operations_keep_every_invariant(course: int) -> None:
    played = courses.course_of(SEED, course, courses.COURSE_OPERATIONS)
    assert played.outcomes.total() * COURSES == 200_000
    assert all(played.outcomes[name] for name in WANTED), played.outcomes
    assert all(played.seen[name] for name in SEEN), played.seen


def test_years_end_and_yeses_are_used_often_enough_to_mean_something() -> None:
    paper = Paper(sandbox_cast(), courses.packs_of(1))
    paper.now = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)
    play(paper, SEED + 1, 10_000)
    rolled = [row for row in paper.transfers if row.debit is Account.CLEARING_ROLL_OVER]
    confirmed = [one for booked in paper.booked for one in booked.decided.confirmations]
    assert len(rolled) > 20
    assert len(confirmed) > 5


def test_every_invariant_of_the_design_has_a_check_or_a_test() -> None:
    root = Path(__file__).resolve().parents[2]
    design = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    said = re.findall(r"\bI\d+\b", design[design.index("### Invariants") : design.index("## 6.")])
    assert {*INVARIANTS, "I15"} == set(said)
    for held_by in INVARIANTS.values():
        for one in held_by:
            file, _, name = one.partition("::")
            found = (
                f"def {name}(" in (root / file).read_text(encoding="utf-8") if name else hasattr(Auditor, one)
            )
            assert found, one


def test_relatives_pay_often_enough_for_the_simulation_to_mean_something() -> None:
    paper = Paper(sandbox_cast())
    play(paper, SEED, 8_000)
    shared = [booked for booked in paper.booked if booked.decided.settlement.mutual_aid_fen]
    assert len(shared) > len(paper.booked) / 20
    assert any(len(booked.decided.grants) > 1 for booked in paper.booked)
    assert any(booked.decided.session is not None for booked in paper.booked)


def test_where_refunds_go_to_their_source_every_invariant_holds_too() -> None:
    paper = Paper(sandbox_cast(12), changed({"wallet.refund_to": "source"}))
    played = play(paper, SEED, 20_000)
    onward = [row for booked in paper.booked for row in booked.back or () if row.reverses is None]
    assert len(onward) >= 10, "a wallet's money goes back to its givers often enough to mean something"
    assert any(len(booked.decided.parts) > 1 for booked in paper.booked)
    assert played.seen["cancel after a correction with a wallet part"]
    assert played.seen["bill of a break paid by the fund, once it was made good"], (
        "a bill of a break that was made good"
    )


def test_the_same_seed_is_the_same_course_of_events() -> None:
    first, second = Paper(sandbox_cast()), Paper(sandbox_cast())
    assert play(first, SEED, 500) == play(second, SEED, 500)
    assert first.transfers == second.transfers


PEOPLE = st.integers(0, 11)
FEN = st.integers(0, 60_000)
LIMIT = st.none() | FEN


class OneBlock(RuleBasedStateMachine):
    """A dozen people and short histories, so that hypothesis finds the shortest one that breaks a promise."""

    def __init__(self) -> None:
        super().__init__()
        self.paper = Paper(sandbox_cast(families=6))
        self.auditor = Auditor(self.paper)
        self.people = self.paper.people[:12]

    @rule(place=st.integers(0, 1_000), use=LIMIT, day=LIMIT, month=LIMIT, floor=FEN)
    def give(self, place: int, use: int | None, day: int | None, month: int | None, floor: int) -> None:
        grantor, beneficiary, relation = self.paper.pairs[place % len(self.paper.pairs)]
        limits = Limits(use, day, month, None, floor)
        self.auditor.step(Give(grantor, beneficiary, relation, limits))

    @precondition(lambda self: self.paper.live_grants)
    @rule(place=st.integers(0, 100), by_grantor=st.booleans())
    def revoke(self, place: int, by_grantor: bool) -> None:
        grants = self.paper.live_grants
        grantor, beneficiary = grants[place % len(grants)]
        self.auditor.step(Revoke(grantor, beneficiary, grantor if by_grantor else beneficiary))

    @rule(
        who=PEOPLE,
        where=st.integers(0, 3),
        item=st.integers(0, 100),
        quantity=st.integers(1, 200_000),
        use=st.sampled_from(AccountUse),
    )
    def settle(self, who: int, where: int, item: int, quantity: int, use: AccountUse) -> None:
        shared = [beneficiary for _, beneficiary in self.paper.live_grants]
        person = shared[who % len(shared)] if shared and who % 3 else self.people[who % len(self.people)]
        places, items = self.paper.places_for(person), self.paper.items_for(person)
        code, price = items[item % len(items)]
        line = Line(code, price, quantity, Approval.APPROVED)
        self.auditor.step(Settle(person, places[where % len(places)], (line,), use, None))

    @precondition(lambda self: self.paper.settled)
    @rule(place=st.integers(0, 1_000))
    def cancel(self, place: int) -> None:
        self.auditor.step(Cancel(place % self.paper.settled))

    @rule(who=PEOPLE, amount=st.integers(1, 100_000))
    def contribute(self, who: int, amount: int) -> None:
        self.auditor.step(Contribute(self.people[who % len(self.people)], amount))

    @rule(minutes=st.sampled_from((1, 60, 60 * 24, 60 * 24 * 31)))
    def wait(self, minutes: int) -> None:
        self.auditor.step(Wait(minutes))

    @invariant()
    def everything_holds(self) -> None:
        self.auditor.everything()


TestOneBlock = OneBlock.TestCase
TestOneBlock.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
