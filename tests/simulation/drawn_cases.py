"""How what people and clerks do about what is doubted is drawn by chance."""

from __future__ import annotations

from random import Random
from uuid import UUID

from qinji.complaint.model import Outcome, SubjectKind
from qinji.flows.work_complaint import Work
from tests.simulation.operations import (
    Close,
    Complain,
    Decide,
    Disown,
    Look,
    Operation,
    Pair,
    Propose,
    TakeBack,
    Thing,
    WorkOn,
)
from tests.simulation.staffing import BUREAU, CASHIER, CLERKS, NOBODY
from tests.simulation.stage import Scene


def look(chance: Random, scene: Scene) -> Operation:
    """A member of staff looks somebody up; half of them people who have something to do with grants."""
    people = [pair[0] for pair in scene.live_grants] if chance.random() < 0.5 else scene.people
    return Look(chance.choice(BUREAU), chance.choice(people or scene.people))


def _newest(chance: Random, count: int, spans: tuple[int, ...]) -> int:
    return chance.randrange(max(0, count - chance.choice(spans)), count)


def _bill(chance: Random, scene: Scene) -> Thing:
    number = _newest(chance, scene.settled, (5, 50, 1_000))
    if chance.random() < 0.3 and scene.from_wallets:
        number = chance.choice(scene.from_wallets)
    return Thing(SubjectKind.SETTLEMENT, number, as_entry=chance.random() < 0.2)


def _thing(chance: Random, scene: Scene) -> Thing | None:
    """Most often a bill; what is complained of already too."""
    if chance.random() < 0.15 and scene.working:
        return scene.case(chance.choice(scene.working))[1]
    kind = chance.choices((SubjectKind.SETTLEMENT, SubjectKind.CODE, SubjectKind.LOOK), (6, 2, 1))[0]
    if kind is SubjectKind.CODE and scene.shown_codes:
        return Thing(kind, _newest(chance, scene.shown_codes, (3, 30)))
    if kind is SubjectKind.LOOK and scene.looks:
        return Thing(kind, _newest(chance, scene.looks, (3, 30)))
    return _bill(chance, scene) if scene.settled else None


def _binding(chance: Random, scene: Scene, person: UUID) -> Pair | None:
    """Most often one of one's own; now and then other people's."""
    if chance.random() < 0.05 and scene.live_bindings:
        return chance.choice(scene.live_bindings)
    mine = [pair for pair in scene.live_bindings if person in pair]
    return chance.choice(mine) if mine and chance.random() < 0.5 else None


def complain(chance: Random, scene: Scene) -> Operation:
    """A case is opened by the own hand or at the window, and stops what is named."""
    about = _thing(chance, scene)
    if about is None:
        return look(chance, scene)
    person = chance.choice(scene.parties(about) if chance.random() < 0.95 else scene.people)
    grants, code, lift = (chance.random() < share for share in (0.4, 0.2, 0.7))
    window = chance.choice((*CLERKS, *BUREAU, CASHIER)) if chance.random() < 0.25 else ""
    lift = lift and (not window or chance.random() < 0.1)
    return Complain(person, about, grants, code, lift, _binding(chance, scene, person), window)


def disown(chance: Random, scene: Scene) -> Operation:
    """Somebody says 不是我 to what they were told of a bill of late; whose account paid for a relative, before others."""
    if not scene.settled:
        return look(chance, scene)
    for _ in range(4):
        number = _newest(chance, scene.settled, (5, 50))
        patient, shower, *payers = scene.parties(Thing(SubjectKind.SETTLEMENT, number))
        lenders = [one for one in payers if one != patient]
        if lenders and chance.random() < 0.8:
            return Disown(chance.choice(lenders), number)
    who = (patient, shower) if chance.random() < 0.95 else scene.people
    return Disown(chance.choice(who), number)


def _number(chance: Random, scene: Scene) -> int:
    if scene.working and chance.random() < 0.9:
        return chance.choice(scene.working)
    return chance.randrange(scene.cases)


def propose(chance: Random, scene: Scene) -> Operation:
    """A measure is entered: a correction, or the end of a grant."""
    if not scene.cases:
        return complain(chance, scene)
    number = _number(chance, scene)
    person, about = scene.case(number)
    if chance.random() < 0.25:
        mine = [pair for pair in scene.live_grants if person in pair]
        if mine or scene.live_grants:
            return Propose(number, between=chance.choice(mine or scene.live_grants))
    payers = (chance.choice(scene.parties(about)),) if chance.random() < 0.5 else ()
    return Propose(number, payers)


def decide(chance: Random, scene: Scene) -> Operation:
    """A second member of staff decides on it; now and then the first tries to."""
    if not scene.cases:
        return complain(chance, scene)
    return Decide(_number(chance, scene), approve=chance.random() < 0.85, same=chance.random() < 0.05)


def close(chance: Random, scene: Scene) -> Operation:
    """A case is closed, with what has come about or has not."""
    if not scene.cases:
        return complain(chance, scene)
    return Close(_number(chance, scene), chance.choice(list(Outcome)))


def work(chance: Random, scene: Scene) -> Operation:
    """A step that moves nothing."""
    if not scene.cases:
        return complain(chance, scene)
    step = chance.choice((Work.NOTE, Work.HAND_ON, Work.HAND_ON, Work.ASK_CANCEL, Work.REFER))
    to = {Work.HAND_ON: chance.choice((*BUREAU, NOBODY)), Work.REFER: "公安机关"}.get(step, "")
    return WorkOn(_number(chance, scene), step, to, by_clerk=chance.random() < 0.9)


def take_back(chance: Random, scene: Scene) -> Operation:
    """Who opened a case takes it back, lets go on what was stopped, or both."""
    if not scene.cases:
        return complain(chance, scene)
    withdraw, lift = chance.choice(((True, False), (True, True), (False, True)))
    return TakeBack(_number(chance, scene), withdraw, lift)
