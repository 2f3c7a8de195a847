"""Somebody who may pay the personal part of a bill. Amounts are fen."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.kernel.bill import PayerKind
from qinji.kernel.purpose import UseClass

Limit = int | None


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer with the room it has: ``limits`` is what is left of use, day, month and year (None: no limit).

    ``skip_reason`` says why it does not pay at all; ``document`` and ``clause`` by what rule it may.
    """

    kind: PayerKind
    person: str
    name: str
    pocket: int
    balance_fen: int
    pays: frozenset[UseClass]
    floor_fen: int = 0
    limits: tuple[Limit, Limit, Limit, Limit] = (None, None, None, None)
    grant: str | None = None
    relation: str = ""
    rank: int = 0
    since: str = ""
    skip_reason: str = ""
    document: str = ""
    clause: str = ""

    @property
    def room_fen(self) -> int:
        """What it may pay at most: balance above the floor, within every limit."""
        if self.skip_reason:
            return 0
        rooms = [self.balance_fen - self.floor_fen, *(limit for limit in self.limits if limit is not None)]
        return max(0, min(rooms))
