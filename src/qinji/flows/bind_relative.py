"""亲情账户: a holder asks to bind a relative, or a clerk enters it at the window. It moves no money.

Photos of papers may come with it; those of a request that the window takes over go with it into the new entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, Actor, Basis, PersonActor, actor_text
from qinji.evidence import queries as evidence
from qinji.evidence import store as evidence_store
from qinji.evidence.filing import Filing, keep
from qinji.evidence.model import Papers
from qinji.evidence.rules import fresh, may_keep
from qinji.family import queries, store
from qinji.family.model import DEFAULT_POWERS, Binding, BindingState, Route, Terms, Wish
from qinji.family.rules import may_bind
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, audit_of, consent_of, evidence_hash, papers_deed
from qinji.flows.parts.telling import About, told_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.insured.model import Person
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.dates import age_on, local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.window.rules import sound_words

SUPERSEDED = "已由窗口录入"


@dataclass(frozen=True, slots=True)
class BindRelative:
    """``holder_number`` is needed when staff enters it; ``route`` None lets the member's age decide.

    ``promised_day`` None is the day that the pack promises. ``photos`` are pictures of papers, as they were taken.
    """

    call: KeyedCall[WithPeople[Binding]]
    actor: Actor
    channel: Channel
    member_number: str
    relation: Relation
    route: Route | None = None
    powers: frozenset[Power] | None = None
    holder_number: str = ""
    evidence_reference: str | None = None
    reason: str | None = None
    promised_day: date | None = None
    photos: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class _Facts:
    holder: Person
    member: Person
    terms: Terms
    known_relation: Relation | None
    of_holder: Sequence[Binding]
    of_member: Sequence[Binding]
    superseded: Binding | None
    papers: Papers | None
    fresh: Mapping[bytes, bytes]


async def run(command: BindRelative, deps: Deps) -> bytes:
    """Begin a binding; it waits for the member's word or for a second clerk.

    Refused: what ``family.rules.may_bind`` and ``evidence.rules.may_keep`` name, and NOT_FOUND for a number nobody has.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _bind(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _bind(
    command: BindRelative, connection: Connection, now: datetime, deps: Deps
) -> WithPeople[Binding] | Refused:
    actor = command.actor
    if isinstance(actor, PersonActor):
        holder: UUID | None = actor.person_id
    else:
        holder = await by_number(connection, command.holder_number, deps.vault)
    member = await by_number(connection, command.member_number, deps.vault)
    if holder is None or member is None:
        return refuse(RefusalCode.NOT_FOUND)
    subject = member if isinstance(actor, StaffActor) else holder
    basis = await authorize(connection, actor, subject, Action.HANDLE_BINDINGS)
    if isinstance(basis, Refused):
        return basis
    await lock_persons(connection, [holder, member])
    facts = await _gather(command, holder, member, local_day(now), connection, deps)
    if isinstance(facts, Refused):
        return facts
    wish = _wish(command, facts, local_day(now))
    refusal = (
        may_bind(wish, facts.of_holder, facts.of_member, facts.terms)
        or _promise(command, local_day(now))
        or _said(command)
        or may_keep(facts.fresh.values(), facts.papers)
    )
    if refusal is not None:
        return refusal
    binding = _begun(command, wish, facts, new_id(deps, now), now)
    await _record(command, binding, facts.superseded, basis, connection, now, deps)
    await _file(command, binding, facts, basis, connection, now, deps)
    return WithPeople(binding, {holder: facts.holder, member: facts.member})


async def _gather(
    command: BindRelative, holder: UUID, member: UUID, today: date, connection: Connection, deps: Deps
) -> _Facts | Refused:
    people = await insured.persons(connection, [holder, member])
    policy = deps.book.at(people[holder].region, today)
    if isinstance(policy, Refused):
        return policy
    kinship = await insured.kinship(connection, [(holder, member)])
    between = await queries.between(connection, holder, member)
    by_staff = isinstance(command.actor, StaffActor)
    superseded = between if by_staff and between and between.state is BindingState.PENDING else None
    papers = await evidence.open_papers(connection, member, superseded.binding_id) if superseded else None
    return _Facts(
        holder=people[holder],
        member=people[member],
        terms=Terms.of(policy.family()),
        known_relation=kinship.get((holder, member)),
        of_holder=[one for one in await queries.of_holder(connection, holder) if one != superseded],
        of_member=[one for one in await queries.of_member(connection, member) if one != superseded],
        superseded=superseded,
        papers=papers,
        fresh=fresh(command.photos, papers),
    )


def _wish(command: BindRelative, facts: _Facts, today: date) -> Wish:
    age = age_on(facts.member.birth, today)
    by_staff = isinstance(command.actor, StaffActor)
    grown = age >= facts.terms.consent_age
    usual = Route.MEMBER if grown and not by_staff else Route.WINDOW
    earlier = facts.superseded
    return Wish(
        holder_id=facts.holder.person_id,
        member_id=facts.member.person_id,
        relation=command.relation,
        known_relation=facts.known_relation,
        member_age=age,
        route=Route.WINDOW if by_staff else command.route or usual,
        powers=_powers(command, earlier, facts.terms),
        evidence_reference=command.evidence_reference or (earlier.evidence_reference if earlier else None),
        by_staff=by_staff,
        photos=len(facts.fresh) + (len(facts.papers.photos) if facts.papers else 0),
    )


def _powers(command: BindRelative, earlier: Binding | None, terms: Terms) -> frozenset[Power]:
    """What was asked for, none included (which is refused); where nothing was said, the request before or the usual."""
    if command.powers is not None:
        return command.powers
    return earlier.powers if earlier else DEFAULT_POWERS & terms.powers


def _promise(command: BindRelative, today: date) -> Refused | None:
    if command.promised_day is not None and command.promised_day < today:
        return refuse(RefusalCode.REQUEST_INVALID, reason="承诺办结日期不能早于今天")
    return None


def _said(command: BindRelative) -> Refused | None:
    """What a clerk enters has a reason, and no identity number stands in it."""
    return sound_words(command.reason or "") if isinstance(command.actor, StaffActor) else None


def _begun(command: BindRelative, wish: Wish, facts: _Facts, binding_id: UUID, now: datetime) -> Binding:
    promised = command.promised_day or local_day(now) + timedelta(days=facts.terms.promised_days)
    photos = [*(facts.papers.digests if facts.papers else ()), *facts.fresh]
    return Binding(
        person_id=wish.member_id,
        binding_id=binding_id,
        holder_id=wish.holder_id,
        relation=wish.relation,
        state=BindingState.PENDING,
        powers=wish.powers,
        route=wish.route,
        channel=command.channel,
        evidence_reference=wish.evidence_reference,
        evidence_hash=evidence_hash(wish.evidence_reference, photos),
        promised_day=promised if wish.route is Route.WINDOW else None,
        entered_by=command.actor.staff_id if isinstance(command.actor, StaffActor) else None,
        decided_by=None,
        reason=command.reason,
        requested_at=now,
        active_at=None,
        ended_at=None,
    )


async def _record(
    command: BindRelative,
    binding: Binding,
    superseded: Binding | None,
    basis: Basis,
    connection: Connection,
    now: datetime,
    deps: Deps,
) -> None:
    if superseded is not None:
        over = replace(superseded, state=BindingState.ENDED, reason=SUPERSEDED, ended_at=now)
        await store.change(connection, over)
    await store.add(connection, binding)
    staff = command.actor.staff_id if isinstance(command.actor, StaffActor) else None
    deed = Deed(
        person_id=binding.person_id,
        subject="binding",
        subject_id=binding.binding_id,
        act=DeedKind.BIND_ENTER if staff else DeedKind.BIND_ASK,
        text=ConsentKind.BIND,
        basis=basis.text,
        given_by=None if staff else binding.holder_id,
        staff=staff,
        channel=command.channel,
        at=now,
        evidence_hash=binding.evidence_hash,
        reason=command.reason,
    )
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    rows = [audit_of(deed, who, new_id(deps, now)) for who in (binding.person_id, binding.holder_id)]
    await keep_trail(connection, rows, told_of(rows, About(binding.person_id)), deps)


async def _file(
    command: BindRelative,
    binding: Binding,
    facts: _Facts,
    basis: Basis,
    connection: Connection,
    now: datetime,
    deps: Deps,
) -> None:
    """The papers of the request that is taken over, and the new ones with a consent of their own."""
    if facts.papers is not None:
        await evidence_store.move(connection, facts.papers.case, binding.binding_id)
    if not facts.fresh:
        return
    by = actor_text(command.actor)
    filing = Filing(binding.person_id, binding.binding_id, facts.fresh, by, now)
    await keep(connection, filing, facts.papers, deps)
    deed = papers_deed(
        (binding.person_id, binding.binding_id),
        list(facts.fresh),
        holder=None if binding.entered_by else binding.holder_id,
        staff=binding.entered_by,
        channel=command.channel,
        basis=basis.text,
        at=now,
    )
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    rows = [audit_of(deed, who, new_id(deps, now)) for who in (binding.person_id, binding.holder_id)]
    await keep_trail(connection, rows, told_of(rows, About(binding.person_id)), deps)
