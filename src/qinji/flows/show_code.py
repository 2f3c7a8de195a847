"""医保码: show one's own or a bound member's code; 28 digits, good for one scan within the pack's seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, PersonActor
from qinji.credential import store
from qinji.credential.model import CodeFacts
from qinji.credential.rules import CODE_DIGITS, digits
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.code_states import code_usable
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry, Person
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection, lock_persons
from qinji.platform.rates import Rate, seconds_to_wait

CODE = "code"
CODE_ENTROPY = 16
CODE_RATE = Rate("code", 60, timedelta(minutes=1))
"""How many codes one person may have shown for one patient in a minute."""


@dataclass(frozen=True, slots=True)
class ShowCode:
    """``member_number`` None shows one's own code; ``own_money_only``: no relative's account pays for this scan."""

    actor: PersonActor
    member_number: str | None = None
    own_money_only: bool = False


@dataclass(frozen=True, slots=True)
class CodeShown:
    """The digits, told once and kept nowhere, and until when they may be scanned.

    ``digest`` is their keyed hash: with it one asks what became of the code, and nobody can scan it.
    """

    code: str
    expires_at: datetime
    patient: Person
    digest: bytes


async def run(command: ShowCode, deps: Deps) -> CodeShown | Refused:
    """Issue a code; whoever shows it is recorded with it.

    Refused: NOT_FOUND without a binding, POWER_NOT_GIVEN, a code not activated, frozen or lost, TOO_MANY_TRIES.
    """

    async def attempt() -> CodeShown | Refused:
        async with deps.database.transaction() as connection:
            return await _show(command, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _show(command: ShowCode, connection: Connection, deps: Deps) -> CodeShown | Refused:
    actor, now = command.actor.person_id, deps.clock()
    patient: UUID | None = actor
    if command.member_number is not None:
        patient = await by_number(connection, command.member_number, deps.vault)
    if patient is None:
        return refuse(RefusalCode.NOT_FOUND)
    wait = await seconds_to_wait(connection, CODE_RATE, f"{actor}:{patient}", now)
    if wait:
        return refuse(RefusalCode.TOO_MANY_TRIES, seconds=wait)
    await lock_persons(connection, [actor, patient])
    basis = await authorize(connection, command.actor, patient, Action.SHOW_CODE)
    if isinstance(basis, Refused):
        return basis
    person = (await insured.persons(connection, [patient]))[patient]
    shower = person if actor == patient else (await insured.persons(connection, [actor]))[actor]
    policy = deps.book.at(shower.region, local_day(now))
    refusal = policy if isinstance(policy, Refused) else code_usable(person)
    if isinstance(policy, Refused) or refusal is not None:
        return refusal or refuse(RefusalCode.NOT_FOUND)
    code = digits(deps.entropy(CODE_ENTROPY), CODE_DIGITS)
    expires = now + timedelta(seconds=policy.family().code_ttl_seconds)
    digest = deps.vault.digest(CODE, code)
    issued = CodeFacts(
        digest,
        patient,
        actor,
        now,
        expires,
        voided=False,
        session_id=None,
        institution=None,
        own_money_only=command.own_money_only,
    )
    await store.issue(connection, issued)
    audit = AuditEntry(
        patient, new_id(deps, now), f"person:{actor}", Action.SHOW_CODE, basis.text, patient, now
    )
    await keep_trail(connection, [audit], [], deps)
    return CodeShown(code, expires, person, digest)
