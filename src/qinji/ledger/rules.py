"""Pure rules of the ledger: what a set of transfers does to stored balances, and how an act is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from qinji.kernel.ensure import ensure
from qinji.kernel.money import round_half_up
from qinji.ledger.chart import CLEARING, Account
from qinji.ledger.model import ONLY_POCKET, POCKET_OF, BalanceChange, Held, Transfer


def balance_changes(transfers: Iterable[Transfer]) -> list[BalanceChange]:
    """The change of each stored balance; a debit of its account lowers it, a credit raises it."""
    changes: dict[tuple[UUID, int], int] = {}
    for transfer in transfers:
        for account, change_fen in (
            (transfer.debit, -transfer.amount_fen),
            (transfer.credit, transfer.amount_fen),
        ):
            if account in POCKET_OF:
                place = (transfer.person, _pocket(account, transfer))
                changes[place] = changes.get(place, 0) + change_fen
    return [
        BalanceChange(person, pocket, change)
        for (person, pocket), change in sorted(changes.items())
        if change
    ]


def changes_of(transfer: Transfer) -> dict[int, int]:
    """What one transfer does to each of its person's stored balances, in fen by pocket; both sides may be stored."""
    changes: dict[int, int] = {}
    for account, sign in ((transfer.debit, -1), (transfer.credit, 1)):
        if account in POCKET_OF:
            pocket = _pocket(account, transfer)
            changes[pocket] = changes.get(pocket, 0) + sign * transfer.amount_fen
    return changes


def balances_after(opening: Mapping[int, int], transfers: Iterable[Transfer]) -> dict[int, int]:
    """The stored balances of one person after these transfers of theirs, in fen by pocket."""
    found = dict(opening)
    for transfer in transfers:
        for pocket, change_fen in changes_of(transfer).items():
            found[pocket] = found.get(pocket, 0) + change_fen
    return found


def _pocket(account: Account, transfer: Transfer) -> int:
    """Where the balance of this side of a transfer is stored."""
    pocket = POCKET_OF[account]
    if pocket is None:
        pocket = transfer.pocket
    return ONLY_POCKET if pocket is None else pocket


def check_act(transfers: Sequence[Transfer]) -> None:
    """Invariants I1 and I2 of one act: amounts are positive and every clearing account comes to zero."""
    standing = dict.fromkeys(CLEARING, 0)
    for transfer in transfers:
        ensure(transfer.amount_fen > 0, "every amount is positive", seq=transfer.seq)
        if transfer.debit in CLEARING:
            standing[transfer.debit] += transfer.amount_fen
        if transfer.credit in CLEARING:
            standing[transfer.credit] -= transfer.amount_fen
    for account, amount_fen in standing.items():
        ensure(
            amount_fen == 0,
            "a clearing account is zero for each act",
            account=account,
            standing_fen=amount_fen,
        )


def reversal(transfers: Sequence[Transfer], act: UUID, booked_at: datetime) -> list[Transfer]:
    """The counter-transfers of an act: debit and credit exchanged, in reverse order of payment (R-027)."""
    return [
        replace(
            transfer,
            act=act,
            debit=transfer.credit,
            credit=transfer.debit,
            booked_at=booked_at,
            reverses=transfer.act,
        )
        for transfer in sorted(transfers, key=lambda t: t.seq, reverse=True)
    ]


def to_roll_over(current_fen: int, credited_since_fen: int) -> int:
    """How much of this year's balance belongs to the year that ended: all but what was credited since, in fen."""
    return max(0, current_fen - credited_since_fen)


def interest_fen(held: Held, days: int, rate: Fraction) -> int:
    """A year's interest in fen on what lay in an account from day to day (积数计息), rounded HALF_UP once.

    ``days`` is how many days the year has, ``rate`` is for a whole year.
    """
    return max(0, round_half_up(rate * Fraction(held.opening_fen * days + held.day_fen, days)))
