"""Credits that are taken back: on paper and by the flows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from qinji.flows import claw_back_credits
from qinji.flows.claw_back_credits import ClawBack as Rows
from qinji.flows.claw_back_credits import DecideClawback, EnterClawback
from qinji.flows.deps import Deps
from qinji.flows.parts.clawing import ClawbackFile, Clawed, Clawing, ClawRow, decide
from qinji.flows.parts.crediting import Booked as Credited
from qinji.flows.parts.crediting import CreditRow
from qinji.insured.model import Person
from qinji.kernel.actor import StaffActor, StaffRole
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger.model import CURRENT_POCKET, POCKETS, Clawback, ClawbackLine, ClawbackState, Transfer
from tests.simulation.booked import DONE, Result
from tests.simulation.operations import ClawBack

LINE = 2
CLERK, REVIEWER = StaffActor("C001", "录入人"), StaffActor("R001", "复核人", StaffRole.REVIEWER)


def result_of(made: Clawed) -> str:
    """What became of the one row."""
    if made.refused:
        return made.refused[0].fault.name
    (one,) = made.taken
    return DONE if one.line is not None else "CLAW_MISSING"


@dataclass(slots=True)
class Claims:
    """The paper's files: each is one credit and amount. ``rounds`` is the last round of each, with what it left."""

    rounds: dict[ClawBack, Clawback] = field(default_factory=dict)
    lines: dict[UUID, list[ClawbackLine]] = field(default_factory=dict)
    current: Counter[UUID] = field(default_factory=Counter)

    def claw(
        self,
        asked: ClawBack,
        credit: Credited,
        person: Person,
        balances: Mapping[tuple[UUID, int], int],
        new_id: Callable[[], UUID],
        now: datetime,
    ) -> list[Transfer] | str:
        """Enter, approve and carry out a file of one row."""
        last = self.rounds.get(asked)
        if last is not None and not (last.missing_fen or last.refused):
            return RefusalCode.CLAWBACK_STATE.name
        claim = new_id() if last is None else last.claim
        number = 1 if last is None else last.round + 1
        state = ClawbackState.APPROVED
        claw = Clawback("", number, claim, credit.line.run, True, "", "C001", now, state, "R001", now)
        row = ClawRow(LINE, person.number, credit.row.line, credit.row.month, asked.amount_fen)
        facts = Clawing(
            clawback=claw,
            people={person.number: person},
            credited=[credit.line],
            credits={credit.line.act: credit.transfer},
            lines=self.lines.get(credit.line.act, ()),
            balances={person.person_id: {p: balances.get((person.person_id, p), 0) for p in POCKETS}},
            new_id=new_id,
            booked_at=now,
        )
        made = decide([row], facts)
        missing = sum(one.missing_fen for one in made.taken)
        self.rounds[asked] = replace(claw, refused=len(made.refused), missing_fen=missing)
        rows = [transfer for one in made.taken for transfer in one.transfers]
        self.lines.setdefault(credit.line.act, []).extend(
            one.line for one in made.taken if one.line is not None
        )
        self.current[credit.line.act] += sum(one.amount_fen for one in rows if one.pocket == CURRENT_POCKET)
        return rows or result_of(made)

    def from_current(self, act: UUID) -> int:
        """What was taken from this year's balance of what this act credited."""
        return self.current[act]


@dataclass(slots=True)
class ClawHands:
    """The same by the flows. ``credits`` are the runs that credited something, in order, with their one row."""

    deps: Deps
    credits: list[tuple[str, CreditRow]]

    async def do(self, asked: ClawBack) -> Result:
        """Enter, approve, carry out, and note that it is over."""
        run, credit = self.credits[asked.credit]
        file = ClawbackFile(f"{asked.amount_fen}", run, further=True)
        entry = EnterClawback(CLERK, file, "划入的金额有误", again=True)
        entered = await claw_back_credits.enter(entry, self.deps)
        if isinstance(entered, Refused):
            return entered.code.name
        approved = await claw_back_credits.settle_round(DecideClawback(REVIEWER, file, True), self.deps)
        assert isinstance(approved, Clawback)
        row = ClawRow(LINE, credit.number, credit.line, credit.month, asked.amount_fen)
        made = await claw_back_credits.run(Rows(approved, [row]), self.deps)
        missing = sum(one.missing_fen for one in made.taken)
        await claw_back_credits.finish(
            replace(approved, refused=len(made.refused), missing_fen=missing), self.deps
        )
        return result_of(made)
