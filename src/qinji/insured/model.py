"""What the bureau knows of an insured person, of kin, of a consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from qinji.kernel.actor import Channel

NUMBER_KEY = "number"
CERTIFICATE_KEY = "certificate"
CARD_KEY = "card"
"""Kinds of numbers by whose keyed hash a person is found."""


class Insurance(StrEnum):
    """Basic insurance of employees or of residents; only an employee has a personal account."""

    EMPLOYEE = "employee"
    RESIDENT = "resident"


class Status(StrEnum):
    """Whether benefits run."""

    NORMAL = "normal"
    ARREARS = "arrears"
    STOPPED = "stopped"
    FROZEN = "frozen"


STATUS_CHINESE: dict[Status, str] = {
    Status.NORMAL: "正常参保",
    Status.ARREARS: "欠费",
    Status.STOPPED: "停保",
    Status.FROZEN: "账户冻结",
}


class CodeState(StrEnum):
    """State of a person's own medical insurance code."""

    NOT_ACTIVATED = "not_activated"
    ACTIVE = "active"
    FROZEN = "frozen"
    LOST = "lost"


CODE_CHINESE: dict[CodeState, str] = {
    CodeState.NOT_ACTIVATED: "未激活",
    CodeState.ACTIVE: "正常使用",
    CodeState.FROZEN: "已冻结",
    CodeState.LOST: "已挂失",
}


@dataclass(frozen=True, slots=True)
class Person:
    """One insured person. The identity number stays encrypted here; ``certificate`` is its ciphertext."""

    person_id: UUID
    number: str
    name: str
    certificate: bytes
    certificate_key_version: int
    sex: str
    ethnicity: str
    birth: date
    region: str
    insurance: Insurance
    person_status: str
    status: Status
    insured_since: date
    suspended_since: date | None
    employer: str
    civil_servant: bool
    online_suspended_until: date | None
    code_state: CodeState


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed to what, for whom, on which basis and to which text. ``person_id`` is whom it serves.

    ``staff`` carried it out at the window; ``entered_by`` is the other member of staff, who took it down.
    ``detail`` says exactly what was agreed to: powers, limits, a place in an order.
    """

    person_id: UUID
    consent_id: UUID
    subject: str
    subject_id: UUID
    act: str
    basis: str
    given_by: UUID | None
    staff: str | None
    channel: Channel
    text_version: str
    text_hash: bytes
    evidence_hash: bytes | None
    reason: str | None
    at: datetime
    entered_by: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did or saw what of a person, by which right, and why where a reason was asked for.

    ``behalf_of`` is whose wish a member of staff carried out; ``entered_by`` the other one, who took it down.
    """

    person_id: UUID
    audit_id: UUID
    actor: str
    action: str
    basis: str
    subject_id: UUID | None
    at: datetime
    entered_by: str | None = None
    behalf_of: UUID | None = None
    reason: str | None = None
