"""Somebody who may pay the personal part of a bill. Amounts are fen."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.kernel.bill import PayerKind
from qinji.kernel.purpose import UseClass

Limit = int | None


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer with the room it has: ``limits`` is what is left of use, day, month and year (None: no limit).

    ``skip_reason`` says why it does not pay at all; ``document`` and ``clause`` by what rule it may. More than
    ``confirm_above_fen`` (None: whatever it is) only as far as the grantor has said yes to it, ``confirmed_fen``.
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
    confirm_above_fen: Limit = None
    confirmed_fen: int = 0

    @property
    def confirm_room_fen(self) -> Limit:
        """What may be paid without asking, or as far as was agreed to."""
        return None if self.confirm_above_fen is None else max(self.confirm_above_fen, self.confirmed_fen)

    @property
    def room_fen(self) -> int:
        """What it may pay at most: balance above the floor, within every limit."""
        if self.skip_reason:
            return 0
        limits = (*self.limits, self.confirm_room_fen)
        rooms = [self.balance_fen - self.floor_fen, *(limit for limit in limits if limit is not None)]
        return max(0, min(rooms))
