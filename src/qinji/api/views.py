"""What the JSON door shows. Amounts are fen; ids are 26 characters; each state has its Chinese text beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from qinji.api.bounds import WaitingView, uses_text, uses_view, waiting_view
from qinji.family.model import Binding
from qinji.family.rules import state_text
from qinji.flows.parts.consent_texts import ConsentText
from qinji.flows.parts.people import WithPeople
from qinji.insured.model import STATUS_CHINESE, Person
from qinji.insured.rules import has_account
from qinji.kernel.identity import masked_number
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE
from qinji.kernel.purpose import POWER_CHINESE, PURPOSE_CHINESE
from qinji.mutual_aid.model import STATE_CHINESE, Grant, GrantState
from qinji.mutual_aid.rules import live

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page; ``next`` continues it (``after=``), null at the end."""

    items: list[Item]
    next: str | None


def page(items: list[Item], limit: int, cursor: str | None) -> Page[Item]:
    """A page of at most ``limit`` items; a full one may have a next."""
    return Page(items=items, next=cursor if len(items) >= limit else None)


class Begun(BaseModel):
    """A sign-in that waits for its digits; only a sandbox tells them."""

    id: str
    sandbox_code: str | None
    expires_at: datetime


class Token(BaseModel):
    """A bearer token: fifteen idle minutes end it."""

    token: str
    expires_at: datetime


class PersonToken(Token):
    """The token of an insured person. ``device`` is a secret to keep on the device and to bring at the next sign-in."""

    device: str


class Proven(BaseModel):
    """Who one is was proven anew; it counts for granting and widening until then."""

    until: datetime


class StaffToken(Token):
    """The token of a member of staff; ``institution`` is a cashier's, else null."""

    staff_id: str
    name: str
    role: str
    institution: str | None


class PersonView(BaseModel):
    """A person as others of the family may see them."""

    psn_no: str
    name: str


class Me(PersonView):
    """The one who is signed in. ``balance_fen`` is their own account, 0 without one."""

    identity_number: str
    birth: date
    region: str
    region_name: str
    insurance: str
    status: str
    status_text: str
    code_state: str
    has_account: bool
    balance_fen: int


def person_view(person: Person) -> PersonView:
    """Number and name."""
    return PersonView(psn_no=person.number, name=person.name)


def me_view(person: Person, certificate: str, region_name: str, balance_fen: int) -> Me:
    """Everything one may see of oneself; the identity number masked."""
    return Me(
        psn_no=person.number,
        name=person.name,
        identity_number=masked_number(certificate),
        birth=person.birth,
        region=person.region,
        region_name=region_name,
        insurance=person.insurance,
        status=person.status,
        status_text=STATUS_CHINESE[person.status],
        code_state=person.code_state,
        has_account=has_account(person),
        balance_fen=balance_fen if has_account(person) else 0,
    )


class StatusView(PersonView):
    """How a bound member is insured."""

    region: str
    region_name: str
    insurance: str
    status: str
    status_text: str
    code_state: str


def status_view(person: Person, region_name: str) -> StatusView:
    """What the power to see a member's status shows."""
    return StatusView(
        psn_no=person.number,
        name=person.name,
        region=person.region,
        region_name=region_name,
        insurance=person.insurance,
        status=person.status,
        status_text=STATUS_CHINESE[person.status],
        code_state=person.code_state,
    )


class BindingView(BaseModel):
    """A binding. ``relation`` is what the member is to the holder; by ``promised_day`` the window decides."""

    id: str
    holder: PersonView
    member: PersonView
    relation: str
    relation_text: str
    state: str
    state_text: str
    powers: list[str]
    powers_text: list[str]
    route: str
    channel: str
    evidence_reference: str | None
    promised_day: date | None
    entered_by: str | None
    decided_by: str | None
    reason: str | None
    requested_at: datetime
    active_at: datetime | None
    ended_at: datetime | None


def binding_view(binding: Binding, people: Mapping[UUID, Person]) -> BindingView:
    """A binding with the names of both sides."""
    powers = sorted(binding.powers)
    return BindingView(
        id=to_wire(binding.binding_id),
        holder=person_view(people[binding.holder_id]),
        member=person_view(people[binding.person_id]),
        relation=binding.relation,
        relation_text=CHINESE[binding.relation],
        state=binding.state,
        state_text=state_text(binding),
        powers=list(powers),
        powers_text=[POWER_CHINESE[power] for power in powers],
        route=binding.route,
        channel=binding.channel,
        evidence_reference=binding.evidence_reference,
        promised_day=binding.promised_day,
        entered_by=binding.entered_by,
        decided_by=binding.decided_by,
        reason=binding.reason,
        requested_at=binding.requested_at,
        active_at=binding.active_at,
        ended_at=binding.ended_at,
    )


class GrantView(BaseModel):
    """A grant. ``used_…`` count the running day, month and year; a limit that is null does not exist.

    ``last_day`` is the last day on which it pays, that day included. ``waiting`` are wider bounds to come.
    """

    id: str
    grantor: PersonView
    beneficiary: PersonView
    relation: str
    relation_text: str
    state: str
    state_text: str
    rank: int
    per_use_fen: int | None
    per_day_fen: int | None
    per_month_fen: int | None
    per_year_fen: int | None
    floor_fen: int
    confirm_above_fen: int | None
    purposes: list[str]
    purposes_text: list[str]
    uses: list[str] | None
    uses_text: list[str]
    last_day: date | None
    waiting: WaitingView | None
    used_day_fen: int
    used_month_fen: int
    used_year_fen: int
    channel: str
    asked_at: datetime
    active_at: datetime | None
    locked_until: date | None
    ends_on: date | None
    ended_at: datetime | None


def grant_view(grant: Grant, people: Mapping[UUID, Person], today: date) -> GrantView:
    """A grant with the names of both sides, its use as of today."""
    purposes, used, limits = sorted(grant.purposes), grant.used.on(today), grant.limits
    state = grant.state if live(grant, today) else GrantState.ENDED
    return GrantView(
        id=to_wire(grant.grant_id),
        grantor=person_view(people[grant.grantor_id]),
        beneficiary=person_view(people[grant.person_id]),
        relation=grant.relation,
        relation_text=CHINESE[grant.relation],
        state=state,
        state_text=STATE_CHINESE[state],
        rank=grant.rank,
        per_use_fen=limits.per_use_fen,
        per_day_fen=limits.per_day_fen,
        per_month_fen=limits.per_month_fen,
        per_year_fen=limits.per_year_fen,
        floor_fen=limits.floor_fen,
        confirm_above_fen=limits.confirm_above_fen,
        purposes=list(purposes),
        purposes_text=[PURPOSE_CHINESE[purpose] for purpose in purposes],
        uses=uses_view(grant.uses),
        uses_text=uses_text(grant.uses),
        last_day=grant.last_day,
        waiting=waiting_view(grant),
        used_day_fen=used.day_fen,
        used_month_fen=used.month_fen,
        used_year_fen=used.year_fen,
        channel=grant.channel,
        asked_at=grant.asked_at,
        active_at=grant.active_at,
        locked_until=grant.locked_until,
        ends_on=grant.ends_on,
        ended_at=grant.ended_at,
    )


def grant_shown(today: date) -> Callable[[WithPeople[Grant]], GrantView]:
    """How the outcome of a flow on a grant is shown, its use as of today."""
    return lambda outcome: grant_view(outcome.thing, outcome.people, today)


class GrantChangedView(GrantView):
    """A grant that was changed, and as it was before: sent again, those limits and purposes undo the change."""

    before: GrantView


def grant_changed(today: date) -> Callable[[WithPeople[Grant]], GrantChangedView]:
    """How a changed grant is shown, its use as of today."""

    def show(outcome: WithPeople[Grant]) -> GrantChangedView:
        after = grant_view(outcome.thing, outcome.people, today)
        before = grant_view(outcome.before or outcome.thing, outcome.people, today)
        return GrantChangedView(**after.model_dump(), before=before)

    return show


class GrantsView(BaseModel):
    """Grants in their order of payment."""

    items: list[GrantView]


class CodeView(BaseModel):
    """A code to show: 28 digits, once, until ``expires_at``. With ``id`` one asks what became of it."""

    id: str
    code: str
    expires_at: datetime
    psn_no: str
    name: str
    own_money_only: bool


class CodeStateView(PersonView):
    """The state of a person's own code."""

    code_state: str


def code_state_view(person: Person) -> CodeStateView:
    """The state of this person's code."""
    return CodeStateView(psn_no=person.number, name=person.name, code_state=person.code_state)


class ConsentTextView(BaseModel):
    """The text in force of one kind; ``sha256`` is kept with every consent to it."""

    kind: str
    version: str
    title: str
    text: str
    sha256: str


def consent_text_view(text: ConsentText) -> ConsentTextView:
    """A text with its hash."""
    return ConsentTextView(
        kind=text.kind, version=text.version, title=text.title, text=text.text, sha256=text.digest.hex()
    )
