"""医保码: show, activate, freeze, report lost, thaw."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from qinji.api.problem import CallRefused
from qinji.api.session import ChannelOf, DepsOf, Keyed, KeyedOf, Person, answer, shown, shown_text
from qinji.api.shapes import CodeAsk, FreezeAsk, ShowAsk
from qinji.api.telling import CodeFollowedView, PayersView, code_followed_view, payers_view
from qinji.api.views import CodeStateView, CodeView, code_state_view
from qinji.flows import activate_code, follow_code, freeze_code, show_code, tell_payers
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.insured.model import CodeState
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import RefusalCode, Refused, refuse

router = APIRouter(prefix="/credential", tags=["医保码 code"])
DIGEST_LETTERS = 64


@router.post("/codes", status_code=201, response_model=CodeView)
async def show(person: Person, deps: DepsOf, ask: ShowAsk | None = None) -> Response:
    """Show one's own code, or a bound member's. Asking again gives a new one, so no key is needed.

    With ``own_money_only`` no relative's account pays for the bill of this scan, whatever the institution asks.
    """
    asked = ask or ShowAsk()
    command = show_code.ShowCode(person, asked.psn_no, asked.own_money_only)
    outcome = await show_code.run(command, deps)
    if isinstance(outcome, Refused):
        return shown(outcome)
    patient = outcome.patient
    view = CodeView(
        code=outcome.code,
        expires_at=outcome.expires_at,
        psn_no=patient.number,
        name=patient.name,
        own_money_only=asked.own_money_only,
        id=outcome.digest.hex(),
    )
    return shown(view, 201)


@router.get("/codes/{code_id}", response_model=CodeFollowedView)
async def follow(code_id: str, person: Person, deps: DepsOf) -> Response:
    """What became of a code: for its patient, and for whoever showed it as long as they may show it.

    ``code_id`` came with the code and is not the code: nobody can scan it.
    """
    outcome = await follow_code.run(follow_code.FollowCode(person, _digest(code_id)), deps)
    return shown(outcome if isinstance(outcome, Refused) else code_followed_view(outcome))


def _digest(text: str) -> bytes:
    if len(text) != DIGEST_LETTERS:
        raise CallRefused(refuse(RefusalCode.NOT_FOUND))
    try:
        return bytes.fromhex(text)
    except ValueError as wrong:
        raise CallRefused(refuse(RefusalCode.NOT_FOUND)) from wrong


@router.get("/payers", response_model=PayersView)
async def payers(
    person: Person,
    deps: DepsOf,
    psn_no: Annotated[str | None, Query(max_length=40, description="人员编号,不填为本人")] = None,
    own_money_only: Annotated[bool, Query(description="按“本次不用家人的钱”来看")] = False,
) -> Response:
    """Who pays first and who next if a bill comes now, in one sentence and one by one."""
    outcome = await tell_payers.run(tell_payers.TellPayers(person, psn_no, own_money_only), deps)
    return shown(outcome if isinstance(outcome, Refused) else payers_view(outcome))


@router.post("/activate", response_model=CodeStateView, dependencies=[shown_text(ConsentKind.ACTIVATE_CODE)])
async def activate(
    person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf, ask: CodeAsk | None = None
) -> Response:
    """Activate one's own code, or a bound member's."""
    command = activate_code.ActivateCode(
        keyed.call("credential.activate", person, code_state_view),
        person,
        channel,
        None if ask is None else ask.psn_no,
    )
    return answer(await activate_code.run(command, deps))


async def _set(
    person: Person, channel: Channel, keyed: Keyed, deps: Deps, wanted: CodeState, reason: str | None = None
) -> Response:
    name = f"credential.{wanted.value}"
    call = keyed.call(name, person, code_state_view)
    command = freeze_code.FreezeCode(call, person, channel, wanted, reason)
    return answer(await freeze_code.run(command, deps))


@router.post("/freeze", response_model=CodeStateView, dependencies=[shown_text(ConsentKind.FREEZE_CODE)])
async def freeze(
    person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf, ask: FreezeAsk | None = None
) -> Response:
    """Freeze one's own code or report it lost: every code and session that is open ends, whoever showed it."""
    asked = ask or FreezeAsk()
    wanted = CodeState.LOST if asked.lost else CodeState.FROZEN
    return await _set(person, channel, keyed, deps, wanted, asked.reason)


@router.post("/thaw", response_model=CodeStateView, dependencies=[shown_text(ConsentKind.FREEZE_CODE)])
async def thaw(person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Let one's own code be shown again; what was ended stays so."""
    return await _set(person, channel, keyed, deps, CodeState.ACTIVE)
