"""Pure: notices as one reads them: who did it, in words for the reader, with what leads further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from qinji.flows.parts.kin import KinName
from qinji.flows.parts.telling import LOOKS_CHINESE
from qinji.flows.parts.trail import person_of
from qinji.kernel.purpose import POWER_CHINESE, Power
from qinji.notice.model import Notice, NoticeKind, Remedy
from qinji.notice.rules import remedy_of
from qinji.notice.wording import Named, line_of, sentence, short

USES = {"outpatient": "门诊就医", "pharmacy": "药店购药", **LOOKS_CHINESE}


@dataclass(frozen=True, slots=True)
class NoticeTold:
    """A notice in words. ``said`` and ``reason`` are empty where there is nothing; ``remedy`` is what 不是我 stops."""

    notice: Notice
    title: str
    sentence: str
    said: str
    reason: str
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class Everybody:
    """Whoever notices name: people as the reader calls them, institutions by code, regions by code."""

    kin: Mapping[UUID, KinName]
    places: Mapping[str, str]
    regions: Mapping[str, str]


def people_in(notices: Sequence[Notice]) -> set[UUID]:
    """Everybody whose name is needed to tell these."""
    found = [who for one in notices for who in (one.other_id, one.behalf_of, person_of(one.actor))]
    return {who for who in found if who is not None} | {one.person_id for one in notices}


def places_in(notices: Sequence[Notice]) -> set[str]:
    """The codes of institutions that are needed to tell these."""
    return {one.facts.place for one in notices if one.facts.place}


def told(notice: Notice, everybody: Everybody) -> NoticeTold:
    """The notice in words for the person whose it is."""
    named = Named(
        doer=_doer(notice, everybody),
        other="" if notice.other_id is None else everybody.kin[notice.other_id].text,
        place=everybody.places.get(notice.facts.place, notice.facts.place),
        region=everybody.regions.get(notice.facts.region, notice.facts.region),
        use=USES.get(notice.facts.use, "") or "就医购药",
    )
    return NoticeTold(
        notice=notice,
        title=line_of(notice.kind, owner=notice.owner).title,
        sentence=sentence(notice, named),
        said=_said(notice),
        reason=notice.facts.reason,
        remedy=remedy_of(notice),
    )


def _doer(notice: Notice, everybody: Everybody) -> str:
    """Who did it: the reader, a relative, staff (for whom), an institution, the bureau by itself."""
    kind, _, name = notice.actor.partition(":")
    if kind == "person":
        return everybody.kin[UUID(name)].text
    if kind == "staff":
        number = f"经办窗口工作人员 {name}"
        return number if notice.behalf_of is None else f"{number}代{everybody.kin[notice.behalf_of].text}"
    return "系统自动" if kind == "timer" else "医保经办机构"


_IN_SENTENCE = frozenset(
    {
        *(NoticeKind.ORDER_CHANGED, NoticeKind.CREDITED, NoticeKind.WINDOW_ENTERED),
        *(NoticeKind.PREMIUM_ORDERED, NoticeKind.PREMIUM_PAID, NoticeKind.PREMIUM_FAILED),
        *(NoticeKind.PREMIUM_REFUND_ASKED, NoticeKind.PREMIUM_REFUNDED, NoticeKind.PREMIUM_REFUND_REFUSED),
        *(NoticeKind.EMPLOYEE_STOPPED, NoticeKind.EMPLOYEE_RESUMED),
        *(NoticeKind.WINDOW_REFUSED, NoticeKind.WINDOW_WITHDRAWN, NoticeKind.CLAWED_BACK),
    }
)


def _said(notice: Notice) -> str:
    """What exactly was agreed to, where the sentence does not say it."""
    if notice.kind in _IN_SENTENCE:
        return ""
    if notice.kind is NoticeKind.POWERS_CHANGED:
        given = set(notice.facts.said.split("、"))
        return "、".join(POWER_CHINESE[power] for power in Power if power in given) or "无"
    return notice.facts.said


def message(notice: Notice, masked: Mapping[UUID, str]) -> str:
    """The text of a message outside: masked names and an amount, and nothing else of what happened."""
    return short(notice, "" if notice.other_id is None else masked.get(notice.other_id, ""))
