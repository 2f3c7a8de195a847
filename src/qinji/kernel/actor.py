"""Small shared types of flows: who acts and through which channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """How an act reached the bureau; kept on bindings, grants and consents (R-080)."""

    NATIONAL_APP = "national_app"
    MINI_PROGRAM = "mini_program"
    WEB = "web"
    WINDOW = "window"


CHANNEL_CHINESE: dict[Channel, str] = {
    Channel.NATIONAL_APP: "国家医保服务平台",
    Channel.MINI_PROGRAM: "小程序",
    Channel.WEB: "网页",
    Channel.WINDOW: "窗口",
}


class StaffRole(StrEnum):
    """What somebody is employed for: the bureau's window, its review, or the till of an institution."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    CASHIER = "cashier"


ROLE_CHINESE: dict[StaffRole, str] = {
    StaffRole.CLERK: "窗口经办",
    StaffRole.REVIEWER: "审核",
    StaffRole.CASHIER: "收费员",
}


@dataclass(frozen=True, slots=True)
class Session:
    """In which session a person acts: when they last proved who they are, and since when their device is known."""

    token_digest: bytes = field(repr=False)
    proven_at: datetime
    device_since: datetime


@dataclass(frozen=True, slots=True)
class StaffActor:
    """A member of staff; two different ones enter and approve. ``institution`` is a cashier's, else None."""

    staff_id: str
    name: str
    role: StaffRole = StaffRole.CLERK
    institution: str | None = None
