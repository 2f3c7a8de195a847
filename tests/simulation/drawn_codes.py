"""How what people do with codes and bindings, and what employers say of payments, is drawn by chance."""

from __future__ import annotations

from random import Random

from qinji.family.model import DEFAULT_POWERS
from qinji.kernel.purpose import Power
from tests.simulation.operations import Bind, Empower, Lapse, Operation, Resume, Show, Unbind
from tests.simulation.stage import Scene

POWERS = (
    DEFAULT_POWERS,
    DEFAULT_POWERS,
    DEFAULT_POWERS - {Power.SHOW_CODE},
    frozenset({Power.SHOW_CODE, Power.QUERY_COST}),
    frozenset[Power](),
)


def bind(chance: Random, scene: Scene) -> Operation:
    """A holder asks for a member."""
    holder, member, relation = chance.choice(scene.pairs)
    return Bind(holder, member, relation)


def unbind(chance: Random, scene: Scene) -> Operation:
    """One side ends a binding."""
    if not scene.live_bindings:
        return bind(chance, scene)
    holder, member = chance.choice(scene.live_bindings)
    return Unbind(holder, member, chance.choice((holder, member)))


def empower(chance: Random, scene: Scene) -> Operation:
    """One side says what the holder may do."""
    if not scene.live_bindings:
        return bind(chance, scene)
    holder, member = chance.choice(scene.live_bindings)
    return Empower(holder, member, chance.choice((holder, member, member)), chance.choice(POWERS))


def show(chance: Random, scene: Scene) -> Operation:
    """A code is shown that nobody scans yet; half of them a member's."""
    if scene.live_bindings and chance.random() < 0.6:
        holder, member = chance.choice(scene.live_bindings)
        return Show(holder, member, own_money_only=chance.random() < 0.2)
    person = chance.choice(scene.people)
    return Show(person, person, own_money_only=chance.random() < 0.2)


def lapse(chance: Random, scene: Scene) -> Operation:
    """Somebody's payments stop, noted up to half a year late; those who lend and those who are lent to first."""
    person = chance.choice(scene.people)
    if scene.live_grants and chance.random() < 0.5:
        person = chance.choice(chance.choice(scene.live_grants))
    return Lapse(person, chance.choice((0, 0, 1, 1, 1, 2, 2, 3, 4, 6)))


def resume(chance: Random, scene: Scene) -> Operation:
    """They are paid again; now and then of somebody who never stopped."""
    stopped = scene.in_arrears
    person = chance.choice(stopped if stopped and chance.random() < 0.9 else scene.people)
    return Resume(person, paid_back=chance.random() < 0.6)
