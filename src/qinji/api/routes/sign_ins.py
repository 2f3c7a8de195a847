"""Signing in: ask for six digits, exchange them for a bearer token."""

from __future__ import annotations

from fastapi import APIRouter, Response

from qinji.api.session import DepsOf, identifier, shown
from qinji.api.shapes import SignInAsk, SignInCode
from qinji.api.views import Begun, PersonToken
from qinji.flows import begin_sign_in, sign_in
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import Refused

router = APIRouter(prefix="/sign-ins", tags=["登录 sign-in"])


@router.post("", status_code=201, response_model=Begun)
async def begin(ask: SignInAsk, deps: DepsOf) -> Response:
    """Begin to sign in. A sandbox tells the digits; in production they leave by SMS, whoever's number it is."""
    begun = await begin_sign_in.run(begin_sign_in.BeginSignIn(ask.psn_no, ask.device), deps)
    if isinstance(begun, Refused):
        return shown(begun)
    return shown(
        Begun(id=to_wire(begun.sign_in_id), sandbox_code=begun.code or None, expires_at=begun.expires_at), 201
    )


@router.post("/{sign_in_id}", response_model=PersonToken)
async def complete(sign_in_id: str, ask: SignInCode, deps: DepsOf) -> Response:
    """Exchange the digits for a token; wrong, late and used ones are answered alike."""
    signed_in = await sign_in.run(sign_in.SignIn(identifier(sign_in_id), ask.code, ask.device), deps)
    if isinstance(signed_in, Refused):
        return shown(signed_in)
    return shown(PersonToken(token=signed_in.token, expires_at=signed_in.expires_at, device=signed_in.device))
