"""消息: what one was told of, 不是我, and by which ways one wants to be told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from qinji.api.notice_views import (
    DisownedView,
    NoticeView,
    OneNoticeView,
    ReadView,
    UnreadView,
    WishesAsk,
    WishesView,
    disowned_view,
    notice_view,
    one_notice_view,
    read_view,
    wishes_view,
)
from qinji.api.problem import CallRefused
from qinji.api.session import (
    PAGE_DEFAULT,
    ChannelOf,
    DepsOf,
    KeyedOf,
    Limit,
    Person,
    answer,
    identifier,
)
from qinji.api.views import Page, page
from qinji.flows import disown_notice, mark_notices, read_notices, wish_notices
from qinji.flows.read_notices import Asked
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import Refused
from qinji.notice.model import Group, Wishes

router = APIRouter(prefix="/notices", tags=["消息 notices"])


@router.get("")
async def listing(
    person: Person,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
    group: Annotated[Group | None, Query(description="只看一类")] = None,
    unread: Annotated[bool, Query(description="只看未读")] = False,
) -> Page[NoticeView]:
    """What I was told of, newest first."""
    asked = Asked(limit, None if after is None else identifier(after), group, unread)
    found = await read_notices.run(person, asked, deps)
    cursor = to_wire(found[-1].notice.event_id) if found else None
    return page([notice_view(one) for one in found], limit, cursor)


@router.get("/unread")
async def unread(person: Person, deps: DepsOf) -> UnreadView:
    """How many of my newest notices are unread."""
    return UnreadView(unread=await read_notices.unread(person, deps))


@router.post("/read", response_model=ReadView)
async def read_all(person: Person, keyed: KeyedOf, deps: DepsOf) -> Response:
    """All of mine are read from now on."""
    call = keyed.call("notices.read", person, read_view)
    return answer(await mark_notices.run(mark_notices.MarkNotices(call, person), deps))


@router.get("/settings")
async def settings(person: Person, deps: DepsOf) -> WishesView:
    """By which ways outside I am told."""
    return wishes_view(await wish_notices.read(person, deps))


@router.put("/settings", response_model=WishesView)
async def wish(ask: WishesAsk, person: Person, keyed: KeyedOf, deps: DepsOf) -> Response:
    """By which ways outside I want to be told; in the app I am told of everything."""
    call = keyed.call("notices.wish", person, wishes_view)
    command = wish_notices.WishNotices(call, person, Wishes(ask.sms, ask.wechat))
    return answer(await wish_notices.run(command, deps))


@router.get("/{notice_id}")
async def one(notice_id: str, person: Person, deps: DepsOf) -> OneNoticeView:
    """One of my notices; it is not read by this (POST .../read does that)."""
    found = await read_notices.one(person, identifier(notice_id), deps, opens=False)
    if isinstance(found, Refused):
        raise CallRefused(found)
    return one_notice_view(found)


@router.post("/{notice_id}/read", response_model=ReadView)
async def read(notice_id: str, person: Person, keyed: KeyedOf, deps: DepsOf) -> Response:
    """I have read this one."""
    call = keyed.call("notices.read", person, read_view)
    command = mark_notices.MarkNotices(call, person, [identifier(notice_id)])
    return answer(await mark_notices.run(command, deps))


@router.post("/{notice_id}/not-me", response_model=DisownedView)
async def not_me(
    notice_id: str, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """不是我: stops at once what the notice is about, and tells the other side."""
    call = keyed.call("notices.disown", person, disowned_view)
    command = disown_notice.DisownNotice(call, person, channel, identifier(notice_id))
    return answer(await disown_notice.run(command, deps))
