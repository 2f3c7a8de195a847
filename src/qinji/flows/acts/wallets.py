"""医保钱包: opening one, and accepting or giving back what a relative has sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, Basis, PersonActor, Right
from qinji.flows.acts.act import Decision, Scene, differing, keep_record
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople, relative_text
from qinji.flows.parts.records import Subject, deed_of
from qinji.flows.parts.wallet_postings import accepting, going_back
from qinji.flows.parts.wallet_terms import may_open
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.kinship import inverse
from qinji.kernel.money import yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.ledger.model import Transfer
from qinji.ledger.rules import balance_changes
from qinji.wallet import queries, store
from qinji.wallet.model import STATE_CHINESE, Answer, Part, Purse, TransferState, Wallet, WalletTransfer
from qinji.wallet.rules import may_answer, put_back
from qinji.window.model import Change, Told

STATES = {Answer.ACCEPT: TransferState.ACCEPTED, Answer.RETURN: TransferState.RETURNED}
DEEDS = {Answer.ACCEPT: DeedKind.WALLET_ACCEPT, Answer.RETURN: DeedKind.WALLET_RETURN}
WALLET, TRANSFER = "wallet", "wallet_transfer"


@dataclass(frozen=True, slots=True)
class OpenWallet:
    """``member_number`` None opens one's own, else a bound member's with that power (代开通). It moves no money.

    One that is open stays as it is. Refused: no binding or power, a region that offers none or lets nobody open one
    for another.
    """

    member_number: str | None = None

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """The person, and the member whose wallet it is."""
        owner = await self._owner(hand, scene)
        return refuse(RefusalCode.NOT_FOUND) if owner is None else sorted({owner, hand.person_id})

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Wallet]] | Refused:
        """The wallet that is open from now on."""
        connection, actor = scene.connection, hand.person_id
        owner = await self._owner(hand, scene)
        if owner is None:
            return refuse(RefusalCode.NOT_FOUND)
        basis = Basis(Right.OWN)
        if owner != actor:
            found = await authorize(connection, PersonActor(actor), owner, Action.OPEN_WALLET)
            if isinstance(found, Refused):
                return found
            basis = found
        people = await insured.persons(connection, sorted({owner, actor}))
        refusal = may_open(scene.deps.book, people[owner].region, scene.today, by_proxy=owner != actor)
        if refusal is not None:
            return refusal
        known = (await queries.wallets(connection, [owner])).get(owner)
        wallet = known or Wallet(owner, actor, hand.channel, scene.now)
        opened = Change("医保钱包", "未开通" if known is None else "已开通", "已开通")
        return Decision(
            WithPeople(wallet, people),
            owner,
            partial(Told, "开通医保钱包", differing(opened)),
            partial(_opened, wallet, hand, basis, scene, new=known is None),
        )

    async def _owner(self, hand: Hand, scene: Scene) -> UUID | None:
        if self.member_number is None:
            return hand.person_id
        return await by_number(scene.connection, self.member_number, scene.deps.vault)


async def _opened(wallet: Wallet, hand: Hand, basis: Basis, scene: Scene, *, new: bool) -> None:
    if not new:
        return
    owner = wallet.person_id
    await store.open_wallet(scene.connection, wallet)
    await ledger_store.open_pockets(scene.connection, [(owner, WALLET_POCKET)])
    deed = deed_of(
        hand,
        Subject(WALLET, owner, owner),
        DeedKind.WALLET_OPEN,
        ConsentKind.OPEN_WALLET,
        basis.text,
        scene.now,
    )
    await keep_record([deed], sorted({owner, hand.person_id}), scene)


@dataclass(frozen=True, slots=True)
class AnswerTransfer:
    """The receiver accepts money that waits, or gives it back; also while sending is closed for the night.

    Refused: NOT_FOUND for all but the receiver, WALLET_TRANSFER_STATE where it is over or its time is.
    """

    transfer_id: UUID
    answer: Answer

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Sender and receiver."""
        known = await queries.one(scene.connection, self.transfer_id, hand.person_id)
        if known is None:
            return refuse(RefusalCode.NOT_FOUND)
        return sorted((known.person_id, known.receiver_id))

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[WalletTransfer]] | Refused:
        """The transfer as it ended. The timer or the receiver's other hand may have come first."""
        connection = scene.connection
        transfer = await queries.one(connection, self.transfer_id, hand.person_id)
        if transfer is None:
            return refuse(RefusalCode.NOT_FOUND)
        refusal = may_answer(transfer, hand.person_id, self.answer, scene.now)
        if refusal is not None:
            return refusal
        people = await insured.persons(connection, sorted((transfer.person_id, transfer.receiver_id)))
        sent = await ledger.of_acts(connection, [(transfer.person_id, transfer.transfer_id)])
        taken = await queries.parts_of(connection, transfer.person_id, [transfer.transfer_id])
        act = scene.new_id()
        ended = transfer.ended(STATES[self.answer], act, scene.now)
        rows = self._rows(ended, sent, people, act, scene)
        return Decision(
            WithPeople(ended, people),
            ended.transfer_id,
            partial(self._told, ended, people[ended.person_id]),
            partial(self._ended, ended, rows, self._parts(ended, taken, act), hand, scene),
        )

    def _rows(
        self,
        ended: WalletTransfer,
        sent: Sequence[Transfer],
        people: Mapping[UUID, Person],
        act: UUID,
        scene: Scene,
    ) -> list[Transfer]:
        if self.answer is Answer.RETURN:
            return going_back(sent, act, scene.now)
        sender, receiver = people[ended.person_id], people[ended.receiver_id]
        return accepting(ended, sender.region, receiver.region, act, scene.now)

    def _parts(self, ended: WalletTransfer, taken: Sequence[Part], act: UUID) -> list[Part]:
        """What is in a wallet now of this money: the receiver's, or the sender's own again where it came from one."""
        if self.answer is Answer.RETURN:
            return put_back(taken, act)
        giver = ended.person_id if ended.purse is Purse.ACCOUNT else None
        return [Part(ended.receiver_id, act, ended.transfer_id, giver, ended.amount_fen)]

    def _told(self, ended: WalletTransfer, sender: Person) -> Told:
        whose = relative_text(sender, inverse(ended.relation))
        waiting = STATE_CHINESE[TransferState.PENDING]
        change = Change(f"{whose} 转来的 {yuan(ended.amount_fen)} 元", waiting, STATE_CHINESE[ended.state])
        verb = "接收" if self.answer is Answer.ACCEPT else "退回"
        return Told(f"{verb}家人转来的钱", (change,), other_id=sender.person_id)

    async def _ended(
        self,
        ended: WalletTransfer,
        rows: Sequence[Transfer],
        parts: Sequence[Part],
        hand: Hand,
        scene: Scene,
    ) -> None:
        await store.end(scene.connection, [ended])
        await store.add_parts(scene.connection, parts)
        await ledger_store.add_transfers(scene.connection, rows)
        await ledger_store.change_balances(scene.connection, balance_changes(rows))
        deed = deed_of(
            hand,
            Subject(TRANSFER, ended.transfer_id, ended.person_id),
            DEEDS[self.answer],
            ConsentKind.ANSWER_WALLET,
            Right.OWN,
            scene.now,
        )
        await keep_record([deed], (ended.person_id, ended.receiver_id), scene, ended.amount_fen)
