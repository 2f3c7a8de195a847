"""How the next operation of the simulation is drawn by chance; what may go wrong is drawn too."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from uuid import UUID

from qinji.flows.parts.commands import AccountUse
from qinji.insured.model import CodeState
from qinji.kernel.bill import Approval
from qinji.mutual_aid.model import Limits
from qinji.premium.model import PayerKind, Said
from tests.simulation import drawn_cases, drawn_codes
from tests.simulation.operations import (
    Answer,
    Ask,
    AskBack,
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
    Pause,
    Reply,
    Revoke,
    Say,
    Send,
    Settle,
    Wait,
)
from tests.simulation.stage import Scene

MONEY_LIMITS = (*(None,) * 9, 0, 1, 500, 20_000, 20_000, 100_000, 100_000)


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
    if scene.shown and chance.random() < 0.1:
        return _ask_again(chance.randrange(max(0, scene.shown - 10), scene.shown), scene)
    if scene.of_breaks and chance.random() < 0.25:
        return _ask_again(chance.choice(scene.of_breaks), scene)
    pairs = scene.careful if scene.careful and chance.random() < 0.9 else scene.live_grants
    person = chance.choice(pairs)[1]
    if scene.in_arrears and chance.random() < 0.3:
        person = chance.choice(scene.in_arrears)
    pharmacies = chance.random() < 0.5
    places = scene.pharmacies_for(person) if pharmacies else scene.places_for(person)
    return Ask(person, chance.choice(places), _lines(chance, scene, person))


def _ask_again(visit: int, scene: Scene) -> Operation:
    return Ask(*scene.visit(visit), visit)


def _follow_up(chance: Random, scene: Scene) -> Operation:
    """What comes after a question while the bill is still at the till: an answer, then once more, then the bill."""
    if not scene.agreed or (scene.unanswered and chance.random() < 0.4):
        grantor, beneficiary, place, number = chance.choice(scene.unanswered)
        return Answer(grantor, beneficiary, place, chance.random() < 0.8, number)
    visit = chance.choice(scene.agreed)
    if chance.random() < 0.5:
        return _ask_again(visit, scene)
    return Settle(*scene.visit(visit), AccountUse.SHARED, shown_by=None, visit=visit)


def _answer(chance: Random, scene: Scene) -> Operation:
    if not scene.asked:
        return _ask(chance, scene)
    grantor, beneficiary, place, visit = chance.choice(scene.asked)
    return Answer(grantor, beneficiary, place, chance.random() < 0.8, visit)


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


def _scan(chance: Random, scene: Scene) -> Operation:
    """A code that was shown before is scanned."""
    code, person = chance.choice(scene.fresh_codes)
    place = chance.choice(scene.places_for(person))
    lines = _lines(chance, scene, person)
    return Settle(person, place, lines, AccountUse.SHARED, shown_by=None, code=code)


def _settle(chance: Random, scene: Scene) -> Operation:
    if scene.fresh_codes and chance.random() < 0.06:
        return _scan(chance, scene)
    person, grants = chance.choice(scene.people), scene.live_grants
    if grants and chance.random() < 0.7:
        person = chance.choice(grants)[1]
    if scene.filled and chance.random() < 0.1:
        person = chance.choice(scene.filled)
    elif scene.of_arrears and chance.random() < 0.06:
        person = chance.choice(scene.of_arrears)
    lines = _lines(chance, scene, person)
    far = chance.random() < 0.02
    place = chance.choice(scene.all_places() if far else scene.places_for(person))
    visit = None
    if scene.asked and chance.random() < 0.4:
        _, person, place, visit = chance.choice(scene.asked)
        lines = _lines(chance, scene, person)
    elif scene.of_breaks and chance.random() < 0.08:
        visit = chance.choice(scene.of_breaks)
    elif scene.shown and chance.random() < 0.05:
        visit = chance.randrange(max(0, scene.shown - 20), scene.shown)
    if visit is not None:
        person, place, lines = scene.visit(visit)
    holders = scene.holders_of(person)
    shown_by = chance.choice((person, *holders)) if chance.random() < 0.15 else None
    use = chance.choice((AccountUse.OWN, AccountUse.OWN, AccountUse.OWN, AccountUse.SHARED, AccountUse.NONE))
    own_money_only = shown_by is not None and chance.random() < 0.3
    if visit is not None and chance.random() < 0.8:
        use, shown_by, own_money_only = AccountUse.SHARED, None, False
    return Settle(person, place, lines, use, shown_by, own_money_only, visit)


def _cancel(chance: Random, scene: Scene) -> Operation:
    if not scene.settled:
        return _settle(chance, scene)
    if chance.random() < 0.1 and scene.mended:
        return Cancel(chance.choice(scene.mended))
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
    years_on = chance.choice((0, 1, 1, 1, -1))
    lent = (chance.random() < 0.7 and scene.likely) or scene.lent
    if lent and chance.random() < 0.9:
        grantor, person = chance.choice(lent)
        orderer = chance.choice((grantor, person))
        return Order(orderer, person, years_on, PayerKind.RELATIVE, grantor)
    orderer, person = chance.choice(scene.errands)
    kinds = (PayerKind.OWN_ACCOUNT, PayerKind.OWN_ACCOUNT, PayerKind.OWN_WALLET, PayerKind.CASH)
    return Order(orderer, person, years_on, chance.choice(kinds))


def _say(chance: Random, scene: Scene) -> Operation:
    if not scene.ordered:
        return _order(chance, scene)
    late = max(0, scene.ordered - chance.choice((2, 10)))
    words = (
        Said.PAID,
        Said.PAID,
        Said.PAID,
        Said.REFUSED,
        Said.REFUSED,
        Said.REFUNDED,
        Said.REFUNDED,
        Said.REFUND_REFUSED,
    )
    said = chance.choice(words)
    if scene.at_the_bureau and chance.random() < 0.6:
        return Say(chance.choice(scene.at_the_bureau), said)
    return Say(chance.randrange(late, scene.ordered), said)


def _ask_back(chance: Random, scene: Scene) -> Operation:
    if not scene.ordered:
        return _order(chance, scene)
    return AskBack(chance.randrange(max(0, scene.ordered - 5), scene.ordered))


def _wait(chance: Random, scene: Scene) -> Operation:
    del scene
    return Wait(chance.choice((1, 60, 60 * 24, 60 * 24 * 3)))


_DRAWS: tuple[tuple[Callable[[Random, Scene], Operation], int], ...] = (
    (_settle, 58),
    (_cancel, 18),
    (_give, 11),
    (_revoke, 4),
    (_pause, 5),
    (_change, 4),
    (_ask, 10),
    (_answer, 5),
    (drawn_codes.bind, 6),
    (drawn_codes.unbind, 3),
    (drawn_codes.empower, 2),
    (drawn_codes.show, 4),
    (_contribute, 3),
    (_credit, 6),
    (_claw_back, 3),
    (_freeze, 2),
    (_send, 6),
    (_reply, 6),
    (_order, 15),
    (_say, 8),
    (_ask_back, 2),
    (drawn_cases.complain, 5),
    (drawn_cases.propose, 7),
    (drawn_cases.decide, 8),
    (drawn_cases.close, 5),
    (drawn_cases.work, 3),
    (drawn_cases.take_back, 1),
    (drawn_cases.disown, 1),
    (drawn_cases.look, 2),
    (drawn_codes.lapse, 1),
    (drawn_codes.resume, 1),
    (_wait, 3),
)


def draw(chance: Random, scene: Scene) -> Operation:
    """The next operation: what may go wrong is drawn too, a refusal is an outcome."""
    if chance.random() < 0.35 and (scene.unanswered or scene.agreed):
        return _follow_up(chance, scene)
    kinds = [kind for kind, _ in _DRAWS]
    return chance.choices(kinds, [weight for _, weight in _DRAWS])[0](chance, scene)
