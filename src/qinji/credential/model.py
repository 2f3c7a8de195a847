"""A code (医保码), the code session that its scan opens, and people signed in at the bureau's own door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What the scan of a code opened: for one patient at one institution, shown by the person or a holder.

    ``good_until`` is the last day on which messages may carry it; ``consumed_by`` the one settlement it was used for;
    ``own_money_only`` is the code's wish that no relative's account pays.
    """

    person_id: UUID
    session_id: UUID
    institution: str
    shown_by: UUID
    good_until: date
    consumed_by: UUID | None
    voided: bool
    own_money_only: bool = False


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """A code that was issued. The 28 digits themselves are kept nowhere; ``digest`` is their keyed hash.

    ``own_money_only``: whoever showed it wished that no relative's account pays this time (本次不用家人的钱).
    """

    digest: bytes
    person_id: UUID
    shown_by: UUID
    issued_at: datetime
    expires_at: datetime
    voided: bool
    session_id: UUID | None
    institution: str | None
    own_money_only: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan of a code: the session that it opened, and when."""

    session: SessionFacts
    opened_at: datetime


class CodeStage(StrEnum):
    """What became of a code: waits to be scanned, was scanned, paid a bill, ran out, or was ended."""

    WAITING = "waiting"
    SCANNED = "scanned"
    USED = "used"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """A sign-in that was begun and waits for its six digits."""

    sign_in_id: UUID
    person_id: UUID
    code_digest: bytes
    expires_at: datetime
    tries: int
    used: bool


@dataclass(frozen=True, slots=True)
class StaffSecret:
    """What a member of staff signs in with, as it is kept.

    ``first_until`` is set while the password is the one the bureau gave out: until then it may be exchanged for one's
    own, and it is good for nothing else. ``used_step`` is the last step of the second factor that was used.
    """

    staff_id: str
    password_hash: str = field(repr=False)
    first_until: datetime | None
    second_factor: bytes = field(repr=False)
    used_step: int
    set_at: datetime


@dataclass(frozen=True, slots=True)
class BearerFacts:
    """Who is behind a bearer token: an insured person or a member of staff.

    Of a person ``proven_at`` is when they last proved who they are, ``device_since`` when they first signed in on this
    device; a token older than these two has neither.
    """

    token_digest: bytes
    person_id: UUID | None
    staff_id: str | None
    expires_at: datetime
    proven_at: datetime | None = None
    device_since: datetime | None = None
