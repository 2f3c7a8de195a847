"""消息: what one was told of, one of them with 不是我, and by which ways outside one wants to be told."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import Response

from qinji.complaint.model import ComplaintKind
from qinji.flows import disown_notice, mark_notices, read_notices, wish_notices
from qinji.flows.disown_notice import Disowned
from qinji.flows.parts.notice_words import NoticeTold
from qinji.flows.read_notices import Asked
from qinji.kernel.actor import Channel
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.notice.model import (
    GROUP_CHINESE,
    OUTSIDE_CHINESE,
    REMEDY_CHINESE,
    Group,
    NoticeKind,
    Outside,
    Wishes,
)
from qinji.notice.queries import UNREAD_MAX
from qinji.notice.wording import DOUBT, UNDO, WORDING, stopped_text
from qinji.platform.keyed_calls import KeyedCall
from qinji.platform.outbox import OutboxState
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.texts import _, marked

PAGE = 20
STATES: dict[OutboxState, str] = {
    OutboxState.WAITING: marked("等待发送"),
    OutboxState.SENT: marked("已发送"),
    OutboxState.UNWANTED: marked("您选了不收"),
    OutboxState.REFUSED: marked("没有可用的号码"),
    OutboxState.GIVEN_UP: marked("多次发送失败,不再发送"),
}
_GRANTS = frozenset({NoticeKind.SHARED_SPENT, NoticeKind.SHARED_RETURNED})
_DOUBTABLE = frozenset({NoticeKind.SPENT, NoticeKind.SHARED_SPENT})
"""Told under the id of the bill itself."""
_BILLS = frozenset({NoticeKind.SPENT, NoticeKind.RETURNED})
_PREMIUMS = frozenset({NoticeKind.ENROLLED, NoticeKind.SPARED_NOTED})
"""After these a premium may be paid."""


async def front(visit: PersonVisit) -> Response:
    """What one was told of, newest first, in pages; perhaps one group, or the unread alone."""
    asked = visit.request.query_params
    group = Group(asked["group"]) if asked.get("group") in set(Group) else None
    unread, after = asked.get("unread") == "yes", from_wire(asked.get("after", ""))
    found = await read_notices.run(visit.person, Asked(PAGE, after, group, unread), visit.deps)
    kept = {**({"group": group.value} if group else {}), **({"unread": "yes"} if unread else {})}
    more = to_wire(found[-1].notice.event_id) if len(found) == PAGE else ""
    return page(
        visit,
        "family/notices.html",
        notices=found,
        groups=GROUP_CHINESE,
        group=group,
        unread=unread,
        later=after is not None,
        more="/me/notices?" + urlencode({**kept, "after": more}) if more else "",
        wire=to_wire,
    )


async def read_all(visit: PersonVisit) -> Response:
    """All of them are read."""
    form = await read_form(visit)

    async def act(call: KeyedCall[int]) -> bytes:
        return await mark_notices.run(mark_notices.MarkNotices(call, visit.person), visit.deps)

    await carry_out(visit, visit.person, form, act)
    return go(visit, "/me/notices")


async def one(visit: PersonVisit) -> Response:
    """One notice, read by opening it, with what leads further and with 不是我."""
    return await _show(visit, 200)


async def _show(visit: PersonVisit, status: int, error: str = "") -> Response:
    event = from_wire(visit.request.path_params["notice"])
    missing = refuse(RefusalCode.NOT_FOUND)
    found = missing if event is None else await read_notices.one(visit.person, event, visit.deps)
    if isinstance(found, Refused):
        return page(
            visit, "parts/problem.html", 404, title=_("没有找到"), text=found.text, back="/me/notices"
        )
    told = found.told
    if told.notice.read_at is None and 0 < visit.unread <= UNREAD_MAX:
        # Opened just now: it is read, and counts no more.
        visit = replace(visit, unread=visit.unread - 1)
    return page(
        visit,
        "family/notice.html",
        status,
        told=told,
        notice=told.notice,
        key=to_wire(told.notice.event_id),
        link=_further(told),
        group=GROUP_CHINESE[WORDING[told.notice.kind].group],
        remedy=REMEDY_CHINESE[told.remedy],
        undo=UNDO[told.remedy],
        doubt=DOUBT,
        complain=_complaint(told),
        done=visit.request.query_params.get("done", ""),
        stopped=stopped_text,
        sent=found.sent,
        ways=OUTSIDE_CHINESE,
        outside=Outside,
        states=STATES,
        error=error,
    )


def _further(told: NoticeTold) -> tuple[str, str] | None:
    """Where more of it stands: path and words."""
    notice = told.notice
    subject, group = notice.subject_id, WORDING[notice.kind].group
    if subject is not None and notice.kind in _BILLS:
        return f"/bills/{to_wire(subject)}", _("看这张账单")
    if notice.kind in _PREMIUMS:
        return "/premiums", _("去缴居民医保费")
    if notice.kind is NoticeKind.CONFIRM_ASKED:
        return "/mutual-aid/confirmations", _("确认或不同意")
    if subject is not None and (group is Group.SHARING or notice.kind in _GRANTS):
        return f"/mutual-aid/{to_wire(subject)}", _("看这项家庭共济")
    if subject is not None and group is Group.FAMILY:
        return f"/family/{to_wire(subject)}", _("看这项绑定")
    if group is Group.CODE:
        return "/me/codes", _("谁出示过我的码")
    return ("/me/trail", _("谁看过我的信息")) if group is Group.LOOKS else None


def _complaint(told: NoticeTold) -> str:
    """Where one may doubt what the notice tells: a bill, or a look of staff; empty for the rest."""
    event = to_wire(told.notice.event_id)
    if told.notice.kind in _DOUBTABLE:
        about = f"settlement:{event}"
    elif told.notice.kind is NoticeKind.LOOKED_UP:
        about = f"look:{event}"
    else:
        return ""
    # Who has said 不是我 need not say it again.
    disowned = f"&kind={ComplaintKind.NOT_MINE}" if told.notice.disowned_at else ""
    return f"/complaints/new?about={about}{disowned}"


async def not_me(visit: PersonVisit) -> Response:
    """不是我: stopped at once, and said what was stopped and how it is undone."""
    form = await read_form(visit)
    event = from_wire(visit.request.path_params["notice"])
    if event is None:
        return await _show(visit, 404)

    async def act(call: KeyedCall[Disowned]) -> bytes:
        command = disown_notice.DisownNotice(call, visit.person, Channel.WEB, event)
        return await disown_notice.run(command, visit.deps)

    told = await carry_out(visit, visit.person, form, act, lambda done: "yes" if done.stopped else "stood")
    if told.refused:
        return await _show(visit, 422, told.refused)
    return go(visit, f"/me/notices/{to_wire(event)}?done={told.shown}")


async def wishes(visit: PersonVisit) -> Response:
    """By which ways outside one is told."""
    return page(
        visit,
        "family/notice_wishes.html",
        wishes=await wish_notices.read(visit.person, visit.deps),
        ways=[(way, OUTSIDE_CHINESE[way]) for way in Outside if way in visit.deps.ways],
        done=visit.request.query_params.get("done", ""),
    )


async def wish(visit: PersonVisit) -> Response:
    """From now on by these ways; one that the bureau does not run is left as it was."""
    form = await read_form(visit)
    before = await wish_notices.read(visit.person, visit.deps)
    wanted = {
        way: form.text(way) == "yes" if way in visit.deps.ways else before.wants(way) for way in Outside
    }

    async def act(call: KeyedCall[Wishes]) -> bytes:
        chosen = Wishes(wanted[Outside.SMS], wanted[Outside.WECHAT])
        return await wish_notices.run(wish_notices.WishNotices(call, visit.person, chosen), visit.deps)

    await carry_out(visit, visit.person, form, act)
    return go(visit, "/me/notices/settings?done=yes")
