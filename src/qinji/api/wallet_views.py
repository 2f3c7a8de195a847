"""What the JSON door takes and shows of wallets. Amounts are fen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from qinji.api.shapes import Asked, PersonNumber, ShortText
from qinji.api.views import PersonView, person_view
from qinji.flows.parts.people import WithPeople
from qinji.flows.read_wallet import WalletState
from qinji.insured.model import Person
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.money import AMOUNT_FEN_MAX
from qinji.wallet.model import STATE_CHINESE, Purse, Wallet, WalletTransfer


class WalletAsk(Asked):
    """Whose wallet to open: one's own, or a bound member's."""

    psn_no: PersonNumber | None = None
    consent_version: ShortText | None = None


class SendAsk(Asked):
    """An amount for a near relative's wallet; ``purse`` says from what it is sent."""

    receiver_psn_no: PersonNumber
    amount_fen: Annotated[int, Field(ge=1, le=AMOUNT_FEN_MAX, strict=True, description="分")]
    purse: Purse = Field(Purse.ACCOUNT, description="account 个人账户,wallet 医保钱包(参保地允许转出时)")
    consent_version: ShortText | None = None


class WalletTermsView(BaseModel):
    """What one's region says: so many transfers a day, so much each, nothing from ``closes`` to ``opens``.

    ``everywhere``: also within the province; ``onward``: what was received may be sent on.
    """

    region_name: str
    transfers_per_day: int
    max_per_transfer_fen: int
    closes: time
    opens: time
    returned: time
    relations: list[str]
    relations_text: list[str]
    everywhere: bool
    onward: bool


class WalletStateView(BaseModel):
    """One's own wallet. ``terms`` null: one's region offers none, ``why_not`` says so.

    ``held_fen`` is on its way; ``account_fen`` is what may be sent from the personal account.
    """

    opened_at: datetime | None
    balance_fen: int
    held_fen: int
    account_fen: int
    left_today: int
    closed_now: bool
    terms: WalletTermsView | None
    why_not: str


class WalletView(PersonView):
    """Somebody's wallet; its balance is its owner's to see."""

    opened_at: datetime


class WalletTransferView(BaseModel):
    """Money on its way. ``relation`` is what the receiver is to the sender; it goes back at ``returns_at``."""

    id: str
    sender: PersonView
    receiver: PersonView
    relation: str
    relation_text: str
    amount_fen: int
    purse: str
    state: str
    state_text: str
    sent_at: datetime
    returns_at: datetime
    ended_at: datetime | None


def wallet_state_view(state: WalletState) -> WalletStateView:
    """One's own wallet."""
    terms = state.terms
    named = [] if terms is None else [one for one in Relation if one in terms.relations]
    return WalletStateView(
        opened_at=None if state.wallet is None else state.wallet.opened_at,
        balance_fen=state.balance_fen,
        held_fen=state.held_fen,
        account_fen=state.account_fen,
        left_today=state.left_today,
        closed_now=state.closed_now,
        terms=None
        if terms is None
        else WalletTermsView(
            region_name=terms.region_name,
            transfers_per_day=terms.per_day,
            max_per_transfer_fen=terms.max_fen,
            closes=terms.closes,
            opens=terms.opens,
            returned=terms.returned,
            relations=list(named),
            relations_text=[CHINESE[one] for one in named],
            everywhere=terms.everywhere,
            onward=terms.onward,
        ),
        why_not=state.why_not,
    )


def wallet_view(outcome: WithPeople[Wallet]) -> WalletView:
    """A wallet that is open."""
    owner = person_view(outcome.people[outcome.thing.person_id])
    return WalletView(psn_no=owner.psn_no, name=owner.name, opened_at=outcome.thing.opened_at)


def transfer_view(transfer: WalletTransfer, people: Mapping[UUID, Person]) -> WalletTransferView:
    """A transfer with the names of both sides."""
    return WalletTransferView(
        id=to_wire(transfer.transfer_id),
        sender=person_view(people[transfer.person_id]),
        receiver=person_view(people[transfer.receiver_id]),
        relation=transfer.relation,
        relation_text=CHINESE[transfer.relation],
        amount_fen=transfer.amount_fen,
        purse=transfer.purse,
        state=transfer.state,
        state_text=STATE_CHINESE[transfer.state],
        sent_at=transfer.sent_at,
        returns_at=transfer.returns_at,
        ended_at=transfer.ended_at,
    )


def transfer_shown(outcome: WithPeople[WalletTransfer]) -> WalletTransferView:
    """A transfer after an act."""
    return transfer_view(outcome.thing, outcome.people)
