"""退费: ask the tax bureau to pay a premium back, before its days begin; the money returns when it has said yes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor, Right
from qinji.flows.acts.act import Scene, keep_record
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.premium_words import premium_text
from qinji.flows.parts.records import Subject, deed_of
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.premium import queries, store
from qinji.premium.model import PremiumOrder
from qinji.premium.rules import may_refund, refunding


@dataclass(frozen=True, slots=True)
class RefundPremium:
    """Which order is to be paid back."""

    call: KeyedCall[WithPeople[PremiumOrder]]
    actor: PersonActor
    channel: Channel
    order_id: UUID


async def run(command: RefundPremium, deps: Deps) -> bytes:
    """Ask for it, in one transaction; the days count until the tax bureau has paid back.

    Refused: NOT_FOUND for whom it does not concern, PREMIUM_STATE where it is not paid, PREMIUM_REFUND_LATE where its
    days have begun or the region pays nothing back.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _refund(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _refund(command: RefundPremium, scene: Scene) -> WithPeople[PremiumOrder] | Refused:
    connection, actor = scene.connection, command.actor.person_id
    known = await queries.one(connection, command.order_id, actor)
    if known is None:
        return refuse(RefusalCode.NOT_FOUND)
    parties = {known.person_id, known.orderer_id} | ({known.payer_id} if known.payer_id else set())
    await lock_persons(connection, sorted(parties))
    order = await queries.one(connection, command.order_id, actor)
    if order is None:
        return refuse(RefusalCode.NOT_FOUND)
    people = await insured.persons(connection, sorted(parties))
    policy = scene.deps.book.at(people[order.person_id].region, scene.today)
    terms = None if isinstance(policy, Refused) else policy.premium()
    rows = (await queries.coverages(connection, [order.person_id])).get(order.person_id, [])
    begins = next((row.covered_from for row in rows if row.order_id == order.order_id), order.covered_from)
    refusal = may_refund(order, actor, scene.today, begins, offered=terms is not None and terms.refundable)
    if refusal is not None:
        return refusal
    asked = refunding(order, scene.now)
    await store.change(connection, asked)
    deed = deed_of(
        Hand(actor, command.channel),
        Subject("premium", order.order_id, order.person_id),
        DeedKind.PREMIUM_REFUND,
        ConsentKind.REFUND_PREMIUM,
        Right.OWN if actor == order.person_id else order.basis,
        scene.now,
        detail=premium_text(order, people[order.person_id]),
    )
    await keep_record([deed], sorted(parties), scene, order.amount_fen)
    return WithPeople(asked, people)
