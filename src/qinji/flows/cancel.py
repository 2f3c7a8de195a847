"""2208 and 2103: take a settlement back; every fen returns to whom it came from, in reverse order of payment."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.commands import Bill, CancelSettlement
from qinji.flows.parts.identity import card_of, identity_agrees, missing_because, right_person
from qinji.flows.parts.replay import replayed
from qinji.flows.parts.undoing import cancelled_bill, grant_returns, may_cancel, taken_back
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.ledger.model import ONLY_POCKET, Transfer
from qinji.ledger.rules import balance_changes, check_act, reversal
from qinji.mutual_aid import store as mutual_aid_store
from qinji.platform.database import Connection, lock_persons
from qinji.platform.inbox import Answer, Message, MessageKey, answer_once
from qinji.settlement import queries, store
from qinji.settlement.model import Cancellation, SettlementKind, SettlementRow


async def run(command: CancelSettlement, deps: Deps) -> bytes:
    """Cancel by counter-transfers; only the institution that settled may, for another the settlement is missing."""
    origin = command.origin
    key = MessageKey(origin.institution, origin.message_number, origin.message_id)
    message = Message(key, origin.digest, lambda seen: replayed(seen, origin, command.render))
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            person = await _patient(command, connection, deps)
            await _lock_all(command, person, connection)

            async def work() -> Answer:
                found = await _cancellable(command, person, connection, deps)
                if isinstance(found, Refused):
                    return Answer(command.render(found), kept=not found.code.retryable)
                bill = await _cancel(command, found, connection, now, deps)
                return Answer(command.render(bill), kept=True, act=found.settlement.settlement)

            return await answer_once(connection, message, person, now, work, deps.vault)

    return await deps.database.repeatedly(attempt)


async def _patient(command: CancelSettlement, connection: Connection, deps: Deps) -> UUID | None:
    digest = deps.vault.digest(insured.NUMBER, command.claimed.person_number)
    return (await insured.find(connection, insured.NUMBER, [digest])).get(digest)


async def _lock_all(command: CancelSettlement, person: UUID | None, connection: Connection) -> None:
    """Lock the patient and every relative who paid, ascending; transfers never change, so they may be read first."""
    settlement = from_wire(command.settlement)
    if person is None or settlement is None:
        return
    payers = await ledger.payers(connection, person, settlement)
    await lock_persons(connection, [person, *payers])


async def _cancellable(
    command: CancelSettlement, person: UUID | None, connection: Connection, deps: Deps
) -> SettlementRow | Refused:
    patient_id = right_person(None, person)
    if isinstance(patient_id, Refused):
        return patient_id
    settlement = from_wire(command.settlement)
    row = await queries.one(connection, patient_id, settlement) if settlement else None
    refusal = may_cancel(row, command)
    patient = (await insured.persons(connection, [patient_id]))[patient_id]
    if refusal is not None or row is None:
        refusal = refusal or refuse(RefusalCode.SETTLEMENT_UNKNOWN, settlement=command.settlement)
        institution = await institutions.by_code(connection, command.origin.institution)
        return missing_because(refusal, patient, institution, deps.book.region_names())
    certificate = deps.vault.decrypt(patient.certificate, patient.certificate_key_version)
    return identity_agrees(command.claimed, patient, certificate) or row


async def _cancel(
    command: CancelSettlement, row: SettlementRow, connection: Connection, now: datetime, deps: Deps
) -> Bill:
    settled = row.settlement
    person = settled.person
    originals = await _transfers(connection, person, settled.settlement)
    cancellation = new_id(deps, now)
    rows = reversal(originals, cancellation, now)
    check_act(rows)
    document = json.loads(zlib.decompress(settled.decision))
    patient = (await insured.persons(connection, [person]))[person]
    certificate = deps.vault.decrypt(patient.certificate, patient.certificate_key_version)
    before = (await ledger.balances(connection, [person])).get(person, {}).get(ONLY_POCKET, 0)
    after = before + settled.own_fen
    card = card_of(patient, certificate, after, local_day(now))
    institution = await institutions.by_code(connection, settled.institution)
    tells = institution is not None and institution.tell_payers
    bill = cancelled_bill(settled, document, card, cancellation, command, now, tell_payers=tells)
    await ledger_store.add_transfers(connection, rows)
    await ledger_store.change_balances(connection, balance_changes(rows))
    await mutual_aid_store.give_back(connection, grant_returns(settled, document))
    year, day = taken_back(settled)
    await store.take_from(connection, year, day)
    if settled.kind is SettlementKind.PHARMACY:
        await store.free_pharmacy_lines(connection, person, settled.institution, settled.settlement)
    else:
        await store.hold_batches(connection, [(person, settled.visit, settled.batch, None)])
    await store.add_cancellation(
        connection,
        Cancellation(
            person,
            settled.settlement,
            cancellation,
            now,
            command.origin.institution,
            command.origin.message_id,
        ),
    )
    return bill


async def _transfers(connection: Connection, person: UUID, act: UUID) -> Sequence[Transfer]:
    payers = await ledger.payers(connection, person, act)
    return await ledger.of_acts(connection, [(one, act) for one in [person, *payers]])
