"""家庭共济: granting, changing, pausing one or all, and ending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from uuid import UUID

from qinji.access.lookup import by_number
from qinji.access.model import Right
from qinji.flows.acts.act import Decision, Scene, keep_record
from qinji.flows.parts.caution import may_widen, wait_of
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, Subject, deed_of
from qinji.flows.parts.sharing_terms import party_of, terms_of
from qinji.flows.parts.sharing_words import (
    bounds_text,
    tell_change,
    tell_end,
    tell_new,
    tell_pause_all,
    waiting_text,
)
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose, UseClass
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.bounds import changed, widens
from qinji.mutual_aid.model import Bounds, Grant, GrantState, Limits, Terms, Ties, Used, Wish
from qinji.mutual_aid.rules import (
    closed,
    ended,
    may_change,
    may_grant,
    may_pause,
    may_withdraw,
    started,
)

SUBJECT = "grant"


def _subject(grant: Grant) -> Subject:
    return Subject(SUBJECT, grant.grant_id, grant.person_id)


@dataclass(frozen=True, slots=True)
class GrantMutualAid:
    """``relation`` is what the beneficiary is to the grantor; ``purposes`` and ``uses`` None: all the region permits.

    The grant is active at once, or filed where the grantor's region wants a filing first (备案). Refused: what
    ``mutual_aid.rules.may_grant`` names, NOT_FOUND for a number nobody has, and what ``caution.may_widen`` names.
    """

    beneficiary_number: str
    relation: Relation
    limits: Limits
    purposes: frozenset[Purpose] | None = None
    uses: frozenset[UseClass] | None = None
    last_day: date | None = None

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Grantor and beneficiary."""
        beneficiary = await by_number(scene.connection, self.beneficiary_number, scene.deps.vault)
        return refuse(RefusalCode.NOT_FOUND) if beneficiary is None else [hand.person_id, beneficiary]

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Grant]] | Refused:
        """The new grant, by the rules of the grantor's region today."""
        connection, grantor = scene.connection, hand.person_id
        beneficiary = await by_number(connection, self.beneficiary_number, scene.deps.vault)
        if beneficiary is None:
            return refuse(RefusalCode.NOT_FOUND)
        people = await insured.persons(connection, [grantor, beneficiary])
        known = await insured.kinship(connection, [(grantor, beneficiary)])
        # At the window a paper stands for kinship that the registry does not know, never for what it contradicts.
        by_paper = None if hand.window is None else self.relation
        given = await queries.live_of(connection, grantor, scene.now)
        ties = await _ties(grantor, beneficiary, scene)
        terms = terms_of(scene.deps.book, people[grantor].region, scene.today)
        if isinstance(terms, Refused):
            return terms
        wish = Wish(
            grantor=party_of(people[grantor], scene.deps.book),
            beneficiary=party_of(people[beneficiary], scene.deps.book),
            relation=self.relation,
            known_relation=known.get((grantor, beneficiary), by_paper),
            bounds=Bounds(
                self.limits,
                terms.purposes if self.purposes is None else self.purposes,
                self.uses,
                self.last_day,
            ),
        )
        refusal = may_grant(wish, given, scene.today, terms, ties) or may_widen(
            hand, scene.deps.safety, scene.now
        )
        if refusal is not None:
            return refusal
        rank = 1 + max((grant.rank for grant in ties.received), default=0)
        grant = _begun(wish, rank, terms, hand, scene)
        # A grant whose last day is over gives up its place to the new one.
        past = closed([one for one in given if one.person_id == beneficiary], scene.today, scene.now)
        return Decision(
            WithPeople(grant, people),
            grant.grant_id,
            partial(tell_new, grant, people),
            partial(_record_new, grant, past, hand, scene),
        )


async def _ties(grantor: UUID, beneficiary: UUID, scene: Scene) -> Ties:
    """The other grants of both sides; their heads are locked, so nobody else makes one meanwhile."""
    serving = await queries.live_for(scene.connection, [beneficiary, grantor], scene.now)
    return Ties(
        received=serving.get(beneficiary, []),
        received_by_grantor=serving.get(grantor, []),
        given_by_beneficiary=await queries.live_of(scene.connection, beneficiary, scene.now),
    )


def _begun(wish: Wish, rank: int, terms: Terms, hand: Hand, scene: Scene) -> Grant:
    filed = Grant(
        person_id=wish.beneficiary.person_id,
        grant_id=scene.new_id(),
        grantor_id=wish.grantor.person_id,
        relation=wish.relation,
        state=GrantState.FILED,
        rank=rank,
        limits=wish.bounds.limits,
        purposes=wish.bounds.purposes,
        used=Used(),
        channel=hand.channel,
        asked_at=scene.now,
        active_at=None,
        locked_until=None,
        ends_on=None,
        ended_at=None,
        uses=wish.bounds.uses,
        last_day=wish.bounds.last_day,
    )
    return filed if terms.filing else started(filed, scene.now, scene.today, terms)


async def _record_new(grant: Grant, past: Sequence[Grant], hand: Hand, scene: Scene) -> None:
    for over in past:
        await store.change(scene.connection, over)
    await store.add(scene.connection, grant)
    act = DeedKind.GRANT_FILE if grant.state is GrantState.FILED else DeedKind.GRANT
    deed = deed_of(
        hand,
        _subject(grant),
        act,
        ConsentKind.GRANT,
        Right.OWN,
        scene.now,
        detail=bounds_text(grant.bounds),
    )
    await keep_record([deed], (grant.person_id, grant.grantor_id), scene)


async def _parties(grant_id: UUID, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
    grant = await queries.one(scene.connection, grant_id, hand.person_id, scene.now)
    if grant is None:
        return refuse(RefusalCode.NOT_FOUND)
    return [grant.person_id, grant.grantor_id]


@dataclass(frozen=True, slots=True)
class _Found:
    """A grant with both sides, and the rules of the grantor's region."""

    grant: Grant
    people: Mapping[UUID, Person]
    terms: Terms


async def _found(grant_id: UUID, hand: Hand, scene: Scene) -> _Found | Refused:
    grant = await queries.one(scene.connection, grant_id, hand.person_id, scene.now)
    if grant is None:
        return refuse(RefusalCode.NOT_FOUND)
    people = await insured.persons(scene.connection, [grant.person_id, grant.grantor_id])
    terms = terms_of(scene.deps.book, people[grant.grantor_id].region, scene.today)
    if isinstance(terms, Refused):
        return terms
    return _Found(grant, people, terms)


@dataclass(frozen=True, slots=True)
class ChangeGrant:
    """Only what is named changes. ``limits``: new amounts in fen by name of the limit, None lifts it.

    ``paused`` True pauses, False takes up again, None leaves it; ``as_wished``: it is taken up again as the grantor
    wished when they had it stopped, so that nothing is proven anew. ``lifted`` names of ``uses`` and ``last_day``
    what is to be no bound any more. The very next bill follows what is tightened; what is widened waits as the
    service's settings say. Refused: NOT_FOUND for somebody else's, NOT_ALLOWED for the beneficiary, GRANT_STATE where
    it is over or already paused, REQUEST_INVALID for amounts below 0, and for widening what ``caution.may_widen``
    names.
    """

    grant_id: UUID
    limits: Mapping[str, int | None]
    purposes: frozenset[Purpose] | None = None
    paused: bool | None = None
    uses: frozenset[UseClass] | None = None
    last_day: date | None = None
    lifted: frozenset[str] = frozenset()
    as_wished: bool = False

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Grantor and beneficiary."""
        return await _parties(self.grant_id, hand, scene)

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Grant]] | Refused:
        """The grant as it is changed."""
        found = await _own(self.grant_id, hand, scene, "修改共济授权")
        if isinstance(found, Refused):
            return found
        grant, safety = found.grant, scene.deps.safety
        # At the window what is not named stays as it is in force: what waits there was asked for by whoever had the
        # phone, and comes into force at once only where the person before the clerk names it.
        before = grant.wanted if hand.window is None else grant.bounds
        wanted = self._wanted(before)
        refusal = may_change(grant, wanted, scene.today, found.terms)
        if refusal is None and self.paused is not None:
            refusal = may_pause(grant, scene.today, pausing=self.paused)
        opened = (self.paused is False and not self.as_wished) or widens(before, wanted)
        if refusal is None and opened:
            refusal = may_widen(hand, safety, scene.now)
        if refusal is not None:
            return refusal
        bounded = changed(grant, wanted, scene.now, wait_of(hand, safety)) if self._bounds else grant
        return _decided(found, replace(bounded, state=self._state(grant)), self._act, hand, scene)

    @property
    def _bounds(self) -> bool:
        """Whether any bound is named; a pause alone leaves also what waits as it is."""
        return bool(self.limits or self.lifted or self.purposes or self.uses or self.last_day)

    def _wanted(self, before: Bounds) -> Bounds:
        uses = before.uses if self.uses is None else self.uses
        last_day = before.last_day if self.last_day is None else self.last_day
        return Bounds(
            limits_with(before.limits, self.limits),
            before.purposes if self.purposes is None else self.purposes,
            None if "uses" in self.lifted else uses,
            None if "last_day" in self.lifted else last_day,
        )

    def _state(self, grant: Grant) -> GrantState:
        if self.paused is None:
            return grant.state
        return GrantState.PAUSED if self.paused else GrantState.ACTIVE

    @property
    def _act(self) -> DeedKind:
        if self.paused is None:
            return DeedKind.GRANT_CHANGE
        return DeedKind.GRANT_PAUSE if self.paused else DeedKind.GRANT_RESUME


@dataclass(frozen=True, slots=True)
class WithdrawChange:
    """The grantor takes back wider bounds that wait; what is in force stays. Refused: GRANT_NOTHING_WAITS."""

    grant_id: UUID

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Grantor and beneficiary."""
        return await _parties(self.grant_id, hand, scene)

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Grant]] | Refused:
        """The grant without what waited."""
        found = await _own(self.grant_id, hand, scene, "撤回共济变更")
        if isinstance(found, Refused):
            return found
        refusal = may_withdraw(found.grant, scene.today)
        if refusal is not None:
            return refusal
        return _decided(found, replace(found.grant, waiting=None), DeedKind.GRANT_KEEP, hand, scene)


async def _own(grant_id: UUID, hand: Hand, scene: Scene, action: str) -> _Found | Refused:
    """A grant that this person gave. Refused: NOT_ALLOWED for its beneficiary."""
    found = await _found(grant_id, hand, scene)
    if isinstance(found, Refused) or found.grant.grantor_id == hand.person_id:
        return found
    return refuse(RefusalCode.NOT_ALLOWED, action=action)


def _decided(
    found: _Found, after: Grant, act: DeedKind, hand: Hand, scene: Scene
) -> Decision[WithPeople[Grant]]:
    deed = _changing(after, act, hand, scene)
    return Decision(
        WithPeople(after, found.people, found.grant),
        after.grant_id,
        partial(tell_change, found.grant, after, found.people),
        partial(_record_changed, after, deed, scene),
    )


def _changing(grant: Grant, act: DeedKind, hand: Hand, scene: Scene) -> Deed:
    detail = waiting_text(grant)
    return deed_of(hand, _subject(grant), act, ConsentKind.CHANGE_GRANT, Right.OWN, scene.now, detail=detail)


@dataclass(frozen=True, slots=True)
class PauseAll:
    """Everything that a grantor gave is paused in one act, or what is paused is taken up again.

    What still waits for the bureau's filing pays nothing and is left as it is. Where there is nothing to pause nothing
    is done. Refused: for taking up again what ``caution.may_widen`` names.
    """

    paused: bool

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """The grantor, without whom nothing of theirs is paid, and everybody they gave to."""
        given = await queries.live_of(scene.connection, hand.person_id, scene.now)
        return [hand.person_id, *(grant.person_id for grant in given)]

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Sequence[Grant]]] | Refused:
        """The grants that change, in their new state."""
        grantor = hand.person_id
        refusal = None if self.paused else may_widen(hand, scene.deps.safety, scene.now)
        if refusal is not None:
            return refusal
        given = await queries.live_of(scene.connection, grantor, scene.now)
        before = [one for one in given if may_pause(one, scene.today, pausing=self.paused) is None]
        state = GrantState.PAUSED if self.paused else GrantState.ACTIVE
        after = [replace(one, state=state) for one in before]
        people = await insured.persons(
            scene.connection, sorted({grantor, *(one.person_id for one in before)})
        )
        return Decision(
            WithPeople(after, people, before),
            grantor,
            partial(tell_pause_all, before, after, people, paused=self.paused),
            partial(self._record, after, hand, scene),
        )

    async def _record(self, after: Sequence[Grant], hand: Hand, scene: Scene) -> None:
        act = DeedKind.GRANT_PAUSE if self.paused else DeedKind.GRANT_RESUME
        for grant in after:
            await _record_changed(grant, _changing(grant, act, hand, scene), scene)


def limits_with(before: Limits, wanted: Mapping[str, int | None]) -> Limits:
    """The limits in which those that are named become these amounts; None lifts one, and a floor of None is 0."""
    return Limits(
        per_use_fen=wanted.get("per_use_fen", before.per_use_fen),
        per_day_fen=wanted.get("per_day_fen", before.per_day_fen),
        per_month_fen=wanted.get("per_month_fen", before.per_month_fen),
        per_year_fen=wanted.get("per_year_fen", before.per_year_fen),
        floor_fen=wanted.get("floor_fen", before.floor_fen) or 0,
        confirm_above_fen=wanted.get("confirm_above_fen", before.confirm_above_fen),
    )


async def _record_changed(grant: Grant, deed: Deed, scene: Scene) -> None:
    await store.change(scene.connection, grant)
    await keep_record([deed], (grant.person_id, grant.grantor_id), scene)


@dataclass(frozen=True, slots=True)
class EndGrant:
    """The grantor ends a grant as their region allows, or the beneficiary leaves at once. Bindings stay.

    Refused: NOT_FOUND for somebody else's, GRANT_LOCKED while the region's lock runs, GRANT_STATE when it is over.
    """

    grant_id: UUID

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Grantor and beneficiary."""
        return await _parties(self.grant_id, hand, scene)

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Grant]] | Refused:
        """The grant when it has ended, or with the day from which it pays no more."""
        found = await _found(self.grant_id, hand, scene)
        if isinstance(found, Refused):
            return found
        over = ended(found.grant, hand.person_id, scene.now, scene.today, found.terms)
        if isinstance(over, Refused):
            return over
        deed = deed_of(hand, _subject(over), DeedKind.GRANT_END, ConsentKind.END_GRANT, Right.OWN, scene.now)
        return Decision(
            WithPeople(over, found.people),
            over.grant_id,
            partial(tell_end, found.grant, over, found.people, hand.person_id),
            partial(_record_changed, over, deed, scene),
        )
