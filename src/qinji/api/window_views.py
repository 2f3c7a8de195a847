"""What the window's routes show: a wish that was taken down, and the slip to take home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from pydantic import BaseModel

from qinji.api.bills import BillView, bill_view
from qinji.api.views import (
    BindingView,
    GrantView,
    PersonView,
    StatusView,
    binding_view,
    grant_view,
    person_view,
    status_view,
)
from qinji.api.wallet_views import WalletTransferView, transfer_view
from qinji.flows.look_up_person import PersonFile
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.slips import Slip
from qinji.insured.model import CODE_CHINESE
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.purpose import SPARED_CHINESE, SparedGround
from qinji.window.model import KIND_CHINESE, RECOGNISED_CHINESE, Change, SparedWish, WindowAct
from qinji.window.rules import state_on, state_text


class ChangeView(BaseModel):
    """One thing that becomes another."""

    label: str
    before: str
    after: str


class WindowActView(BaseModel):
    """A wish with its paper and its two clerks. ``changes`` are as they were told at the entry, then at the approval.

    ``in_force_at`` is when it was carried out; ``from_day`` the first day on which it holds where that is later.
    ``spared_ground`` is what the papers of somebody who need not wait say: in the act itself, for whoever holds it
    against them; in no list, no look and on no slip.
    """

    id: str
    kind: str
    kind_text: str
    state: str
    state_text: str
    person: PersonView
    other: PersonView | None
    what: str
    changes: list[ChangeView]
    from_day: date | None
    reason: str
    paper_reference: str
    recognised_by: str
    recognised_by_text: str
    entered_by: str
    entered_at: datetime
    expires_at: datetime
    in_force_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    spared_ground: SparedGround | None = None
    spared_ground_text: str | None = None


class SlipView(BaseModel):
    """Everything for a slip in large type: what was done, from when, by whom, and what to do if it is wrong."""

    title: str
    number: str
    person_name: str
    psn_no: str
    what: str
    changes: list[ChangeView]
    holds_from: str
    standing: str
    recognised_by: str
    paper_reference: str
    reason: str
    entered_by: str
    decided_by: str | None
    done_at: datetime
    if_wrong: list[str]


class PersonFileView(StatusView):
    """What a look with a reason shows; the identity number masked, no balance and nothing of what was treated.

    ``arriving`` is money for the person's wallet that waits to be accepted. ``spared_noted`` says whether papers are
    known by which a resident need not wait, and not which.
    """

    identity_number: str
    code_state_text: str
    bindings: list[BindingView]
    grants: list[GrantView]
    settlements: list[BillView]
    waiting: list[WindowActView]
    wallet_opened_at: datetime | None
    arriving: list[WalletTransferView]
    spared_noted: bool


def person_file_view(file: PersonFile, now: datetime) -> PersonFileView:
    """A person's file as the bureau's staff see it."""
    return PersonFileView(
        **status_view(file.person, file.region_name).model_dump(),
        identity_number=file.identity_number,
        code_state_text=CODE_CHINESE[file.person.code_state],
        bindings=[binding_view(one, file.people) for one in file.bindings],
        grants=[grant_view(one, file.people, local_day(now)) for one in file.grants],
        settlements=[bill_view(row, file.people, file.places) for row in file.bills],
        waiting=[window_act_view(WithPeople(act, file.people), now) for act in file.waiting],
        wallet_opened_at=None if file.wallet is None else file.wallet.opened_at,
        arriving=[transfer_view(one, file.people) for one in file.arriving],
        spared_noted=file.spared_noted,
    )


def _change_view(change: Change) -> ChangeView:
    return ChangeView(label=change.label, before=change.before, after=change.after)


def window_act_view(found: WithPeople[WindowAct], now: datetime) -> WindowActView:
    """A wish as the window's staff see it in a list, with full names."""
    act, told = found.thing, found.thing.told
    return WindowActView(
        id=to_wire(act.act_id),
        kind=act.wish.kind,
        kind_text=KIND_CHINESE[act.wish.kind],
        state=state_on(act, now),
        state_text=state_text(act, now),
        person=person_view(found.people[act.person_id]),
        other=None if told.other_id is None else person_view(found.people[told.other_id]),
        what=told.what,
        changes=[_change_view(one) for one in told.changes],
        from_day=told.from_day,
        reason=act.reason,
        paper_reference=act.paper_reference,
        recognised_by=act.recognised_by,
        recognised_by_text=RECOGNISED_CHINESE[act.recognised_by],
        entered_by=act.entered_by,
        entered_at=act.entered_at,
        expires_at=act.expires_at,
        in_force_at=act.in_force_at,
        decided_by=act.decided_by,
        decided_at=act.decided_at,
        decision_reason=act.decision_reason,
    )


def one_window_act_view(found: WithPeople[WindowAct], now: datetime) -> WindowActView:
    """The one wish that is held against its paper, with what the paper has to say."""
    view, wish = window_act_view(found, now), found.thing.wish
    if not isinstance(wish, SparedWish):
        return view
    told = {"spared_ground": wish.ground, "spared_ground_text": SPARED_CHINESE[wish.ground]}
    return view.model_copy(update=told)


def window_act_shown(now: datetime) -> Callable[[WithPeople[WindowAct]], WindowActView]:
    """How the outcome of a flow on a window act is shown."""
    return lambda outcome: one_window_act_view(outcome, now)


def slip_view(slip: Slip) -> SlipView:
    """A slip as data for a page or a printer."""
    return SlipView(
        title=slip.title,
        number=slip.number,
        person_name=slip.person_name,
        psn_no=slip.person_number,
        what=slip.what,
        changes=[_change_view(one) for one in slip.changes],
        holds_from=slip.holds_from,
        standing=slip.standing,
        recognised_by=slip.recognised_by,
        paper_reference=slip.paper_reference,
        reason=slip.reason,
        entered_by=slip.entered_by,
        decided_by=slip.decided_by,
        done_at=slip.done_at,
        if_wrong=list(slip.if_wrong),
    )
