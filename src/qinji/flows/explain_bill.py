"""用款说明 of one settlement: for the patient and who may see their costs, for a grantor, and for staff with a reason."""

from __future__ import annotations

from uuid import UUID

from qinji.access.authorize import authorize, office
from qinji.access.lookup import by_number
from qinji.access.model import Action, Basis, PersonActor, Right, actor_text
from qinji.credential import queries as credentials
from qinji.family import queries as family
from qinji.flows.acts.act import keep_look
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.document import read_decision
from qinji.flows.parts.kin import kin_names
from qinji.flows.parts.usage import (
    OwnUsage,
    Shown,
    Usage,
    UsageFacts,
    grantors_paid,
    grants_in,
    own_usage,
    people_in,
    usage,
)
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry
from qinji.kernel.actor import StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements
from qinji.settlement.model import Settlement, SettlementRow
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
    return usage(await _facts(row, actor.person_id, connection, deps))


async def for_grantor(actor: PersonActor, settlement: UUID, deps: Deps) -> OwnUsage | Refused:
    """A grantor's own part, also of a grant that has ended. Refused: NOT_FOUND for who paid nothing of it."""
    async with deps.database.reading() as connection:
        row = await settlements.find(connection, settlement)
        if row is None or actor.person_id not in grantors_paid(read_decision(row.settlement.decision)):
            return refuse(RefusalCode.NOT_FOUND)
        basis = await authorize(connection, actor, row.settlement.person, Action.SEE_SHARED_AMOUNTS)
        if isinstance(basis, Refused):
            return basis
        return own_usage(await _facts(row, actor.person_id, connection, deps))


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
            return usage(await _facts(row, row.settlement.person, connection, deps))

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


async def _facts(row: SettlementRow, reader: UUID, connection: Connection, deps: Deps) -> UsageFacts:
    """Everything a bill is explained from; people are named as the reader calls them."""
    settled = row.settlement
    document = read_decision(settled.decision)
    who = sorted(
        people_in(document)
        | {settled.person, reader}
        | ({settled.shown_by} if settled.shown_by is not None else set())
    )
    people = await insured.persons(connection, who)
    kinship = await insured.kinship(connection, [(reader, other) for other in who])
    place = await institutions.by_code(connection, settled.institution)
    return UsageFacts(
        row=row,
        document=document,
        names=kin_names(people, reader, kinship),
        institution_name=settled.institution if place is None else place.name,
        region_name=deps.book.region_names().get(settled.region, settled.region),
        shown=await _shown(settled, connection),
        consents=await insured.consents_about(connection, settled.person, grants_in(document)),
        reader=reader,
    )


async def _shown(settled: Settlement, connection: Connection) -> Shown:
    """The code of the bill, and what the member had agreed to where somebody else showed it."""
    scan = await credentials.scan_for(connection, settled.person, settled.settlement)
    if scan is None:
        return Shown(None, None, ())
    code = await credentials.code_of_session(connection, settled.person, scan.session.session_id)
    shower, moment = scan.session.shown_by, scan.opened_at if code is None else code.issued_at
    binding = None
    if shower != settled.person:
        binding = await family.in_force_at(connection, shower, settled.person, moment)
    if binding is None:
        return Shown(scan, code, ())
    consents = await insured.consents(connection, settled.person, binding.binding_id)
    return Shown(scan, code, consents)
