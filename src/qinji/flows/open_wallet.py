"""医保钱包: open one's own, or a bound member's with that power (代开通). It moves no money."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, Basis, PersonActor, Right
from qinji.flows.acts.act import Scene, keep_record
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Subject, deed_of
from qinji.flows.parts.wallet_terms import may_open
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import store as ledger
from qinji.platform.database import lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.wallet import queries, store
from qinji.wallet.model import Wallet


@dataclass(frozen=True, slots=True)
class OpenWallet:
    """``member_number`` None opens one's own."""

    call: KeyedCall[WithPeople[Wallet]]
    actor: PersonActor
    channel: Channel
    member_number: str | None = None


async def run(command: OpenWallet, deps: Deps) -> bytes:
    """Open a wallet; one that is open stays as it is.

    Refused: no binding or power, a region that offers none or lets nobody open one for another.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(connection, command.call, now, lambda: _open(command, scene), deps.vault)

    return await deps.database.repeatedly(attempt)


async def _open(command: OpenWallet, scene: Scene) -> WithPeople[Wallet] | Refused:
    connection, actor = scene.connection, command.actor.person_id
    owner: UUID | None = actor
    if command.member_number is not None:
        owner = await by_number(connection, command.member_number, scene.deps.vault)
    if owner is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, sorted({owner, actor}))
    basis = Basis(Right.OWN)
    if owner != actor:
        found = await authorize(connection, command.actor, owner, Action.OPEN_WALLET)
        if isinstance(found, Refused):
            return found
        basis = found
    people = await insured.persons(connection, sorted({owner, actor}))
    refusal = may_open(scene.deps.book, people[owner].region, scene.today, by_proxy=owner != actor)
    if refusal is not None:
        return refusal
    known = (await queries.wallets(connection, [owner])).get(owner)
    if known is not None:
        return WithPeople(known, people)
    wallet = Wallet(owner, actor, command.channel, scene.now)
    await store.open_wallet(connection, wallet)
    await ledger.open_pockets(connection, [(owner, WALLET_POCKET)])
    hand = Hand(actor, command.channel)
    deed = deed_of(
        hand,
        Subject("wallet", owner, owner),
        DeedKind.WALLET_OPEN,
        ConsentKind.OPEN_WALLET,
        basis.text,
        scene.now,
    )
    await keep_record([deed], sorted({owner, actor}), scene)
    return WithPeople(wallet, people)
