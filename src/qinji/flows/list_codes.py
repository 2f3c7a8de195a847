"""谁出示过我的码: codes of mine that were scanned, or that somebody else showed: when, where, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.credential import queries
from qinji.credential.model import CodeFacts, CodeStage
from qinji.credential.rules import stage_of
from qinji.flows.deps import Deps
from qinji.flows.parts.kin import KinName, kin_names
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.settlement import queries as settlements

DIGEST_BYTES = 8
"""So much of a digest tells two codes of one moment apart in a cursor."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class CodeShown:
    """A code that was shown. ``returned_at`` is set where the bill that it paid was taken back since."""

    digest: bytes
    shown_by: KinName
    shown_at: datetime
    expires_at: datetime
    own_money_only: bool
    stage: CodeStage
    scanned_at: datetime | None
    institution_name: str | None
    settlement: UUID | None
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class CodesPage:
    """A page of codes; ``cursor`` continues it, None at the end."""

    codes: Sequence[CodeShown]
    cursor: str | None


async def run(actor: PersonActor, limit: int, cursor: str | None, deps: Deps) -> CodesPage:
    """One's own codes, newest first; only one's own can be asked for. What is no cursor begins from the start."""
    me, now = actor.person_id, deps.clock()
    async with deps.database.reading() as connection:
        codes = await queries.shown(connection, me, limit, _place(cursor))
        sessions = [code.session_id for code in codes if code.session_id is not None]
        scans = await queries.scans_of(connection, me, sessions)
        paid = [scan.session.consumed_by for scan in scans.values() if scan.session.consumed_by]
        returned = await settlements.returned(connection, me, paid)
        who = sorted({code.shown_by for code in codes} | {me})
        people = await insured.persons(connection, who)
        kinship = await insured.kinship(connection, [(me, other) for other in who])
        places = await institutions.by_codes(connection, sorted({code.institution or "" for code in codes}))
    names, kin = {place.code: place.name for place in places}, kin_names(people, me, kinship)
    shown = []
    for code in codes:
        scan = scans.get(code.session_id) if code.session_id is not None else None
        settlement = None if scan is None else scan.session.consumed_by
        shown.append(
            CodeShown(
                digest=code.digest,
                shown_by=kin[code.shown_by],
                shown_at=code.issued_at,
                expires_at=code.expires_at,
                own_money_only=code.own_money_only,
                stage=stage_of(code, None if scan is None else scan.session, now),
                scanned_at=None if scan is None else scan.opened_at,
                institution_name=names.get(code.institution or "", code.institution),
                settlement=settlement,
                returned_at=None if settlement is None else returned.get(settlement),
            )
        )
    return CodesPage(shown, _cursor(codes[-1]) if len(codes) == limit else None)


def _cursor(code: CodeFacts) -> str:
    moment = (code.issued_at - _EPOCH) // _MICROSECOND
    return f"{moment}-{code.digest[:DIGEST_BYTES].hex()}"


def _place(cursor: str | None) -> tuple[datetime, bytes] | None:
    moment, _, digest = (cursor or "").partition("-")
    if not moment.isascii() or not moment.isdigit() or len(moment) > 16:
        return None
    try:
        return _EPOCH + int(moment) * _MICROSECOND, bytes.fromhex(digest)
    except (ValueError, OverflowError):
        return None
