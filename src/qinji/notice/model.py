"""A notice: that something happened which concerns a person. It is data; its words are in ``wording``. Amounts: fen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class NoticeKind(StrEnum):
    """What somebody is told of; the values are kept in rows and stay."""

    SPENT = "spent"
    SHARED_SPENT = "shared_spent"
    CODE_USED = "code_used"
    RETURNED = "returned"
    SHARED_RETURNED = "shared_returned"
    CODE_USE_RETURNED = "code_use_returned"
    CREDITED = "credited"
    BIND_ASKED = "bind_asked"
    BIND_ENTERED = "bind_entered"
    BIND_CONFIRMED = "bind_confirmed"
    BIND_REFUSED = "bind_refused"
    POWERS_CHANGED = "powers_changed"
    UNBOUND = "unbound"
    GRANT_MADE = "grant_made"
    GRANT_ASKED = "grant_asked"
    GRANT_FILED = "grant_filed"
    GRANT_TURNED_DOWN = "grant_turned_down"
    GRANT_CHANGED = "grant_changed"
    GRANT_PAUSED = "grant_paused"
    GRANT_RESUMED = "grant_resumed"
    GRANT_ENDED = "grant_ended"
    CONFIRM_ASKED = "confirm_asked"
    CONFIRM_GIVEN = "confirm_given"
    CONFIRM_REFUSED = "confirm_refused"
    ORDER_CHANGED = "order_changed"
    WALLET_OPENED = "wallet_opened"
    WALLET_SENT = "wallet_sent"
    WALLET_ACCEPTED = "wallet_accepted"
    WALLET_RETURNED = "wallet_returned"
    WALLET_EXPIRED = "wallet_expired"
    WALLET_WANTED = "wallet_wanted"
    WALLET_REFUNDED = "wallet_refunded"
    PREMIUM_ORDERED = "premium_ordered"
    PREMIUM_PAID = "premium_paid"
    PREMIUM_FAILED = "premium_failed"
    PREMIUM_REFUND_ASKED = "premium_refund_asked"
    PREMIUM_REFUNDED = "premium_refunded"
    PREMIUM_REFUND_REFUSED = "premium_refund_refused"
    ENROLLED = "enrolled"
    SPARED_NOTED = "spared_noted"
    EMPLOYEE_STOPPED = "employee_stopped"
    EMPLOYEE_RESUMED = "employee_resumed"
    CODE_ACTIVATED = "code_activated"
    CODE_THAWED = "code_thawed"
    CODE_FROZEN = "code_frozen"
    CODE_LOST = "code_lost"
    WINDOW_ENTERED = "window_entered"
    WINDOW_CONFIRMED = "window_confirmed"
    WINDOW_REFUSED = "window_refused"
    WINDOW_WITHDRAWN = "window_withdrawn"
    LOOKED_UP = "looked_up"
    SEEN = "seen"
    PAPERS_SEEN = "papers_seen"
    DISOWNED = "disowned"
    CORRECTED = "corrected"
    COMPLAINT_CLOSED = "complaint_closed"
    CLAWED_BACK = "clawed_back"


class Group(StrEnum):
    """By what notices are picked out: money, the family account, sharing, the code, who looked."""

    MONEY = "money"
    FAMILY = "family"
    SHARING = "sharing"
    CODE = "code"
    LOOKS = "looks"


GROUP_CHINESE: dict[Group, str] = {
    Group.MONEY: "收支",
    Group.FAMILY: "亲情账户",
    Group.SHARING: "家庭共济",
    Group.CODE: "医保码",
    Group.LOOKS: "查看与窗口",
}


class Remedy(StrEnum):
    """What 不是我 stops at once: one's own code, or the grant under which one's account pays."""

    FREEZE_CODE = "freeze_code"
    PAUSE_GRANT = "pause_grant"
    NONE = "none"


REMEDY_CHINESE: dict[Remedy, str] = {
    Remedy.FREEZE_CODE: "马上冻结您的医保码",
    Remedy.PAUSE_GRANT: "马上暂停这项家庭共济",
    Remedy.NONE: "",
}


class Outside(StrEnum):
    """A way by which notices reach people outside the bureau's own pages."""

    SMS = "sms"
    WECHAT = "wechat"


OUTSIDE_CHINESE: dict[Outside, str] = {Outside.SMS: "短信", Outside.WECHAT: "微信"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What its words need beside the columns. ``place`` is an institution's code, ``shared_fen`` the relatives' part.

    ``said`` is what exactly was agreed to, ``reason`` why somebody did it; nothing here says what was treated.
    """

    place: str = ""
    region: str = ""
    use: str = ""
    shared_fen: int = 0
    said: str = ""
    reason: str = ""

    def packed(self) -> str:
        """As the row keeps them: only what is there."""
        told = {name: value for name in _FACTS if (value := getattr(self, name))}
        return _packed(told) if told else "{}"


_FACTS = tuple(one.name for one in fields(Facts))
_packed = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Made once: a bill waits for it."""

NOTHING_MORE = Facts()


def facts_of(packed: str) -> Facts:
    """The facts of a row."""
    return NOTHING_MORE if packed == "{}" else Facts(**json.loads(packed))


@dataclass(frozen=True, slots=True)
class Notice:
    """One person is told of one event. ``owner``: it is their money, code or data; else they are the other side of it.

    ``actor`` is who did it, as audit rows name them, ``behalf_of`` for whom staff did it, ``other_id`` the other side,
    ``subject_id`` the bill, grant, binding or transfer that it is about.
    """

    person_id: UUID
    event_id: UUID
    kind: NoticeKind
    owner: bool
    at: datetime
    actor: str
    behalf_of: UUID | None = None
    other_id: UUID | None = None
    subject_id: UUID | None = None
    amount_fen: int | None = None
    facts: Facts = field(default=NOTHING_MORE)
    read_at: datetime | None = None
    disowned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which ways outside a person wants; in the pages everybody is told of everything."""

    sms: bool = True
    wechat: bool = True

    def wants(self, way: Outside) -> bool:
        """Whether they want to be told by this way."""
        return self.sms if way is Outside.SMS else self.wechat
