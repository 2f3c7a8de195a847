"""录入绑定 at the window: a request that waits is taken over, or two people who are present are bound anew.

Who is present shows a card or an identity paper: its number finds them, and the name that is typed is held against
the register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from qinji.evidence.model import PHOTO_BYTES_MAX, PHOTOS_MAX
from qinji.family.model import DEFAULT_POWERS, Binding, WaitsFor
from qinji.family.rules import waits_for
from qinji.flows import bind_relative, review_binding
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.flows.review_binding import BindingCase
from qinji.insured.model import Person
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.purpose import POWER_CHINESE, Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go
from qinji.web.console.desk import desk_page, problem
from qinji.web.console.present import who_shows
from qinji.web.forms import Form, carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.offered import offered_powers
from qinji.web.texts import _
from qinji.window.rules import REASON_MIN

SIDES = ("holder", "member")


@dataclass(frozen=True, slots=True)
class Entry:
    """What was filled in, with its faults by field. ``promised_day`` None: the day that the rules promise."""

    values: Mapping[str, str]
    relation: Relation | None
    powers: frozenset[Power]
    promised_day: date | None
    errors: dict[str, str]

    def filled(self, field: str) -> str:
        """What was written in a field."""
        return self.values.get(field, "")


EMPTY = Entry({}, None, DEFAULT_POWERS, None, {})


async def begin(visit: StaffVisit) -> Response:
    """An empty form for two people who are present."""
    return _form(visit, EMPTY, None, 200)


async def take_over(visit: StaffVisit) -> Response:
    """The form for a request that waits, with what was asked for."""
    case = await _case(visit)
    if isinstance(case, Refused):
        return problem(visit, case)
    asked = case.binding
    values = {"paper": asked.evidence_reference or ""}
    return _form(visit, Entry(values, asked.relation, asked.powers, None, {}), case, 200)


async def send(visit: StaffVisit) -> Response:
    """Enter two people who are present."""
    form = await read_form(visit)
    entry = _entry(form)
    found = {side: await who_shows(visit, form, side, entry.errors) for side in SIDES}
    holder, member = found["holder"], found["member"]
    if entry.errors or holder is None or member is None:
        return _form(visit, entry, None, 422)
    return await _enter(visit, form, entry, (holder, member), None)


async def send_over(visit: StaffVisit) -> Response:
    """Enter a request that waits."""
    form = await read_form(visit)
    case = await _case(visit)
    if isinstance(case, Refused):
        return problem(visit, case)
    entry = _entry(form)
    if entry.errors:
        return _form(visit, entry, case, 422)
    return await _enter(visit, form, entry, (case.holder.person, case.member.person), case)


async def _enter(
    visit: StaffVisit, form: Form, entry: Entry, pair: tuple[Person, Person], case: BindingCase | None
) -> Response:
    photos = tuple([await file.read() for file in form.files("photos")])
    holder, member = pair

    async def act(call: KeyedCall[WithPeople[Binding]]) -> bytes:
        command = bind_relative.BindRelative(
            call=call,
            actor=visit.staff,
            channel=Channel.WINDOW,
            member_number=member.number,
            relation=entry.relation or Relation.OTHER,
            powers=entry.powers,
            holder_number=holder.number,
            evidence_reference=entry.filled("paper") or None,
            reason=entry.filled("reason"),
            promised_day=entry.promised_day,
            photos=photos,
        )
        return await bind_relative.run(command, visit.deps)

    told = await carry_out(visit, visit.staff, form, act, lambda done: to_wire(done.thing.binding_id))
    if told.refused:
        return _form(visit, entry, case, 422, told.refused)
    return go(visit, f"/console/bindings/{told.shown}?done=entered")


def _entry(form: Form) -> Entry:
    relations, powers = {one.value for one in Relation}, {one.value for one in Power}
    errors: dict[str, str] = {}
    relation = Relation(form.text("relation")) if form.text("relation") in relations else None
    if relation is None:
        errors["relation"] = _("请选成员是主账户人的什么人")
    chosen = frozenset(Power(name) for name in form.texts("power") if name in powers)
    if not chosen:
        errors["power"] = _("请至少选一项,逐项问过成员本人")
    if len(form.text("reason")) < REASON_MIN:
        errors["reason"] = _("请写清为什么在窗口办,至少 {least} 个字").format(least=REASON_MIN)
    if not form.text("paper"):
        errors["paper"] = _("请写签字的授权书或材料的编号")
    promised = None
    if form.text("promised"):
        try:
            promised = date.fromisoformat(form.text("promised"))
        except ValueError:
            errors["promised"] = _("日期写法不对,例如 2026-03-20")
    return Entry(form.values, relation, chosen, promised, errors)


async def _case(visit: StaffVisit) -> BindingCase | Refused:
    """The request of the address, while it waits for its entry."""
    binding = from_wire(visit.request.path_params["binding"])
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    case = await review_binding.run(visit.staff, binding, visit.deps)
    if isinstance(case, Refused) or waits_for(case.binding) is WaitsFor.ENTRY:
        return case
    return refuse(RefusalCode.NOT_FOUND)


def _form(
    visit: StaffVisit, entry: Entry, case: BindingCase | None, status: int, error: str = ""
) -> Response:
    relations = Relation if case is None or case.terms is None else case.terms.relations
    offered = offered_powers(visit.deps.book, local_day(visit.deps.clock()))
    powers = offered if case is None or case.terms is None else case.terms.powers
    kept = len(case.papers.photos) if case and case.papers and case.readable else 0
    return desk_page(
        visit,
        "bind.html",
        status,
        entry=entry,
        case=case,
        key="" if case is None else to_wire(case.binding.binding_id),
        relations={one: CHINESE[one] for one in Relation if one in relations},
        powers={one: POWER_CHINESE[one] for one in Power if one in powers},
        regions=visit.deps.book.region_names(),
        kept=kept,
        room=PHOTOS_MAX - kept,
        megabytes=PHOTO_BYTES_MAX / 1_000_000,
        text=in_force(ConsentKind.BIND),
        notice=in_force(ConsentKind.EVIDENCE),
        error=error,
    )
