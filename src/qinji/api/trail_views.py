"""What one sees of who looked at one's things, and of one's codes that were shown. Amounts are fen."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from qinji.api.telling import RETURNED, STAGE_CHINESE, KinView, kin_view
from qinji.flows.list_codes import CodeShown
from qinji.flows.parts.trail import TrailItem
from qinji.kernel.ids import to_wire


class TrailItemView(BaseModel):
    """One access or change: when, who (for whom), what, by what right, and why where a reason was asked for."""

    id: str
    at: datetime
    who_kind: str
    who: str
    behalf: str
    action: str
    what: str
    right: str
    reason: str | None
    amount_fen: int | None
    settlement_id: str | None


class CodeShownView(BaseModel):
    """One of my codes that was scanned or that somebody else showed, and what became of it."""

    id: str
    shown_by: KinView
    shown_at: datetime
    expires_at: datetime
    own_money_only: bool
    stage: str
    stage_text: str
    scanned_at: datetime | None
    institution_name: str | None
    settlement_id: str | None
    returned_at: datetime | None


def trail_item_view(item: TrailItem) -> TrailItemView:
    """A row of the trail."""
    return TrailItemView(
        id=to_wire(item.item_id),
        at=item.at,
        who_kind=item.who_kind,
        who=item.who,
        behalf=item.behalf,
        action=item.action,
        what=item.what,
        right=item.right,
        reason=item.reason,
        amount_fen=item.amount_fen,
        settlement_id=None if item.settlement is None else to_wire(item.settlement),
    )


def code_shown_view(code: CodeShown) -> CodeShownView:
    """A code that was shown."""
    return CodeShownView(
        id=code.digest.hex(),
        shown_by=kin_view(code.shown_by),
        shown_at=code.shown_at,
        expires_at=code.expires_at,
        own_money_only=code.own_money_only,
        stage=code.stage,
        stage_text=STAGE_CHINESE[code.stage] if code.returned_at is None else RETURNED,
        scanned_at=code.scanned_at,
        institution_name=code.institution_name,
        settlement_id=None if code.settlement is None else to_wire(code.settlement),
        returned_at=code.returned_at,
    )
