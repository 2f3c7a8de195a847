"""Pure: under which text the six digits of a sign-in or a step-up are kept as a keyed hash."""

from __future__ import annotations

from uuid import UUID

SIGN_IN = "sign_in"


def code_text(sign_in_id: UUID, code: str) -> str:
    """The digits of one sign-in: the same digits of another have another hash."""
    return f"{sign_in_id}:{code}"
