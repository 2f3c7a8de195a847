"""医保码: freeze one's own code, report it lost, or thaw it. Freezing ends every code and session that is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from qinji.access.authorize import authorize
from qinji.access.model import Action, PersonActor
from qinji.credential import store as credential_store
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.code_states import code_after
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.records import Deed, audit_of, consent_of
from qinji.insured import queries as insured
from qinji.insured import store
from qinji.insured.model import CodeState, Person
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import Refused
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class FreezeCode:
    """``wanted``: frozen, lost, or active again. Only for oneself; ``reason`` is kept with the consent."""

    call: KeyedCall[Person]
    actor: PersonActor
    channel: Channel
    wanted: CodeState
    reason: str | None = None


async def run(command: FreezeCode, deps: Deps) -> bytes:
    """Freeze, report lost, or thaw; whoever showed a code of this person, it ends. Thawing revives none of them."""
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _freeze(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _freeze(command: FreezeCode, connection: Connection, now: datetime, deps: Deps) -> Person | Refused:
    actor = command.actor.person_id
    basis = await authorize(connection, command.actor, actor, Action.FREEZE_CODE)
    if isinstance(basis, Refused):
        return basis
    await lock_persons(connection, [actor])
    person = (await insured.persons(connection, [actor]))[actor]
    state = code_after(person, command.wanted)
    if isinstance(state, Refused):
        return state
    await store.set_code_state(connection, actor, state)
    if state is not CodeState.ACTIVE:
        await credential_store.void(connection, actor, None, now)
    deed = Deed(
        person_id=actor,
        subject="code",
        subject_id=actor,
        act=f"code.{state.value}",
        text=ConsentKind.FREEZE_CODE,
        basis=basis.text,
        given_by=actor,
        staff=None,
        channel=command.channel,
        at=now,
        reason=command.reason,
    )
    await store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    await store.record_audit(connection, [audit_of(deed, actor, new_id(deps, now))])
    return replace(person, code_state=state)
