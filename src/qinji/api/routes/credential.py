"""医保码: show, activate, freeze, report lost, thaw."""

from __future__ import annotations

from fastapi import APIRouter, Response

from qinji.api.session import ChannelOf, DepsOf, Keyed, KeyedOf, Person, answer, shown, shown_text
from qinji.api.shapes import CodeAsk, FreezeAsk, ShowAsk
from qinji.api.views import CodeStateView, CodeView, code_state_view
from qinji.flows import activate_code, freeze_code, show_code
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.insured.model import CodeState
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import Refused

router = APIRouter(prefix="/credential", tags=["医保码 code"])


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
    )
    return shown(view, 201)


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


async def _set(person: Person, channel: Channel, keyed: Keyed, deps: Deps, wanted: CodeState) -> Response:
    name = f"credential.{wanted.value}"
    command = freeze_code.FreezeCode(keyed.call(name, person, code_state_view), person, channel, wanted)
    return answer(await freeze_code.run(command, deps))


@router.post("/freeze", response_model=CodeStateView, dependencies=[shown_text(ConsentKind.FREEZE_CODE)])
async def freeze(
    person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf, ask: FreezeAsk | None = None
) -> Response:
    """Freeze one's own code or report it lost: every code and session that is open ends, whoever showed it."""
    wanted = CodeState.LOST if ask is not None and ask.lost else CodeState.FROZEN
    return await _set(person, channel, keyed, deps, wanted)


@router.post("/thaw", response_model=CodeStateView, dependencies=[shown_text(ConsentKind.FREEZE_CODE)])
async def thaw(person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Let one's own code be shown again; what was ended stays so."""
    return await _set(person, channel, keyed, deps, CodeState.ACTIVE)
