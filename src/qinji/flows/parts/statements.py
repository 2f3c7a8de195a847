"""Pure: one month of one person's money, that adds up: opening + in - out = closing, for each of their balances.

Everything is summed from the transfers of the month and what was there before it; nothing that is stored is believed.
Whose money paid whose bills is net of what was taken back in the month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qinji.flows.parts.money_words import MoneyKind, kind_of
from qinji.kernel.bill import WALLET_POCKET
from qinji.ledger.chart import STORED, Account
from qinji.ledger.model import HELD_POCKET as HELD
from qinji.ledger.model import POCKETS, MonthMoved, Moved, Transfer
from qinji.ledger.rules import balances_after, changes_of

FUNDS = "fund."


@dataclass(frozen=True, slots=True)
class PocketMonth:
    """One balance over a month, in fen: closing = opening + in - out."""

    pocket: int
    opening_fen: int
    in_fen: int
    out_fen: int
    closing_fen: int


@dataclass(frozen=True, slots=True)
class KindMonth:
    """What moved one's own money for one reason, in fen, all balances together; gross both ways."""

    kind: MoneyKind
    in_fen: int
    out_fen: int


@dataclass(frozen=True, slots=True)
class RelativeMonth:
    """Between oneself and a relative, in fen: what one paid for them, and what they paid of one's own bills.

    Premiums count among what one paid for them; a premium that they paid for oneself is no bill.
    """

    relative: UUID
    for_them_fen: int
    for_me_fen: int


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """Who paid one's own bills of a month, in fen; cash never passes through the bureau and is told by the bills."""

    fund_fen: int
    account_fen: int
    wallet_fen: int
    relatives_fen: int
    cash_fen: int

    @property
    def total_fen(self) -> int:
        """All of one's bills, less what was taken back."""
        return self.fund_fen + self.account_fen + self.wallet_fen + self.relatives_fen + self.cash_fen


@dataclass(frozen=True, slots=True)
class Statement:
    """A month (its first day) of one person. ``movements`` are in order, each with the balances after it."""

    month: date
    pockets: Sequence[PocketMonth]
    kinds: Sequence[KindMonth]
    relatives: Sequence[RelativeMonth]
    paid: PaidMonth
    movements: Sequence[Moved]


def statement(
    month: date, opening: Mapping[int, int], transfers: Sequence[Transfer], cash_fen: int
) -> Statement:
    """The statement from what was there before the month and all of the person's transfers in it, in order."""
    own = [one for one in transfers if one.debit in STORED or one.credit in STORED]
    return Statement(
        month=month,
        pockets=_pockets(opening, own),
        kinds=_kinds(own),
        relatives=_relatives(transfers),
        paid=_paid(transfers, cash_fen),
        movements=_movements(opening, own),
    )


def _pockets(opening: Mapping[int, int], own: Sequence[Transfer]) -> list[PocketMonth]:
    came, went = dict[int, int](), dict[int, int]()
    for transfer in own:
        for pocket, change_fen in changes_of(transfer).items():
            side = came if change_fen > 0 else went
            side[pocket] = side.get(pocket, 0) + abs(change_fen)
    closing = balances_after(opening, own)
    told = sorted({pocket for pocket, fen in closing.items() if fen} | set(came) | set(went) | {POCKETS[0]})
    return [
        PocketMonth(
            pocket, opening.get(pocket, 0), came.get(pocket, 0), went.get(pocket, 0), closing.get(pocket, 0)
        )
        for pocket in told
    ]


def _kinds(own: Iterable[Transfer]) -> list[KindMonth]:
    sums: dict[MoneyKind, list[int]] = {}
    for transfer in own:
        change_fen = sum(changes_of(transfer).values())
        both = sums.setdefault(kind_of(transfer.debit, transfer.credit), [0, 0])
        both[0 if change_fen > 0 else 1] += abs(change_fen)
    return [KindMonth(kind, *sums[kind]) for kind in MoneyKind if kind in sums and any(sums[kind])]


def _relatives(transfers: Iterable[Transfer]) -> list[RelativeMonth]:
    """My account over the clearing account to a bill or premium of theirs, and from theirs to a bill of mine."""
    mine, theirs = dict[UUID, int](), dict[UUID, int]()
    for transfer in transfers:
        sides = (transfer.debit, transfer.credit)
        if transfer.other_person is None or Account.CLEARING_MUTUAL_AID not in sides:
            continue
        own = transfer.debit in STORED or transfer.credit in STORED
        if not own and Account.INSTITUTION_PAYABLE not in sides:
            continue
        paid = transfer.credit if own else transfer.debit
        sums, sign = mine if own else theirs, 1 if paid == Account.CLEARING_MUTUAL_AID else -1
        sums[transfer.other_person] = sums.get(transfer.other_person, 0) + sign * transfer.amount_fen
    return [
        RelativeMonth(who, mine.get(who, 0), theirs.get(who, 0)) for who in sorted(set(mine) | set(theirs))
    ]


def _paid(transfers: Iterable[Transfer], cash_fen: int) -> PaidMonth:
    sums = dict[str, int]()
    for transfer in transfers:
        sides = (transfer.debit, transfer.credit)
        if Account.INSTITUTION_PAYABLE not in sides:
            continue
        pays = transfer.credit == Account.INSTITUTION_PAYABLE
        payer = transfer.debit if pays else transfer.credit
        name = FUNDS if payer.startswith(FUNDS) else payer
        sums[name] = sums.get(name, 0) + (transfer.amount_fen if pays else -transfer.amount_fen)
    return PaidMonth(
        sums.get(FUNDS, 0),
        sums.get(Account.PERSONAL, 0),
        sums.get(Account.WALLET, 0),
        sums.get(Account.CLEARING_MUTUAL_AID, 0),
        cash_fen,
    )


def _movements(opening: Mapping[int, int], own: Iterable[Transfer]) -> list[Moved]:
    standing, found = dict(opening), []
    for transfer in own:
        standing = balances_after(standing, [transfer])
        account = sum(standing.get(pocket, 0) for pocket in POCKETS)
        found.append(Moved(transfer, account, standing.get(HELD, 0), standing.get(WALLET_POCKET, 0)))
    return found


@dataclass(frozen=True, slots=True)
class Bar:
    """Who paid for whom in a month (its first day), in fen; ``payer`` and ``patient`` None stand for oneself."""

    month: date
    payer: UUID | None
    patient: UUID | None
    amount_fen: int


def who_for_whom(moved: Iterable[MonthMoved]) -> list[Bar]:
    """From one's own months: one's account and wallet for oneself, for each relative, and each relative for oneself."""
    sums: dict[tuple[date, UUID | None, UUID | None], int] = {}
    for one in moved:
        own = one.debit in {Account.PERSONAL, Account.WALLET}
        if own and one.credit == Account.INSTITUTION_PAYABLE:
            key: tuple[date, UUID | None, UUID | None] = (one.month, None, None)
        elif one.debit == Account.PERSONAL and one.credit == Account.CLEARING_MUTUAL_AID:
            key = (one.month, None, one.other_person)
        elif one.debit == Account.CLEARING_MUTUAL_AID and one.credit == Account.INSTITUTION_PAYABLE:
            key = (one.month, one.other_person, None)
        else:
            continue
        sums[key] = sums.get(key, 0) + one.amount_fen
    return [Bar(*key, fen) for key, fen in sums.items() if fen > 0]
