"""医保钱包: send money from one's own account to the wallet of a near relative. It is held until they accept it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.lookup import by_number
from qinji.access.model import PersonActor, Right
from qinji.flows.acts.act import Scene, keep_record, keep_trail
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Subject, deed_of
from qinji.flows.parts.telling import About, told_of
from qinji.flows.parts.wallet_postings import available, sending
from qinji.flows.parts.wallet_terms import party_of, sending_terms
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry, Person
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.ensure import ensure
from qinji.kernel.kinship import Relation
from qinji.kernel.money import yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.ledger.model import HELD_POCKET
from qinji.ledger.rules import balance_changes
from qinji.platform.database import lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.wallet import queries, store
from qinji.wallet.model import Lot, Purse, Terms, TransferState, WalletTransfer, Wish
from qinji.wallet.rules import may_send, receiver_told, returns_at, spend

TOLD_MAX = 20
"""How many of a receiver's latest notes are looked at for one of the same sender and day."""


@dataclass(frozen=True, slots=True)
class SendToWallet:
    """``amount_fen`` above zero; ``purse`` is where it comes from."""

    call: KeyedCall[WithPeople[WalletTransfer]]
    actor: PersonActor
    channel: Channel
    receiver_number: str
    amount_fen: int
    purse: Purse = Purse.ACCOUNT


@dataclass(frozen=True, slots=True)
class _Facts:
    people: Mapping[UUID, Person]
    terms: Terms
    wish: Wish
    pockets: Mapping[int, int]
    lots: Sequence[Lot]


async def run(command: SendToWallet, deps: Deps) -> bytes:
    """Send, in one transaction; the money leaves the account at once.

    Refused: what ``wallet.rules.may_send`` names, and NOT_FOUND for a number nobody has.
    """
    now = deps.clock()
    ensure(command.amount_fen > 0, "something is sent", amount_fen=command.amount_fen)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(connection, command.call, now, lambda: _send(command, scene), deps.vault)

    return await deps.database.repeatedly(attempt)


async def _send(command: SendToWallet, scene: Scene) -> WithPeople[WalletTransfer] | Refused:
    facts = await _gather(_wanted(command), scene, lock=True)
    if isinstance(facts, Refused):
        return facts
    relation = facts.wish.relation
    refusal = may_send(facts.wish, facts.terms, scene.now)
    if refusal is not None or relation is None:
        await _tell_receiver(facts.wish, refusal, scene)
        return refusal or refuse(RefusalCode.NOT_FOUND)
    transfer = _begun(command, relation, facts, scene)
    await _record(command, transfer, facts, scene)
    return WithPeople(transfer, facts.people)


@dataclass(frozen=True, slots=True)
class LookAtSending:
    """What would be sent; nothing is."""

    actor: PersonActor
    receiver_number: str
    amount_fen: int
    purse: Purse = Purse.ACCOUNT


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What sending would come to: whose wallet, and the purse before and after, in fen; back at ``returns_at``."""

    receiver: Person
    relation: Relation
    before_fen: int
    after_fen: int
    returns_at: datetime


async def look(wanted: LookAtSending, deps: Deps) -> Foreseen | Refused:
    """What sending now would come to, or why it would be refused; where the receiver has to act they are told."""
    now = deps.clock()

    async def read() -> _Facts | Refused:
        async with deps.database.reading() as connection:
            return await _gather(wanted, Scene(connection, now, deps), lock=False)

    facts = await deps.database.repeatedly(read)
    if isinstance(facts, Refused):
        return facts
    wish = facts.wish
    refusal = may_send(wish, facts.terms, now)
    if refusal is not None or wish.relation is None:
        await _note(wish, refusal, now, deps)
        return refusal or refuse(RefusalCode.NOT_FOUND)
    return Foreseen(
        receiver=facts.people[wish.receiver.person_id],
        relation=wish.relation,
        before_fen=wish.balance_fen,
        after_fen=wish.balance_fen - wish.amount_fen,
        returns_at=returns_at(now, facts.terms),
    )


async def _note(wish: Wish, refusal: Refused | None, now: datetime, deps: Deps) -> None:
    if receiver_told(wish, refusal) is None:
        return

    async def attempt() -> None:
        async with deps.database.transaction() as connection:
            await _tell_receiver(wish, refusal, Scene(connection, now, deps))

    await deps.database.repeatedly(attempt)


async def _tell_receiver(wish: Wish, refusal: Refused | None, scene: Scene) -> None:
    """Once a day a row in the trail of whoever has to do something before this relative can send to them."""
    told = receiver_told(wish, refusal)
    if told is None:
        return
    receiver, actor = wish.receiver.person_id, f"person:{wish.sender.person_id}"
    wanted = await insured.latest_of(scene.connection, receiver, DeedKind.WALLET_WANTED, TOLD_MAX)
    if any(row.actor == actor and local_day(row.at) == scene.today for row in wanted):
        return
    row = AuditEntry(
        receiver, scene.new_id(), actor, DeedKind.WALLET_WANTED, Right.OWN, None, scene.now, reason=told
    )
    await keep_trail(scene.connection, [row], told_of([row], About(receiver, said=told)), scene.deps)


def _wanted(command: SendToWallet) -> LookAtSending:
    return LookAtSending(command.actor, command.receiver_number, command.amount_fen, command.purse)


async def _gather(wanted: LookAtSending, scene: Scene, *, lock: bool) -> _Facts | Refused:
    """Lock both sides first, then read all that the decision rests on."""
    connection, deps, sender = scene.connection, scene.deps, wanted.actor.person_id
    receiver = await by_number(connection, wanted.receiver_number, deps.vault)
    if receiver is None:
        return refuse(RefusalCode.NOT_FOUND)
    sides = sorted({sender, receiver})
    if lock:
        await lock_persons(connection, sides)
    people = await insured.persons(connection, sides)
    terms = sending_terms(deps.book, people[sender].region, scene.today, wanted.purse)
    if isinstance(terms, Refused):
        return terms
    known = await insured.kinship(connection, [(sender, receiver)])
    having = await queries.wallets(connection, sides)
    pockets = (await ledger.balances(connection, [sender])).get(sender, {})
    mine, theirs = (
        party_of(people[one], deps.book, scene.today, has_wallet=one in having) for one in (sender, receiver)
    )
    wish = Wish(
        sender=mine,
        receiver=theirs,
        relation=known.get((sender, receiver)),
        amount_fen=wanted.amount_fen,
        purse=wanted.purse,
        balance_fen=available(wanted.purse, pockets),
        sent_today=await queries.sent_on(connection, sender, scene.today),
    )
    onward = wanted.purse is Purse.WALLET
    lots = (await queries.lots(connection, [sender] if onward else [])).get(sender, [])
    return _Facts(people, terms, wish, pockets, lots)


def _begun(command: SendToWallet, relation: Relation, facts: _Facts, scene: Scene) -> WalletTransfer:
    return WalletTransfer(
        person_id=facts.wish.sender.person_id,
        transfer_id=scene.new_id(),
        receiver_id=facts.wish.receiver.person_id,
        relation=relation,
        amount_fen=command.amount_fen,
        purse=command.purse,
        state=TransferState.PENDING,
        channel=command.channel,
        day=scene.today,
        sent_at=scene.now,
        returns_at=returns_at(scene.now, facts.terms),
    )


async def _record(command: SendToWallet, transfer: WalletTransfer, facts: _Facts, scene: Scene) -> None:
    connection, sender = scene.connection, transfer.person_id
    rows = sending(transfer, facts.wish.sender.region, facts.pockets)
    await store.send(connection, transfer)
    if transfer.purse is Purse.WALLET:
        taken = spend(facts.lots, sender, transfer.transfer_id, transfer.amount_fen)
        await store.add_parts(connection, taken)
    await ledger_store.open_pockets(connection, [(sender, HELD_POCKET)])
    await ledger_store.add_transfers(connection, rows)
    await ledger_store.change_balances(connection, balance_changes(rows))
    deed = deed_of(
        Hand(sender, command.channel),
        Subject("wallet_transfer", transfer.transfer_id, sender),
        DeedKind.WALLET_SEND,
        ConsentKind.SEND_WALLET,
        Right.OWN,
        scene.now,
        detail=f"转出 {yuan(transfer.amount_fen)} 元",
    )
    await keep_record([deed], (sender, transfer.receiver_id), scene, transfer.amount_fen)
