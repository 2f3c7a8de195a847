"""医保钱包: the receiver accepts money that waits, or gives it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor, Right
from qinji.flows.acts.act import Scene, keep_record
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Subject, deed_of
from qinji.flows.parts.wallet_postings import accepting, going_back
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.ledger.model import Transfer
from qinji.ledger.rules import balance_changes
from qinji.platform.database import lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.wallet import queries, store
from qinji.wallet.model import Answer, TransferState, WalletTransfer
from qinji.wallet.rules import may_answer

STATES = {Answer.ACCEPT: TransferState.ACCEPTED, Answer.RETURN: TransferState.RETURNED}
DEEDS = {Answer.ACCEPT: DeedKind.WALLET_ACCEPT, Answer.RETURN: DeedKind.WALLET_RETURN}


@dataclass(frozen=True, slots=True)
class AnswerWalletTransfer:
    """Which transfer, and what its receiver does about it."""

    call: KeyedCall[WithPeople[WalletTransfer]]
    actor: PersonActor
    channel: Channel
    transfer_id: UUID
    answer: Answer


async def run(command: AnswerWalletTransfer, deps: Deps) -> bytes:
    """Accept or give back, in one transaction; also while sending is closed for the night.

    Refused: NOT_FOUND for all but the receiver, WALLET_TRANSFER_STATE where it is over or its time is.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _answer(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _answer(command: AnswerWalletTransfer, scene: Scene) -> WithPeople[WalletTransfer] | Refused:
    connection, actor = scene.connection, command.actor.person_id
    known = await queries.one(connection, command.transfer_id, actor)
    if known is None:
        return refuse(RefusalCode.NOT_FOUND)
    sides = sorted((known.person_id, known.receiver_id))
    await lock_persons(connection, sides)
    # The timer or the other hand of the receiver may have come first.
    transfer = await queries.one(connection, command.transfer_id, actor)
    if transfer is None:
        return refuse(RefusalCode.NOT_FOUND)
    refusal = may_answer(transfer, actor, command.answer, scene.now)
    if refusal is not None:
        return refusal
    people = await insured.persons(connection, sides)
    sent = await ledger.of_acts(connection, [(transfer.person_id, transfer.transfer_id)])
    ended = transfer.ended(STATES[command.answer], scene.new_id(), scene.now)
    await _record(command, ended, _rows(command.answer, ended, sent, people, scene), scene)
    return WithPeople(ended, people)


def _rows(
    answer: Answer,
    ended: WalletTransfer,
    sent: list[Transfer],
    people: Mapping[UUID, Person],
    scene: Scene,
) -> list[Transfer]:
    act = ended.ending_act or scene.new_id()
    if answer is Answer.RETURN:
        return going_back(sent, act, scene.now)
    sender, receiver = people[ended.person_id], people[ended.receiver_id]
    return accepting(ended, sender.region, receiver.region, act, scene.now)


async def _record(
    command: AnswerWalletTransfer, ended: WalletTransfer, rows: list[Transfer], scene: Scene
) -> None:
    connection = scene.connection
    await store.end(connection, [ended])
    await ledger_store.add_transfers(connection, rows)
    await ledger_store.change_balances(connection, balance_changes(rows))
    deed = deed_of(
        Hand(command.actor.person_id, command.channel),
        Subject("wallet_transfer", ended.transfer_id, ended.person_id),
        DEEDS[command.answer],
        ConsentKind.ANSWER_WALLET,
        Right.OWN,
        scene.now,
    )
    await keep_record([deed], (ended.person_id, ended.receiver_id), scene, ended.amount_fen)
