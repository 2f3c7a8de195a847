"""代缴: order a year's premium for oneself or a relative. The money is held until the tax bureau has said its word."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.authorize import to_order_premium
from qinji.access.lookup import by_number
from qinji.access.model import Basis, PersonActor
from qinji.flows.acts.act import Scene, keep_record
from qinji.flows.acts.premiums import Known, concerned, gather
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.premium_payers import PremiumPayer, payers
from qinji.flows.parts.premium_postings import ordering
from qinji.flows.parts.premium_quote import Quote, quote
from qinji.flows.parts.premium_words import premium_text
from qinji.flows.parts.records import Subject, deed_of
from qinji.insured.model import Person
from qinji.kernel.actor import Channel
from qinji.kernel.money import yuan
from qinji.kernel.purpose import Premium
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import store as ledger_store
from qinji.ledger.model import HELD_POCKET
from qinji.ledger.rules import balance_changes
from qinji.mutual_aid import store as mutual_aid_store
from qinji.mutual_aid.model import GrantUse
from qinji.platform.database import lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.premium import store
from qinji.premium.model import PAYER_CHINESE, OrderState, PayerKind, PremiumOrder
from qinji.wallet import queries as wallets
from qinji.wallet import store as wallet_store
from qinji.wallet.rules import spend


@dataclass(frozen=True, slots=True)
class OrderPremium:
    """``member_number`` None is oneself; ``shown_fen`` is the amount that was seen before the confirmation.

    ``grant`` is the grant by which a relative pays, None for the other kinds of payer.
    """

    call: KeyedCall[WithPeople[PremiumOrder]]
    actor: PersonActor
    channel: Channel
    member_number: str | None
    year: int
    shown_fen: int
    payer: PayerKind
    grant: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Decided:
    order: PremiumOrder
    payer: PremiumPayer


async def run(command: OrderPremium, deps: Deps) -> bytes:
    """Order, in one transaction; a year of a person is ordered once, however many try at the same time.

    Refused: no right to the errand, what ``quote`` names, an amount other than the one shown, and a payer who may
    not, or has not enough, pay.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _order(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _order(command: OrderPremium, scene: Scene) -> WithPeople[PremiumOrder] | Refused:
    connection, actor = scene.connection, command.actor.person_id
    person: UUID | None = actor
    if command.member_number is not None:
        person = await by_number(connection, command.member_number, scene.deps.vault)
    if person is None:
        return refuse(RefusalCode.NOT_FOUND)
    held = sorted(await lock_persons(connection, await concerned(connection, actor, person)))
    basis = await to_order_premium(connection, command.actor, person, scene.now)
    if isinstance(basis, Refused):
        return basis
    known = await gather(connection, actor, person, held, scene.now)
    decided = _decide(command, known, basis, scene)
    if isinstance(decided, Refused):
        return decided
    await _record(command, decided, known, scene)
    return WithPeople(decided.order, known.payers.people)


def _decide(command: OrderPremium, known: Known, basis: Basis, scene: Scene) -> _Decided | Refused:
    person, book = known.payers.insured, scene.deps.book
    found = quote(person, known.history, command.year, scene.today, book)
    if isinstance(found, Refused):
        return found
    if command.shown_fen != found.amount_fen:
        return refuse(
            RefusalCode.PREMIUM_CHANGED, amount=yuan(found.amount_fen), shown=yuan(command.shown_fen)
        )
    payer = next(
        (
            one
            for one in payers(known.payers, book)
            if (one.kind, one.grant) == (command.payer, command.grant)
        ),
        None,
    )
    if payer is None:
        return refuse(RefusalCode.PREMIUM_PAYER, reason=f"没有{PAYER_CHINESE[command.payer]}可用")
    if payer.reason:
        return refuse(RefusalCode.PREMIUM_PAYER, reason=payer.reason)
    account_fen = _from_account(payer, found)
    if isinstance(account_fen, Refused):
        return account_fen
    return _Decided(_made(command, found, payer, account_fen, person, basis, scene), payer)


def _from_account(payer: PremiumPayer, found: Quote) -> int | Refused:
    """How much the account pays: all of it, or where the region lets a premium be split, what it has."""
    if payer.kind is PayerKind.CASH:
        return 0
    enough = payer.available_fen >= found.amount_fen
    if enough or (found.allow_split and payer.available_fen > 0):
        return min(found.amount_fen, payer.available_fen)
    return refuse(
        RefusalCode.PREMIUM_BALANCE,
        whose=PAYER_CHINESE[payer.kind],
        available=yuan(payer.available_fen),
        amount=yuan(found.amount_fen),
        region=found.region_name,
    )


def _made(
    command: OrderPremium,
    found: Quote,
    payer: PremiumPayer,
    account_fen: int,
    person: Person,
    basis: Basis,
    scene: Scene,
) -> PremiumOrder:
    return PremiumOrder(
        person_id=person.person_id,
        order_id=scene.new_id(),
        orderer_id=command.actor.person_id,
        payer_id=payer.person,
        payer_kind=payer.kind,
        grant_id=payer.grant,
        premium=Premium.RESIDENT,
        year=found.year,
        premium_class=found.premium_class,
        region=person.region,
        amount_fen=found.amount_fen,
        account_fen=account_fen,
        repair=found.repair,
        missed=found.missed,
        in_window=found.in_window,
        exempt=found.wait.exempt,
        wait_months=found.wait.months,
        covered_from=found.covered_from,
        covered_until=found.covered_until,
        document=found.document,
        clause=found.clause,
        state=OrderState.ORDERED,
        basis=basis.text,
        channel=command.channel,
        day=scene.today,
        ordered_at=scene.now,
        next_send_at=scene.now,
    )


async def _record(command: OrderPremium, decided: _Decided, known: Known, scene: Scene) -> None:
    connection, order = scene.connection, decided.order
    await store.add(connection, order)
    if order.payer_id is not None:
        rows = ordering(
            order, known.payers.people[order.payer_id].region, known.payers.pockets.get(order.payer_id, {})
        )
        await ledger_store.open_pockets(connection, [(order.payer_id, HELD_POCKET)])
        await ledger_store.add_transfers(connection, rows)
        await ledger_store.change_balances(connection, balance_changes(rows))
    if order.payer_kind is PayerKind.OWN_WALLET:
        lots = await wallets.lots(connection, [order.person_id])
        mine = lots.get(order.person_id, [])
        await wallet_store.add_parts(
            connection, spend(mine, order.person_id, order.order_id, order.account_fen)
        )
    if order.grant_id is not None:
        use = GrantUse(order.person_id, order.grant_id, order.day, order.account_fen)
        await mutual_aid_store.use(connection, [use])
    deed = deed_of(
        Hand(command.actor.person_id, command.channel),
        Subject("premium", order.order_id, order.person_id),
        DeedKind.PREMIUM_ORDER,
        ConsentKind.ORDER_PREMIUM,
        order.basis,
        scene.now,
        detail=premium_text(order, known.payers.insured),
    )
    parties = {order.person_id, order.orderer_id} | ({order.payer_id} if order.payer_id else set())
    await keep_record([deed], sorted(parties), scene, order.amount_fen)
