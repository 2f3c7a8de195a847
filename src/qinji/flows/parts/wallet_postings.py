"""Pure: the transfers by which a wallet's money is sent, accepted, or goes back (ARCHITECTURE 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.ensure import ensure
from qinji.kernel.money import yuan
from qinji.kernel.region import city_of
from qinji.ledger.chart import Account
from qinji.ledger.model import HELD_POCKET, POCKETS, Transfer
from qinji.ledger.rules import check_act, reversal
from qinji.wallet.model import Purse, TransferState, WalletTransfer

Row = tuple[UUID, Account, Account, UUID | None]
"""Whose row, debit, credit, the person on the other side."""


def available(purse: Purse, pockets: Mapping[int, int]) -> int:
    """What is in the purse that money is sent from, in fen."""
    return sum(pockets.get(pocket, 0) for pocket in _places(purse))


def _places(purse: Purse) -> tuple[int, ...]:
    return POCKETS if purse is Purse.ACCOUNT else (WALLET_POCKET,)


def sending(transfer: WalletTransfer, region: str, pockets: Mapping[int, int]) -> list[Transfer]:
    """Out of the sender's purse into what is held for the receiver; the balance of past years goes first."""
    rows: list[Transfer] = []
    left = transfer.amount_fen
    debit = Account.PERSONAL if transfer.purse is Purse.ACCOUNT else Account.WALLET
    for pocket in _places(transfer.purse):
        amount_fen = min(left, pockets.get(pocket, 0))
        if amount_fen > 0:
            rows.append(
                Transfer(
                    person=transfer.person_id,
                    act=transfer.transfer_id,
                    seq=len(rows),
                    debit=debit,
                    credit=Account.HELD,
                    amount_fen=amount_fen,
                    book=city_of(region),
                    booked_at=transfer.sent_at,
                    pocket=pocket,
                    other_person=transfer.receiver_id,
                )
            )
            left -= amount_fen
    ensure(left == 0, "what is sent is there", left_fen=left)
    check_act(rows)
    return rows


def accepting(
    transfer: WalletTransfer, sender_region: str, receiver_region: str, act: UUID, at: datetime
) -> list[Transfer]:
    """From what is held for the sender into the receiver's wallet, through the clearing account of both books."""
    theirs, ours = city_of(sender_region), city_of(receiver_region)
    sender, receiver, amount_fen = transfer.person_id, transfer.receiver_id, transfer.amount_fen
    rows = [
        Transfer(
            sender,
            act,
            0,
            Account.HELD,
            Account.CLEARING_WALLET,
            amount_fen,
            theirs,
            at,
            pocket=HELD_POCKET,
            other_person=receiver,
            other_book=ours,
        ),
        Transfer(
            receiver,
            act,
            1,
            Account.CLEARING_WALLET,
            Account.WALLET,
            amount_fen,
            ours,
            at,
            pocket=WALLET_POCKET,
            other_person=sender,
            other_book=theirs,
        ),
    ]
    check_act(rows)
    return rows


def going_back(sent: Sequence[Transfer], act: UUID, at: datetime) -> list[Transfer]:
    """What was held back to where it came from, each pocket its own."""
    rows = reversal(sent, act, at)
    check_act(rows)
    return rows


def compare(
    transfer: WalletTransfer, sent: Sequence[Transfer], ended: Sequence[Transfer]
) -> list[tuple[str, str]]:
    """Broken promises of one transfer: I14 its rows in the ledger are what was sent, and how it ended."""
    sender, receiver = transfer.person_id, transfer.receiver_id
    purse = Account.PERSONAL if transfer.purse is Purse.ACCOUNT else Account.WALLET
    out: Row = (sender, purse, Account.HELD, receiver)
    endings: Mapping[TransferState, tuple[Row, ...]] = {
        TransferState.PENDING: (),
        TransferState.ACCEPTED: (
            (sender, Account.HELD, Account.CLEARING_WALLET, receiver),
            (receiver, Account.CLEARING_WALLET, Account.WALLET, sender),
        ),
    }
    back: Row = (sender, Account.HELD, purse, receiver)
    amount_fen = transfer.amount_fen
    right = _sums(sent) == {out: amount_fen} and _sums(ended) == dict.fromkeys(
        endings.get(transfer.state, (back,)), amount_fen
    )
    return [] if right else [("I14", f"医保钱包转账 {yuan(amount_fen)} 元与分录不一致")]


def _sums(rows: Sequence[Transfer]) -> Mapping[Row, int]:
    found: Counter[Row] = Counter()
    for row in rows:
        found[row.person, row.debit, row.credit, row.other_person] += row.amount_fen
    return dict(found)
