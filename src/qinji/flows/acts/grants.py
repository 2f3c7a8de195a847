"""家庭共济: granting, changing, pausing, ending, and the order in which grantors pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from qinji.access.lookup import by_number
from qinji.access.model import Right
from qinji.flows.acts.act import Decision, Scene, keep_record, keep_trail
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, Subject, audit_of, consent_of, deed_of
from qinji.flows.parts.sharing_terms import party_of, terms_of, user_orders
from qinji.flows.parts.sharing_words import bounds_text, tell_change, tell_end, tell_new, tell_order
from qinji.flows.parts.telling import of_order
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.insured.model import Person
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.model import Grant, GrantState, Limits, Terms, Ties, Used, Wish
from qinji.mutual_aid.rules import closed, ended, live, may_change, may_grant, may_order, may_pause, started

SUBJECT = "grant"


def _subject(grant: Grant) -> Subject:
    return Subject(SUBJECT, grant.grant_id, grant.person_id)


@dataclass(frozen=True, slots=True)
class GrantMutualAid:
    """``relation`` is what the beneficiary is to the grantor; ``purposes`` None means all the region permits.

    The grant is active at once, or filed where the grantor's region wants a filing first (备案). Refused: what
    ``mutual_aid.rules.may_grant`` names, and NOT_FOUND for a number nobody has.
    """

    beneficiary_number: str
    relation: Relation
    limits: Limits
    purposes: frozenset[Purpose] | None = None

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
        given = await queries.live_of(connection, grantor)
        ties = await _ties(grantor, beneficiary, scene)
        terms = terms_of(scene.deps.book, people[grantor].region, scene.today)
        if isinstance(terms, Refused):
            return terms
        wish = Wish(
            grantor=party_of(people[grantor], scene.deps.book),
            beneficiary=party_of(people[beneficiary], scene.deps.book),
            relation=self.relation,
            known_relation=known.get((grantor, beneficiary), by_paper),
            limits=self.limits,
            purposes=terms.purposes if self.purposes is None else self.purposes,
        )
        refusal = may_grant(wish, given, scene.today, terms, ties)
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
    serving = await queries.live_for(scene.connection, [beneficiary, grantor])
    return Ties(
        received=serving.get(beneficiary, []),
        received_by_grantor=serving.get(grantor, []),
        given_by_beneficiary=await queries.live_of(scene.connection, beneficiary),
    )


def _begun(wish: Wish, rank: int, terms: Terms, hand: Hand, scene: Scene) -> Grant:
    filed = Grant(
        person_id=wish.beneficiary.person_id,
        grant_id=scene.new_id(),
        grantor_id=wish.grantor.person_id,
        relation=wish.relation,
        state=GrantState.FILED,
        rank=rank,
        limits=wish.limits,
        purposes=wish.purposes,
        used=Used(),
        channel=hand.channel,
        asked_at=scene.now,
        active_at=None,
        locked_until=None,
        ends_on=None,
        ended_at=None,
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
        detail=bounds_text(grant.limits, grant.purposes),
    )
    await keep_record([deed], (grant.person_id, grant.grantor_id), scene)


async def _parties(grant_id: UUID, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
    grant = await queries.one(scene.connection, grant_id, hand.person_id)
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
    grant = await queries.one(scene.connection, grant_id, hand.person_id)
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

    ``paused`` True pauses, False takes up again, None leaves it. The very next bill follows it. Refused: NOT_FOUND for
    somebody else's, NOT_ALLOWED for the beneficiary, GRANT_STATE where it is over or already paused, REQUEST_INVALID
    for amounts below 0.
    """

    grant_id: UUID
    limits: Mapping[str, int | None]
    purposes: frozenset[Purpose] | None = None
    paused: bool | None = None

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Grantor and beneficiary."""
        return await _parties(self.grant_id, hand, scene)

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Grant]] | Refused:
        """The grant as it is changed."""
        found = await _found(self.grant_id, hand, scene)
        if isinstance(found, Refused):
            return found
        grant = found.grant
        if grant.grantor_id != hand.person_id:
            return refuse(RefusalCode.NOT_ALLOWED, action="修改共济授权")
        limits = limits_with(grant.limits, self.limits)
        purposes = grant.purposes if self.purposes is None else self.purposes
        refusal = may_change(grant, limits, purposes, scene.today, found.terms)
        if refusal is None and self.paused is not None:
            refusal = may_pause(grant, scene.today, pausing=self.paused)
        if refusal is not None:
            return refusal
        changed = replace(grant, limits=limits, purposes=purposes, state=self._state(grant))
        deed = deed_of(
            hand,
            _subject(changed),
            self._act,
            ConsentKind.CHANGE_GRANT,
            Right.OWN,
            scene.now,
            detail=bounds_text(limits, purposes),
        )
        return Decision(
            WithPeople(changed, found.people, grant),
            changed.grant_id,
            partial(tell_change, grant, changed, found.people),
            partial(_record_changed, changed, deed, scene),
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


def limits_with(before: Limits, wanted: Mapping[str, int | None]) -> Limits:
    """The limits in which those that are named become these amounts; None lifts one, and a floor of None is 0."""
    return Limits(
        per_use_fen=wanted.get("per_use_fen", before.per_use_fen),
        per_day_fen=wanted.get("per_day_fen", before.per_day_fen),
        per_month_fen=wanted.get("per_month_fen", before.per_month_fen),
        per_year_fen=wanted.get("per_year_fen", before.per_year_fen),
        floor_fen=wanted.get("floor_fen", before.floor_fen) or 0,
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


@dataclass(frozen=True, slots=True)
class OrderGrantors:
    """``grants``: every live grant that serves the beneficiary, once, the first one pays first.

    Refused: NOT_ALLOWED where the region fixes the order, ORDER_INCOMPLETE when one is missing.
    """

    grants: tuple[UUID, ...]

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """The beneficiary alone."""
        del scene
        return [hand.person_id]

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Sequence[Grant]]] | Refused:
        """The grants in their new order."""
        actor = hand.person_id
        grants = (await queries.live_for(scene.connection, [actor])).get(actor, [])
        people = await insured.persons(scene.connection, [actor, *(grant.grantor_id for grant in grants)])
        by_user = user_orders(scene.deps.book, people[actor].region, scene.today)
        if isinstance(by_user, Refused):
            return by_user
        refusal = may_order(grants, self.grants, scene.today, by_user=by_user)
        if refusal is not None:
            return refusal
        by_id = {grant.grant_id: grant for grant in grants if live(grant, scene.today)}
        ordered = [replace(by_id[name], rank=place) for place, name in enumerate(self.grants, 1)]
        return Decision(
            WithPeople(ordered, people),
            actor,
            partial(tell_order, list(by_id.values()), ordered, people),
            partial(_record_order, list(by_id.values()), ordered, hand, scene),
        )


async def _record_order(before: Sequence[Grant], ordered: Sequence[Grant], hand: Hand, scene: Scene) -> None:
    await store.rank(scene.connection, hand.person_id, [grant.grant_id for grant in ordered])
    deeds = [
        deed_of(
            hand,
            _subject(grant),
            DeedKind.GRANT_ORDER,
            ConsentKind.ORDER_GRANTORS,
            Right.OWN,
            scene.now,
            detail=str(grant.rank),
        )
        for grant in ordered
    ]
    consents = [consent_of(deed, scene.new_id()) for deed in deeds]
    rows = [audit_of(deed, hand.person_id, scene.new_id()) for deed in deeds]
    await insured_store.record_consents(scene.connection, consents)
    moved = [one for was, one in zip(before, ordered, strict=True) if was.grant_id != one.grant_id]
    await keep_trail(scene.connection, rows, of_order(rows, moved, scene.new_id()), scene.deps)
