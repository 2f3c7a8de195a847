"""Reading what somebody complains of: what they are to it, what they may be told of it, whom else it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.model import Action, PersonActor
from qinji.complaint.model import About, Concern, Explanation, SubjectKind
from qinji.complaint.rules import Parties, concern_of, other_side
from qinji.credential import queries as credentials
from qinji.credential.model import CodeFacts, Scan
from qinji.credential.rules import stage_of
from qinji.flows.acts.explained import usage_facts
from qinji.flows.deps import Deps
from qinji.flows.parts.complaint_words import (
    bill_explained,
    code_explained,
    look_explained,
    part_explained,
    showing_explained,
)
from qinji.flows.parts.document import read_decision
from qinji.flows.parts.kin import KinName, kin_names
from qinji.flows.parts.trail import Named, TrailItem, institution_of, of_audit, of_happening, person_of
from qinji.flows.parts.usage import grantors_paid, own_usage, usage
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements
from qinji.settlement.model import Happening, HappeningKind, SettlementRow, Visit

DIGEST_HEX = 64


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing as it concerns one person. ``grants`` are those by which their account paid, ``shower`` the holder
    who showed their code, where it was another; ``settlement`` is the bill that it leads to, ``digest`` that of a code.
    """

    about: About
    concern: Concern
    explanation: Explanation
    settlement: UUID | None = None
    patient: UUID | None = None
    institution: str | None = None
    other: UUID | None = None
    grants: tuple[UUID, ...] = ()
    shower: UUID | None = None
    digest: str | None = None

    @property
    def names(self) -> tuple[About, ...]:
        """By which a case may know it: a code by its scan, and from before that by its digest."""
        return (self.about, *([] if self.digest is None else [About(SubjectKind.CODE, self.digest)]))


async def subject_of(
    person: UUID, about: About, connection: Connection, deps: Deps, now: datetime
) -> Subject | Refused:
    """The thing, for whom it concerns. Refused: NOT_FOUND for everybody else, and for what there is not."""
    basis = await authorize(connection, PersonActor(person), person, Action.COMPLAIN)
    if isinstance(basis, Refused):
        return basis
    look = _Look(person, connection, deps, now)
    if about.kind is SubjectKind.SETTLEMENT:
        found = await look.settlement(about.key)
    elif about.kind is SubjectKind.CODE:
        found = await look.code(about.key)
    else:
        found = await look.entry(about.key)
    return refuse(RefusalCode.NOT_FOUND) if found is None else found


@dataclass(frozen=True, slots=True)
class _Look:
    """One look, for one person."""

    person: UUID
    connection: Connection
    deps: Deps
    now: datetime

    async def settlement(self, key: str) -> Subject | None:
        """A bill: the patient's, a grantor's who paid, or that of who showed the code."""
        settlement = from_wire(key)
        row = None if settlement is None else await settlements.find(self.connection, settlement)
        if row is None:
            return None
        parties = self._parties(row)
        concern = concern_of(self.person, parties)
        if concern is None:
            return None
        settled = row.settlement
        return Subject(
            about=About(SubjectKind.SETTLEMENT, to_wire(settled.settlement)),
            concern=concern,
            explanation=await self._bill(row, concern),
            settlement=settled.settlement,
            patient=settled.person,
            institution=settled.institution,
            other=other_side(self.person, parties),
            grants=self._grants(row),
            shower=settled.shown_by if settled.shown_by not in (None, self.person) else None,
        )

    def _parties(self, row: SettlementRow) -> Parties:
        document = read_decision(row.settlement.decision)
        return Parties(row.settlement.person, frozenset(grantors_paid(document)), row.settlement.shown_by)

    def _grants(self, row: SettlementRow) -> tuple[UUID, ...]:
        shares = read_decision(row.settlement.decision)["plan"]["shares"]
        mine = {one["grant"] for one in shares if one["grant"] and UUID(one["person"]) == self.person}
        return tuple(sorted(UUID(grant) for grant in mine))

    async def _bill(self, row: SettlementRow, concern: Concern) -> Explanation:
        facts = await usage_facts(row, self.person, self.connection, self.deps)
        if concern is Concern.OWN:
            return bill_explained(usage(facts))
        if concern is Concern.GRANTOR:
            return part_explained(own_usage(facts))
        told = usage(facts)
        return showing_explained(told.head, told.shown.shown_at)

    async def code(self, key: str) -> Subject | None:
        """A code by its digest, or by the session that its scan opened: its patient's, or that of who showed it."""
        code, scan = await self._code(key)
        if code is None:
            return None
        parties = Parties(code.person_id, shown_by=code.shown_by)
        concern = concern_of(self.person, parties)
        if concern is None:
            return None
        session = None if scan is None else scan.session
        told = code.digest.hex() if session is None else to_wire(session.session_id)
        names = await self._names({code.person_id, code.shown_by})
        places = await self._places({code.institution} if code.institution else set())
        place = places.get(code.institution or "", "")
        return Subject(
            about=About(SubjectKind.CODE, told),
            concern=concern,
            explanation=code_explained(
                names[code.person_id],
                names[code.shown_by],
                code.issued_at,
                stage_of(code, session, self.now),
                None if scan is None else (scan.opened_at, place),
            ),
            settlement=None if session is None else session.consumed_by,
            patient=None if session is None or session.consumed_by is None else code.person_id,
            institution=code.institution,
            other=other_side(self.person, parties),
            shower=code.shown_by if code.shown_by != self.person else None,
            digest=code.digest.hex(),
        )

    async def _code(self, key: str) -> tuple[CodeFacts | None, Scan | None]:
        if len(key) == DIGEST_HEX:
            try:
                code = await credentials.code(self.connection, bytes.fromhex(key))
            except ValueError:
                return None, None
        else:
            session = from_wire(key)
            mine = self.person
            code = (
                None if session is None else await credentials.code_of_session(self.connection, mine, session)
            )
        if code is None or code.session_id is None:
            return code, None
        found = await credentials.scans_of(self.connection, code.person_id, [code.session_id])
        return code, found.get(code.session_id)

    async def entry(self, key: str) -> Subject | None:
        """An entry of one's own trail: a look, a change, a visit that was registered, a scan, a bill."""
        identifier = from_wire(key)
        if identifier is None:
            return None
        about = About(SubjectKind.LOOK, to_wire(identifier))
        row = await insured.audit_entry(self.connection, self.person, identifier)
        if row is not None:
            item = of_audit(row, await self._named(row))
            who = person_of(row.actor)
            other = who if who != self.person else None
            return Subject(
                about, Concern.OWN, look_explained(item), None, None, institution_of(row.actor), other
            )
        visit = (await settlements.visits(self.connection, [(self.person, identifier)])).get(
            (self.person, identifier)
        )
        if visit is None:
            # An entry that is a scan or a bill is complained of as what it is.
            return await self.code(key) or await self.settlement(key)
        item = await self._registered(visit)
        return Subject(about, Concern.OWN, look_explained(item), institution=visit.institution)

    async def _registered(self, visit: Visit) -> TrailItem:
        opened = await settlements.visit_opened_at(self.connection, visit.person, visit.visit)
        happening = Happening(
            visit.visit, opened, visit.institution, HappeningKind.VISIT, None, None, "", None
        )
        places = await self._places({visit.institution})
        return of_happening(happening, Named(self.person, {}, {}, places))

    async def _named(self, row: AuditEntry) -> Named:
        people = {one for one in (person_of(row.actor), row.behalf_of) if one is not None} | {self.person}
        staff = {member.staff_id: member for member in await institutions.staff(self.connection)}
        codes = {member.institution for member in staff.values() if member.institution}
        code = institution_of(row.actor)
        places = await self._places(codes | ({code} if code else set()))
        return Named(self.person, await self._names(people), staff, places)

    async def _names(self, who: set[UUID]) -> dict[UUID, KinName]:
        people = await insured.persons(self.connection, sorted(who | {self.person}))
        kinship = await insured.kinship(self.connection, [(self.person, one) for one in sorted(who)])
        return kin_names(people, self.person, kinship)

    async def _places(self, codes: set[str]) -> dict[str, str]:
        return {one.code: one.name for one in await institutions.by_codes(self.connection, sorted(codes))}
