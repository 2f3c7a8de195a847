"""A bill that was settled on paper, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from qinji.flows.parts.decide import Decided
from qinji.flows.parts.document import Document, read_decision
from qinji.ledger.model import Transfer

DONE = "done"
Result = str | tuple[int, int, int, int, int]
"""The refusal's code, ``done``, or total, fund, own account, relatives and cash of a bill, in fen."""


@dataclass(slots=True)
class Booked:
    """A settlement and, once cancelled, the counter-transfers.

    ``mended`` is what corrections took back before, ``corrected`` whose accounts got it.
    """

    decided: Decided
    back: tuple[Transfer, ...] | None = None
    mended: list[Transfer] = field(default_factory=list)
    corrected: set[UUID] = field(default_factory=set)

    @property
    def document(self) -> Document:
        """The stored decision."""
        return read_decision(self.decided.settlement.decision)


@dataclass(frozen=True, slots=True)
class Booking:
    """A bill that was settled: whose, where, under which ids."""

    person: UUID
    institution: str
    visit: str
    settlement: str


def amounts(decided: Decided) -> Result:
    """What a bill came to."""
    settled = decided.settlement
    return (
        settled.total_fen,
        settled.fund_fen,
        settled.own_fen,
        settled.mutual_aid_fen,
        settled.cash_fen,
    )
