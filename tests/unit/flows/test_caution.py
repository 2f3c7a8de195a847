"""Who may open an account wider: not a new device, not a session whose proof is old; at the window anybody served."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from qinji.flows.parts.caution import Safety, may_widen, wait_of
from qinji.flows.parts.hands import AtWindow, Hand
from qinji.kernel.actor import Channel, Session
from qinji.kernel.refusal import RefusalCode

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CAREFUL = Safety(24 * HOUR, 24 * HOUR, 10 * MINUTE, 5 * MINUTE)


def hand(proven: timedelta, known: timedelta) -> Hand:
    """Somebody who proved who they are so long ago, on a device known for so long."""
    return Hand(UUID(int=1), Channel.WEB, session=Session(b"", NOW - proven, NOW - known))


@pytest.mark.parametrize(
    ("proven", "known", "refusal"),
    [
        (10 * MINUTE, 24 * HOUR, None),
        (10 * MINUTE + timedelta(microseconds=1), 24 * HOUR, RefusalCode.STEP_UP_REQUIRED),
        (timedelta(0), 24 * HOUR - timedelta(microseconds=1), RefusalCode.DEVICE_TOO_NEW),
        (20 * MINUTE, HOUR, RefusalCode.DEVICE_TOO_NEW),
    ],
)
def test_a_proof_and_a_device_count_to_the_moment(
    proven: timedelta, known: timedelta, refusal: RefusalCode | None
) -> None:
    found = may_widen(hand(proven, known), CAREFUL, NOW)
    assert (found and found.code) is refusal


def test_a_new_device_is_told_from_when_and_what_it_may_do_now() -> None:
    refused = may_widen(hand(timedelta(0), HOUR), CAREFUL, NOW)
    assert refused is not None
    for words in ("24 小时", "2026年03月18日 11:00", "调低限额、暂停或解除", "窗口", "没有任何变动"):
        assert words in refused.text


def test_without_a_session_nobody_widens() -> None:
    refused = may_widen(Hand(UUID(int=1), Channel.WEB), CAREFUL, NOW)
    assert refused is not None
    assert refused.code is RefusalCode.STEP_UP_REQUIRED


def test_at_the_window_nothing_waits_and_no_device_is_asked_for() -> None:
    window = Hand(UUID(int=1), Channel.WINDOW, AtWindow("C001", "R001", "staff", "纸 1"))
    assert may_widen(window, CAREFUL, NOW) is None
    assert wait_of(window, CAREFUL) == timedelta(0)
    assert wait_of(hand(timedelta(0), 48 * HOUR), CAREFUL) == 24 * HOUR
