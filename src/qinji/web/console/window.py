"""窗口: look somebody up with a reason, see their page, and take down what they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from qinji.family.model import BindingState
from qinji.family.rules import state_text
from qinji.flows import enter_window_act, look_up_person
from qinji.flows.look_up_person import FoundBy, PersonFile
from qinji.flows.parts.consent_texts import in_force
from qinji.flows.parts.people import WithPeople
from qinji.insured.model import CODE_CHINESE, STATUS_CHINESE, CodeState, Insurance
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.kinship import CHINESE, Relation, inverse, spoken
from qinji.kernel.purpose import POWER_CHINESE, PURPOSE_CHINESE, SPARED_CHINESE
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid.model import STATE_CHINESE, GrantState
from qinji.mutual_aid.rules import live, may_pause
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go
from qinji.web.console import wishes
from qinji.web.console.desk import desk_page, problem
from qinji.web.console.grants import LIMIT_WORDS, limits_of, narrowed
from qinji.web.console.notices import offered_months
from qinji.web.console.present import clean
from qinji.web.console.tickets import LIFE, RECOGNISED, Ticket, seal, unseal
from qinji.web.forms import Form, carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.mutual_aid.limits import wanted_of
from qinji.web.offered import offered_powers, offered_purposes, offered_uses
from qinji.web.texts import _, marked
from qinji.window.model import KIND_CHINESE, RECOGNISED_CHINESE, WindowAct, WindowKind
from qinji.window.rules import AT_ONCE, PAPER_MAX, REASON_MIN, UNTOLD
from qinji.window.rules import state_text as act_state

FOUND_BY: dict[FoundBy, str] = {
    FoundBy.CARD: marked("社会保障卡号"),
    FoundBy.IDENTITY_NUMBER: marked("身份证号"),
    FoundBy.PERSON_NUMBER: marked("个人编号(只查看,不能代办)"),
}
CODE_ACTS: dict[CodeState, tuple[WindowKind, ...]] = {
    CodeState.NOT_ACTIVATED: (WindowKind.ACTIVATE_CODE, WindowKind.FREEZE_CODE),
    CodeState.ACTIVE: (WindowKind.FREEZE_CODE, WindowKind.REPORT_LOST),
    CodeState.FROZEN: (WindowKind.THAW_CODE, WindowKind.REPORT_LOST),
    CodeState.LOST: (WindowKind.THAW_CODE,),
}
"""What is offered about a code in this state."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, with its faults by field."""

    values: Mapping[str, str]
    errors: dict[str, str]

    def filled(self, field: str) -> str:
        """What was written in a field."""
        return self.values.get(field, "")


async def front(visit: StaffVisit) -> Response:
    """Whom to look for, and why."""
    return _search(visit, Filled({}, {}), 200)


async def look(visit: StaffVisit) -> Response:
    """The person's page; the look and its reason stand in their trail before it is shown. A ticket looks once more."""
    form = await read_form(visit)
    by, number, reason = form.text("found_by"), clean(form.text("number")), form.text("reason")
    found_by = FoundBy(by) if by in set(FoundBy) else FoundBy.CARD
    known = _ticket(visit, form)
    if known is not None:
        found_by, number, reason = known.found_by, known.number, known.reason
    command = look_up_person.LookUpPerson(visit.staff, found_by, number, reason)
    found = await look_up_person.run(command, visit.deps)
    if isinstance(found, Refused):
        return _search(visit, Filled(form.values, {}), 422, found.text)
    ticket = Ticket(
        staff=visit.staff.staff_id,
        person=found.person.person_id,
        name=found.person.name,
        found_by=found_by,
        number=number,
        reason=reason,
        until=visit.deps.clock() + LIFE,
    )
    return _person(visit, found, ticket)


def _ticket(visit: StaffVisit, form: Form) -> Ticket | None:
    return unseal(form.whole("ticket"), visit.deps.vault, visit.staff.staff_id, visit.deps.clock())


def _search(visit: StaffVisit, filled: Filled, status: int, error: str = "") -> Response:
    return desk_page(visit, "window.html", status, entry=filled, found_by=FOUND_BY, error=error)


def _person(visit: StaffVisit, file: PersonFile, ticket: Ticket) -> Response:
    now = visit.deps.clock()
    own = [one for one in file.grants if one.grantor_id == file.person.person_id]
    resident = file.person.insurance is Insurance.RESIDENT
    return desk_page(
        visit,
        "person.html",
        file=file,
        person=file.person,
        present=ticket.recognised is not None,
        ticket=seal(ticket, visit.deps.vault),
        reason=ticket.reason,
        kinds=WindowKind,
        kind_words=KIND_CHINESE,
        code_acts=CODE_ACTS[file.person.code_state],
        insured_as=STATUS_CHINESE[file.person.status],
        resident=resident,
        may_be_noted=resident
        and not file.spared_noted
        and all(one.wish.kind is not WindowKind.NOTE_SPARED for one in file.waiting),
        code_state=CODE_CHINESE[file.person.code_state],
        today=local_day(now),
        months=offered_months(local_day(now)),
        live=live,
        paying=any(may_pause(one, local_day(now), pausing=True) is None for one in own),
        paused=any(may_pause(one, local_day(now), pausing=False) is None for one in own),
        limits_of=limits_of,
        narrowed=narrowed,
        bindings=BindingState,
        binding_state=state_text,
        grants=GrantState,
        grant_state=STATE_CHINESE,
        act_state=lambda act: act_state(act, now),
        power_names=POWER_CHINESE,
        purpose_names=PURPOSE_CHINESE,
        spoken=spoken,
        inverse=inverse,
        wire=to_wire,
    )


async def fill(visit: StaffVisit) -> Response:
    """The form of one kind of wish."""
    form = await read_form(visit)
    found = await _asked(visit, form)
    if isinstance(found, Refused):
        return problem(visit, found, "/console/window")
    ticket, about = found
    return _form(visit, form, ticket, about, Filled(_begun(ticket, about), {}), 200)


async def enter(visit: StaffVisit) -> Response:
    """Take the wish down."""
    form = await read_form(visit)
    found = await _asked(visit, form)
    if isinstance(found, Refused):
        return problem(visit, found, "/console/window")
    ticket, about = found
    filled = Filled(form.values, {})
    wish = await wishes.wish_of(visit, form, about, filled.errors)
    _words(form, filled.errors)
    recognised = ticket.recognised
    if wish is None or filled.errors or recognised is None:
        return _form(visit, form, ticket, about, filled, 422)

    async def act(call: KeyedCall[WithPeople[WindowAct]]) -> bytes:
        command = enter_window_act.EnterWindowAct(
            call, visit.staff, recognised, ticket.number, wish, form.text("reason"), form.text("paper")
        )
        return await enter_window_act.run(command, visit.deps)

    told = await carry_out(visit, visit.staff, form, act, lambda done: to_wire(done.thing.act_id))
    if told.refused:
        return _form(visit, form, ticket, about, filled, 422, told.refused)
    return go(visit, f"/console/window/acts/{told.shown}?done=entered")


def _words(form: Form, errors: dict[str, str]) -> None:
    if len(form.text("reason")) < REASON_MIN:
        errors["reason"] = _("请写清为什么在窗口办,至少 {least} 个字").format(least=REASON_MIN)
    if not form.text("paper"):
        errors["paper"] = _("请写本人签字的材料编号")


async def _asked(visit: StaffVisit, form: Form) -> tuple[Ticket, wishes.About] | Refused:
    """Whose wish, and what it is about. Refused: a ticket that is over, nobody present, somebody else's things."""
    ticket = _ticket(visit, form)
    if ticket is None or ticket.recognised is None:
        return refuse(RefusalCode.REQUEST_INVALID, reason=_("离上次查找太久了,请用证件重新查找后再办"))
    kind, _colon, target = form.text("what").partition(":")
    if kind not in set(WindowKind):
        return refuse(RefusalCode.NOT_FOUND)
    about = await wishes.about(visit, ticket.person, WindowKind(kind), from_wire(target))
    return refuse(RefusalCode.NOT_FOUND) if about is None else (ticket, about)


def _begun(ticket: Ticket, about: wishes.About) -> dict[str, str]:
    """What stands in a form at first: the reason of the look, and the bounds as they are wanted."""
    wanted = {} if about.grant is None else wanted_of(about.grant).written
    return {"reason": ticket.reason, **wanted}


def _form(
    visit: StaffVisit,
    form: Form,
    ticket: Ticket,
    about: wishes.About,
    filled: Filled,
    status: int,
    error: str = "",
) -> Response:
    sent = status != 200
    today = local_day(visit.deps.clock())
    region = about.people[about.person].region
    may_be_for = offered_purposes(visit.deps.book, region, today)
    powers = set(form.texts("power")) if sent or about.binding is None else about.binding.powers
    bounds = None if about.grant is None else about.grant.wanted
    purposes = set(form.texts("purpose")) if sent else (bounds.purposes if bounds else set(may_be_for))
    uses = set(form.texts("use")) if sent else (bounds.uses if bounds else None) or set()
    return desk_page(
        visit,
        "wish.html",
        status,
        entry=filled,
        error=error,
        ticket=form.whole("ticket"),
        name=ticket.name,
        recognised=RECOGNISED_CHINESE[RECOGNISED[ticket.found_by]],
        about=about,
        kind=about.kind,
        title=KIND_CHINESE[about.kind],
        at_once=about.kind in AT_ONCE,
        what=form.text("what"),
        kinds=WindowKind,
        with_limits=about.kind in wishes.WITH_LIMITS,
        limit_words=LIMIT_WORDS,
        relations={one: CHINESE[one] for one in Relation},
        spoken=spoken,
        powers=powers,
        power_names=offered_powers(visit.deps.book, today),
        purposes=purposes,
        purpose_names=may_be_for,
        uses=uses,
        only=form.text("only") == "yes" if sent else bool(uses),
        use_names=offered_uses(visit.deps.book, region, today),
        grounds=SPARED_CHINESE,
        untold=about.kind in UNTOLD,
        text=in_force(wishes.CONSENTS[about.kind]),
        paper_max=PAPER_MAX,
    )
