"""医保码: what became of a code that was shown: waits, scanned where, paid a bill and who paid it, expired, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.model import Action, Basis, PersonActor, Right
from qinji.credential import queries as credentials
from qinji.credential.model import CodeFacts, CodeStage, SessionFacts
from qinji.credential.rules import stage_of
from qinji.flows.acts.act import keep_look
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.kin import KinName, kin_names
from qinji.flows.parts.paid_parts import PaidBill, paid_bill, payers_in
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements
from qinji.settlement.model import SettlementRow


@dataclass(frozen=True, slots=True)
class FollowCode:
    """``digest``: the keyed hash that was told with the code; never the code itself."""

    actor: PersonActor
    digest: bytes


@dataclass(frozen=True, slots=True)
class CodeFollowed:
    """What became of a code. ``institution`` is the name of the place that scanned it.

    ``bill`` is what it paid; ``bill_hidden`` where the viewer showed the code and may not see the patient's costs.
    """

    stage: CodeStage
    patient: KinName
    expires_at: datetime
    own_money_only: bool
    institution: str | None
    bill: PaidBill | None
    bill_hidden: bool


@dataclass(frozen=True, slots=True)
class _Scan:
    code: CodeFacts
    session: SessionFacts | None
    place: str | None


async def run(command: FollowCode, deps: Deps) -> CodeFollowed | Refused:
    """Told to the patient and, as long as they may show it, to whoever showed it; reading amounts is noted.

    Refused: NOT_FOUND for anybody else and for unknown codes; POWER_NOT_GIVEN when the power was taken since.
    """
    now = deps.clock()

    async def look() -> tuple[CodeFollowed, UUID, Basis | None] | Refused:
        async with deps.database.reading() as connection:
            return await _follow(command, connection, now)

    found = await deps.database.repeatedly(look)
    if isinstance(found, Refused):
        return found
    followed, patient, basis = found
    if basis is not None and basis.right is not Right.OWN:
        await _note(command.actor.person_id, patient, basis, now, deps)
    return followed


async def _follow(
    command: FollowCode, connection: Connection, now: datetime
) -> tuple[CodeFollowed, UUID, Basis | None] | Refused:
    viewer = command.actor.person_id
    code = await credentials.code(connection, command.digest)
    if code is None or viewer not in (code.person_id, code.shown_by):
        return refuse(RefusalCode.NOT_FOUND)
    allowed = await authorize(connection, command.actor, code.person_id, Action.SHOW_CODE)
    if isinstance(allowed, Refused):
        return allowed
    scan = await _scan(code, connection)
    stage = stage_of(code, scan.session, now)
    row, basis = None, None
    if stage is CodeStage.USED:
        seen = await authorize(connection, command.actor, code.person_id, Action.SEE_COSTS)
        basis = None if isinstance(seen, Refused) else seen
        row = await _settled(scan, connection) if basis is not None else None
    names = await _names(connection, viewer, {code.person_id} | (payers_in(row) if row else set()))
    followed = CodeFollowed(
        stage=stage,
        patient=names[code.person_id],
        expires_at=code.expires_at,
        own_money_only=code.own_money_only,
        institution=scan.place,
        bill=None if row is None else paid_bill(row, viewer, names),
        bill_hidden=stage is CodeStage.USED and basis is None,
    )
    return followed, code.person_id, basis


async def _scan(code: CodeFacts, connection: Connection) -> _Scan:
    if code.session_id is None or code.institution is None:
        return _Scan(code, None, None)
    pair = (code.person_id, code.session_id)
    session = (await credentials.sessions(connection, [pair])).get(pair)
    place = await institutions.by_code(connection, code.institution)
    return _Scan(code, session, place.name if place else code.institution)


async def _settled(scan: _Scan, connection: Connection) -> SettlementRow | None:
    if scan.session is None or scan.session.consumed_by is None:
        return None
    return await settlements.one(connection, scan.code.person_id, scan.session.consumed_by)


async def _names(connection: Connection, viewer: UUID, who: set[UUID]) -> dict[UUID, KinName]:
    people = await insured.persons(connection, sorted(who))
    kinship = await insured.kinship(connection, [(viewer, one) for one in sorted(who)])
    return kin_names(people, viewer, kinship)


async def _note(viewer: UUID, patient: UUID, basis: Basis, now: datetime, deps: Deps) -> None:
    row = AuditEntry(patient, new_id(deps, now), f"person:{viewer}", Action.SEE_COSTS, basis.text, None, now)

    async def attempt() -> None:
        async with deps.database.transaction() as connection:
            await keep_look(connection, [row], deps)

    await deps.database.repeatedly(attempt)
