"""The bureau's staff: window entry and the review queue. One enters, another decides."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from qinji.access.model import Action
from qinji.api.session import (
    PAGE_DEFAULT,
    DepsOf,
    Keyed,
    KeyedOf,
    Limit,
    Staff,
    answer,
    identifier,
    in_office,
    shown,
)
from qinji.api.shapes import ReasonAsk, StaffSignInAsk, WindowBindAsk
from qinji.api.views import (
    BindingView,
    GrantView,
    Page,
    StaffToken,
    binding_view,
    grant_shown,
    grant_view,
    page,
)
from qinji.family import queries as family
from qinji.family.model import Binding
from qinji.flows import bind_relative, decide_binding, file_grant, sign_in_staff
from qinji.flows.deps import Deps
from qinji.flows.parts.people import WithPeople
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import Refused
from qinji.mutual_aid import queries as mutual_aid

router = APIRouter(prefix="/staff", tags=["经办窗口 staff"])
After = Annotated[str | None, Query(max_length=40)]


def _view(outcome: WithPeople[Binding]) -> BindingView:
    return binding_view(outcome.thing, outcome.people)


@router.post("/sign-ins", status_code=201, response_model=StaffToken)
async def sign_in(ask: StaffSignInAsk, deps: DepsOf) -> Response:
    """Sign in as a member of staff with password and second factor. The sandbox also lets one be picked by name."""
    command = sign_in_staff.SignInStaff(ask.name, ask.password, ask.code, ask.new_password)
    outcome = await sign_in_staff.run(command, deps)
    if isinstance(outcome, Refused):
        return shown(outcome)
    view = StaffToken(
        token=outcome.token,
        expires_at=outcome.expires_at,
        name=outcome.member.name,
        role=outcome.member.role,
        staff_id=outcome.member.staff_id,
        institution=outcome.member.institution,
    )
    return shown(view, 201)


@router.get("/reviews", dependencies=[in_office(Action.HANDLE_BINDINGS)])
async def reviews(deps: DepsOf, limit: Limit = PAGE_DEFAULT, after: After = None) -> Page[BindingView]:
    """Bindings that wait for the window's entry or for a second clerk, oldest first."""
    async with deps.database.reading() as connection:
        found = await family.waiting_at_window(
            connection, limit, None if after is None else identifier(after)
        )
        ids = {who for one in found for who in (one.person_id, one.holder_id)}
        people = await insured.persons(connection, sorted(ids))
    cursor = to_wire(found[-1].binding_id) if found else None
    return page([binding_view(one, people) for one in found], limit, cursor)


@router.post("/bindings", status_code=201, response_model=BindingView)
async def enter(ask: WindowBindAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Enter a binding at the window with reason and promised day; a request of the same two is taken over."""
    command = bind_relative.BindRelative(
        call=keyed.call("staff.bind", staff, _view, 201),
        actor=staff,
        channel=Channel.WINDOW,
        member_number=ask.member_psn_no,
        relation=ask.relation,
        powers=None if ask.powers is None else frozenset(ask.powers),
        holder_number=ask.holder_psn_no,
        evidence_reference=ask.evidence_reference,
        reason=ask.reason,
        promised_day=ask.promised_day,
    )
    return answer(await bind_relative.run(command, deps))


async def _decide(
    binding: str, ask: ReasonAsk | None, staff: StaffActor, keyed: Keyed, deps: Deps, *, approve: bool
) -> Response:
    command = decide_binding.DecideBinding(
        call=keyed.call("staff.approve" if approve else "staff.refuse", staff, _view),
        actor=staff,
        channel=Channel.WINDOW,
        binding_id=identifier(binding),
        approve=approve,
        reason=None if ask is None else ask.reason,
    )
    return answer(await decide_binding.run(command, deps))


@router.post("/reviews/{binding}/approve", response_model=BindingView)
async def approve(
    binding: str, staff: Staff, keyed: KeyedOf, deps: DepsOf, ask: ReasonAsk | None = None
) -> Response:
    """A second clerk approves; whoever entered it is refused."""
    return await _decide(binding, ask, staff, keyed, deps, approve=True)


@router.post("/reviews/{binding}/refuse", response_model=BindingView)
async def decline(
    binding: str, staff: Staff, keyed: KeyedOf, deps: DepsOf, ask: ReasonAsk | None = None
) -> Response:
    """A second clerk turns it down."""
    return await _decide(binding, ask, staff, keyed, deps, approve=False)


@router.get("/grants", dependencies=[in_office(Action.HANDLE_FILINGS)])
async def filings(deps: DepsOf, limit: Limit = PAGE_DEFAULT, after: After = None) -> Page[GrantView]:
    """Grants that wait for the bureau's filing (备案), oldest first."""
    now = deps.clock()
    async with deps.database.reading() as connection:
        found = await mutual_aid.filed(connection, limit, now, None if after is None else identifier(after))
        ids = {who for one in found for who in (one.person_id, one.grantor_id)}
        people = await insured.persons(connection, sorted(ids))
    today = local_day(now)
    cursor = to_wire(found[-1].grant_id) if found else None
    return page([grant_view(one, people, today) for one in found], limit, cursor)


async def _file(
    grant: str, ask: ReasonAsk | None, staff: StaffActor, keyed: Keyed, deps: Deps, *, approve: bool
) -> Response:
    command = file_grant.FileGrant(
        call=keyed.call(
            "staff.file" if approve else "staff.turn_down", staff, grant_shown(local_day(deps.clock()))
        ),
        actor=staff,
        grant_id=identifier(grant),
        approve=approve,
        reason=None if ask is None else ask.reason,
    )
    return answer(await file_grant.run(command, deps))


@router.post("/grants/{grant}/approve", response_model=GrantView)
async def file(
    grant: str, staff: Staff, keyed: KeyedOf, deps: DepsOf, ask: ReasonAsk | None = None
) -> Response:
    """Take a grant into the files: from now on it pays."""
    return await _file(grant, ask, staff, keyed, deps, approve=True)


@router.post("/grants/{grant}/refuse", response_model=GrantView)
async def turn_down(
    grant: str, staff: Staff, keyed: KeyedOf, deps: DepsOf, ask: ReasonAsk | None = None
) -> Response:
    """Turn a filing down."""
    return await _file(grant, ask, staff, keyed, deps, approve=False)
