"""2206, 2207, 2101 and 2102: preview or settle bills. Settling takes whatever is queued, 1 to 256, in one transaction.

Gather (lock first, read after), decide (a pure fold over the batch), record (replies are rendered before the writes).
A preview is the same, without locks, stopped before recording; it leaves one note of what it showed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from qinji.credential import queries as credentials
from qinji.credential import store as credential_store
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.commands import CredentialKind, Origin, SettlePharmacy, SettleVisit
from qinji.flows.parts.confirming import Asking, bill_key, purpose_of, request_to
from qinji.flows.parts.decide import Decided, apply, decide, line_keys
from qinji.flows.parts.facts import Presented, WorkingSet, counted_by_month_and_level
from qinji.flows.parts.identity import KEY_KINDS, missing_because, presented_by_number, right_person
from qinji.flows.parts.previewing import note_of, preview_holds
from qinji.flows.parts.purchases import purchase_of
from qinji.flows.parts.replay import replayed
from qinji.flows.parts.requests import presented_for, request_of
from qinji.flows.parts.summing import sum_balances, sum_days, sum_years
from qinji.flows.parts.telling import of_request, of_settlement
from qinji.flows.parts.wallet_spending import with_money
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import NUMBER_KEY
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid import store as mutual_aid_store
from qinji.notice import store as notices
from qinji.platform import inbox
from qinji.platform.database import Connection, lock_persons
from qinji.platform.inbox import MessageKey
from qinji.premium import queries as premiums
from qinji.settlement import queries as settlements
from qinji.settlement import store as settlement_store
from qinji.settlement.model import SettlementKind
from qinji.settlement.queries import LineKey
from qinji.wallet import queries as wallets
from qinji.wallet import store as wallet_store

Command = SettleVisit | SettlePharmacy
Patient = UUID | Refused
"""The person a message names, or why it may not name them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One message: the command and who stands behind its credential.

    A code is redeemed before, in a step of its own; whose card or identity number it is, the batch finds out itself.
    """

    command: Command
    presented: Presented | None


@dataclass(slots=True)
class _Outcome:
    answers: list[bytes | None]
    lines_known: frozenset[LineKey]
    entries: list[inbox.Entry] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)


def key_of(origin: Origin) -> MessageKey:
    """The inbox key of a message."""
    return MessageKey(origin.institution, origin.message_number, origin.message_id)


async def run(items: list[Item], deps: Deps) -> list[bytes]:
    """Settle a batch; the answer of each item, in order. Overloaded after four disturbed attempts."""

    async def attempt() -> list[bytes]:
        async with deps.database.transaction() as connection:
            return await _settle(items, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _settle(items: list[Item], connection: Connection, deps: Deps) -> list[bytes]:
    keys = [key_of(item.command.origin) for item in items]
    seen = dict(await inbox.recall(connection, keys, deps.vault))
    items, patients = await _recognised(connection, items, deps)
    pending = [
        person
        for key, person in zip(keys, patients, strict=True)
        if key not in seen and isinstance(person, UUID)
    ]
    concerned = set(pending) | await mutual_aid.candidates(connection, sorted(set(pending)))
    locked = await lock_persons(connection, sorted(concerned))
    seen = dict(await inbox.recall(connection, keys, deps.vault))
    now = deps.clock()
    facts = await _facts(connection, items, patients, frozenset(locked), now, deps)
    outcome = _fold(items, patients, facts, seen, now, deps)
    await _record(connection, outcome, now, deps)
    return [answer for answer in outcome.answers if answer is not None]


async def preview(item: Item, deps: Deps) -> bytes:
    """What settling would come to, without moving money; leaves a note of what was shown for the charge batch."""
    ((found, decided, now),) = await _look([item], deps)
    if isinstance(decided, Refused):
        return item.command.render(decided)
    if isinstance(found.command, SettleVisit):
        await _leave_note(decided, found.command, now, deps)
    await _ask_grantors([decided], now, deps)
    return item.command.render(decided.bill)


async def previews(items: Sequence[Item], deps: Deps) -> list[bytes]:
    """What each of several ways to settle a bill would come to, all on the facts of one moment.

    None leaves a note: which one will be taken nobody knows yet, and whoever settles brings back what was shown.
    Grantors are asked for the largest amount that any of them would take.
    """
    looked = await _look(items, deps)
    possible = [decided for _, decided, _ in looked if not isinstance(decided, Refused)]
    await _ask_grantors(possible, looked[0][2] if looked else deps.clock(), deps)
    return [
        item.command.render(decided if isinstance(decided, Refused) else decided.bill)
        for item, decided, _ in looked
    ]


async def _look(items: Sequence[Item], deps: Deps) -> list[tuple[Item, Decided | Refused, datetime]]:
    """Each item decided by itself, in one read-only snapshot and without its neighbours' effects."""

    async def attempt() -> tuple[list[Item], list[Patient], WorkingSet, datetime]:
        async with deps.database.reading() as connection:
            known, patients = await _recognised(connection, items, deps)
            persons = {person for person in patients if isinstance(person, UUID)}
            concerned = persons | await mutual_aid.candidates(connection, sorted(persons))
            now = deps.clock()
            facts = await _facts(connection, known, patients, frozenset(concerned), now, deps)
            return known, patients, facts, now

    known, patients, facts, now = await deps.database.repeatedly(attempt)
    return [
        (item, _decide_one(item, patient, facts, now, deps), now)
        for item, patient in zip(known, patients, strict=True)
    ]


async def _leave_note(decided: Decided, command: SettleVisit, now: datetime, deps: Deps) -> None:
    note = note_of(decided, command.account_use)

    async def keep() -> None:
        async with deps.database.transaction() as connection:
            await settlement_store.put_note(connection, note, now)

    await deps.database.repeatedly(keep)


async def _ask_grantors(decided: Sequence[Decided], now: datetime, deps: Deps) -> None:
    """Ask grantors on their phones for what a preview would have taken above the amount that they set."""
    wanted = [
        request_to(one, new_id(deps, now), _asking(bill, now, deps))
        for bill in decided
        for one in bill.unconfirmed
        if not one.refused
    ]
    if not wanted:
        return

    async def keep() -> None:
        async with deps.database.transaction() as connection:
            await lock_persons(
                connection, sorted({who for one in wanted for who in (one.person_id, one.grantor_id)})
            )
            asked = [
                one
                for one in sorted(wanted, key=lambda each: each.amount_fen)
                if await mutual_aid_store.ask(connection, one)
            ]
            await notices.tell(connection, [of_request(one) for one in asked], deps.ways)

    await deps.database.repeatedly(keep)


def _asking(decided: Decided, now: datetime, deps: Deps) -> Asking:
    settled = decided.settlement
    return Asking(settled.person, bill_key(settled), purpose_of(settled.kind), now, deps.safety.confirm)


async def _recognised(
    connection: Connection, items: Sequence[Item], deps: Deps
) -> tuple[list[Item], list[Patient]]:
    """The items with who is behind each credential, and the person each message names.

    Who is not the person of the credential is neither locked nor read.
    """
    wanted = [(NUMBER_KEY, item.command.claimed.person_number) for item in items]
    held = [_number_held(item) for item in items]
    keys = [(kind, deps.vault.digest(kind, number)) for kind, number in wanted]
    held_keys = [(pair[0], deps.vault.digest(*pair)) if pair else None for pair in held]
    found = await insured.find_each(connection, [*keys, *(key for key in held_keys if key)])
    known, patients = [], []
    for item, (_, digest), key in zip(items, keys, held_keys, strict=True):
        credential = item.command.credential
        presented = item.presented
        if key is not None and credential is not None:
            presented = presented_by_number(credential.kind, found.get(key[1]))
        known.append(Item(item.command, presented))
        patients.append(right_person(presented_for(item.command, presented), found.get(digest)))
    return known, patients


def _number_held(item: Item) -> tuple[str, str] | None:
    """The card or identity number of a message that nobody has looked up yet: the kind of its key, and the number."""
    credential = item.command.credential
    if item.presented is not None or credential is None or credential.kind is CredentialKind.CODE:
        return None
    return KEY_KINDS[credential.kind], credential.number


async def _facts(
    connection: Connection,
    items: Sequence[Item],
    patients: Sequence[Patient],
    locked: frozenset[UUID],
    now: datetime,
    deps: Deps,
) -> WorkingSet:
    """Everything the decisions use, one statement per module and wave; called after the lock."""
    mine = sorted({person for person in patients if isinstance(person, UUID) and person in locked})
    grants = dict(await mutual_aid.live_for(connection, mine, now))
    relatives = {grant.grantor_id for given in grants.values() for grant in given} & locked
    people = await insured.persons(connection, sorted(set(mine) | relatives))
    balances = await ledger.balances(connection, sorted(set(mine) | relatives))
    visit_keys, batch_keys, line_keys, session_keys = _keys(items, patients)
    visits = dict(await settlements.visits(connection, visit_keys))
    if any(item.command.preview for item in items):
        session_keys += [(visit.person, visit.session) for visit in visits.values() if visit.session]
    codes = {item.command.origin.institution for item in items}
    today = local_day(now)
    days = {visit.service_day for visit in visits.values()} | {today}
    bills = {(visit.person, visit.service_day) for visit in visits.values()} | {(one, today) for one in mine}
    months, levels = await settlements.sums(connection, *counted_by_month_and_level(people, bills, deps.book))
    asking = [one for one in mine if any(g.limits.confirm_above_fen is not None for g in grants.get(one, ()))]
    answers = await mutual_aid.confirmations(connection, asking, now) if asking else {}
    return WorkingSet(
        institutions={p.code: p for p in await institutions.by_codes(connection, sorted(codes))},
        persons=people,
        certificates={
            person: deps.vault.decrypt(people[person].certificate, people[person].certificate_key_version)
            for person in mine
            if person in people
        },
        locked=locked,
        balances={(p, pocket): fen for p, pockets in balances.items() for pocket, fen in pockets.items()},
        grants=grants,
        visits=visits,
        batches=dict(await settlements.batches(connection, batch_keys)),
        notes=await settlements.notes(connection, batch_keys),
        pharmacy_lines=dict(await settlements.pharmacy_lines(connection, line_keys)),
        years=dict(await settlements.years(connection, mine)),
        days=dict(await settlements.days(connection, mine, sorted(days))),
        sessions=dict(await credentials.sessions(connection, session_keys)),
        months=months,
        levels=levels,
        lots=await wallets.lots(connection, with_money(mine, balances)),
        answers=dict(answers),
        coverages=await premiums.coverages(connection, mine),
    )


_Keys = tuple[
    list[tuple[UUID, UUID]],
    list[tuple[UUID, UUID, str]],
    list[tuple[UUID, str, str]],
    list[tuple[UUID, UUID]],
]


def _keys(items: Sequence[Item], patients: Sequence[Patient]) -> _Keys:
    visits, batches, lines, sessions = [], [], [], []
    for item, person in zip(items, patients, strict=True):
        if isinstance(person, Refused):
            continue
        command = item.command
        if item.presented is not None and item.presented.session is not None:
            sessions.append((person, item.presented.session))
        if isinstance(command, SettlePharmacy):
            lines += [(person, command.origin.institution, line.number) for line in command.lines]
        elif (visit := from_wire(command.visit)) is not None:
            visits.append((person, visit))
            batches.append((person, visit, command.batch))
    return visits, batches, lines, sessions


def _fold(
    items: list[Item],
    patients: Sequence[Patient],
    facts: WorkingSet,
    seen: dict[MessageKey, inbox.Remembered],
    now: datetime,
    deps: Deps,
) -> _Outcome:
    """Decide one message after the other; each effect is carried to the next before it is decided."""
    outcome = _Outcome([None] * len(items), frozenset(facts.pharmacy_lines))
    for place, (item, person) in enumerate(zip(items, patients, strict=True)):
        key, origin = key_of(item.command.origin), item.command.origin
        before = seen.get(key)
        if before is not None:
            outcome.answers[place] = replayed(before, origin, item.command.render)
            continue
        decided = _decide_one(item, person, facts, now, deps)
        if isinstance(decided, Refused):
            reply = item.command.render(decided)
            outcome.answers[place] = reply
            if decided.code.retryable:
                continue
            act = None
        else:
            apply(decided, facts)
            reply = item.command.render(decided.bill)
            outcome.answers[place] = reply
            outcome.decided.append(decided)
            act = decided.settlement.settlement
        patient = person if isinstance(person, UUID) else None
        outcome.entries.append(inbox.Entry(key, origin.digest, reply, patient, act))
        seen[key] = inbox.Remembered(origin.digest, reversed=False, reply=reply, act=act, person=patient)
    return outcome


def _decide_one(
    item: Item, patient: Patient, facts: WorkingSet, now: datetime, deps: Deps
) -> Decided | Refused:
    if isinstance(patient, Refused):
        return patient
    command = item.command
    presented = presented_for(command, item.presented)
    fresh = (new_id(deps, now), new_id(deps, now))
    request = request_of(command, presented, patient, fresh, facts, now)
    if isinstance(request, Refused):
        person, institution = facts.persons.get(patient), facts.institutions[command.origin.institution]
        return missing_because(request, person, institution, deps.book.region_names())
    decided = decide(request, facts, deps.book, now)
    if isinstance(decided, Refused) or command.preview:
        return decided
    note, expected = command.shown or facts.notes.get((patient, request.visit, request.batch)), None
    if isinstance(command, SettleVisit):
        expected = command.expected
    return preview_holds(decided, expected, note) or decided


async def _record(connection: Connection, outcome: _Outcome, now: datetime, deps: Deps) -> None:
    """Write everything the batch decided, set-based; the answers first, so that a rival copy is found at once."""
    if outcome.entries:
        await inbox.remember(connection, outcome.entries, now, deps.vault)
    if not outcome.decided:
        return
    every = outcome.decided
    packs = {decided.archive[0]: decided.archive for decided in every}
    await settlement_store.archive_packs(connection, [packs[digest] for digest in sorted(packs)], now)
    await _record_visits(connection, every, outcome.lines_known, now)
    await settlement_store.add_settlements(connection, [decided.settlement for decided in every])
    await ledger_store.add_transfers(connection, [row for decided in every for row in decided.transfers])
    await ledger_store.change_balances(connection, sum_balances(every))
    await wallet_store.add_parts(connection, [part for decided in every for part in decided.parts])
    await mutual_aid_store.use(connection, [use for decided in every for use in decided.grants])
    await mutual_aid_store.use_confirmations(connection, [u for one in every for u in one.confirmations])
    await settlement_store.add_to_years(connection, sum_years(every))
    await settlement_store.add_to_days(connection, sum_days(every))
    await notices.tell(connection, [one for decided in every for one in of_settlement(decided)], deps.ways)
    consumed = [
        (decided.settlement.person, decided.session, decided.settlement.settlement)
        for decided in every
        if decided.session is not None
    ]
    await credential_store.consume(connection, consumed)


async def _record_visits(
    connection: Connection, decided: Sequence[Decided], lines_known: frozenset[LineKey], now: datetime
) -> None:
    bought = [one for one in decided if one.settlement.kind is SettlementKind.PHARMACY]
    held = [
        (settled.person, settled.visit, settled.batch, settled.settlement)
        for settled in (one.settlement for one in decided)
        if settled.kind is SettlementKind.OUTPATIENT
    ]
    await settlement_store.open_visits(connection, [purchase_of(one) for one in bought], "", "", now)
    await settlement_store.hold_batches(connection, held)
    held_lines = [(*key, one.settlement.settlement) for one in bought for key in line_keys(one)]
    await settlement_store.hold_pharmacy_lines(
        connection,
        [line for line in held_lines if line[:3] not in lines_known],
        [line for line in held_lines if line[:3] in lines_known],
    )
