"""2201: register an outpatient visit."""

from __future__ import annotations

from uuid import UUID

from qinji.credential import queries as credentials
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.commands import RegisterVisit, VisitOpened
from qinji.flows.parts.facts import Presented
from qinji.flows.parts.identity import right_person
from qinji.flows.parts.replay import replayed
from qinji.flows.parts.visits import may_register, opened
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.platform.inbox import Answer, Message, MessageKey, answer_once
from qinji.settlement import store


async def run(command: RegisterVisit, presented: Presented, deps: Deps) -> bytes:
    """Open a visit for the person behind the credential; refuses another person's number and remote patients."""
    origin = command.origin
    key = MessageKey(origin.institution, origin.message_number, origin.message_id)
    message = Message(key, origin.digest, lambda seen: replayed(seen, origin, command.render))
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            digest = deps.vault.digest(insured.NUMBER, command.claimed.person_number)
            named = (await insured.find(connection, insured.NUMBER, [digest])).get(digest)
            patient = right_person(presented, named)
            person = patient if isinstance(patient, UUID) else None

            async def work() -> Answer:
                if isinstance(patient, Refused):
                    return Answer(command.render(patient), kept=not patient.code.retryable)
                refusal = await _refusal(command, presented, patient, connection, deps)
                if refusal is not None:
                    return Answer(command.render(refusal), kept=not refusal.code.retryable)
                visit = opened(command, patient, new_id(deps, now), presented.session)
                await store.open_visits(connection, [visit], command.department, command.doctor, now)
                outcome = VisitOpened(
                    to_wire(visit.visit), command.claimed.person_number, command.outpatient_number
                )
                return Answer(command.render(outcome), kept=True, act=visit.visit)

            return await answer_once(connection, message, person, now, work, deps.vault)

    return await deps.database.repeatedly(attempt)


async def _refusal(
    command: RegisterVisit, presented: Presented, person: UUID, connection: Connection, deps: Deps
) -> Refused | None:
    patient = (await insured.persons(connection, [person]))[person]
    institution = await institutions.by_code(connection, command.origin.institution)
    if institution is None:
        return refuse(RefusalCode.INSTITUTION_UNKNOWN, institution=command.origin.institution)
    session = None
    if presented.session is not None:
        found = await credentials.sessions(connection, [(person, presented.session)])
        session = found.get((person, presented.session))
    certificate = deps.vault.decrypt(patient.certificate, patient.certificate_key_version)
    today = local_day(deps.clock())
    return may_register(command, presented, patient, certificate, session, institution, deps.book, today)
