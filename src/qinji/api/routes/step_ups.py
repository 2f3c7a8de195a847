"""Proving anew who one is, where a call was refused with STEP_UP_REQUIRED; then the same call is sent again."""

from __future__ import annotations

from fastapi import APIRouter, Response

from qinji.api.session import DepsOf, Person, identifier, shown
from qinji.api.shapes import StepUpCode
from qinji.api.views import Begun, Proven
from qinji.flows import begin_sign_in, step_up
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import Refused

router = APIRouter(prefix="/step-ups", tags=["登录 sign-in"])


@router.post("", status_code=201, response_model=Begun)
async def begin(person: Person, deps: DepsOf) -> Response:
    """Send fresh digits to who is signed in; a sandbox tells them, else they come by SMS."""
    begun = await begin_sign_in.run(begin_sign_in.BeginStepUp(person), deps)
    if isinstance(begun, Refused):
        return shown(begun)
    return shown(
        Begun(id=to_wire(begun.sign_in_id), sandbox_code=begun.code or None, expires_at=begun.expires_at), 201
    )


@router.post("/{step_up_id}", response_model=Proven)
async def complete(step_up_id: str, ask: StepUpCode, person: Person, deps: DepsOf) -> Response:
    """The digits: from now on this session counts as proven. The refused call may be sent again with its key."""
    proven = await step_up.run(step_up.StepUp(person, identifier(step_up_id), ask.code), deps)
    return shown(proven if isinstance(proven, Refused) else Proven(until=proven.until))
