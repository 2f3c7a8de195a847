"""What the JSON door shows at the homes of 亲情账户 and 家庭共济. Two homes, two words: one shows codes, one lets pay.

Amounts are fen. Names are masked; a relation is told from the side of the one who asks.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from qinji.api.bounds import WaitingView, uses_text, uses_view, waiting_view
from qinji.api.telling import KinView, kin_view
from qinji.flows.list_bindings import BindingCard, FamilyHome
from qinji.flows.list_grants import GrantCard, SharingHome
from qinji.kernel.ids import to_wire
from qinji.kernel.purpose import POWER_CHINESE, PURPOSE_CHINESE


class BindingCardView(BaseModel):
    """A binding as one side sees it; ``acts`` is what that side may do about it now."""

    id: str
    other: KinView
    psn_no: str
    state: str
    state_text: str
    waits_for: str | None
    powers: list[str]
    powers_text: list[str]
    acts: list[str]
    minor: bool
    pays_for_me: bool
    paid_by_me: bool
    promised_day: date | None
    reason: str | None
    requested_at: datetime
    active_at: datetime | None
    ended_at: datetime | None


class FamilyHomeView(BaseModel):
    """The home of 亲情账户: whom I hold, in whose account I am, and what is over."""

    held: list[BindingCardView]
    member_of: list[BindingCardView]
    past: list[BindingCardView]
    places_left: int


class GrantCardView(BaseModel):
    """A grant as one side sees it. A limit that is null does not exist; ``…_left_fen`` is what is left of it."""

    id: str
    other: KinView
    psn_no: str
    state: str
    state_text: str
    standing: str
    reason: str
    rank: int
    per_use_fen: int | None
    per_day_fen: int | None
    per_month_fen: int | None
    per_year_fen: int | None
    floor_fen: int
    confirm_above_fen: int | None
    uses: list[str] | None
    uses_text: list[str]
    last_day: date | None
    waiting: WaitingView | None
    used_day_fen: int
    used_month_fen: int
    used_year_fen: int
    use_left_fen: int | None
    day_left_fen: int | None
    month_left_fen: int | None
    year_left_fen: int | None
    purposes: list[str]
    purposes_text: list[str]
    acts: list[str]
    asked_at: datetime
    active_at: datetime | None
    locked_until: date | None
    ends_on: date | None
    ends_next_day: bool
    ended_at: datetime | None


class SharingHomeView(BaseModel):
    """The home of 家庭共济: whom I pay for, who pays for me in which order, and what is over."""

    giving: list[GrantCardView]
    receiving: list[GrantCardView]
    past: list[GrantCardView]
    balance_fen: int
    has_account: bool
    may_give: bool
    orders: bool


def family_home_view(home: FamilyHome) -> FamilyHomeView:
    """The home of the family account."""
    return FamilyHomeView(
        held=[_binding(card) for card in home.held],
        member_of=[_binding(card) for card in home.member_of],
        past=[_binding(card) for card in home.past],
        places_left=home.places_left,
    )


def _binding(card: BindingCard) -> BindingCardView:
    binding = card.binding
    powers = sorted(binding.powers)
    return BindingCardView(
        id=to_wire(binding.binding_id),
        other=kin_view(card.other),
        psn_no=card.other_number,
        state=binding.state,
        state_text=card.state_text,
        waits_for=card.waits_for,
        powers=list(powers),
        powers_text=[POWER_CHINESE[power] for power in powers],
        acts=sorted(card.acts),
        minor=card.minor,
        pays_for_me=card.pays_for_me,
        paid_by_me=card.paid_by_me,
        promised_day=binding.promised_day,
        reason=binding.reason,
        requested_at=binding.requested_at,
        active_at=binding.active_at,
        ended_at=binding.ended_at,
    )


def sharing_home_view(home: SharingHome) -> SharingHomeView:
    """The home of mutual aid."""
    return SharingHomeView(
        giving=[_grant(card) for card in home.giving],
        receiving=[_grant(card) for card in home.receiving],
        past=[_grant(card) for card in home.past],
        balance_fen=home.balance_fen,
        has_account=home.has_account,
        may_give=home.may_give,
        orders=home.orders,
    )


def _grant(card: GrantCard) -> GrantCardView:
    grant, limits = card.grant, card.grant.limits
    purposes = sorted(grant.purposes)
    return GrantCardView(
        id=to_wire(grant.grant_id),
        other=kin_view(card.other),
        psn_no=card.other_number,
        state=card.state,
        state_text=card.state_text,
        standing=card.standing,
        reason=card.reason,
        rank=grant.rank,
        per_use_fen=limits.per_use_fen,
        per_day_fen=limits.per_day_fen,
        per_month_fen=limits.per_month_fen,
        per_year_fen=limits.per_year_fen,
        floor_fen=limits.floor_fen,
        confirm_above_fen=limits.confirm_above_fen,
        uses=uses_view(grant.uses),
        uses_text=uses_text(grant.uses),
        last_day=grant.last_day,
        waiting=waiting_view(grant),
        used_day_fen=card.used.day_fen,
        used_month_fen=card.used.month_fen,
        used_year_fen=card.used.year_fen,
        use_left_fen=card.left.per_use_fen,
        day_left_fen=card.left.day_fen,
        month_left_fen=card.left.month_fen,
        year_left_fen=card.left.year_fen,
        purposes=list(purposes),
        purposes_text=[PURPOSE_CHINESE[purpose] for purpose in purposes],
        acts=sorted(card.acts),
        asked_at=grant.asked_at,
        active_at=grant.active_at,
        locked_until=card.locked_until,
        ends_on=grant.ends_on,
        ends_next_day=card.ends_next_day,
        ended_at=grant.ended_at,
    )
