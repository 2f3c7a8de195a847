"""A transfer and the balances it moves. Amounts are fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.kernel.bill import WALLET_POCKET
from qinji.ledger.chart import Account

ONLY_POCKET = 0
"""The only balance, or the balance of past years; pocket 1 holds the current year's where a region keeps two."""

POCKETS = (ONLY_POCKET, 1)
"""The pockets of the personal account: what is told as its balance."""

HELD_POCKET = 2
"""Where money on its way is stored; made when somebody first sends or holds any."""

POCKET_OF: Mapping[Account, int | None] = {
    Account.PERSONAL: None,
    Account.HELD: HELD_POCKET,
    Account.WALLET: WALLET_POCKET,
}
"""The one pocket of each stored account; None where the transfer says which of its pockets."""


def own_balance(pockets: Mapping[int, int]) -> int:
    """The balance of the personal account, in fen; what is held or in the wallet is no part of it."""
    return sum(pockets.get(pocket, 0) for pocket in POCKETS)


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
