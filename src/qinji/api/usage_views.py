"""用款说明 as data: the whole bill for its patient, a grantor's own part for the grantor. Amounts are fen."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from qinji.api.telling import KinView, kin_view
from qinji.flows.parts.usage import (
    BillHead,
    ConsentNote,
    OwnUsage,
    Showing,
    Usage,
    UsagePayer,
)
from qinji.kernel.ids import to_wire


class LabelledAmount(BaseModel):
    """An amount and what it is, in Chinese."""

    label: str
    amount_fen: int


class ConsentNoteView(BaseModel):
    """What was agreed to: title and version of the text, when, through which channel, by which clerks, on a paper."""

    title: str
    version: str
    at: datetime
    channel: str
    entered_by: str | None
    staff: str | None
    paper: bool
    detail: str | None


class UsagePayerView(BaseModel):
    """One account in the order that was followed, by what right, within which bounds, and what it paid.

    ``before_fen`` and ``after_fen`` only of the reader's own account.
    """

    place: int
    kind: str
    who: KinView
    amount_fen: int
    uses: list[LabelledAmount]
    right: str
    rule: str
    bounds: str
    consent: ConsentNoteView | None
    changed: ConsentNoteView | None
    why_not: str
    before_fen: int | None
    after_fen: int | None
    wallet: bool


class ShowingView(BaseModel):
    """How the patient was recognised; for a code by whom it was shown, by what right, and when it was scanned."""

    credential: str
    by: KinView | None
    shown_at: datetime | None
    scanned_at: datetime | None
    consent: ConsentNoteView | None
    powers_changed: ConsentNoteView | None


class BillHeadView(BaseModel):
    """Which bill, where and when."""

    settlement_id: str
    patient: KinView
    kind: str
    institution_name: str
    region_name: str
    service_day: date
    booked_at: datetime
    returned_at: datetime | None


class UsageView(BillHeadView):
    """A whole bill, explained: total = fund + own account + relatives' accounts + cash.

    ``wallet_fen`` is contained in ``own_account_fen``.
    """

    insurance: str
    pack: str
    total_fen: int
    fund_fen: int
    own_account_fen: int
    wallet_fen: int
    mutual_aid_fen: int
    cash_fen: int
    parts: list[LabelledAmount]
    chosen: list[str]
    shown: ShowingView
    payers: list[UsagePayerView]
    reasons: list[str]
    checked: str


class OwnUsageView(BaseModel):
    """A grantor's own part of a relative's bill; nothing of what was treated or at which institution, of the fund, or
    of others' money. ``region_name`` is the region of the institution.
    """

    settlement_id: str
    patient: KinView
    kind: str
    region_name: str
    service_day: date
    booked_at: datetime
    returned_at: datetime | None
    payers: list[UsagePayerView]


def _note(note: ConsentNote | None) -> ConsentNoteView | None:
    if note is None:
        return None
    return ConsentNoteView(
        title=note.title,
        version=note.version,
        at=note.at,
        channel=note.channel,
        entered_by=note.entered_by,
        staff=note.staff,
        paper=note.paper,
        detail=note.detail,
    )


def _amounts(found: tuple[tuple[str, int], ...]) -> list[LabelledAmount]:
    return [LabelledAmount(label=label, amount_fen=amount_fen) for label, amount_fen in found]


def _payer(payer: UsagePayer) -> UsagePayerView:
    return UsagePayerView(
        place=payer.place,
        kind=payer.kind,
        who=kin_view(payer.who),
        amount_fen=payer.amount_fen,
        uses=_amounts(payer.uses),
        right=payer.right,
        rule=payer.rule,
        bounds=payer.bounds,
        consent=_note(payer.consent),
        changed=_note(payer.changed),
        why_not=payer.why_not,
        before_fen=payer.before_fen,
        after_fen=payer.after_fen,
        wallet=payer.wallet,
    )


def _shown(shown: Showing) -> ShowingView:
    return ShowingView(
        credential=shown.credential,
        by=None if shown.by is None else kin_view(shown.by),
        shown_at=shown.shown_at,
        scanned_at=shown.scanned_at,
        consent=_note(shown.consent),
        powers_changed=_note(shown.powers_changed),
    )


def _head(head: BillHead) -> BillHeadView:
    return BillHeadView(
        settlement_id=to_wire(head.settlement),
        patient=kin_view(head.patient),
        kind=head.kind,
        institution_name=head.institution_name,
        region_name=head.region_name,
        service_day=head.service_day,
        booked_at=head.booked_at,
        returned_at=head.returned_at,
    )


def usage_view(usage: Usage) -> UsageView:
    """A whole bill."""
    return UsageView(
        **dict(_head(usage.head)),
        insurance=usage.insurance,
        pack=usage.pack,
        total_fen=usage.total_fen,
        fund_fen=usage.fund_fen,
        own_account_fen=usage.own_fen,
        wallet_fen=usage.wallet_fen,
        mutual_aid_fen=usage.mutual_aid_fen,
        cash_fen=usage.cash_fen,
        parts=_amounts(usage.parts),
        chosen=list(usage.chosen),
        shown=_shown(usage.shown),
        payers=[_payer(payer) for payer in usage.payers],
        reasons=list(usage.reasons),
        checked=usage.checked,
    )


def own_usage_view(usage: OwnUsage) -> OwnUsageView:
    """A grantor's own part."""
    head = usage.head
    return OwnUsageView(
        settlement_id=to_wire(head.settlement),
        patient=kin_view(head.patient),
        kind=head.kind,
        region_name=head.region_name,
        service_day=head.service_day,
        booked_at=head.booked_at,
        returned_at=head.returned_at,
        payers=[_payer(payer) for payer in usage.payers],
    )
