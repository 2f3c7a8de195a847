"""What people and institutions may do in the simulation, as values, and how one is drawn by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol, TypeAlias
from uuid import UUID

from qinji.flows.parts.commands import AccountUse
from qinji.kernel.bill import Approval, SentLine
from qinji.kernel.kinship import Relation
from qinji.kernel.money import line_amount
from qinji.mutual_aid.model import Limits

Pair: TypeAlias = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Line:
    """One fee line: the item's code and unit price, how many (0.0001), and the hospital's approval."""

    item: str
    price: int
    quantity: int
    approval: Approval


def sent(lines: Sequence[Line], number: str, at: datetime) -> tuple[SentLine, ...]:
    """The lines of one charge batch as an institution sends them; their numbers begin with ``number``."""
    return tuple(
        SentLine(
            f"{number}-{place}",
            "B",
            line.item,
            "local",
            line_amount(line.price, line.quantity),
            line.price,
            line.quantity,
            line.approval,
            at,
        )
        for place, line in enumerate(lines)
    )


@dataclass(frozen=True, slots=True)
class Bind:
    """A holder asks to bind a member, and the member says yes at once."""

    holder: UUID
    member: UUID
    relation: Relation


@dataclass(frozen=True, slots=True)
class Unbind:
    """One of the two ends the binding."""

    holder: UUID
    member: UUID
    actor: UUID


@dataclass(frozen=True, slots=True)
class Give:
    """A grantor lets a relative spend from their account."""

    grantor: UUID
    beneficiary: UUID
    relation: Relation
    limits: Limits


@dataclass(frozen=True, slots=True)
class Revoke:
    """One of the two ends the grant."""

    grantor: UUID
    beneficiary: UUID
    actor: UUID


@dataclass(frozen=True, slots=True)
class Settle:
    """A bill of a person at an institution; ``shown_by`` None: by card, else by a code that this person shows.

    ``own_money_only``: the code is shown with the wish that no relative's account pays.
    """

    person: UUID
    institution: str
    lines: tuple[Line, ...]
    account_use: AccountUse
    shown_by: UUID | None
    own_money_only: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """Take back the settlement of this number, counted from 0 in the order in which they were settled."""

    settlement: int


@dataclass(frozen=True, slots=True)
class Contribute:
    """Money comes into an own account."""

    person: UUID
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Send:
    """Money goes on its way to a relative's wallet; both open theirs before."""

    sender: UUID
    receiver: UUID
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Reply:
    """The receiver accepts the transfer of this number, counted from 0 as they were sent, or gives it back."""

    transfer: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    minutes: int


Operation: TypeAlias = Bind | Unbind | Give | Revoke | Settle | Cancel | Contribute | Send | Reply | Wait
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

    def holders_of(self, member: UUID) -> Sequence[UUID]:
        """Who has bound this member."""

    def places_for(self, person: UUID) -> Sequence[str]:
        """Institutions of the person's region."""

    def all_places(self) -> Sequence[str]:
        """Every institution."""

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
    a_use, a_day, a_month, a_year = (chance.choice(MONEY_LIMITS) for _ in range(4))
    floor_fen = chance.choice((0, 0, 0, 1, 2_000, 50_000))
    return Give(grantor, beneficiary, relation, Limits(a_use, a_day, a_month, a_year, floor_fen))


def _revoke(chance: Random, scene: Scene) -> Operation:
    if not scene.live_grants:
        return _give(chance, scene)
    grantor, beneficiary = chance.choice(scene.live_grants)
    return Revoke(grantor, beneficiary, chance.choice((grantor, beneficiary)))


def _settle(chance: Random, scene: Scene) -> Operation:
    person = chance.choice(scene.people)
    if scene.live_grants and chance.random() < 0.7:
        person = chance.choice(scene.live_grants)[1]
    if scene.filled and chance.random() < 0.1:
        person = chance.choice(scene.filled)
    items = scene.items_for(person)
    chosen = [chance.choice(items) for _ in range(chance.choice((1, 1, 2, 3)))]
    lines = tuple(
        Line(
            code,
            price,
            chance.choice((3_333, 10_000, 20_000, 70_000)),
            chance.choice((Approval.APPROVED, Approval.APPROVED, Approval.ABSENT, Approval.REFUSED)),
        )
        for code, price in chosen
    )
    far = chance.random() < 0.02
    place = chance.choice(scene.all_places() if far else scene.places_for(person))
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


def _wait(chance: Random, scene: Scene) -> Operation:
    del scene
    return Wait(chance.choice((1, 60, 60 * 24, 60 * 24 * 3)))


_DRAWS: tuple[tuple[Callable[[Random, Scene], Operation], int], ...] = (
    (_settle, 50),
    (_cancel, 18),
    (_give, 11),
    (_revoke, 4),
    (_bind, 5),
    (_unbind, 3),
    (_contribute, 6),
    (_send, 6),
    (_reply, 6),
    (_wait, 3),
)


def draw(chance: Random, scene: Scene) -> Operation:
    """The next operation: what may go wrong is drawn too, a refusal is an outcome."""
    kinds = [kind for kind, _ in _DRAWS]
    return chance.choices(kinds, [weight for _, weight in _DRAWS])[0](chance, scene)
