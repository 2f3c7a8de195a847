"""The second factor of staff: six digits of an authenticator app (TOTP, RFC 6238: SHA-1, 30 seconds)."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

import pyotp

from qinji.kernel.dates import milliseconds

SECRET_BYTES = 20
STEP_MILLISECONDS = 30_000
STEPS_BESIDE = 1
"""How many steps before and after the present one count: a phone's clock may be half a minute off."""

ISSUER = "qinji"


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The step whose digits these are, None when they are of no step near now; every step is compared in full."""
    totp = _totp(secret)
    present = milliseconds(now) // STEP_MILLISECONDS
    found = None
    for step in range(present - STEPS_BESIDE, present + STEPS_BESIDE + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode("utf-8", "replace")):
            found = step
    return found


def otpauth_uri(secret: bytes, staff_id: str) -> str:
    """What an authenticator app scans."""
    return _totp(secret).provisioning_uri(name=staff_id, issuer_name=ISSUER)


def _totp(secret: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(base64.b32encode(secret).decode())
