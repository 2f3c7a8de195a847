"""A window act as a clerk takes it down, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from qinji.window.model import Change, Recognised, Told, UnbindWish, WindowAct, WindowState
from qinji.window.rules import expiry

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)
TOLD = Told("解除绑定", (Change("绑定", "已绑定", "已解绑"),), date(2026, 3, 18), TWO)
ACT = WindowAct(
    person_id=ONE,
    act_id=TWO,
    wish=UnbindWish(ONE),
    reason="本人没有手机",
    paper_reference="纸-1",
    recognised_by=Recognised.CARD,
    state=WindowState.WAITING,
    told=TOLD,
    entered_by="C001",
    entered_at=NOW,
    expires_at=expiry(NOW),
)
