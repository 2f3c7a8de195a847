"""Pure: under which text the six digits of a sign-in or a step-up are kept as a keyed hash, and what the SMS says."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

SIGN_IN = "sign_in"
STEP_UP = "step_up"
DEVICE = "device"
"""Kinds of hashed text: digits that were sent for one open nothing of the other; and the secret of a device."""


def code_text(sign_in_id: UUID, code: str) -> str:
    """The digits of one sign-in: the same digits of another have another hash."""
    return f"{sign_in_id}:{code}"


def letter_text(code: str, life: timedelta, *, widens: bool) -> str:
    """The SMS. It says first what the digits open, so that who is talked into reading them out hears what for."""
    use = "开通、放宽或恢复家庭共济" if widens else "登录医保亲情账户"
    minutes = int(life.total_seconds() // 60)
    return f"验证码 {code},用于{use},{minutes} 分钟内有效。不是您本人在办,就不要告诉任何人:工作人员也不会向您要。"
