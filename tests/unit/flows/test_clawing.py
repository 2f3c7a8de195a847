"""What a correction file takes: within the credit, within each pocket, once a round; whatever else happens between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from qinji.flows.parts.clawing import Clawed, Clawing, ClawRow, Taken, decide, missing
from qinji.flows.parts.row_faults import RowFault
from qinji.insured.model import CodeState, Insurance, Person, Status
from qinji.ledger.chart import Account
from qinji.ledger.model import (
    CURRENT_POCKET,
    ONLY_POCKET,
    POCKETS,
    Clawback,
    ClawbackLine,
    ClawbackState,
    LineKind,
    RunLine,
    Transfer,
)
from qinji.ledger.rules import balance_changes

PERSON, RUN, CLAIM = UUID(int=1), UUID(int=2), UUID(int=3)
NOON, MARCH = datetime(2026, 3, 17, 4, tzinfo=UTC), date(2026, 3, 1)
NUMBER = "9901000000020002"


def somebody() -> Person:
    """An employee."""
    return Person(
        PERSON, NUMBER, "测某", b"", 1, "female", "01", date(1970, 1, 1), "990102", Insurance.EMPLOYEE, "in_service",
        Status.NORMAL, date(2000, 1, 1), None, "", False, None, CodeState.ACTIVE,
    )  # fmt: skip


def clawback(claim: int = 3, round_: int = 1, *, further: bool = True) -> Clawback:
    """An approved round."""
    return Clawback(
        f"clawback/{claim}",
        round_,
        UUID(int=claim),
        RUN,
        further,
        "多划了",
        "C001",
        NOON,
        ClawbackState.APPROVED,
    )


class World:
    """One account with some credits of one run, what was taken back of them, and money that comes and goes."""

    def __init__(self, amounts: list[int], pocket: int) -> None:
        self._acts: Iterator[int] = count(1_000)
        self.people: dict[str, Person] = {NUMBER: somebody()}
        self.balances = Counter({ONLY_POCKET: 0, CURRENT_POCKET: 0})
        self.balances[pocket] = sum(amounts)
        self.lines: list[ClawbackLine] = []
        self.credited = [
            RunLine(PERSON, RUN, line, UUID(int=100 + line), LineKind.CONTRIBUTION, MARCH, False, fen)
            for line, fen in enumerate(amounts, 2)
        ]
        self.credits = {
            one.act: Transfer(
                *(PERSON, one.act, 0, Account.SOURCE_CONTRIBUTION, Account.PERSONAL, one.amount_fen),
                *("990100", NOON),
                pocket=pocket,
            )
            for one in self.credited
        }

    def facts(self, claw: Clawback) -> Clawing:
        """As they stand."""
        return Clawing(
            *(claw, self.people, self.credited, self.credits, self.lines, {PERSON: self.balances}),
            new_id=self.new_id,
            booked_at=NOON,
        )

    def new_id(self) -> UUID:
        """Of an act."""
        return UUID(int=next(self._acts))

    def take(self, rows: list[ClawRow], claw: Clawback) -> Clawed:
        """Decide, and book it."""
        made = decide(rows, self.facts(claw))
        for change in balance_changes([row for one in made.taken for row in one.transfers]):
            self.balances[change.pocket] += change.change_fen
        self.lines += [one.line for one in made.taken if one.line is not None]
        return made


def row(line: int, fen: int, credit_line: int = 2) -> ClawRow:
    """A row of the file."""
    return ClawRow(line, NUMBER, credit_line, MARCH, fen)


STEP = st.one_of(
    st.tuples(st.just("claw"), st.integers(3, 6), st.integers(0, 2), st.integers(1, 600)),
    st.tuples(st.just("again"), st.integers(3, 6), st.integers(0, 2), st.integers(1, 600)),
    st.tuples(st.just("spend"), st.sampled_from(POCKETS), st.just(0), st.integers(1, 600)),
    st.tuples(st.just("move"), st.sampled_from(POCKETS), st.just(0), st.integers(1, 600)),
    st.tuples(st.just("bring"), st.sampled_from(POCKETS), st.just(0), st.integers(1, 600)),
)


@given(
    amounts=st.lists(st.integers(1, 500), min_size=3, max_size=3),
    pocket=st.sampled_from(POCKETS),
    steps=st.lists(STEP, max_size=30),
)
def test_never_more_than_the_credit_never_twice_and_never_below_zero(
    amounts: list[int], pocket: int, steps: list[tuple[str, int, int, int]]
) -> None:
    world = World(amounts, pocket)
    rounds: Counter[int] = Counter()
    asked: dict[tuple[int, int], int] = {}
    for kind, which, place, fen in steps:
        if kind == "spend":
            world.balances[which] -= min(fen, world.balances[which])
        elif kind == "bring":
            world.balances[which] += fen
        elif kind == "move":
            moved = min(fen, world.balances[which])
            world.balances[which] -= moved
            world.balances[1 - which] += moved
        else:
            _claw(world, kind, which, place, fen, rounds, asked)
        assert min(world.balances.values()) >= 0
        of_credit: Counter[UUID] = Counter()
        of_claim: Counter[tuple[int, int]] = Counter()
        for line in world.lines:
            of_credit[line.credit_act] += line.amount_fen
            of_claim[line.claim.int, line.line] += line.amount_fen
        assert all(of_credit[one.act] <= one.amount_fen for one in world.credited)
        assert all(fen <= asked[claim] for claim, fen in of_claim.items())


def _claw(
    world: World,
    kind: str,
    claim: int,
    place: int,
    fen: int,
    rounds: Counter[int],
    asked: dict[tuple[int, int], int],
) -> None:
    """A file of one row; the same file asks for the same amount however often it is run."""
    rounds[claim] += kind == "again" or not rounds[claim]
    line = place + 2
    fen = asked.setdefault((claim, line), fen)
    before = dict(world.balances)
    made = world.take([row(line, fen, line)], clawback(claim, rounds[claim]))
    for one in made.taken:
        assert one.before_fen + one.now_fen + one.missing_fen == one.row.amount_fen
        assert sum(before.values()) - sum(world.balances.values()) == one.now_fen
        assert one.line is None or all(x.act == one.line.act and x.amount_fen > 0 for x in one.transfers)
        if one.line is not None and one.missing_fen:
            assert sum(world.balances.values()) == 0, "what is missing was not there in any pocket"


def test_the_pocket_that_was_credited_pays_first() -> None:
    world = World([500], CURRENT_POCKET)
    world.balances.update({ONLY_POCKET: 100, CURRENT_POCKET: -200})
    (one,) = world.take([row(2, 350)], clawback()).taken
    assert [(x.pocket, x.amount_fen) for x in one.transfers] == [(CURRENT_POCKET, 300), (ONLY_POCKET, 50)]
    assert {(x.debit, x.credit, x.book) for x in one.transfers} == {
        (Account.PERSONAL, Account.SOURCE_CONTRIBUTION, "990100")
    }


def test_a_round_takes_once_and_one_that_is_over_takes_nothing() -> None:
    world = World([500], ONLY_POCKET)
    world.balances[ONLY_POCKET] = 100
    world.take([row(2, 400)], clawback())
    world.balances[ONLY_POCKET] = 1_000
    (one,) = world.take([row(2, 400)], clawback()).taken
    assert (one.now_fen, one.before_fen, one.missing_fen) == (0, 100, 300)
    over = replace(clawback(round_=2), finished_at=NOON)
    assert world.take([row(2, 400)], over).taken[0].now_fen == 0
    assert world.take([row(2, 400)], clawback(round_=3)).taken[0].now_fen == 300


def test_only_what_is_missing_is_told() -> None:
    assert missing(Taken(row(2, 100), before_fen=100)) is None
    found = missing(Taken(row(2, 100), before_fen=40))
    assert found is not None
    assert (found.fault, found.line) == (RowFault.CLAW_MISSING, 2)
    assert "已扣 0.40 元,还差 0.60 元" in found.what
