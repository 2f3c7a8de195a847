"""What was spent, searched: a patient's bills for who may see their costs, and for a grantor what their account paid.

The two sides are two types: what a grantor may not know of a relative's bill (policy: amount, day, region and class of
use, nothing of what was treated or where exactly) has no place in theirs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, Basis, PersonActor, Right
from qinji.flows.acts.act import keep_look
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.document import read_decision
from qinji.flows.parts.kin import KinName, kin_names
from qinji.flows.parts.shared_uses import region_told, used_at
from qinji.flows.parts.usage import KIND_CHINESE, uses_of
from qinji.institution import queries as institutions
from qinji.institution.model import Institution
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.search import Terms, span_of
from qinji.ledger import record_queries as ledger
from qinji.ledger.model import SharedPart
from qinji.platform.database import Connection
from qinji.settlement import record_queries as settlements
from qinji.settlement.model import PaidBy, SettlementKind, Spent, SpentSearch

ROUNDS_MAX = 10
LOOKED_AT = 200
"""A term that one room's index cannot narrow is tried on so many acts at a time, so often; then the page ends early."""

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class UseWish:
    """What is looked for. ``number``: whose bills, or for which relative one's account paid; None: one's own, or all.

    Both days count. ``place`` are words of an institution's or a region's name; ``paid_by`` a way of paying or the
    number of the relative who paid. Amounts are fen: of the bill, for a grantor of their own part.
    """

    number: str | None = None
    first: date | None = None
    last: date | None = None
    least_fen: int | None = None
    most_fen: int | None = None
    place: str = ""
    kind: SettlementKind | None = None
    returned: bool | None = None
    paid_by: PaidBy | str | None = None


@dataclass(frozen=True, slots=True)
class PatientUse:
    """A bill as its patient, or who may see their costs, reads it: total = fund + own + relatives + cash, in fen."""

    settlement: UUID
    place: str
    region: str
    kind: str
    service_day: date
    booked_at: datetime
    total_fen: int
    fund_fen: int
    own_fen: int
    relatives: tuple[tuple[KinName, int], ...]
    cash_fen: int
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class GrantorUse:
    """What one's own account paid of a relative's bill, in fen, by class of use; no institution, nothing treated."""

    settlement: UUID
    who: KinName
    region: str
    kind: str
    booked_at: datetime
    amount_fen: int
    uses: tuple[tuple[str, int], ...]
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class UsesPage(Generic[Line]):
    """A page, newest first; ``cursor`` continues it, None at the end. A page may be short and go on all the same."""

    lines: Sequence[Line]
    cursor: UUID | None
    subject: UUID | None = field(default=None)


async def of_patient(
    actor: PersonActor, wish: UseWish, limit: int, before: UUID | None, deps: Deps
) -> UsesPage[PatientUse] | Refused:
    """Bills of oneself or of a member whose costs one may see; a look at a member's is noted in their trail.

    Refused: NOT_FOUND, POWER_NOT_GIVEN.
    """

    async def attempt() -> UsesPage[PatientUse] | Refused:
        async with _opened(deps, noting=wish.number is not None) as connection:
            return await _of_patient(connection, actor, wish, limit, before, deps)

    return await deps.database.repeatedly(attempt)


@asynccontextmanager
async def _opened(deps: Deps, *, noting: bool) -> AsyncIterator[Connection]:
    """A snapshot to read from; where another's look has to be noted, a transaction."""
    async with deps.database.transaction() if noting else deps.database.reading() as connection:
        yield connection


async def _of_patient(
    connection: Connection, actor: PersonActor, wish: UseWish, limit: int, before: UUID | None, deps: Deps
) -> UsesPage[PatientUse] | Refused:
    found = actor.person_id if wish.number is None else await by_number(connection, wish.number, deps.vault)
    if found is None:
        return refuse(RefusalCode.NOT_FOUND)
    basis = await authorize(connection, actor, found, Action.SEE_COSTS)
    if isinstance(basis, Refused):
        return basis
    if basis.right is not Right.OWN:
        await _note(connection, actor, found, basis, deps)
    names = deps.book.region_names()
    terms = await _terms(connection, wish, names, by_name=True)
    paid_by = wish.paid_by if isinstance(wish.paid_by, PaidBy) else None
    search = SpentSearch(terms, wish.kind, paid_by)
    if wish.paid_by is None or paid_by is not None:
        rows = await settlements.search(connection, found, search, limit, before)
        cursor = rows[-1].settlement if len(rows) == limit else None
    else:
        relative = await by_number(connection, str(wish.paid_by), deps.vault)
        if relative is None:
            return UsesPage((), None, found)
        rows, cursor = await _paid_by(connection, found, relative, search, limit, before)
    lines = await _patient_lines(connection, actor.person_id, found, rows, names)
    return UsesPage(lines, cursor, found)


async def _note(connection: Connection, actor: PersonActor, subject: UUID, basis: Basis, deps: Deps) -> None:
    now = deps.clock()
    actor_text = f"person:{actor.person_id}"
    row = AuditEntry(subject, new_id(deps, now), actor_text, Action.SEE_COSTS, basis.text, None, now)
    await keep_look(connection, [row], deps)


async def _terms(connection: Connection, wish: UseWish, names: Mapping[str, str], *, by_name: bool) -> Terms:
    """The wish as rooms take it; a place is looked up by its region's name alone where its own must not be told."""
    codes: Sequence[str] | None = None
    if wish.place:
        regions = [code for code, name in names.items() if wish.place in name]
        codes = await institutions.codes_at(connection, wish.place if by_name else "", regions)
    since, until = span_of(wish.first, wish.last)
    return Terms(
        since=since,
        until=until,
        least_fen=wish.least_fen,
        most_fen=wish.most_fen,
        institutions=codes,
        returned=wish.returned,
    )


async def _paid_by(
    connection: Connection,
    patient: UUID,
    relative: UUID,
    search: SpentSearch,
    limit: int,
    before: UUID | None,
) -> tuple[list[Spent], UUID | None]:
    """Bills of which this relative paid a part: the ledger says which, the terms are tried on those."""
    rows: list[Spent] = []
    for _ in range(ROUNDS_MAX):
        acts = await ledger.paid_by(connection, patient, relative, LOOKED_AT, before)
        if not acts:
            return rows, None
        left = limit - len(rows)
        rows += await settlements.search(connection, patient, replace(search, among=acts), left)
        if len(rows) == limit:
            return rows, rows[-1].settlement
        before = acts[-1]
    return rows, before


async def _patient_lines(
    connection: Connection, viewer: UUID, patient: UUID, rows: Sequence[Spent], names: Mapping[str, str]
) -> list[PatientUse]:
    shared = [row.settlement for row in rows if row.mutual_aid_fen]
    paid = await ledger.relatives_paying(connection, patient, shared)
    kin = await _kin(connection, viewer, {who for parts in paid.values() for who, _ in parts})
    places = await _places(connection, {row.institution for row in rows})
    return [
        PatientUse(
            settlement=row.settlement,
            place=places[row.institution].name if row.institution in places else row.institution,
            region=region_told(places.get(row.institution), names),
            kind=KIND_CHINESE[row.kind],
            service_day=row.service_day,
            booked_at=row.booked_at,
            total_fen=row.total_fen,
            fund_fen=row.fund_fen,
            own_fen=row.own_fen,
            relatives=tuple((kin[who], fen) for who, fen in paid.get(row.settlement, ())),
            cash_fen=row.cash_fen,
            returned_at=row.returned_at,
        )
        for row in rows
    ]


async def _kin(connection: Connection, viewer: UUID, who: set[UUID]) -> Mapping[UUID, KinName]:
    if not who:
        return {}
    people = await insured.persons(connection, sorted(who))
    kinship = await insured.kinship(connection, [(viewer, other) for other in sorted(who)])
    return kin_names(people, viewer, kinship)


async def _places(connection: Connection, codes: set[str]) -> dict[str, Institution]:
    return {place.code: place for place in await institutions.by_codes(connection, sorted(codes))}


async def of_grantor(
    actor: PersonActor, wish: UseWish, limit: int, before: UUID | None, deps: Deps
) -> UsesPage[GrantorUse] | Refused:
    """What one's own account paid for relatives, of ended grants too. Refused: NOT_FOUND for a number of nobody.

    Who one never granted anything looks like nobody.
    """
    async with deps.database.reading() as connection:
        who: UUID | None = None
        if wish.number is not None:
            who = await by_number(connection, wish.number, deps.vault)
            if who is None:
                return refuse(RefusalCode.NOT_FOUND)
            basis = await authorize(connection, actor, who, Action.SEE_SHARED_AMOUNTS)
            if isinstance(basis, Refused):
                return basis
        names = deps.book.region_names()
        terms = await _terms(connection, wish, names, by_name=False)
        parts, cursor = await _shared(connection, actor.person_id, terms, who, wish.kind, limit, before)
        lines = await _grantor_lines(connection, actor, parts, names)
    return UsesPage(lines, cursor, who)


async def _shared(
    connection: Connection,
    grantor: UUID,
    terms: Terms,
    beneficiary: UUID | None,
    kind: SettlementKind | None,
    limit: int,
    before: UUID | None,
) -> tuple[list[SharedPart], UUID | None]:
    """A page of parts; the kind of a bill, which the relative's bill tells, is tried on some at a time."""
    if kind is None:
        parts = await ledger.shared(connection, grantor, terms, beneficiary, limit, before)
        return parts, parts[-1].settlement if len(parts) == limit else None
    fit: list[SharedPart] = []
    for _ in range(ROUNDS_MAX):
        parts = await ledger.shared(connection, grantor, terms, beneficiary, LOOKED_AT, before)
        known = await settlements.kinds(connection, [(one.beneficiary, one.settlement) for one in parts])
        fit += [one for one in parts if known.get((one.beneficiary, one.settlement)) is kind]
        if len(fit) >= limit:
            return fit[:limit], fit[limit - 1].settlement
        if len(parts) < LOOKED_AT:
            return fit, None
        before = parts[-1].settlement
    return fit, before


async def _grantor_lines(
    connection: Connection, actor: PersonActor, parts: Sequence[SharedPart], names: Mapping[str, str]
) -> list[GrantorUse]:
    allowed = set()
    for who in sorted({part.beneficiary for part in parts}):
        basis = await authorize(connection, actor, who, Action.SEE_SHARED_AMOUNTS)
        if not isinstance(basis, Refused):
            allowed.add(who)
    told = [part for part in parts if part.beneficiary in allowed]
    kin = await _kin(connection, actor.person_id, allowed)
    places = await _places(connection, {part.institution for part in told if part.institution})
    keys = [(part.beneficiary, part.settlement) for part in told]
    decided = await settlements.decisions_of(connection, keys) if keys else {}
    lines = []
    for part in told:
        kind, decision = decided[part.beneficiary, part.settlement]
        used = used_at(places.get(part.institution or ""), kind, names)
        lines.append(
            GrantorUse(
                settlement=part.settlement,
                who=kin[part.beneficiary],
                region=used.region,
                kind=used.kind,
                booked_at=part.booked_at,
                amount_fen=part.amount_fen,
                uses=uses_of(read_decision(decision), actor.person_id),
                returned_at=part.returned_at,
            )
        )
    return lines
