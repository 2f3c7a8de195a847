"""One wish that was taken down: what would change, the second person's decision, and the slip to take home."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from qinji.flows import decide_window_act, read_window
from qinji.flows.decide_window_act import Verdict
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.slips import Slip
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.purpose import SPARED_CHINESE
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go
from qinji.web.console.desk import desk_page, problem
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.texts import _, marked
from qinji.window.model import KIND_CHINESE, RECOGNISED_CHINESE, SparedWish, WindowAct, WindowState
from qinji.window.rules import may_decide, may_withdraw, state_on, state_text

PAGE_ITEMS = 20
DONE: dict[str, str] = {
    "entered": marked("已录入。请另一位同事审核,您自己不能审核。"),
    Verdict.APPROVE: marked("已通过并办好。请打印凭条交给本人。"),
    Verdict.REFUSE: marked("已按“不通过”办结,理由会告诉本人。"),
    Verdict.WITHDRAW: marked("已撤回,没有任何变动。"),
}


async def one(visit: StaffVisit) -> Response:
    """The wish."""
    return await _show(visit, 200)


async def mine(visit: StaffVisit) -> Response:
    """What I entered or decided, newest first, to find a slip again."""
    after = from_wire(visit.request.query_params.get("after", ""))
    found = await read_window.listing(visit.staff, PAGE_ITEMS, after, visit.deps, mine=True)
    if isinstance(found, Refused):
        return problem(visit, found)
    now = visit.deps.clock()
    return desk_page(
        visit,
        "mine.html",
        found=found,
        more=to_wire(found[-1].thing.act_id) if len(found) == PAGE_ITEMS else "",
        later=after is not None,
        state_of=lambda act: state_text(act, now),
        kind_words=KIND_CHINESE,
        wire=to_wire,
    )


async def decide(visit: StaffVisit) -> Response:
    """The second person's word, or the first one's withdrawal."""
    form = await read_form(visit)
    act_id, answer, reason = _act(visit), form.text("answer"), form.text("reason")
    if act_id is None or answer not in set(Verdict):
        return problem(visit, refuse(RefusalCode.NOT_FOUND))
    verdict = Verdict(answer)

    async def act(call: KeyedCall[WithPeople[WindowAct]]) -> bytes:
        command = decide_window_act.DecideWindowAct(call, visit.staff, act_id, verdict, reason or None)
        return await decide_window_act.run(command, visit.deps)

    told = await carry_out(visit, visit.staff, form, act)
    if told.refused:
        return await _show(visit, 422, told.refused, reason)
    return go(visit, f"/console/window/acts/{to_wire(act_id)}?done={verdict}")


async def slip(visit: StaffVisit) -> Response:
    """The slip of a wish that was carried out, as often as its two clerks print it."""
    act_id = _act(visit)
    found = (
        refuse(RefusalCode.NOT_FOUND)
        if act_id is None
        else await read_window.slip(visit.staff, act_id, visit.deps)
    )
    return _slip(visit, found, f"/console/window/acts/{visit.request.path_params['act']}")


async def slip_of_binding(visit: StaffVisit) -> Response:
    """The slip of a binding that two clerks made."""
    written = visit.request.path_params["binding"]
    binding = from_wire(written)
    found = (
        refuse(RefusalCode.NOT_FOUND)
        if binding is None
        else await read_window.slip_of_binding(visit.staff, binding, visit.deps)
    )
    return _slip(visit, found, f"/console/bindings/{written}")


def _slip(visit: StaffVisit, found: Slip | Refused, back: str) -> Response:
    if isinstance(found, Refused):
        return problem(visit, found, back)
    return desk_page(visit, "slip.html", slip=found, back=back)


async def _show(visit: StaffVisit, status: int, error: str = "", reason: str = "") -> Response:
    act_id = _act(visit)
    found = (
        refuse(RefusalCode.NOT_FOUND)
        if act_id is None
        else await read_window.one(visit.staff, act_id, visit.deps)
    )
    if isinstance(found, Refused):
        return problem(visit, found)
    act, now, staff = found.thing, visit.deps.clock(), visit.staff.staff_id
    done = DONE.get(visit.request.query_params.get("done", ""), "")
    return desk_page(
        visit,
        "act.html",
        status,
        act=act,
        key=to_wire(act.act_id),
        person=found.people[act.person_id],
        title=KIND_CHINESE[act.wish.kind],
        recognised=RECOGNISED_CHINESE[act.recognised_by],
        ground=SPARED_CHINESE[act.wish.ground] if isinstance(act.wish, SparedWish) else "",
        state=state_text(act, now),
        states=WindowState,
        waits=state_on(act, now) is WindowState.WAITING,
        mine=act.entered_by == staff,
        may_decide=may_decide(act, staff, now) is None,
        may_withdraw=may_withdraw(act, staff, now) is None,
        has_slip=act.in_force_at is not None and staff in (act.entered_by, act.decided_by),
        done=_(done) if done else "",
        error=error,
        reason=reason,
    )


def _act(visit: StaffVisit) -> UUID | None:
    return from_wire(visit.request.path_params["act"])
