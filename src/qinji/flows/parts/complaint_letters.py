"""Pure: the letters that end a case of 异议: one to whoever opened it, one to the other side.

The other side reads what concerns them and nothing of what was complained, nor an amount that is not theirs to see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.complaint.model import (
    KIND_CHINESE,
    OUTCOME_CHINESE,
    SUBJECT_CHINESE,
    Complaint,
    Fact,
    Measure,
    MeasureKind,
    MeasureState,
    Outcome,
    SubjectKind,
)
from qinji.flows.parts.complaint_words import day, minute
from qinji.insured.model import Person
from qinji.kernel.dates import local_day
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import to_wire
from qinji.kernel.money import yuan

APPEAL = "如不同意这个结果,可以带本函和证件到任一医保经办窗口再次提出,或拨打医保服务热线 12393。"
RECORDED = "办理经过已记入您的“谁看过我的信息”,可以随时查看。"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, on one page. ``to`` is the full name for the person themselves, else an institution's."""

    number: str
    to: str
    title: str
    facts: tuple[Fact, ...]
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...]
    signed_by: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What letters are written from: the closed case, its people, what was booked, the bill's place and region."""

    complaint: Complaint
    people: Mapping[UUID, Person]
    measures: tuple[Measure, ...]
    place: str
    region_name: str
    settled_at: datetime | None
    on: date


def to_complainer(facts: LetterFacts) -> Letter:
    """To whoever opened the case: what they asked, what came of it, in the clerk's words, what is still stopped."""
    one = facts.complaint
    lines = [
        Fact("您提出的", f"{KIND_CHINESE[one.kind]}:{SUBJECT_CHINESE[one.about.kind]}"),
        Fact("提出时间", minute(one.opened_at)),
        *one.explanation.facts[:3],
        Fact("结果", _outcome(one)),
    ]
    lines += _given_back(facts, one.person_id)
    stopped = "、".join(freeze.words for freeze in one.freezes)
    paragraphs = [one.resolution or ""]
    if stopped and one.lifted_at is None:
        paragraphs.append(f"按您的要求已停用:{stopped}。需要时由您自己恢复:手机“我的异议”,或到窗口办理。")
    elif stopped:
        paragraphs.append(f"曾按您的要求停用:{stopped};{minute(one.lifted_at or one.opened_at)} 已恢复使用。")
    return _letter(facts, facts.people[one.person_id].name, "异议办理结果", lines, paragraphs)


def to_relative(facts: LetterFacts) -> Letter | None:
    """To the relative on the other side; None where there is none."""
    one = facts.complaint
    if one.other_id is None:
        return None
    other = facts.people[one.other_id]
    asked = masked_name(facts.people[one.person_id].name)
    what = _seen_by_other(facts)
    lines = [Fact("关于", what), Fact("结果", _outcome(one)), *_given_back(facts, one.other_id)]
    return _letter(
        facts, other.name, "异议办理结果告知", lines, [f"{asked} 就此提出了异议,现已办结。", _for_other(one)]
    )


def to_institution(facts: LetterFacts) -> Letter | None:
    """To the institution of the bill, where it was cancelled or corrected; None where it has nothing to do."""
    one = facts.complaint
    if one.settlement_id is None or one.outcome not in (Outcome.CANCELLED, Outcome.CORRECTED):
        return None
    lines = [Fact("结算编号", to_wire(one.settlement_id)), Fact("结果", _outcome(one))]
    amount_fen = sum(measure.amount_fen for measure in _done(facts, MeasureKind.CORRECT))
    if amount_fen:
        lines.append(Fact("从应付贵机构的款项中扣回", f"{yuan(amount_fen)} 元"))
    told = (
        "这笔结算中从个人账户支付的部分经核实不应支付,已退回账户,并从应付贵机构的款项中扣回。统筹基金支付的部分不变。"
        if amount_fen
        else "贵机构已撤销这笔结算,各方款项已退回。"
    )
    return _letter(facts, facts.place, "异议办理结果告知", lines, [told])


def _letter(facts: LetterFacts, to: str, title: str, lines: list[Fact], paragraphs: list[str]) -> Letter:
    one = facts.complaint
    signed = one.ended_by or ""
    return Letter(
        number=to_wire(one.complaint_id),
        to=to,
        title=title,
        facts=tuple(lines),
        paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph),
        closing=(APPEAL, RECORDED) if to != facts.place else (APPEAL,),
        signed_by=signed.removeprefix("staff:"),
        signed_on=facts.on,
    )


def _outcome(one: Complaint) -> str:
    return "" if one.outcome is None else OUTCOME_CHINESE[one.outcome]


def _done(facts: LetterFacts, kind: MeasureKind) -> list[Measure]:
    return [one for one in facts.measures if one.kind is kind and one.state is MeasureState.DONE]


def _given_back(facts: LetterFacts, person: UUID) -> list[Fact]:
    """That money came back to an account: to its owner, and to the patient, whose bill shows it anyway."""
    one = facts.complaint
    corrected = _done(facts, MeasureKind.CORRECT)
    fen = sum(
        measure.amount_fen for measure in corrected if measure.payers == (person,) or person == one.patient_id
    )
    if fen:
        mine = all(measure.payers == (person,) for measure in corrected)
        return [Fact("退回您的账户" if mine else "退回付款的账户", f"{yuan(fen)} 元")]
    named = any(person in measure.payers for measure in corrected)
    return [Fact("退回您的账户", "您的账户支付的部分已退回,金额见账单")] if named else []


def _seen_by_other(facts: LetterFacts) -> str:
    """The thing as the other side may know it: place and time of a bill or code, no amount of others.

    Who only paid knows the region of a bill, as everywhere else; the institution is the patient's to show.
    """
    one = facts.complaint
    if one.about.kind is SubjectKind.SETTLEMENT and facts.settled_at is not None:
        place = facts.place if one.other_id == one.patient_id else facts.region_name
        return f"{day(local_day(facts.settled_at))} 在 {place} 的一笔结算"
    if one.about.kind is SubjectKind.CODE:
        return "一次出示医保码" + (f"(在 {facts.place} 扫码)" if facts.place else "")
    return "您的一次查看或改动"


def _for_other(one: Complaint) -> str:
    told = {
        Outcome.EXPLAINED: "经核实并向其说明,对您没有影响。",
        Outcome.GRANT_ENDED: "双方之间的家庭共济授权已解除,以后的费用不再由该授权支付;已支付的不受影响。",
        Outcome.CANCELLED: "这笔结算已由医药机构撤销,每一份钱都退回了原来的账户;需要时请到该机构重新结算。",
        Outcome.CORRECTED: "这笔结算中从个人账户支付的部分已退回账户。医药机构可能就这部分费用与就诊人联系。",
        Outcome.PASSED_ON: "此事已移送其他部门,他们可能与您联系。",
    }
    stopped = "对方停用的授权或权限由对方自己恢复。" if one.freezes and one.lifted_at is None else ""
    return ("" if one.outcome is None else told[one.outcome]) + stopped
