"""2208 and 2103: take a settlement back; every fen returns to whom it came from, in reverse order of payment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.commands import Bill, CancelSettlement
from qinji.flows.parts.identity import card_of, identity_agrees, missing_because, right_person
from qinji.flows.parts.replay import replayed
from qinji.flows.parts.telling import of_refund, of_return
from qinji.flows.parts.undoing import (
    Booked,
    cancelled_bill,
    may_cancel,
    own_account_back,
    standing_shares,
    take_back,
)
from qinji.flows.parts.wallet_spending import refund_trail
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.ledger.model import own_balance
from qinji.ledger.rules import balance_changes
from qinji.mutual_aid import store as mutual_aid_store
from qinji.notice import store as notices
from qinji.platform.database import Connection, lock_persons
from qinji.platform.inbox import Answer, Message, MessageKey, answer_once
from qinji.settlement import queries, store
from qinji.settlement.model import SettlementRow
from qinji.wallet import queries as wallets
from qinji.wallet import store as wallet_store


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
    """Lock the patient and every relative who paid, or whose money the wallet's was, ascending.

    Transfers and parts never change, so they may be read first.
    """
    settlement = from_wire(command.settlement)
    if person is None or settlement is None:
        return
    payers = await ledger.payers(connection, person, settlement)
    givers = await wallets.givers(connection, person, settlement)
    await lock_persons(connection, [person, *payers, *givers])


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
    spent = await wallets.parts_of(connection, person, [settled.settlement])
    people = await insured.persons(
        connection, sorted({person, *(one.giver_id for one in spent if one.giver_id)})
    )
    booked = Booked(
        await ledger.standing(connection, person, settled.settlement),
        spent,
        {who: one.region for who, one in people.items()},
    )
    back = take_back(settled, booked, new_id(deps, now), command.origin, now)
    patient = people[person]
    certificate = deps.vault.decrypt(patient.certificate, patient.certificate_key_version)
    before = own_balance((await ledger.balances(connection, [person])).get(person, {}))
    account_fen = own_account_back(person, booked.transfers)
    card = card_of(patient, certificate, before + account_fen, local_day(now))
    institution = await institutions.by_code(connection, settled.institution)
    tells = command.tell_payers or (institution is not None and institution.tell_payers)
    bill = cancelled_bill(settled, card, back.cancellation.cancellation, command, now, tell_payers=tells)
    await ledger_store.add_transfers(connection, back.transfers)
    await ledger_store.change_balances(connection, balance_changes(back.transfers))
    await wallet_store.add_parts(connection, back.parts)
    refunded = refund_trail(back, now, lambda: new_id(deps, now))
    await keep_trail(connection, refunded, of_refund(refunded, back.transfers), deps)
    await mutual_aid_store.give_back(connection, back.grants)
    await store.take_back(connection, settled, back.cancellation, back.year, back.day)
    told = of_return(settled, standing_shares(settled, booked.transfers), back.cancellation.cancellation, now)
    await notices.tell(connection, told, deps.ways)
    return bill
