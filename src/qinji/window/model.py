"""A window act: whose wish it is, what is asked, on which paper, who took it down, who decided. Amounts are fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

import msgspec

from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power, Purpose, SparedGround, UseClass


class Recognised(StrEnum):
    """By which document the clerk recognised who stands at the window."""

    CARD = "card"
    IDENTITY_NUMBER = "identity_number"


RECOGNISED_CHINESE: dict[Recognised, str] = {
    Recognised.CARD: "社会保障卡",
    Recognised.IDENTITY_NUMBER: "居民身份证",
}


class WindowKind(StrEnum):
    """What may be asked for at the window. Binding has a way of its own: ``flows.bind_relative``."""

    UNBIND = "unbind"
    SET_POWERS = "set_powers"
    GRANT = "grant"
    CHANGE_GRANT = "change_grant"
    PAUSE_GRANT = "pause_grant"
    RESUME_GRANT = "resume_grant"
    PAUSE_ALL_GRANTS = "pause_all_grants"
    RESUME_ALL_GRANTS = "resume_all_grants"
    END_GRANT = "end_grant"
    ORDER_GRANTORS = "order_grantors"
    FREEZE_CODE = "freeze_code"
    REPORT_LOST = "report_lost"
    THAW_CODE = "thaw_code"
    ACTIVATE_CODE = "activate_code"
    OPEN_WALLET = "open_wallet"
    ACCEPT_TRANSFER = "accept_transfer"
    RETURN_TRANSFER = "return_transfer"
    NOTE_SPARED = "note_spared"


KIND_CHINESE: dict[WindowKind, str] = {
    WindowKind.UNBIND: "解除亲情账户绑定",
    WindowKind.SET_POWERS: "修改亲情账户权限",
    WindowKind.GRANT: "开通家庭共济",
    WindowKind.CHANGE_GRANT: "修改家庭共济",
    WindowKind.PAUSE_GRANT: "暂停家庭共济",
    WindowKind.RESUME_GRANT: "恢复家庭共济",
    WindowKind.PAUSE_ALL_GRANTS: "全部暂停家庭共济",
    WindowKind.RESUME_ALL_GRANTS: "全部恢复家庭共济",
    WindowKind.END_GRANT: "解除家庭共济",
    WindowKind.ORDER_GRANTORS: "调整共济支付顺序",
    WindowKind.FREEZE_CODE: "冻结医保码",
    WindowKind.REPORT_LOST: "挂失医保码",
    WindowKind.THAW_CODE: "解冻医保码",
    WindowKind.ACTIVATE_CODE: "激活医保码",
    WindowKind.OPEN_WALLET: "开通医保钱包",
    WindowKind.ACCEPT_TRANSFER: "接收医保钱包转账",
    WindowKind.RETURN_TRANSFER: "退回医保钱包转账",
    WindowKind.NOTE_SPARED: "登记免等待期身份",
}


@dataclass(frozen=True, slots=True)
class UnbindWish:
    """End a binding."""

    binding_id: UUID

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.UNBIND


@dataclass(frozen=True, slots=True)
class PowersWish:
    """From now on the holder has exactly these powers."""

    binding_id: UUID
    powers: frozenset[Power]

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.SET_POWERS


@dataclass(frozen=True, slots=True)
class GrantWish:
    """Let a relative spend: ``relation`` is what the relative is to the person; limits by name, None is no limit."""

    beneficiary_number: str
    relation: Relation
    limits: Mapping[str, int | None]
    purposes: frozenset[Purpose] | None = None
    uses: frozenset[UseClass] | None = None
    last_day: date | None = None

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.GRANT


@dataclass(frozen=True, slots=True)
class ChangeWish:
    """Change a grant; only the limits that are named change, None lifts one.

    ``lifted`` names of ``uses`` and ``last_day`` what is to be no bound any more.
    """

    grant_id: UUID
    limits: Mapping[str, int | None]
    purposes: frozenset[Purpose] | None = None
    uses: frozenset[UseClass] | None = None
    last_day: date | None = None
    lifted: frozenset[str] = frozenset()

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.CHANGE_GRANT


@dataclass(frozen=True, slots=True)
class PauseWish:
    """Pause a grant, or (``paused`` False) take it up again."""

    grant_id: UUID
    paused: bool

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.PAUSE_GRANT if self.paused else WindowKind.RESUME_GRANT


@dataclass(frozen=True, slots=True)
class PauseAllWish:
    """Pause every grant that the person gave, or (``paused`` False) take up again every one that is paused."""

    paused: bool

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.PAUSE_ALL_GRANTS if self.paused else WindowKind.RESUME_ALL_GRANTS


@dataclass(frozen=True, slots=True)
class EndWish:
    """End a grant, as grantor or as beneficiary."""

    grant_id: UUID

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.END_GRANT


@dataclass(frozen=True, slots=True)
class OrderWish:
    """The order in which grantors pay for the person: every live grant once, the first one pays first."""

    grants: tuple[UUID, ...]

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.ORDER_GRANTORS


@dataclass(frozen=True, slots=True)
class CodeWish:
    """Freeze, report lost, thaw or activate the person's own code."""

    kind: WindowKind


@dataclass(frozen=True, slots=True)
class WalletWish:
    """Open the person's own wallet."""

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.OPEN_WALLET


@dataclass(frozen=True, slots=True)
class TransferWish:
    """Accept money that a relative has sent, or (``accepted`` False) give it back."""

    transfer_id: UUID
    accepted: bool

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.ACCEPT_TRANSFER if self.accepted else WindowKind.RETURN_TRANSFER


@dataclass(frozen=True, slots=True)
class SparedWish:
    """Note that by papers the person need not wait. ``ground`` is for the two clerks: it is told to nobody."""

    ground: SparedGround

    @property
    def kind(self) -> WindowKind:
        """Its kind."""
        return WindowKind.NOTE_SPARED


Wish: TypeAlias = (
    UnbindWish
    | PowersWish
    | GrantWish
    | ChangeWish
    | PauseWish
    | PauseAllWish
    | EndWish
    | OrderWish
    | CodeWish
    | WalletWish
    | TransferWish
    | SparedWish
)
_WISHES: dict[WindowKind, type[Wish]] = {
    WindowKind.UNBIND: UnbindWish,
    WindowKind.SET_POWERS: PowersWish,
    WindowKind.GRANT: GrantWish,
    WindowKind.CHANGE_GRANT: ChangeWish,
    WindowKind.PAUSE_GRANT: PauseWish,
    WindowKind.RESUME_GRANT: PauseWish,
    WindowKind.PAUSE_ALL_GRANTS: PauseAllWish,
    WindowKind.RESUME_ALL_GRANTS: PauseAllWish,
    WindowKind.END_GRANT: EndWish,
    WindowKind.ORDER_GRANTORS: OrderWish,
    WindowKind.FREEZE_CODE: CodeWish,
    WindowKind.REPORT_LOST: CodeWish,
    WindowKind.THAW_CODE: CodeWish,
    WindowKind.ACTIVATE_CODE: CodeWish,
    WindowKind.OPEN_WALLET: WalletWish,
    WindowKind.ACCEPT_TRANSFER: TransferWish,
    WindowKind.RETURN_TRANSFER: TransferWish,
    WindowKind.NOTE_SPARED: SparedWish,
}


def wish_to_json(wish: Wish) -> str:
    """A wish as its row keeps it."""
    return msgspec.json.encode(wish).decode()


def wish_from_json(kind: WindowKind, stored: str) -> Wish:
    """The wish of a row of this kind."""
    return msgspec.json.decode(stored, type=_WISHES[kind])


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that becomes another, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """What an act does, in words for the person and for who reviews it; names of relatives are masked.

    ``from_day`` is the first day on which it holds, None where it holds at once; ``other_id`` the relative concerned.
    """

    what: str
    changes: tuple[Change, ...]
    from_day: date | None = None
    other_id: UUID | None = None


def told_to_json(told: Told) -> str:
    """What was told, as its row keeps it."""
    return msgspec.json.encode(told).decode()


def told_from_json(stored: str) -> Told:
    """What was told, read back."""
    return msgspec.json.decode(stored, type=Told)


class WindowState(StrEnum):
    """Where a window act stands. Expired is never stored: nobody decided in time, and nothing happened."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class WindowAct:
    """One wish of one person. ``in_force_at`` is when it was carried out: at the approval, or a freeze at its entry.

    ``subject_id`` is the binding, grant, transfer, enrolment, or person's code or wallet that it changed.
    """

    person_id: UUID
    act_id: UUID
    wish: Wish
    reason: str
    paper_reference: str
    recognised_by: Recognised
    state: WindowState
    told: Told
    entered_by: str
    entered_at: datetime
    expires_at: datetime
    in_force_at: datetime | None = None
    subject_id: UUID | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
