"""2601: a message whose answer was lost is undone, or refused for ever when it should still come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from qinji.credential import store as credentials
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.commands import Done, Origin, OriginalAct, ReverseMessage
from qinji.flows.parts.replay import replayed
from qinji.flows.parts.reversing import act_to_undo, may_reverse
from qinji.flows.parts.telling import of_refund, of_return
from qinji.flows.parts.undoing import Booked, standing_shares, take_back
from qinji.flows.parts.visits import may_cancel
from qinji.flows.parts.wallet_spending import refund_trail
from qinji.insured import queries as insured
from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.ledger.rules import balance_changes
from qinji.mutual_aid import store as mutual_aid_store
from qinji.notice import store as notices
from qinji.platform import inbox
from qinji.platform.database import Connection, StartAgain, lock_persons
from qinji.platform.inbox import Answer, Message, MessageKey, answer_once
from qinji.settlement import queries, store
from qinji.wallet import queries as wallets
from qinji.wallet import store as wallet_store


async def run(command: ReverseMessage, deps: Deps) -> bytes:
    """Undo the original where it was done; otherwise mark it, so that it is refused should it still come.

    The key of the original holds the institution, so another institution's message is like one never seen.
    """
    origin = command.origin
    key = MessageKey(origin.institution, origin.message_number, origin.message_id)
    original = MessageKey(origin.institution, command.original_number, command.original_id)
    message = Message(key, origin.digest, lambda seen: replayed(seen, origin, command.render))
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            digest = deps.vault.digest(insured.NUMBER, command.claimed.person_number)
            person = (await insured.find(connection, insured.NUMBER, [digest])).get(digest)
            locked_for = await _lock_all(command, original, person, connection, deps)

            async def work() -> Answer:
                seen = (await inbox.recall(connection, [original], deps.vault)).get(original)
                refusal = may_reverse(command, seen, person)
                act = act_to_undo(command, seen)
                if refusal is None and act is not None and person is not None:
                    if act != locked_for:
                        raise StartAgain
                    refusal = await _undo(command, person, act, connection, now, deps)
                if refusal is not None:
                    return Answer(command.render(refusal), kept=not refusal.code.retryable)
                if seen is None:
                    await inbox.remember(connection, [inbox.tombstone(original)], now, deps.vault)
                else:
                    await inbox.mark_reversed(connection, original)
                return Answer(command.render(Done(now)), kept=True, act=act)

            return await answer_once(connection, message, person, now, work, deps.vault)

    return await deps.database.repeatedly(attempt)


async def _lock_all(
    command: ReverseMessage, original: MessageKey, person: UUID | None, connection: Connection, deps: Deps
) -> UUID | None:
    """Lock the patient and whoever paid for the act to undo, ascending, and say which act that was.

    An original that is answered between this look and the lock would need further locks: the work starts again.
    """
    if person is None:
        return None
    act = act_to_undo(command, (await inbox.recall(connection, [original], deps.vault)).get(original))
    relatives = await ledger.payers(connection, person, act) if act is not None else []
    givers = await wallets.givers(connection, person, act) if act is not None else []
    await lock_persons(connection, [person, *relatives, *givers])
    return act


async def _undo(
    command: ReverseMessage, person: UUID, act: UUID, connection: Connection, now: datetime, deps: Deps
) -> Refused | None:
    if command.act is OriginalAct.SETTLEMENT:
        await _undo_settlement(command.origin, person, act, connection, now, deps)
        return None
    return await _undo_registration(person, act, connection, now)


async def _undo_settlement(
    origin: Origin, person: UUID, settlement: UUID, connection: Connection, now: datetime, deps: Deps
) -> None:
    """As a cancellation does; one that was cancelled before moves nothing. A code that was used stays used."""
    row = await queries.one(connection, person, settlement)
    if row is None:
        raise InvariantBroken("a settlement that the inbox names exists")
    if row.cancellation is not None:
        return
    spent = await wallets.parts_of(connection, person, [settlement])
    people = await insured.persons(connection, [one.giver_id for one in spent if one.giver_id])
    booked = Booked(
        await ledger.standing(connection, person, settlement),
        spent,
        {who: one.region for who, one in people.items()},
    )
    back = take_back(row.settlement, booked, new_id(deps, now), origin, now)
    await ledger_store.add_transfers(connection, back.transfers)
    await ledger_store.change_balances(connection, balance_changes(back.transfers))
    await wallet_store.add_parts(connection, back.parts)
    refunded = refund_trail(back, now, lambda: new_id(deps, now))
    await keep_trail(connection, refunded, of_refund(refunded, back.transfers), deps)
    await mutual_aid_store.give_back(connection, back.grants)
    await store.take_back(connection, row.settlement, back.cancellation, back.year, back.day)
    shares = standing_shares(row.settlement, booked.transfers)
    told = of_return(row.settlement, shares, back.cancellation.cancellation, now)
    await notices.tell(connection, told, deps.ways)


async def _undo_registration(
    person: UUID, visit: UUID, connection: Connection, now: datetime
) -> Refused | None:
    """As 2202 does: only a visit on which nothing hangs, and its code session ends with it."""
    found = (await queries.visits(connection, [(person, visit)]))[person, visit]
    if found.cancelled:
        return None
    batches = await queries.batches_of_visit(connection, person, visit)
    live = await queries.live_settlements_of_visit(connection, person, visit)
    refusal = may_cancel(batches, live, to_wire(visit))
    if refusal is None:
        await store.cancel_visit(connection, person, visit)
        if found.session is not None:
            await credentials.end_session(connection, person, found.session, now)
    return refusal
