"""A wallet, and money on its way from one person's account to another's wallet. Amounts are fen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation


class TransferState(StrEnum):
    """Money that was sent waits for its receiver, is accepted, or went back: by the receiver's word or unaccepted."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    EXPIRED = "expired"


STATE_CHINESE: dict[TransferState, str] = {
    TransferState.PENDING: "等待接收",
    TransferState.ACCEPTED: "已接收",
    TransferState.RETURNED: "已退回",
    TransferState.EXPIRED: "未接收,已退回",
}


class Purse(StrEnum):
    """From what money is sent: the personal account, or, where the region lets it be sent on, the wallet."""

    ACCOUNT = "account"
    WALLET = "wallet"


class Answer(StrEnum):
    """What the receiver does about money that waits."""

    ACCEPT = "accept"
    RETURN = "return"


ANSWER_CHINESE: dict[Answer, str] = {Answer.ACCEPT: "接收", Answer.RETURN: "退回"}


@dataclass(frozen=True, slots=True)
class Wallet:
    """That a person has a wallet; ``opened_by`` is the person, or the relative who opened it for them."""

    person_id: UUID
    opened_by: UUID
    channel: Channel
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class WalletTransfer:
    """Money on its way. ``person_id`` is the sender, whose money it is until it is accepted.

    ``relation`` is what the receiver is to the sender; ``day`` the day in China on which it counts against the daily
    number; unaccepted it goes back at ``returns_at``. ``ending_act`` is the ledger's act of accepting or returning.
    """

    person_id: UUID
    transfer_id: UUID
    receiver_id: UUID
    relation: Relation
    amount_fen: int
    purse: Purse
    state: TransferState
    channel: Channel
    day: date
    sent_at: datetime
    returns_at: datetime
    ended_at: datetime | None = None
    ending_act: UUID | None = None

    def ended(self, state: TransferState, act: UUID, at: datetime) -> WalletTransfer:
        """The transfer after it was accepted or went back by this act."""
        return replace(self, state=state, ending_act=act, ended_at=at)


@dataclass(frozen=True, slots=True)
class Part:
    """What one act put into a wallet (above zero) or took from it, of the money that one transfer had brought; fen.

    ``origin`` is that transfer; ``giver_id`` whose account it was sent from, None where it came from a wallet.
    """

    person_id: UUID
    act_id: UUID
    origin: UUID
    giver_id: UUID | None
    change_fen: int


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left in a wallet of the money that one transfer brought, in fen."""

    origin: UUID
    giver_id: UUID | None
    left_fen: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What the sender's region says, with the place where it says to whom.

    Nothing is sent from ``closes`` to ``opens``; ``everywhere``: also within the province; ``onward``: what was
    received may be sent on.
    """

    region_name: str
    per_day: int
    max_fen: int
    closes: time
    opens: time
    returned: time
    relations: frozenset[Relation]
    everywhere: bool
    receiver_insured: bool
    onward: bool
    document: str
    clause: str


@dataclass(frozen=True, slots=True)
class Party:
    """What the wallet needs to know of one side. ``name`` is masked; ``offered``: their region has wallets today.

    ``has_account`` and ``account_usable`` are about the personal account, ``insured`` about basic insurance.
    """

    person_id: UUID
    name: str
    region: str
    region_name: str
    offered: bool
    has_wallet: bool
    has_account: bool
    account_usable: bool
    insured: bool
    status_chinese: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a sender asks for: ``relation`` is what the receiver is to them by the registry, None for a stranger.

    ``balance_fen`` is what is in the purse, ``sent_today`` how often they have sent today.
    """

    sender: Party
    receiver: Party
    relation: Relation | None
    amount_fen: int
    purse: Purse
    balance_fen: int
    sent_today: int
