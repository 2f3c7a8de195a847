"""How the next operation of the simulation is drawn by chance; what may go wrong is drawn too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol
from uuid import UUID

from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.crediting import Booked
from qinji.insured.model import CodeState
from qinji.kernel.bill import Approval
from qinji.kernel.kinship import Relation
from qinji.mutual_aid.model import Limits
from qinji.premium.model import PayerKind, Said
from tests.simulation.operations import (
    Answer,
    Ask,
    AskBack,
    Bind,
    Cancel,
    Change,
    ClawBack,
    Contribute,
    Credit,
    Freeze,
    Give,
    Line,
    Operation,
    Order,
    Pair,
    Pause,
    Reply,
    Revoke,
    Say,
    Send,
    Settle,
    Unbind,
    Wait,
)

MONEY_LIMITS = (*(None,) * 9, 0, 1, 500, 20_000, 20_000, 100_000, 100_000)


class Scene(Protocol):
    """What the draw needs to know of the state."""

    @property
    def people(self) -> Sequence[UUID]:
        """Everybody, in a fixed order."""

    @property
    def pairs(self) -> Sequence[tuple[UUID, UUID, Relation]]:
        """Who is what to whom by the registry: (one, other, what the other is to the one)."""

    @property
    def live_grants(self) -> Sequence[Pair]:
        """(grantor, beneficiary) of grants that are not ended."""

    @property
    def asked(self) -> Sequence[tuple[UUID, UUID, str]]:
        """(grantor, beneficiary, pharmacy) of requests whose time is not over."""

    @property
    def live_bindings(self) -> Sequence[Pair]:
        """(holder, member) of bindings."""

    @property
    def settled(self) -> int:
        """How many settlements there were."""

    @property
    def sent(self) -> int:
        """How many transfers to wallets there were."""

    @property
    def filled(self) -> Sequence[UUID]:
        """Into whose wallet something came."""

    @property
    def errands(self) -> Sequence[Pair]:
        """(who orders, for whom): residents for themselves, parents for a minor, and some employee in vain."""

    @property
    def credited(self) -> Sequence[Booked]:
        """Every credit, in order."""

    @property
    def ordered(self) -> int:
        """How many premiums were ordered."""

    def holders_of(self, member: UUID) -> Sequence[UUID]:
        """Who has bound this member."""

    def places_for(self, person: UUID) -> Sequence[str]:
        """Institutions of the person's region."""

    def all_places(self) -> Sequence[str]:
        """Every institution."""

    def pharmacies_for(self, person: UUID) -> Sequence[str]:
        """Pharmacies of the person's region."""

    def items_for(self, person: UUID) -> Sequence[tuple[str, int]]:
        """Items of the catalogue with their prices."""


def _bind(chance: Random, scene: Scene) -> Operation:
    holder, member, relation = chance.choice(scene.pairs)
    return Bind(holder, member, relation)


def _unbind(chance: Random, scene: Scene) -> Operation:
    if not scene.live_bindings:
        return _bind(chance, scene)
    holder, member = chance.choice(scene.live_bindings)
    return Unbind(holder, member, chance.choice((holder, member)))


def _give(chance: Random, scene: Scene) -> Operation:
    grantor, beneficiary, relation = chance.choice(scene.pairs)
    return Give(grantor, beneficiary, relation, _limits(chance))


def _limits(chance: Random) -> Limits:
    a_use, a_day, a_month, a_year = (chance.choice(MONEY_LIMITS) for _ in range(4))
    floor_fen = chance.choice((0, 0, 0, 1, 2_000, 50_000))
    return Limits(
        a_use, a_day, a_month, a_year, floor_fen, chance.choice((None, None, None, 0, 1_000, 5_000))
    )


def _pause(chance: Random, scene: Scene) -> Operation:
    if not scene.live_grants:
        return _give(chance, scene)
    grantor, beneficiary = chance.choice(scene.live_grants)
    return Pause(grantor, chance.choice((beneficiary, None)), paused=chance.random() < 0.4)


def _change(chance: Random, scene: Scene) -> Operation:
    if not scene.live_grants:
        return _give(chance, scene)
    grantor, beneficiary = chance.choice(scene.live_grants)
    return Change(grantor, beneficiary, _limits(chance))


def _ask(chance: Random, scene: Scene) -> Operation:
    if not scene.live_grants:
        return _give(chance, scene)
    person = chance.choice(scene.live_grants)[1]
    return Ask(person, chance.choice(scene.pharmacies_for(person)), _lines(chance, scene, person))


def _answer(chance: Random, scene: Scene) -> Operation:
    if not scene.asked:
        return _ask(chance, scene)
    return Answer(*chance.choice(scene.asked), approve=chance.random() < 0.8)


def _credit(chance: Random, scene: Scene) -> Operation:
    return Credit(chance.choice(scene.people), chance.choice((0, 0, 1, 2)), chance.randrange(1, 60_000))


def _claw_back(chance: Random, scene: Scene) -> Operation:
    if not scene.credited:
        return _credit(chance, scene)
    late = max(0, len(scene.credited) - chance.choice((5, 50)))
    return ClawBack(chance.randrange(late, len(scene.credited)), chance.choice((1, 2_000, 20_000, 50_000)))


def _freeze(chance: Random, scene: Scene) -> Operation:
    states = (CodeState.ACTIVE, CodeState.ACTIVE, CodeState.FROZEN, CodeState.LOST)
    return Freeze(chance.choice(scene.people), chance.choice(states))


def _revoke(chance: Random, scene: Scene) -> Operation:
    if not scene.live_grants:
        return _give(chance, scene)
    grantor, beneficiary = chance.choice(scene.live_grants)
    return Revoke(grantor, beneficiary, chance.choice((grantor, beneficiary)))


def _lines(chance: Random, scene: Scene, person: UUID) -> tuple[Line, ...]:
    items = scene.items_for(person)
    chosen = [chance.choice(items) for _ in range(chance.choice((1, 1, 2, 3)))]
    approvals = (Approval.APPROVED, Approval.APPROVED, Approval.ABSENT, Approval.REFUSED)
    return tuple(
        Line(code, price, chance.choice((3_333, 10_000, 20_000, 70_000)), chance.choice(approvals))
        for code, price in chosen
    )


def _settle(chance: Random, scene: Scene) -> Operation:
    person = chance.choice(scene.people)
    if scene.live_grants and chance.random() < 0.7:
        person = chance.choice(scene.live_grants)[1]
    if scene.filled and chance.random() < 0.1:
        person = chance.choice(scene.filled)
    lines = _lines(chance, scene, person)
    far = chance.random() < 0.02
    place = chance.choice(scene.all_places() if far else scene.places_for(person))
    if scene.asked and chance.random() < 0.4:
        _, person, place = chance.choice(scene.asked)
        lines = _lines(chance, scene, person)
    holders = scene.holders_of(person)
    shown_by = chance.choice((person, *holders)) if chance.random() < 0.15 else None
    use = chance.choice((AccountUse.OWN, AccountUse.OWN, AccountUse.OWN, AccountUse.SHARED, AccountUse.NONE))
    own_money_only = shown_by is not None and chance.random() < 0.3
    return Settle(person, place, lines, use, shown_by, own_money_only)


def _cancel(chance: Random, scene: Scene) -> Operation:
    if not scene.settled:
        return _settle(chance, scene)
    late = max(0, scene.settled - chance.choice((5, 50, 1_000_000)))
    return Cancel(chance.randrange(late, scene.settled))


def _contribute(chance: Random, scene: Scene) -> Operation:
    person = chance.choice(scene.people)
    if scene.live_grants and chance.random() < 0.5:
        person = chance.choice(scene.live_grants)[0]
    return Contribute(person, chance.randrange(1, 400_000))


def _send(chance: Random, scene: Scene) -> Operation:
    sender, receiver, _relation = chance.choice(scene.pairs)
    return Send(sender, receiver, chance.choice((1, 2_500, 10_000, 60_000, 200_000, 200_001)))


def _reply(chance: Random, scene: Scene) -> Operation:
    if not scene.sent:
        return _send(chance, scene)
    late = max(0, scene.sent - chance.choice((3, 10)))
    return Reply(chance.randrange(late, scene.sent), accepted=chance.random() < 0.8)


def _order(chance: Random, scene: Scene) -> Operation:
    orderer, person = chance.choice(scene.errands)
    kinds = (PayerKind.OWN_ACCOUNT, PayerKind.OWN_ACCOUNT, PayerKind.OWN_WALLET, PayerKind.CASH)
    return Order(orderer, person, chance.choice((0, 1, 1, 1, -1)), chance.choice(kinds))


def _say(chance: Random, scene: Scene) -> Operation:
    if not scene.ordered:
        return _order(chance, scene)
    late = max(0, scene.ordered - chance.choice((2, 10)))
    said = chance.choice((Said.PAID, Said.PAID, Said.PAID, Said.REFUSED, Said.REFUNDED, Said.REFUND_REFUSED))
    return Say(chance.randrange(late, scene.ordered), said)


def _ask_back(chance: Random, scene: Scene) -> Operation:
    if not scene.ordered:
        return _order(chance, scene)
    return AskBack(chance.randrange(max(0, scene.ordered - 5), scene.ordered))


def _wait(chance: Random, scene: Scene) -> Operation:
    del scene
    return Wait(chance.choice((1, 60, 60 * 24, 60 * 24 * 3)))


_DRAWS: tuple[tuple[Callable[[Random, Scene], Operation], int], ...] = (
    (_settle, 50),
    (_cancel, 18),
    (_give, 11),
    (_revoke, 4),
    (_pause, 5),
    (_change, 4),
    (_ask, 5),
    (_answer, 4),
    (_bind, 5),
    (_unbind, 3),
    (_contribute, 3),
    (_credit, 6),
    (_claw_back, 3),
    (_freeze, 2),
    (_send, 6),
    (_reply, 6),
    (_order, 4),
    (_say, 4),
    (_ask_back, 1),
    (_wait, 3),
)


def draw(chance: Random, scene: Scene) -> Operation:
    """The next operation: what may go wrong is drawn too, a refusal is an outcome."""
    kinds = [kind for kind, _ in _DRAWS]
    return chance.choices(kinds, [weight for _, weight in _DRAWS])[0](chance, scene)
