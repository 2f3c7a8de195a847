"""Pure: how careful the service is before an account is opened wider: who must prove themselves anew, and what waits.

These are settings of the service, not policy: no region says anything of them (decision 0035).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from qinji.flows.parts.hands import Hand
from qinji.kernel.actor import Session
from qinji.kernel.dates import CHINA
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid.bounds import NO_WAIT

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Safety:
    """``raise_wait``: how long wider bounds wait. ``new_device``: how long a device is new after its first sign-in.

    ``step_up``: for how long a proof of who one is counts. ``confirm``: how long a grantor may answer a request, and
    for how long a yes may be used.
    """

    raise_wait: timedelta = NO_WAIT
    new_device: timedelta = NO_WAIT
    step_up: timedelta = 10 * MINUTE
    confirm: timedelta = 10 * MINUTE


def may_widen(hand: Hand, safety: Safety, now: datetime) -> Refused | None:
    """Whether this hand may open an account, open it wider, or take a paused grant up again.

    At the window two members of staff have the person before them. Refused: DEVICE_TOO_NEW, STEP_UP_REQUIRED.
    """
    if hand.window is not None:
        return None
    session = hand.session
    if session is None:
        return refuse(RefusalCode.STEP_UP_REQUIRED)
    known_from = session.device_since + safety.new_device
    if now < known_from:
        moment = f"{known_from.astimezone(CHINA):%Y年%m月%d日 %H:%M}"
        return refuse(RefusalCode.DEVICE_TOO_NEW, hours=safety.new_device // HOUR, moment=moment)
    if not proven(session, safety, now):
        return refuse(RefusalCode.STEP_UP_REQUIRED)
    return None


def proven(session: Session | None, safety: Safety, now: datetime) -> bool:
    """Whether who is signed in has proven themselves within the time that counts."""
    return session is not None and now - session.proven_at <= safety.step_up


def wait_of(hand: Hand, safety: Safety) -> timedelta:
    """How long what this hand widens has to wait; at the window not at all."""
    return safety.raise_wait if hand.window is None else NO_WAIT
