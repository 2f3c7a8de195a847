"""绑定家人: who and what for, then one page to check before anything is sent. Nothing here moves money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from qinji.evidence.model import KEPT_MAX, PHOTOS_MAX
from qinji.family.model import DEFAULT_POWERS, Binding, Terms
from qinji.flows import bind_relative
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.dates import age_on, local_day
from qinji.kernel.identity import is_identity_number, masked_number
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.purpose import POWER_CHINESE, Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go, page
from qinji.web.forms import Form, carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.relatives import find_relative, invented_kin
from qinji.web.texts import _


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was filled in, with its faults by field."""

    name: str
    certificate: str
    relation: Relation | None
    powers: frozenset[Power]
    paper: str
    errors: dict[str, str]


async def begin(visit: PersonVisit) -> Response:
    """An empty form."""
    wanted = Wanted("", "", None, DEFAULT_POWERS, "", {})
    return await _form(visit, wanted, 200)


async def check(visit: PersonVisit) -> Response:
    """Everything once more, and what the relative will be asked; nothing has been sent yet."""
    form = await read_form(visit)
    wanted = _wanted(form)
    terms = await _terms(visit)
    if wanted.errors or isinstance(terms, Refused):
        return await _form(visit, wanted, 422, terms.text if isinstance(terms, Refused) else "")
    birth = date(
        int(wanted.certificate[6:10]), int(wanted.certificate[10:12]), int(wanted.certificate[12:14])
    )
    young = age_on(birth, local_day(visit.deps.clock())) < terms.consent_age
    return page(
        visit,
        "family/bind_check.html",
        wanted=wanted,
        masked=masked_number(wanted.certificate),
        relation=CHINESE[wanted.relation or Relation.OTHER],
        powers=[POWER_CHINESE[power] for power in Power if power in wanted.powers],
        young=young,
        terms=terms,
        text=in_force(ConsentKind.BIND),
        photos_max=PHOTOS_MAX,
        kept_days=KEPT_MAX.days,
    )


async def send(visit: PersonVisit) -> Response:
    """Ask for the binding. Somebody who is not known by this number and this name is like somebody who is not there."""
    form = await read_form(visit)
    wanted = _wanted(form)
    if wanted.errors or wanted.relation is None:
        return await _form(visit, wanted, 422)
    member = await find_relative(visit, wanted.name, wanted.certificate)
    if member is None:
        return await _form(visit, wanted, 422, refuse(RefusalCode.NOT_FOUND).text)
    relation = wanted.relation
    photos = [await file.read() for file in form.files("photo")]

    async def act(call: KeyedCall[WithPeople[Binding]]) -> bytes:
        command = bind_relative.BindRelative(
            call=call,
            actor=visit.person,
            channel=Channel.WEB,
            member_number=member.number,
            relation=relation,
            powers=wanted.powers,
            evidence_reference=wanted.paper or None,
            photos=tuple(photos),
        )
        return await bind_relative.run(command, visit.deps)

    told = await carry_out(visit, visit.person, form, act, lambda done: to_wire(done.thing.binding_id))
    if told.refused:
        return await _form(visit, wanted, 422, told.refused)
    return go(visit, f"/family/{told.shown}?done=asked")


async def _form(visit: PersonVisit, wanted: Wanted, status: int, error: str = "") -> Response:
    terms = await _terms(visit)
    if isinstance(terms, Refused):
        title = _("现在不能绑定")
        return page(visit, "parts/problem.html", 422, title=title, text=terms.text, back="/family")
    return page(
        visit,
        "family/bind.html",
        status,
        wanted=wanted,
        relations={relation: CHINESE[relation] for relation in Relation if relation in terms.relations},
        powers={power: POWER_CHINESE[power] for power in Power if power in terms.powers},
        terms=terms,
        error=error,
        kin=await invented_kin(visit),
    )


async def _terms(visit: PersonVisit) -> Terms | Refused:
    me = visit.person.person_id
    async with visit.deps.database.reading() as connection:
        person = (await insured.persons(connection, [me]))[me]
    policy = visit.deps.book.at(person.region, local_day(visit.deps.clock()))
    return policy if isinstance(policy, Refused) else Terms.of(policy.family())


def _wanted(form: Form) -> Wanted:
    known, powers = {one.value for one in Relation}, {one.value for one in Power}
    certificate, relation = form.text("certificate").upper().replace(" ", ""), form.text("relation")
    errors: dict[str, str] = {}
    if not form.text("name"):
        errors["name"] = _("请写上家人的姓名,和身份证上一样")
    if not is_identity_number(certificate):
        errors["certificate"] = _("身份证号不对:应是 18 位,请对照身份证再看一遍")
    if relation not in known:
        errors["relation"] = _("请选家人是您的什么人")
    chosen = frozenset(Power(name) for name in form.texts("power") if name in powers)
    if not chosen:
        errors["power"] = _("请至少选一项要替家人办的事")
    found = Relation(relation) if relation in known else None
    return Wanted(form.text("name"), certificate, found, chosen, form.text("paper"), errors)
