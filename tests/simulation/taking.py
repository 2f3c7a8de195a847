"""Credits that are taken back, counted a second way: from the rows alone, never beyond the credit, once a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from qinji.flows.parts.crediting import Booked as Credited
from qinji.ledger.chart import Account
from qinji.ledger.model import POCKETS, Transfer
from tests.simulation.bounding import insist
from tests.simulation.operations import ClawBack, Operation

SIDES = (Account.PERSONAL, Account.SOURCE_CONTRIBUTION)


@dataclass(slots=True)
class Taken:
    """What was taken back, counted from the rows alone: of each credit, and for each file."""

    of_credit: Counter[int] = field(default_factory=Counter)
    of_file: Counter[ClawBack] = field(default_factory=Counter)

    def follow(
        self,
        operation: Operation,
        rows: list[Transfer],
        credited: list[Credited],
        owed: Counter[tuple[UUID, int]],
    ) -> None:
        """``owed`` is what is in everybody's pockets after it, in fen."""
        taken = sum(row.amount_fen for row in rows if (row.debit, row.credit) == SIDES)
        if not isinstance(operation, ClawBack):
            insist(not taken, "nothing goes back to the contributions but by a clawback", operation=operation)
            return
        credit = credited[operation.credit].transfer
        insist(all(row.person == credit.person for row in rows), "only whom it was credited to", rows=rows)
        insist(taken == sum(row.amount_fen for row in rows), "a clawback books nothing else", rows=rows)
        self.of_credit[operation.credit] += taken
        self.of_file[operation] += taken
        insist(self.of_credit[operation.credit] <= credit.amount_fen, "I14 never beyond the credit")
        short = operation.amount_fen - self.of_file[operation]
        insist(short >= 0, "I12 a file takes once", operation=operation)
        if taken and short:
            insist(
                not any(owed[credit.person, one] for one in POCKETS),
                "what is missing is not there",
                operation=operation,
            )
