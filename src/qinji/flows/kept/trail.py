"""What the trail of a person is gathered from, page by page: for the page that shows it and for who takes it away."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from qinji.access.model import Action
from qinji.credential import queries as credentials
from qinji.credential.model import Scan
from qinji.flows.kept.shared_uses import uses_told
from qinji.flows.parts.kin import kin_names
from qinji.flows.parts.trail import (
    Named,
    TrailItem,
    institution_of,
    of_audit,
    of_happening,
    of_scan,
    of_shared,
    person_of,
)
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry
from qinji.ledger import queries as ledger
from qinji.ledger.model import SharedUse
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements
from qinji.settlement.model import Happening


async def gathered(
    connection: Connection, me: UUID, regions: Mapping[str, str], limit: int, before: UUID | None
) -> list[TrailItem]:
    """A page of a person's trail, newest first, without the codes that they showed themselves.

    ``regions`` are the names of the regions, by code.
    Each source is asked for a page; ids grow with time in all of them, so the newest of all sources are a page too.
    """
    rows = await insured.trail(connection, me, Action.SHOW_CODE, limit, before)
    scans = await credentials.scans(connection, me, limit, before)
    happened = await settlements.happenings(connection, me, limit, before)
    uses = await ledger.shared_by(connection, me, limit, before)
    told = await uses_told(connection, uses, regions)
    named = await _named(connection, me, rows, scans, happened, uses)
    items = [of_audit(row, named) for row in rows]
    items += [of_scan(scan, named) for scan in scans]
    items += [of_happening(one, named) for one in happened]
    items += [of_shared(use, told[use.settlement], named) for use in uses]
    return sorted(items, key=lambda item: item.item_id, reverse=True)[:limit]


async def _named(
    connection: Connection,
    me: UUID,
    rows: list[AuditEntry],
    scans: list[Scan],
    happened: list[Happening],
    uses: list[SharedUse],
) -> Named:
    found = [person_of(row.actor) for row in rows] + [row.behalf_of for row in rows]
    found += [scan.session.shown_by for scan in scans] + [one.shown_by for one in happened]
    found += [use.beneficiary for use in uses]
    who = sorted({person for person in found if person is not None} | {me})
    people = await insured.persons(connection, who)
    kinship = await insured.kinship(connection, [(me, other) for other in who])
    staff = await institutions.staff(connection)
    codes = {scan.session.institution for scan in scans} | {one.institution for one in happened}
    codes |= {code for row in rows if (code := institution_of(row.actor)) is not None}
    codes |= {member.institution for member in staff if member.institution}
    places = await institutions.by_codes(connection, sorted(codes))
    return Named(
        me,
        kin_names(people, me, kinship),
        {member.staff_id: member for member in staff},
        {place.code: place.name for place in places},
    )
