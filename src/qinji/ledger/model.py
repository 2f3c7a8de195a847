"""A transfer and the balances it moves. Amounts are fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.search import Terms
from qinji.ledger.chart import Account

ONLY_POCKET = 0
"""The only balance, or the balance of past years; pocket 1 holds the current year's where a region keeps two."""

CURRENT_POCKET = 1
"""This year's balance where a region keeps two; its row is made when it is first credited."""

POCKETS = (ONLY_POCKET, CURRENT_POCKET)
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
    """One use of a grantor's account for a relative, no medical content (policy 6).

    A grantor is told the region of ``institution``, not which one it is.
    """

    settlement: UUID
    beneficiary: UUID
    amount_fen: int
    booked_at: datetime
    institution: str | None
    returned: bool


@dataclass(frozen=True, slots=True)
class Movement:
    """One row that moved a stored balance: ``change_fen`` above zero came in; ``after_fen`` is what was there then."""

    act: UUID
    seq: int
    booked_at: datetime
    other_account: Account
    change_fen: int
    after_fen: int
    other_person: UUID | None
    institution: str | None


class LineKind(StrEnum):
    """What a line of a run books: a month's crediting of who works or is retired, a roll-over, interest."""

    CONTRIBUTION = "contribution"
    RETIRED = "retired"
    ROLL_OVER = "roll_over"
    INTEREST = "interest"


@dataclass(frozen=True, slots=True)
class AccountRun:
    """A crediting file or a roll-over: how far it is, and what its last whole pass came to, in fen.

    ``name`` says what it is, so that the same is one run however often it is begun.
    """

    name: str
    run: UUID
    began_at: datetime
    began_by: str
    after_person: UUID | None = None
    finished_at: datetime | None = None
    booked: int = 0
    refused: int = 0
    amount_fen: int = 0


@dataclass(frozen=True, slots=True)
class RunLine:
    """What one line of a run booked for a person; ``month`` is the first day of the month that is credited."""

    person: UUID
    run: UUID
    line: int
    act: UUID
    kind: LineKind
    month: date | None
    supplement: bool
    amount_fen: int


class ClawbackState(StrEnum):
    """Where a correction file stands: another has to look at it, it may be carried out, or it is not."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Clawback:
    """One round of a correction file that takes back what a crediting run booked too much (decision 0040).

    ``name`` is the file's, ``round`` counts how often it was asked for, ``claim`` is the same in all of its rounds;
    ``further``: it asks beside what another file took of the same credits. Amounts are fen; the last four are what the
    file had come to when the round was over, all rounds together.
    """

    name: str
    round: int
    claim: UUID
    credit_run: UUID
    further: bool
    reason: str
    entered_by: str
    entered_at: datetime
    state: ClawbackState = ClawbackState.WAITING
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    finished_at: datetime | None = None
    taken: int = 0
    refused: int = 0
    taken_fen: int = 0
    missing_fen: int = 0


@dataclass(frozen=True, slots=True)
class ClawbackLine:
    """What one round took for one line of a correction file, of the credit that was booked as ``credit_act``."""

    person: UUID
    claim: UUID
    line: int
    round: int
    act: UUID
    credit_act: UUID
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Held:
    """How a person's account stood at the end of an account year, in fen, all pockets together.

    ``opening_fen`` lay in it from the first day; ``day_fen`` adds, for each change of the year, its amount times the
    days that it lay there.
    """

    opening_fen: int = 0
    day_fen: int = 0


@dataclass(frozen=True, slots=True)
class MovedSearch:
    """What is looked for among the transfers of one's own balances; ``terms.returned``: whether one takes another back.

    ``accounts``: one of these stored accounts is one of its sides; ``pairs``: it is one of these (debit, credit).
    """

    terms: Terms = field(default_factory=Terms)
    accounts: Sequence[Account] = (Account.PERSONAL, Account.HELD, Account.WALLET)
    pairs: Sequence[tuple[str, str]] | None = None
    relative: UUID | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer that moved one's own balances, and what was in each right after it, in fen."""

    transfer: Transfer
    account_fen: int
    held_fen: int
    wallet_fen: int


@dataclass(frozen=True, slots=True)
class SharedPart:
    """What a grantor's account paid for one bill of a relative, all its pockets together, in fen."""

    settlement: UUID
    beneficiary: UUID
    amount_fen: int
    booked_at: datetime
    institution: str | None
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class MonthMoved:
    """What went in a month (its first day) from one account to another, less what was taken back in it, in fen."""

    month: date
    debit: Account
    credit: Account
    other_person: UUID | None
    amount_fen: int
