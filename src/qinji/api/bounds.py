"""What the JSON door shows of a grant's bounds that wait, and of requests to confirm. Amounts are fen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel

from qinji.api.telling import KinView, kin_view
from qinji.flows.list_confirmations import Asked, ConfirmationCard
from qinji.flows.parts.people import WithPeople
from qinji.kernel.ids import to_wire
from qinji.kernel.purpose import USE_CHINESE, UseClass
from qinji.mutual_aid.model import ANSWER_CHINESE, Confirmation, Grant


class WaitingView(BaseModel):
    """Wider bounds that are in force ``from_at`` on; until then those of the grant hold."""

    from_at: datetime
    per_use_fen: int | None
    per_day_fen: int | None
    per_month_fen: int | None
    per_year_fen: int | None
    floor_fen: int
    confirm_above_fen: int | None
    purposes: list[str]
    uses: list[str] | None
    last_day: date | None


def waiting_view(grant: Grant) -> WaitingView | None:
    """What waits of a grant."""
    waiting = grant.waiting
    if waiting is None:
        return None
    bounds, limits = waiting.bounds, waiting.bounds.limits
    return WaitingView(
        from_at=waiting.at,
        per_use_fen=limits.per_use_fen,
        per_day_fen=limits.per_day_fen,
        per_month_fen=limits.per_month_fen,
        per_year_fen=limits.per_year_fen,
        floor_fen=limits.floor_fen,
        confirm_above_fen=limits.confirm_above_fen,
        purposes=sorted(bounds.purposes),
        uses=uses_view(bounds.uses),
        last_day=bounds.last_day,
    )


def uses_view(uses: frozenset[UseClass] | None) -> list[str] | None:
    """The use classes that are left, null where it is all that the region permits."""
    return None if uses is None else sorted(uses)


def uses_text(uses: frozenset[UseClass] | None) -> list[str]:
    """The same in Chinese, empty where it is all that the region permits."""
    return [] if uses is None else [USE_CHINESE[one] for one in UseClass if one in uses]


class ConfirmationView(BaseModel):
    """A request to its grantor: ``before_fen`` and ``after_fen`` are their own account's, the latter at least."""

    id: str
    patient: KinView
    region_name: str
    purpose_text: str
    amount_fen: int
    before_fen: int
    after_fen: int
    answer: str
    answer_text: str
    asked_at: datetime
    until: datetime


class AskedView(BaseModel):
    """What waits for an answer, and what was answered and is not over."""

    waiting: list[ConfirmationView]
    answered: list[ConfirmationView]


def asked_view(asked: Asked) -> AskedView:
    """Everything a grantor is asked now."""
    return AskedView(waiting=_cards(asked.waiting), answered=_cards(asked.answered))


def _cards(cards: Sequence[ConfirmationCard]) -> list[ConfirmationView]:
    return [
        ConfirmationView(
            id=to_wire(card.confirmation_id),
            patient=kin_view(card.patient),
            region_name=card.region_name,
            purpose_text=card.purpose_text,
            amount_fen=card.amount_fen,
            before_fen=card.before_fen,
            after_fen=card.after_fen,
            answer=card.answer,
            answer_text=ANSWER_CHINESE[card.answer],
            asked_at=card.asked_at,
            until=card.until,
        )
        for card in cards
    ]


class AnsweredView(BaseModel):
    """A request that was answered; a yes may be used for this one bill until then."""

    id: str
    answer: str
    answer_text: str
    amount_fen: int
    until: datetime


def answered_view(outcome: WithPeople[Confirmation]) -> AnsweredView:
    """How an answered request is shown."""
    one = outcome.thing
    return AnsweredView(
        id=to_wire(one.confirmation_id),
        answer=one.answer,
        answer_text=ANSWER_CHINESE[one.answer],
        amount_fen=one.amount_fen,
        until=one.until,
    )
