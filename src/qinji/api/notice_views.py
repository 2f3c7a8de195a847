"""What the JSON door takes and shows of notices. Amounts are fen."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from qinji.api.shapes import Asked
from qinji.flows.disown_notice import Disowned
from qinji.flows.parts.notice_words import NoticeTold
from qinji.flows.read_notices import OneNotice
from qinji.kernel.ids import to_wire
from qinji.notice.model import REMEDY_CHINESE, Wishes
from qinji.notice.wording import DOUBT, UNDO, WORDING, stopped_text


class NoticeView(BaseModel):
    """One notice in words. ``remedy`` is what 不是我 stops at once: freeze_code, pause_grant or none.

    ``subject_id`` is the bill, grant, binding or transfer that it is about.
    """

    id: str
    kind: str
    group: str
    at: datetime
    title: str
    text: str
    detail: str
    reason: str
    amount_fen: int | None
    subject_id: str | None
    read: bool
    remedy: str
    remedy_text: str
    disowned_at: datetime | None


class SentView(BaseModel):
    """How a notice fares outside: waiting, sent, unwanted, refused or given_up."""

    way: str
    state: str
    tries: int


class OneNoticeView(NoticeView):
    """A notice, and how it fares outside."""

    sent: list[SentView]


class UnreadView(BaseModel):
    """How many of the newest notices are unread; 100 means 99 and more."""

    unread: int


class ReadView(BaseModel):
    """How many were unread until now."""

    read: int


class WishesView(BaseModel):
    """By which ways outside one is told; in the pages one is told of everything."""

    sms: bool
    wechat: bool


class WishesAsk(Asked):
    """By which ways outside one wants to be told from now on."""

    sms: bool
    wechat: bool


class DisownedView(BaseModel):
    """What 不是我 stopped; ``stopped`` false where it stood still already. ``undo`` says how it is undone."""

    remedy: str
    stopped: bool
    text: str
    undo: str
    next: str


def notice_view(told: NoticeTold) -> NoticeView:
    """A notice."""
    return NoticeView(**_fields(told))


def one_notice_view(one: OneNotice) -> OneNoticeView:
    """A notice with how it fares outside."""
    sent = [SentView(way=each.way, state=each.state, tries=each.tries) for each in one.sent]
    return OneNoticeView(**_fields(one.told), sent=sent)


def _fields(told: NoticeTold) -> dict[str, object]:
    notice = told.notice
    return {
        "id": to_wire(notice.event_id),
        "kind": notice.kind.value,
        "group": WORDING[notice.kind].group.value,
        "at": notice.at,
        "title": told.title,
        "text": told.sentence,
        "detail": told.said,
        "reason": told.reason,
        "amount_fen": notice.amount_fen,
        "subject_id": None if notice.subject_id is None else to_wire(notice.subject_id),
        "read": notice.read_at is not None,
        "remedy": told.remedy.value,
        "remedy_text": REMEDY_CHINESE[told.remedy],
        "disowned_at": notice.disowned_at,
    }


def read_view(read: int) -> ReadView:
    """How many were unread."""
    return ReadView(read=read)


def wishes_view(wishes: Wishes) -> WishesView:
    """What somebody wants."""
    return WishesView(sms=wishes.sms, wechat=wishes.wechat)


def disowned_view(outcome: Disowned) -> DisownedView:
    """What was stopped."""
    return DisownedView(
        remedy=outcome.remedy.value,
        stopped=outcome.stopped,
        text=stopped_text(outcome.remedy, stopped=outcome.stopped),
        undo=UNDO[outcome.remedy],
        next=DOUBT,
    )
