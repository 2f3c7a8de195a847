"""Pure rules of the window: may a wish be taken down, decided, withdrawn, seen; where does it stand?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from qinji.kernel.dates import CHINA, local_day
from qinji.kernel.identity import holds_identity_number
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.window.model import KIND_CHINESE, Told, WindowAct, WindowKind, WindowState, Wish

REASON_MIN = 4
REASON_MAX = 200
PAPER_MAX = 100
"""Characters of a reason, and of a paper's reference."""

AT_ONCE = frozenset({WindowKind.FREEZE_CODE, WindowKind.REPORT_LOST})
"""What is carried out when it is entered, and looked at by the second person afterwards (decision 0028)."""

UNTOLD = frozenset({WindowKind.NOTE_SPARED})
"""What is told without saying what the papers say."""

_TELLING = ("刑满", "刑释", "释放", "服刑", "出狱", "监狱", "劳改")

NEXT_DAY = timedelta(days=1)


def expiry(entered_at: datetime) -> datetime:
    """The end of the day in China: who was at the window has gone home, and the wish with them."""
    return datetime.combine(local_day(entered_at) + NEXT_DAY, time(), CHINA).astimezone(UTC)


def state_on(act: WindowAct, now: datetime) -> WindowState:
    """Where the act stands at this moment. What is in force already waits for its second person as long as it takes."""
    late = act.state is WindowState.WAITING and act.in_force_at is None and now >= act.expires_at
    return WindowState.EXPIRED if late else act.state


_CHINESE: dict[WindowState, str] = {
    WindowState.WAITING: "待审核",
    WindowState.DONE: "已办结",
    WindowState.REFUSED: "未通过",
    WindowState.WITHDRAWN: "已撤回",
    WindowState.EXPIRED: "已过期,未办理",
}
_IN_FORCE: dict[WindowState, str] = {
    WindowState.WAITING: "已生效,待复核",
    WindowState.REFUSED: "复核未通过,仍在生效",
}


def state_text(act: WindowAct, now: datetime) -> str:
    """The state in Chinese; what was carried out at its entry says that it is in force."""
    state = state_on(act, now)
    return _IN_FORCE.get(state, _CHINESE[state]) if act.in_force_at is not None else _CHINESE[state]


def sound_words(reason: str, paper_reference: str | None = None) -> Refused | None:
    """Whether a reason says something, a paper's reference is there, and neither holds an identity number."""
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        return _invalid(f"请写明事由,{REASON_MIN} 至 {REASON_MAX} 个字")
    if paper_reference is not None and not 0 < len(paper_reference.strip()) <= PAPER_MAX:
        return _invalid(f"请填写纸质材料的编号,至多 {PAPER_MAX} 个字")
    if holds_identity_number(reason) or holds_identity_number(paper_reference or ""):
        return _invalid("事由和材料编号中不要写身份证号码")
    return None


def discreet(kind: WindowKind, *texts: str | None) -> Refused | None:
    """Whether free words keep to themselves what somebody's papers say, where an act must not tell it.

    They stand on the slip, in the notice and on the month's sheet, which a relative may hold in their hands. Refused:
    a word that says that somebody was released.
    """
    if kind not in UNTOLD:
        return None
    if any(word in text for text in texts if text for word in _TELLING):
        return _invalid("事由、理由和材料编号会印在凭条和通知上,请不要写是哪一种身份;材料只写编号")
    return None


def _invalid(reason: str) -> Refused:
    return refuse(RefusalCode.REQUEST_INVALID, reason=reason)


def changes_something(told: Told) -> Refused | None:
    """Whether there is anything to do. Refused: what would change nothing, as it is now."""
    return None if told.changes else _invalid("与现在的情况相同,没有要办理的内容")


def may_enter(wish: Wish, told: Told, waiting: Sequence[WindowAct], now: datetime) -> Refused | None:
    """Whether a wish may be taken down; ``waiting`` are the person's waiting acts, read under lock.

    Refused: what would change nothing, and a wish that waits already.
    """
    refusal = changes_something(told)
    if refusal is not None:
        return refusal
    if any(one.wish == wish and state_on(one, now) is WindowState.WAITING for one in waiting):
        return refuse(RefusalCode.WINDOW_ACT_WAITS, act=KIND_CHINESE[wish.kind])
    return None


def _waits(act: WindowAct, now: datetime, action: str) -> Refused | None:
    if state_on(act, now) is WindowState.WAITING:
        return None
    return refuse(RefusalCode.WINDOW_ACT_STATE, state=state_text(act, now), action=action)


def may_decide(act: WindowAct, staff: str, now: datetime) -> Refused | None:
    """Whether this member of staff may approve or refuse it: it waits, and somebody else took it down."""
    refusal = _waits(act, now, "审核")
    if refusal is not None:
        return refusal
    return refuse(RefusalCode.SAME_CLERK) if act.entered_by == staff else None


def may_withdraw(act: WindowAct, staff: str, now: datetime) -> Refused | None:
    """Whether it may be taken back: by who took it down, before it is decided, and not when it is in force."""
    refusal = _waits(act, now, "撤回")
    if refusal is not None:
        return refusal
    if act.entered_by != staff:
        return refuse(RefusalCode.NOT_ALLOWED, action="撤回他人录入的代办")
    if act.in_force_at is not None:
        return refuse(RefusalCode.WINDOW_ACT_STATE, state=state_text(act, now), action="撤回")
    return None


def may_see(act: WindowAct, staff: str, now: datetime) -> Refused | None:
    """A waiting act is everybody's at the window; afterwards its two clerks', and to others like a missing one."""
    if state_on(act, now) is WindowState.WAITING or staff in (act.entered_by, act.decided_by):
        return None
    return refuse(RefusalCode.NOT_FOUND)
