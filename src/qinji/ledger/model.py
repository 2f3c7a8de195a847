"""A transfer and the balances it moves. Amounts are fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.ledger.chart import Account

ONLY_POCKET = 0
"""The only balance, or the balance of past years; pocket 1 holds the current year's where a region keeps two."""

POCKETS = (ONLY_POCKET, 1)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row of the ledger: an amount from ``debit`` to ``credit`` in one book, belonging to one person.

    ``other_person`` is the relative on the other side of the clearing account; ``reverses`` is the act whose row of
    the same ``seq`` this row takes back.
    """

    person: UUID
    act: UUID
    seq: int
    debit: Account
    credit: Account
    amount_fen: int
    book: str
    booked_at: datetime
    service_day: date | None = None
    institution: str | None = None
    pocket: int | None = None
    other_person: UUID | None = None
    other_book: str | None = None
    reverses: UUID | None = None


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """What an act does to one stored balance."""

    person: UUID
    pocket: int
    change_fen: int


@dataclass(frozen=True, slots=True)
class SharedUse:
    """One use of a grantor's account for a relative: amount, day and place, no medical content (policy 6)."""

    settlement: UUID
    beneficiary: UUID
    amount_fen: int
    booked_at: datetime
    institution: str | None
    returned: bool
