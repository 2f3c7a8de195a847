"""The reason that somebody at the bureau gives: it says something, and names nobody by an identity number."""

from __future__ import annotations

from qinji.kernel.identity import holds_identity_number
from qinji.kernel.refusal import RefusalCode, Refused, refuse

REASON_MIN, REASON_MAX = 4, 200
"""Characters of a reason."""


def sound_reason(reason: str, called: str = "事由") -> Refused | None:
    """Whether a reason says something and holds no identity number; ``called`` is how its field is named.

    Refused: REQUEST_INVALID.
    """
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        wanted = f"请写明{called},{REASON_MIN} 至 {REASON_MAX} 个字"
        return refuse(RefusalCode.REQUEST_INVALID, reason=wanted)
    if holds_identity_number(reason):
        return refuse(RefusalCode.REQUEST_INVALID, reason=f"{called}中不要写身份证号码")
    return None
