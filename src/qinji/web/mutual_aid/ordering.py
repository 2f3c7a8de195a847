"""先扣谁的钱: a beneficiary moves relatives up and down and sees what it would change before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from qinji.flows import list_grants, order_grantors, tell_payers
from qinji.flows.list_grants import GrantCard, SharingHome
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.payer_order import OrderEffect
from qinji.flows.parts.people import WithPeople
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.money import AMOUNT_FEN_MAX, NotAnAmount, parse_yuan
from qinji.kernel.purpose import OF_CARE, PURPOSE_CHINESE, Purpose
from qinji.kernel.refusal import Refused
from qinji.mutual_aid.model import Grant
from qinji.platform.keyed_calls import KeyedCall
from qinji.policy.help import Fact, help_facts
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.texts import _

SAMPLE_YUAN = "100.00"
SAMPLE_TEXT_MAX = 20
GRANTS_MAX = 100
UP, DOWN = "up", "down"


@dataclass(frozen=True, slots=True)
class Draft:
    """An order that is tried: the grants from the first payer on.

    ``focus`` names the button on which the focus stays after a move: the same one as long as it moves anything.
    """

    cards: Sequence[GrantCard]
    focus: tuple[UUID, str] | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """The bill by which an order is tried; ``amount_fen`` None: what was written is no amount."""

    written: str
    amount_fen: int | None
    purpose: Purpose


async def begin(visit: PersonVisit) -> Response:
    """The present order, or one that is tried, with its effect on a sample bill."""
    home = await list_grants.run(visit.person, visit.deps)
    return await _show(visit, home, _draft(visit, home), 200)


async def send(visit: PersonVisit) -> Response:
    """Set the order."""
    form = await read_form(visit)
    wanted = tuple(found for one in form.texts("grant") if (found := from_wire(one)) is not None)

    async def act(call: KeyedCall[WithPeople[Sequence[Grant]]]) -> bytes:
        command = order_grantors.OrderGrantors(call, visit.person, Channel.WEB, wanted)
        return await order_grantors.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act)
    if done.refused:
        home = await list_grants.run(visit.person, visit.deps)
        return await _show(visit, home, Draft(home.receiving), 422, done.refused)
    return go(visit, "/mutual-aid/order?done=yes")


def _draft(visit: PersonVisit, home: SharingHome) -> Draft:
    """The order of the address with one move done; one that does not name each grant once is the present one."""
    asked = visit.request.query_params
    present = list(home.receiving)
    by_id = {card.grant.grant_id: card for card in present}
    named = [from_wire(one) for one in asked.getlist("grant")[:GRANTS_MAX]]
    cards = [by_id[one] for one in named if one in by_id]
    if sorted(card.grant.grant_id for card in cards) != sorted(by_id) or len(named) != len(cards):
        cards = list(present)
    focus = _move(cards, from_wire(asked.get(UP, "")), UP) or _move(
        cards, from_wire(asked.get(DOWN, "")), DOWN
    )
    return Draft(cards, focus, cards != present)


def _move(cards: list[GrantCard], moved: UUID | None, way: str) -> tuple[UUID, str] | None:
    """Move one by a place, where there is one; the button that is used next."""
    place = next((place for place, card in enumerate(cards) if card.grant.grant_id == moved), None)
    other = None if place is None else place + (-1 if way == UP else 1)
    if moved is None or place is None or other is None or not 0 <= other < len(cards):
        return None
    cards[place], cards[other] = cards[other], cards[place]
    at_edge = other in (0, len(cards) - 1)
    return moved, way if not at_edge else (DOWN if other == 0 else UP)


def _sample(visit: PersonVisit) -> Sample:
    asked = visit.request.query_params
    written = asked.get("amount", SAMPLE_YUAN).strip()[:SAMPLE_TEXT_MAX]
    purposes = {one.value for one in OF_CARE}
    purpose = Purpose(asked["purpose"]) if asked.get("purpose") in purposes else Purpose.OUTPATIENT
    try:
        amount = parse_yuan(written.replace(",", "").removeprefix("¥"))
    except NotAnAmount:
        return Sample(written, None, purpose)
    return Sample(written, amount if 0 < amount <= AMOUNT_FEN_MAX else None, purpose)


async def _show(
    visit: PersonVisit, home: SharingHome, draft: Draft, status: int, error: str = ""
) -> Response:
    sample, effect = _sample(visit), None
    if home.orders and draft.cards and sample.amount_fen is not None:
        effect = await _effect(visit, draft, sample.amount_fen, sample.purpose)
    sentence = effect.sentence if effect is not None else await _present(visit)
    return page(
        visit,
        "mutual_aid/order.html",
        status,
        home=home,
        draft=draft,
        sample=sample,
        wrong=_("“{written}”不是金额,请写成 200 或 200.50").format(written=sample.written)
        if sample.amount_fen is None
        else "",
        effect=effect,
        now={} if effect is None else {part.grant: part.amount_fen for part in effect.now},
        movable=home.orders and len(draft.cards) > 1,
        sentence=sentence,
        rule=await _rule(visit),
        purposes=PURPOSE_CHINESE,
        text=in_force(ConsentKind.ORDER_GRANTORS),
        done=visit.request.query_params.get("done") == "yes" and not error,
        error=error,
        wire=to_wire,
    )


async def _effect(visit: PersonVisit, draft: Draft, amount_fen: int, purpose: Purpose) -> OrderEffect | None:
    """None where a grant has just begun or ended: the page then shows the order without an effect."""
    grants = tuple(card.grant.grant_id for card in draft.cards)
    found = await tell_payers.try_order(
        tell_payers.TryOrder(visit.person, grants, amount_fen, purpose), visit.deps
    )
    return None if isinstance(found, Refused) else found


async def _present(visit: PersonVisit) -> str:
    told = await tell_payers.run(tell_payers.TellPayers(visit.person), visit.deps)
    return told.text if isinstance(told, Refused) else told.sentence


async def _rule(visit: PersonVisit) -> Fact[bool] | None:
    """Who sets the order in the beneficiary's region, with the document that says so."""
    me = visit.person.person_id
    async with visit.deps.database.reading() as connection:
        person = (await insured.persons(connection, [me]))[me]
    facts = help_facts(visit.deps.book, person.region, local_day(visit.deps.clock()))
    return None if facts.sharing is None else facts.sharing.user_orders
