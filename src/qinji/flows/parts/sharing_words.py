"""Pure: grants in Chinese words, for consents, papers and people: their bounds, and what an act changes of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from qinji.flows.parts.people import relative_text
from qinji.insured.model import Person
from qinji.kernel.dates import CHINA
from qinji.kernel.identity import masked_name
from qinji.kernel.kinship import inverse
from qinji.kernel.money import yuan
from qinji.kernel.purpose import PURPOSE_CHINESE, USE_CHINESE, Purpose, UseClass
from qinji.mutual_aid.model import (
    ANSWER_CHINESE,
    STATE_CHINESE,
    Bounds,
    Confirmation,
    Grant,
    GrantState,
    Limits,
)
from qinji.window.model import Change, Told

NO_LIMIT = "不限"
NOTHING = "无"
CONFIRM_ABOVE, NOT_ASKED = "须手机确认", "不需要"
USES, ALL_PERMITTED = "费用种类", "当地允许的全部"
LAST_DAY, FOR_LONG = "有效期至", "长期"


def amounts(limits: Limits) -> dict[str, str]:
    """Each limit and the floor by its Chinese name, in yuan."""
    named = {
        "单次限额": limits.per_use_fen,
        "每日限额": limits.per_day_fen,
        "每月限额": limits.per_month_fen,
        "每年限额": limits.per_year_fen,
    }
    told = {name: NO_LIMIT if fen is None else f"{yuan(fen)} 元" for name, fen in named.items()}
    return told | {"账户保底余额": f"{yuan(limits.floor_fen)} 元"}


def purposes_text(purposes: Collection[Purpose]) -> str:
    """What a grant may be used for."""
    return "、".join(PURPOSE_CHINESE[one] for one in Purpose if one in purposes) or NOTHING


def uses_text(uses: Collection[UseClass]) -> str:
    """Which parts of a bill a grant may pay."""
    return "、".join(USE_CHINESE[one] for one in UseClass if one in uses) or NOTHING


def last_day_text(last_day: date) -> str:
    """The last day of a grant, with the word that the day itself counts."""
    return f"{last_day.isoformat()}(含当天)"


def told_bounds(bounds: Bounds) -> dict[str, str]:
    """Every bound by its name in Chinese; those that are seldom set have a word for not being set."""
    above = bounds.limits.confirm_above_fen
    return amounts(bounds.limits) | {
        "用途": purposes_text(bounds.purposes),
        CONFIRM_ABOVE: NOT_ASKED if above is None else f"每笔超过 {yuan(above)} 元",
        USES: ALL_PERMITTED if bounds.uses is None else uses_text(bounds.uses),
        LAST_DAY: FOR_LONG if bounds.last_day is None else last_day_text(bounds.last_day),
    }


def bounds_text(bounds: Bounds) -> str:
    """The bounds of a grant in one line, as its consent keeps them; what is seldom set only where it is set."""
    return "、".join(f"{name} {words}" for name, words in _set_bounds(bounds).items())


def _set_bounds(bounds: Bounds) -> dict[str, str]:
    unset = {CONFIRM_ABOVE: NOT_ASKED, USES: ALL_PERMITTED, LAST_DAY: FOR_LONG}
    return {name: words for name, words in told_bounds(bounds).items() if unset.get(name) != words}


def waiting_text(grant: Grant) -> str:
    """The bounds in force, and those that wait with their moment."""
    waiting = grant.waiting
    text = bounds_text(grant.bounds)
    return (
        text if waiting is None else f"{text};自 {moment_text(waiting.at)} 起 {bounds_text(waiting.bounds)}"
    )


def moment_text(at: datetime) -> str:
    """A moment in China, to the minute."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def tell_new(grant: Grant, people: Mapping[UUID, Person]) -> Told:
    """A new grant: that it is filed or pays, its bounds, and until when it is locked."""
    beneficiary = relative_text(people[grant.person_id], grant.relation)
    changes = [Change("家庭共济", NOTHING, STATE_CHINESE[grant.state])]
    changes += [Change(name, NOTHING, told) for name, told in _set_bounds(grant.bounds).items()]
    if grant.locked_until is not None:
        changes.append(Change("最早可解除", NOTHING, grant.locked_until.isoformat()))
    return Told(f"授权{beneficiary}使用本人的个人账户", tuple(changes), other_id=grant.person_id)


def _owner(grant: Grant, people: Mapping[UUID, Person]) -> str:
    """The grantor, by what they are to the beneficiary."""
    return relative_text(people[grant.grantor_id], inverse(grant.relation))


def tell_change(before: Grant, after: Grant, people: Mapping[UUID, Person]) -> Told:
    """Limits, floor and purposes that change, a pause or its end."""
    beneficiary = relative_text(people[before.person_id], before.relation)
    was, becomes = told_bounds(before.bounds), told_bounds(after.bounds)
    changes = [Change("家庭共济", STATE_CHINESE[before.state], STATE_CHINESE[after.state])]
    changes += [Change(name, told, becomes[name]) for name, told in was.items()]
    changes += _waiting_changes(before, after)
    differing = tuple(one for one in changes if one.before != one.after)
    verb = {GrantState.PAUSED: "暂停", GrantState.ACTIVE: "恢复"}.get(after.state, "修改")
    if before.state is after.state:
        verb = "修改"
    return Told(f"{verb}对{beneficiary}的家庭共济授权", differing, other_id=before.person_id)


def _waiting_changes(before: Grant, after: Grant) -> list[Change]:
    """What is to be in force later: anew, otherwise, or no more."""
    told = ["" if one.waiting is None else waiting_text(one).partition(";")[2] for one in (before, after)]
    return [] if told[0] == told[1] else [Change("等待生效", told[0] or NOTHING, told[1] or NOTHING)]


def tell_pause_all(
    before: Sequence[Grant], after: Sequence[Grant], people: Mapping[UUID, Person], *, paused: bool
) -> Told:
    """Every grant that is paused or taken up again in one act, each with the relative whom it serves."""
    changes = tuple(
        Change(
            relative_text(people[was.person_id], was.relation),
            STATE_CHINESE[was.state],
            STATE_CHINESE[now.state],
        )
        for was, now in zip(before, after, strict=True)
    )
    return Told("暂停全部家庭共济授权" if paused else "恢复全部家庭共济授权", changes)


def tell_answer(asked: Confirmation, answered: Confirmation, people: Mapping[UUID, Person]) -> Told:
    """A yes or no to one large bill of a relative."""
    change = Change(
        f"一笔费用,至多 {yuan(asked.amount_fen)} 元",
        ANSWER_CHINESE[asked.answer],
        ANSWER_CHINESE[answered.answer],
    )
    return Told(
        f"答复{masked_name(people[asked.person_id].name)}的大额用款", (change,), other_id=asked.person_id
    )


def tell_end(before: Grant, after: Grant, people: Mapping[UUID, Person], person: UUID) -> Told:
    """A grant that ends, now or from a day on; ``person`` is the side that ends it."""
    ends = "已结束" if after.ends_on is None else f"自 {after.ends_on.isoformat()} 起不再支付"
    changes = (Change("家庭共济", STATE_CHINESE[before.state], ends),)
    if person == before.grantor_id:
        what = f"解除对{relative_text(people[before.person_id], before.relation)}的家庭共济授权"
        return Told(what, changes, after.ends_on, before.person_id)
    return Told(f"退出{_owner(before, people)}的家庭共济", changes, after.ends_on, before.grantor_id)


def tell_order(before: Sequence[Grant], after: Sequence[Grant], people: Mapping[UUID, Person]) -> Told:
    """Who pays in which place, before and after; both are in the order of payment."""
    pairs = enumerate(zip(before, after, strict=True), 1)
    changes = [
        Change(f"第 {place} 位", _owner(was, people), _owner(now, people)) for place, (was, now) in pairs
    ]
    moved = any(was.grant_id != now.grant_id for was, now in zip(before, after, strict=True))
    return Told("调整家人账户为本人支付的先后顺序", tuple(changes) if moved else ())
