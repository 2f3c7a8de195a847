"""The texts that are shown before an act."""

from __future__ import annotations

from fastapi import APIRouter

from qinji.api.views import ConsentTextView, consent_text_view
from qinji.flows.parts.consent_texts import ConsentKind, in_force

router = APIRouter(prefix="/consent-texts", tags=["告知文本 consent texts"])


@router.get("/{kind}")
async def consent_text(kind: ConsentKind) -> ConsentTextView:
    """The text of this kind in force; each consent keeps its version and hash."""
    return consent_text_view(in_force(kind))
