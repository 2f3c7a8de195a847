"""What the flows of premiums do alike: read what a decision rests on, and take the tax bureau's word about an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.premium_payers import PayerFacts
from qinji.flows.parts.premium_postings import confirming, going_back
from qinji.flows.parts.premium_quote import waited_less
from qinji.flows.parts.premium_words import premium_text
from qinji.flows.parts.telling import About, told_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.insured.model import AuditEntry, Person, Status
from qinji.kernel.dates import local_day
from qinji.kernel.ensure import ensure
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.ledger.model import Transfer
from qinji.ledger.rules import balance_changes
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid import store as mutual_aid_store
from qinji.mutual_aid.model import GrantUse
from qinji.platform.database import Connection, lock_persons
from qinji.policy.waiting import WaitingTerms
from qinji.premium import queries, store
from qinji.premium.model import BureauAnswer, Coverage, History, OrderState, PayerKind, PremiumOrder, Taken
from qinji.premium.rules import answered, live
from qinji.wallet import queries as wallets
from qinji.wallet import store as wallet_store
from qinji.wallet.rules import put_back

ACTOR = "timer:premium"
BASIS = "tax_bureau"
ONE_DAY = timedelta(days=1)

DEEDS = {
    OrderState.PAID: DeedKind.PREMIUM_PAID,
    OrderState.FAILED: DeedKind.PREMIUM_FAILED,
    OrderState.REFUNDED: DeedKind.PREMIUM_REFUNDED,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What an order rests on: everybody concerned, what was paid before, and whose money there is."""

    history: History
    payers: PayerFacts


async def concerned(connection: Connection, orderer: UUID, person: UUID) -> list[UUID]:
    """Whose heads are locked before anything is read that an order rests on: the insured, who orders, grantors."""
    grantors = await mutual_aid.candidates(connection, [person])
    return sorted({orderer, person} | grantors)


async def gather(
    connection: Connection, orderer: UUID, person: UUID, held: Sequence[UUID], now: datetime
) -> Known:
    """All that a decision about this person's premium rests on; who is not among ``held`` pays nothing."""
    people = await insured.persons(connection, held)
    grants = (await mutual_aid.live_for(connection, [person], now)).get(person, [])
    relations = await insured.kinship(connection, [(one, person) for one in held])
    return Known(
        history=await queries.history(connection, person),
        payers=PayerFacts(
            orderer=orderer,
            insured=people[person],
            people=people,
            pockets=await ledger.balances(connection, held),
            grants=grants,
            relations={one: relation for (one, _), relation in relations.items()},
            today=local_day(now),
        ),
    )


async def take_answer(answer: BureauAnswer, scene: Scene) -> Taken:
    """Book what the tax bureau says of an order, once: the same word again changes nothing."""
    connection = scene.connection
    known = await queries.find(connection, answer.order_id)
    if known is None:
        return Taken.UNKNOWN
    await lock_persons(connection, sorted({known.person_id, known.payer_id or known.person_id}))
    order = await queries.find(connection, answer.order_id)
    ensure(order is not None, "an order is never deleted", order=answer.order_id)
    if order is None:
        return Taken.UNKNOWN
    taken, state = answered(order, answer)
    if taken is Taken.DONE:
        await _book(order, state, answer, scene)
    return taken


async def _book(order: PremiumOrder, state: OrderState, answer: BureauAnswer, scene: Scene) -> None:
    people = await insured.persons(
        scene.connection, sorted({order.person_id, order.payer_id or order.person_id})
    )
    refused_refund = order.state is OrderState.REFUNDING and state is OrderState.PAID
    changed = replace(
        order,
        state=state,
        next_send_at=None,
        answered_at=order.answered_at or scene.now,
        voucher=answer.voucher or order.voucher,
        reason=answer.reason or None,
    )
    if not refused_refund:
        changed = await _moved(changed, people, scene)
        await _covered(changed, people[order.person_id], scene)
    await store.change(scene.connection, changed)
    deed = DeedKind.PREMIUM_REFUND_REFUSED if refused_refund else DEEDS[state]
    await _tell(changed, people[order.person_id], deed, scene)


async def _moved(order: PremiumOrder, people: Mapping[UUID, Person], scene: Scene) -> PremiumOrder:
    """The money follows: on to the tax bureau, or back to where it came from; a grant's used limits with it."""
    connection, payer = scene.connection, order.payer_id
    if order.state is OrderState.REFUNDED:
        moved = replace(order, refund_act=scene.new_id(), back_act=scene.new_id())
    else:
        moved = replace(order, ending_act=scene.new_id())
    if payer is None:
        return moved
    rows = await _rows(moved, people[payer].region, scene)
    await ledger_store.add_transfers(connection, rows)
    await ledger_store.change_balances(connection, balance_changes(rows))
    if order.payer_kind is PayerKind.OWN_WALLET and order.state is not OrderState.PAID:
        taken = await wallets.parts_of(connection, payer, [order.order_id])
        back = moved.back_act or moved.ending_act or order.order_id
        await wallet_store.add_parts(connection, put_back(taken, back))
    if order.grant_id is not None and order.state is not OrderState.PAID:
        use = GrantUse(order.person_id, order.grant_id, order.day, order.account_fen)
        await mutual_aid_store.give_back(connection, [use])
    return moved


async def _rows(order: PremiumOrder, payer_region: str, scene: Scene) -> list[Transfer]:
    payer, ending = order.payer_id or order.person_id, order.ending_act or order.order_id
    if order.state is OrderState.PAID:
        return confirming(order, payer_region, ending, scene.now)
    ordered = await ledger.of_acts(scene.connection, [(payer, order.order_id)])
    if order.state is OrderState.FAILED:
        return going_back(ordered, ending, scene.now)
    sides = sorted({payer, order.person_id})
    confirmed = await ledger.of_acts(scene.connection, [(one, ending) for one in sides])
    refund, back = order.refund_act or ending, order.back_act or ending
    return [*going_back(confirmed, refund, scene.now), *going_back(ordered, back, scene.now)]


async def _covered(order: PremiumOrder, person: Person, scene: Scene) -> None:
    """Days on which benefits run follow from what was paid: they begin, begin earlier, or count no more."""
    if order.state is OrderState.REFUNDED:
        await _uncover(order, scene)
    elif order.state is OrderState.PAID and order.repair:
        await _begin_earlier(order, person, scene)
    elif order.state is OrderState.PAID:
        await _cover(order, person, scene)


async def _cover(order: PremiumOrder, person: Person, scene: Scene) -> None:
    connection = scene.connection
    history = await queries.history(connection, person.person_id)
    rows = [] if live(history.coverages) else _of_the_register(person, scene)
    begins = waited_less(order, person, history, _waiting_terms(person, scene))
    rows.append(
        Coverage(
            person.person_id,
            scene.new_id(),
            order.year,
            order.order_id,
            begins,
            order.covered_until,
            scene.now,
        )
    )
    await store.cover(connection, rows)
    if person.status is not Status.NORMAL:
        await insured_store.set_status(connection, person.person_id, Status.NORMAL, None)


def _of_the_register(person: Person, scene: Scene) -> list[Coverage]:
    """What the register knew before the first premium was paid here: this year, or until it was stopped."""
    if person.status is Status.STOPPED:
        if person.suspended_since is None or person.suspended_since <= person.insured_since:
            return []
        until = person.suspended_since - ONE_DAY
    else:
        until = date(scene.today.year, 12, 31)
    begins = min(person.insured_since, until)
    return [Coverage(person.person_id, scene.new_id(), until.year, None, begins, until, scene.now)]


def _waiting_terms(person: Person, scene: Scene) -> WaitingTerms | None:
    policy = scene.deps.book.at(person.region, scene.today)
    return None if isinstance(policy, Refused) else policy.waiting()


async def _begin_earlier(repair: PremiumOrder, person: Person, scene: Scene) -> None:
    """A missed year was paid later: whoever waits because of it waits less."""
    history = await queries.history(scene.connection, person.person_id)
    with_it = replace(history, orders=(*(o for o in history.orders if o.order_id != repair.order_id), repair))
    rows = {row.order_id: row for row in live(history.coverages)}
    for order in history.orders:
        row = rows.get(order.order_id)
        if row is None or repair.year not in order.missed:
            continue
        begins = waited_less(order, person, with_it, _waiting_terms(person, scene))
        if begins < row.covered_from:
            await store.begin_cover(scene.connection, person.person_id, row.coverage_id, begins)


async def _uncover(order: PremiumOrder, scene: Scene) -> None:
    """Its days count no more; who is left without any day that has not passed is stopped again."""
    connection = scene.connection
    await store.end_cover(connection, order.person_id, order.order_id, scene.now)
    rows = (await queries.coverages(connection, [order.person_id])).get(order.person_id, [])
    if any(row.covered_until is None or row.covered_until >= scene.today for row in rows):
        return
    last = max((row.covered_until for row in rows if row.covered_until is not None), default=None)
    since = scene.today if last is None else last + ONE_DAY
    await insured_store.set_status(connection, order.person_id, Status.STOPPED, since)


async def _tell(order: PremiumOrder, person: Person, deed: DeedKind, scene: Scene) -> None:
    """A row in the trail of everybody whom the order concerns, and a notice; whose money it is, is told as owner."""
    parties = {order.person_id, order.orderer_id} | ({order.payer_id} if order.payer_id else set())
    rows = [
        AuditEntry(one, scene.new_id(), ACTOR, deed, BASIS, order.order_id, scene.now)
        for one in sorted(parties)
    ]
    about = About(order.payer_id or order.person_id, order.amount_fen, premium_text(order, person))
    await keep_trail(scene.connection, rows, told_of(rows, about), scene.deps)
