"""开通家庭共济: to whom and how far, then one page to check before one's own account may pay for somebody."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from qinji.flows import grant_mutual_aid, list_grants
from qinji.flows.list_grants import SharingHome
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.identity import is_identity_number, masked_number
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.purpose import PURPOSE_CHINESE, USE_CHINESE, Purpose, UseClass
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.mutual_aid.model import Grant, Terms
from qinji.platform.keyed_calls import KeyedCall
from qinji.policy.help import SharingFacts, help_facts
from qinji.web.answers import go, page
from qinji.web.forms import Form, Told, carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.mutual_aid import limits, step_up
from qinji.web.mutual_aid.limits import NAMES, Wanted
from qinji.web.relatives import find_relative, invented_kin
from qinji.web.texts import _

FIELD_OF: dict[str, str] = {
    "GRANT_SELF": "certificate",
    "GRANT_EXISTS": "certificate",
    "BENEFICIARY_STATUS": "certificate",
    "GRANT_OUT_OF_SCOPE": "certificate",
    "GRANT_RELATION_NOT_ALLOWED": "relation",
    "GRANT_RELATION_DIFFERS": "relation",
}
"""Beside which field a refusal is told; every other stands on top."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What was filled in, with its faults by field."""

    name: str
    certificate: str
    relation: Relation | None
    wanted: Wanted
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Region:
    """What is known before anything is asked: one's own side, and the rules of one's region."""

    home: SharingHome
    terms: Terms
    facts: SharingFacts


async def begin(visit: PersonVisit) -> Response:
    """The form: empty, or as it was when one comes back from the check page."""
    region = await _region(visit)
    if not isinstance(region, _Region):
        return region
    if visit.request.method == "POST":
        opening = _opening(await read_form(visit), region)
        opening.errors.clear()
    else:
        opening = Opening(
            "", "", None, Wanted(dict.fromkeys((*NAMES, limits.LAST_DAY), ""), {}, region.terms.purposes), {}
        )
    return await _form(visit, region, opening, 200)


async def check(visit: PersonVisit) -> Response:
    """Everything once more, with the rules and the agreement; nothing has been opened yet."""
    region = await _region(visit)
    if not isinstance(region, _Region):
        return region
    opening = _opening(await read_form(visit), region)
    if opening.errors:
        return await _form(visit, region, opening, 422)
    return page(
        visit,
        "mutual_aid/open_check.html",
        opening=opening,
        masked=masked_number(opening.certificate),
        relation=CHINESE[opening.relation or Relation.OTHER],
        rows=limits.told(opening.wanted),
        unlimited=all(opening.wanted.limits[name] is None for name in NAMES if name not in limits.EMPTY),
        home=region.home,
        facts=region.facts,
        text=in_force(ConsentKind.GRANT),
    )


async def send(visit: PersonVisit) -> Response:
    """Open it. Nobody of this number, another name and no kin are told alike."""
    region = await _region(visit)
    if not isinstance(region, _Region):
        return region
    form = await read_form(visit)
    opening = _opening(form, region)
    if opening.errors or opening.relation is None:
        return await _form(visit, region, opening, 422)
    done = await _open(visit, form, opening, opening.relation)
    if step_up.needed(done):
        return await step_up.ask(visit, form)
    if done.refused:
        field, words = FIELD_OF.get(done.code), done.refused
        if done.code == RefusalCode.GRANT_RELATION_DIFFERS.name:
            words += _("也请看看姓名和身份证号有没有写错。")
        if field is None:
            return await _form(visit, region, opening, 422, words)
        opening.errors[field] = words
        return await _form(visit, region, opening, 422)
    return go(visit, f"/mutual-aid/{done.shown}?done=opened")


async def _open(visit: PersonVisit, form: Form, opening: Opening, relation: Relation) -> Told:
    person = await find_relative(visit, opening.name, opening.certificate)
    if person is None:
        refused = refuse(RefusalCode.GRANT_RELATION_DIFFERS, relation=CHINESE[relation])
        return Told(refused.text, "", refused.code.name)

    async def act(call: KeyedCall[WithPeople[Grant]]) -> bytes:
        command = grant_mutual_aid.GrantMutualAid(
            call=call,
            actor=visit.person,
            channel=Channel.WEB,
            beneficiary_number=person.number,
            relation=relation,
            limits=opening.wanted.amounts,
            purposes=opening.wanted.purposes,
            uses=opening.wanted.uses,
            last_day=opening.wanted.last_day,
        )
        return await grant_mutual_aid.run(command, visit.deps)

    return await carry_out(visit, visit.person, form, act, lambda done: to_wire(done.thing.grant_id))


async def _region(visit: PersonVisit) -> _Region | Response:
    """One's own side; a plain page for those whose account cannot be given."""
    home = await list_grants.run(visit.person, visit.deps)
    me = visit.person.person_id
    async with visit.deps.database.reading() as connection:
        person = (await insured.persons(connection, [me]))[me]
    facts = help_facts(visit.deps.book, person.region, local_day(visit.deps.clock()))
    if home.may_give and home.terms is not None and facts.sharing is not None:
        return _Region(home, home.terms, facts.sharing)
    text = facts.missing
    if not home.has_account:
        text = refuse(RefusalCode.GRANTOR_NOT_EMPLOYEE).text
    elif not text:
        text = _("您的个人账户现在不能使用,没有任何变动。请先到医保窗口恢复,再来开通。")
    return page(visit, "parts/problem.html", 422, title=_("现在不能开通"), text=text, back="/mutual-aid")


async def _form(
    visit: PersonVisit, region: _Region, opening: Opening, status: int, error: str = ""
) -> Response:
    return page(
        visit,
        "mutual_aid/open.html",
        status,
        opening=opening,
        wanted=opening.wanted,
        errors=opening.errors,
        relations={one: CHINESE[one] for one in Relation if one in region.terms.relations},
        purposes={one: PURPOSE_CHINESE[one] for one in Purpose if one in region.terms.purposes},
        names=NAMES,
        empty=limits.EMPTY,
        uses={one: USE_CHINESE[one] for one in UseClass if one in region.terms.uses},
        facts=region.facts,
        home=region.home,
        error=error,
        kin=await invented_kin(visit),
    )


def _opening(form: Form, region: _Region) -> Opening:
    known = {one.value for one in Relation}
    certificate, relation = form.text("certificate").upper().replace(" ", ""), form.text("relation")
    wanted = limits.read_wanted(form, region.terms.uses)
    errors: dict[str, str] = {}
    if not form.text("name"):
        errors["name"] = _("请写上家人的姓名,和身份证上一样")
    if not is_identity_number(certificate):
        errors["certificate"] = _("身份证号不对:应是 18 位,请对照身份证再看一遍")
    if relation not in known:
        errors["relation"] = _("请选家人是您的什么人")
    errors |= wanted.errors
    found = Relation(relation) if relation in known else None
    return Opening(form.text("name"), certificate, found, wanted, errors)
