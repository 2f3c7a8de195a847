"""窗口代办 at the JSON door: one clerk takes a wish down, another approves or refuses it, and a slip goes home."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from qinji.api.problem import CallRefused
from qinji.api.session import PAGE_DEFAULT, DepsOf, Keyed, KeyedOf, Limit, Staff, answer, identifier, shown
from qinji.api.usage_views import UsageView, usage_view
from qinji.api.views import Page, page
from qinji.api.window_shapes import LookReasonAsk, LookUpAsk, RefusalReasonAsk, WindowActAsk, WithdrawAsk
from qinji.api.window_views import (
    PersonFileView,
    SlipView,
    WindowActView,
    one_window_act_view,
    person_file_view,
    slip_view,
    window_act_shown,
    window_act_view,
)
from qinji.flows import decide_window_act, enter_window_act, explain_bill, look_up_person, read_window
from qinji.flows.decide_window_act import Verdict
from qinji.flows.deps import Deps
from qinji.kernel.actor import StaffActor
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import Refused

router = APIRouter(prefix="/staff", tags=["窗口代办 window service"])


@router.get("/window-acts")
async def listing(
    staff: Staff,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
    mine: Annotated[bool, Query(description="我录入或审核的,新的在前")] = False,
) -> Page[WindowActView]:
    """Wishes that wait for a second member of staff, oldest first; one that nobody decides ends with its day.

    ``mine=true`` lists those that I entered or decided instead, newest first, to find a slip again.
    """
    cursor_before = None if after is None else identifier(after)
    found = await read_window.listing(staff, limit, cursor_before, deps, mine=mine)
    if isinstance(found, Refused):
        raise CallRefused(found)
    cursor = to_wire(found[-1].thing.act_id) if found else None
    return page([window_act_view(one, deps.clock()) for one in found], limit, cursor)


@router.post("/window-acts", status_code=201, response_model=WindowActView)
async def enter(ask: WindowActAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Take a wish down; it is checked at once. Freezing and reporting lost hold from now on, all else waits."""
    command = enter_window_act.EnterWindowAct(
        call=keyed.call("window.enter", staff, window_act_shown(deps.clock()), 201),
        actor=staff,
        recognised_by=ask.recognised_by,
        number=ask.number,
        wish=ask.wish.wish(),
        reason=ask.reason,
        paper_reference=ask.paper_reference,
    )
    return answer(await enter_window_act.run(command, deps))


@router.get("/window-acts/{act}")
async def one(act: str, staff: Staff, deps: DepsOf) -> WindowActView:
    """A wish that waits, or one that I entered or decided."""
    found = await read_window.one(staff, identifier(act), deps)
    if isinstance(found, Refused):
        raise CallRefused(found)
    return one_window_act_view(found, deps.clock())


async def _decide(
    act: str, reason: str | None, staff: StaffActor, keyed: Keyed, deps: Deps, verdict: Verdict
) -> Response:
    command = decide_window_act.DecideWindowAct(
        call=keyed.call(f"window.{verdict.value}", staff, window_act_shown(deps.clock())),
        actor=staff,
        act_id=identifier(act),
        verdict=verdict,
        reason=reason,
    )
    return answer(await decide_window_act.run(command, deps))


@router.post("/window-acts/{act}/approve", response_model=WindowActView)
async def approve(act: str, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """A second member of staff carries it out, with every check made anew; whoever entered it is refused."""
    return await _decide(act, None, staff, keyed, deps, Verdict.APPROVE)


@router.post("/window-acts/{act}/refuse", response_model=WindowActView)
async def refuse(act: str, ask: RefusalReasonAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """A second member of staff refuses it; the reason is told to the person. A freeze stays until it is thawed."""
    return await _decide(act, ask.reason, staff, keyed, deps, Verdict.REFUSE)


@router.post("/window-acts/{act}/withdraw", response_model=WindowActView)
async def withdraw(
    act: str, staff: Staff, keyed: KeyedOf, deps: DepsOf, ask: WithdrawAsk | None = None
) -> Response:
    """Whoever entered it takes it back before it is decided."""
    return await _decide(act, None if ask is None else ask.reason, staff, keyed, deps, Verdict.WITHDRAW)


@router.get("/window-acts/{act}/slip", response_model=SlipView)
async def slip(act: str, staff: Staff, deps: DepsOf) -> Response:
    """The slip to take home of what was carried out, for its two clerks, as often as it is printed."""
    found = await read_window.slip(staff, identifier(act), deps)
    return shown(found if isinstance(found, Refused) else slip_view(found))


@router.post("/look-ups", response_model=PersonFileView)
async def look_up(ask: LookUpAsk, staff: Staff, deps: DepsOf) -> Response:
    """Look a person up; each look leaves its reason in the person's trail, so it takes no key and is never replayed."""
    command = look_up_person.LookUpPerson(staff, ask.found_by, ask.number, ask.reason)
    found = await look_up_person.run(command, deps)
    return shown(found if isinstance(found, Refused) else person_file_view(found, deps.clock()))


@router.post("/settlements/{settlement}/explanation", response_model=UsageView)
async def explanation(settlement: str, ask: LookReasonAsk, staff: Staff, deps: DepsOf) -> Response:
    """用款说明 of a bill, to be handed to its patient; each look leaves its reason in the patient's trail."""
    found = await explain_bill.for_staff(staff, identifier(settlement), ask.reason, deps)
    return shown(found if isinstance(found, Refused) else usage_view(found))


@router.get("/bindings/{binding}/slip", response_model=SlipView)
async def binding_slip(binding: str, staff: Staff, deps: DepsOf) -> Response:
    """The slip of a binding that two clerks made, for those two."""
    found = await read_window.slip_of_binding(staff, identifier(binding), deps)
    return shown(found if isinstance(found, Refused) else slip_view(found))
