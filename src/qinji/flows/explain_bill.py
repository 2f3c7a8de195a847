"""用款说明 of one settlement: for the patient and who may see their costs, for a grantor, and for staff with a reason."""

from __future__ import annotations

from uuid import UUID

from qinji.access.authorize import authorize, office
from qinji.access.lookup import by_number
from qinji.access.model import Action, Basis, PersonActor, Right, actor_text
from qinji.flows.acts.act import keep_look
from qinji.flows.acts.explained import usage_facts
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.document import read_decision
from qinji.flows.parts.usage import OwnUsage, Usage, grantors_paid, own_usage, usage
from qinji.insured.model import AuditEntry
from qinji.kernel.actor import StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements
from qinji.settlement.model import Settlement
from qinji.window.rules import sound_words


async def for_family(actor: PersonActor, settlement: UUID, number: str | None, deps: Deps) -> Usage | Refused:
    """The whole bill, for its patient (``number`` None) or for who holds that power over them; that look is noted.

    Before and after are told of the reader's own account. Refused: NOT_FOUND, POWER_NOT_GIVEN.
    """

    async def attempt() -> Usage | Refused:
        async with deps.database.transaction() as connection:
            return await _family(actor, settlement, number, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _family(
    actor: PersonActor, settlement: UUID, number: str | None, connection: Connection, deps: Deps
) -> Usage | Refused:
    patient = actor.person_id if number is None else await by_number(connection, number, deps.vault)
    if patient is None:
        return refuse(RefusalCode.NOT_FOUND)
    basis = await authorize(connection, actor, patient, Action.SEE_COSTS)
    if isinstance(basis, Refused):
        return basis
    row = await settlements.one(connection, patient, settlement)
    if row is None:
        return refuse(RefusalCode.NOT_FOUND)
    if basis.right is not Right.OWN:
        await _note(connection, row.settlement, actor, basis, None, deps)
    return usage(await usage_facts(row, actor.person_id, connection, deps))


async def for_grantor(actor: PersonActor, settlement: UUID, deps: Deps) -> OwnUsage | Refused:
    """A grantor's own part, also of a grant that has ended. Refused: NOT_FOUND for who paid nothing of it."""
    async with deps.database.reading() as connection:
        row = await settlements.find(connection, settlement)
        if row is None or actor.person_id not in grantors_paid(read_decision(row.settlement.decision)):
            return refuse(RefusalCode.NOT_FOUND)
        basis = await authorize(connection, actor, row.settlement.person, Action.SEE_SHARED_AMOUNTS)
        if isinstance(basis, Refused):
            return basis
        return own_usage(await usage_facts(row, actor.person_id, connection, deps))


async def for_staff(actor: StaffActor, settlement: UUID, reason: str, deps: Deps) -> Usage | Refused:
    """The whole bill as its patient reads it; the reason stands in the patient's trail.

    Of relatives no balance is told, so that the page can be handed to the patient. Refused: NOT_ALLOWED for a cashier,
    a reason that says nothing, NOT_FOUND.
    """

    async def attempt() -> Usage | Refused:
        async with deps.database.transaction() as connection:
            basis = office(actor, Action.LOOK_UP_PERSON)
            refusal = basis if isinstance(basis, Refused) else sound_words(reason)
            if isinstance(basis, Refused) or refusal is not None:
                return refusal or refuse(RefusalCode.NOT_FOUND)
            row = await settlements.find(connection, settlement)
            if row is None:
                return refuse(RefusalCode.NOT_FOUND)
            await _note(connection, row.settlement, actor, basis, reason.strip(), deps)
            return usage(await usage_facts(row, row.settlement.person, connection, deps))

    return await deps.database.repeatedly(attempt)


async def _note(
    connection: Connection,
    settled: Settlement,
    actor: PersonActor | StaffActor,
    basis: Basis,
    reason: str | None,
    deps: Deps,
) -> None:
    now = deps.clock()
    row = AuditEntry(
        person_id=settled.person,
        audit_id=new_id(deps, now),
        actor=actor_text(actor),
        action=Action.SEE_COSTS,
        basis=basis.text,
        subject_id=settled.settlement,
        at=now,
        reason=reason,
    )
    await keep_look(connection, [row], deps)
