"""What a case is held against: what was asked for beside what the register and the rules say, each with a mark."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qinji.flows.review_binding import BindingCase
from qinji.flows.review_grant import GrantCase
from qinji.insured.model import STATUS_CHINESE, Status
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.purpose import POWER_CHINESE, Power
from qinji.web.texts import _, marked


class Mark(StrEnum):
    """Agrees, has to be looked at, or contradicts."""

    AGREES = "agrees"
    LOOK = "look"
    DIFFERS = "differs"


MARK_WORDS: dict[Mark, str] = {
    Mark.AGREES: marked("相符"),
    Mark.LOOK: marked("要核对"),
    Mark.DIFFERS: marked("不符"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what it is about, what was asked, what the register or the rule says, and how the two stand."""

    label: str
    asked: str
    known: str
    mark: Mark


def binding_checks(case: BindingCase) -> list[Check]:
    """Kinship, who has to agree, both limits, powers, papers and how the member is insured."""
    return [
        _kinship(case.binding.relation, case.known),
        *_by_terms(case),
        _papers(case),
        _insured(case.member.person.status),
    ]


def _kinship(asked: Relation, known: Relation | None) -> Check:
    label = _("亲属关系")
    if known is None:
        return Check(label, CHINESE[asked], _("登记中没有这一亲属关系,以材料为准"), Mark.LOOK)
    mark = Mark.AGREES if known is asked else Mark.DIFFERS
    return Check(label, CHINESE[asked], CHINESE[known], mark)


def _by_terms(case: BindingCase) -> list[Check]:
    terms = case.terms
    if terms is None:
        return [Check(_("适用规定"), "", _("参保地没有生效的规定,不能办理"), Mark.DIFFERS)]
    years = _("{age} 周岁").format(age=case.member.age)
    if case.grown:
        agree = _("年满 {age} 周岁,要本人到场并同意").format(age=terms.consent_age)
    else:
        agree = _("未满 {age} 周岁,由监护人提供监护材料").format(age=terms.consent_age)
    held = _("主账户人已有 {count} 人").format(count=case.held)
    holders = _("成员已被 {count} 人绑定").format(count=case.holders)
    most = _("最多 {most} 人")
    return [
        Check(_("年龄与谁同意"), years, agree, Mark.LOOK),
        Check(
            _("主账户人名额"),
            held,
            most.format(most=terms.max_members),
            _within(case.held, terms.max_members),
        ),
        Check(
            _("成员名额"),
            holders,
            most.format(most=terms.max_holders),
            _within(case.holders, terms.max_holders),
        ),
        _powers(case.binding.powers, terms.powers),
    ]


def _within(count: int, most: int) -> Mark:
    return Mark.AGREES if count <= most else Mark.DIFFERS


def _powers(asked: frozenset[Power], allowed: frozenset[Power]) -> Check:
    words = "、".join(POWER_CHINESE[power] for power in Power if power in asked)
    beyond = "、".join(POWER_CHINESE[power] for power in Power if power in asked - allowed)
    if beyond:
        return Check(_("申请的权限"), words, _("不可授予:{powers}").format(powers=beyond), Mark.DIFFERS)
    costs = Power.QUERY_COST in asked
    told = _("含“查看花费”,请确认成员知道") if costs else _("都可以授予")
    return Check(_("申请的权限"), words, told, Mark.LOOK if costs else Mark.AGREES)


def _papers(case: BindingCase) -> Check:
    reference = case.binding.evidence_reference or _("没有写编号")
    count = len(case.papers.photos) if case.papers else 0
    if not case.readable:
        told = _("照片已删除,以原件为准") if count else _("没有照片,以窗口原件为准")
        none = not count and not case.binding.evidence_reference
        return Check(_("材料"), reference, told, Mark.DIFFERS if none and not case.grown else Mark.LOOK)
    return Check(_("材料"), reference, _("照片 {count} 张,请逐张核对").format(count=count), Mark.LOOK)


def _insured(status: Status) -> Check:
    mark = Mark.AGREES if status is Status.NORMAL else Mark.LOOK
    return Check(_("成员参保状态"), "", STATUS_CHINESE[status], mark)


def grant_checks(case: GrantCase, regions: dict[str, str]) -> list[Check]:
    """Kinship, the region's rule on it, how far the money reaches, and how both sides are insured."""
    terms, grantor, beneficiary = case.terms, case.grantor.person, case.beneficiary.person
    found = [_kinship(case.grant.relation, case.known)]
    if terms is not None:
        allowed = "、".join(CHINESE[relation] for relation in Relation if relation in terms.relations)
        mark = Mark.AGREES if case.grant.relation in terms.relations else Mark.DIFFERS
        found.append(Check(_("当地允许的关系"), CHINESE[case.grant.relation], allowed, mark))
        names = [regions.get(one.region, one.region) for one in (grantor, beneficiary)]
        places = " → ".join(names)
        same = grantor.region == beneficiary.region
        found.append(Check(_("参保地"), places, terms.scope_chinese, Mark.AGREES if same else Mark.LOOK))
    for label, person in ((_("授权人参保状态"), grantor), (_("使用人参保状态"), beneficiary)):
        mark = Mark.AGREES if person.status is Status.NORMAL else Mark.LOOK
        found.append(Check(label, "", STATUS_CHINESE[person.status], mark))
    return found
