"""Reading what a bill is explained from: its stored decision, the people in it, and what they had agreed to."""

from __future__ import annotations

from uuid import UUID

from qinji.credential import queries as credentials
from qinji.family import queries as family
from qinji.flows.deps import Deps
from qinji.flows.parts.document import read_decision
from qinji.flows.parts.kin import kin_names
from qinji.flows.parts.shared_uses import region_told
from qinji.flows.parts.usage import Shown, UsageFacts, grants_in, people_in
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.platform.database import Connection
from qinji.settlement.model import Settlement, SettlementRow


async def usage_facts(row: SettlementRow, reader: UUID, connection: Connection, deps: Deps) -> UsageFacts:
    """Everything a bill is explained from; people are named as the reader calls them."""
    settled = row.settlement
    document = read_decision(settled.decision)
    who = sorted(
        people_in(document)
        | {settled.person, reader}
        | ({settled.shown_by} if settled.shown_by is not None else set())
    )
    people = await insured.persons(connection, who)
    kinship = await insured.kinship(connection, [(reader, other) for other in who])
    place = await institutions.by_code(connection, settled.institution)
    regions = deps.book.region_names()
    return UsageFacts(
        row=row,
        document=document,
        names=kin_names(people, reader, kinship),
        institution_name=settled.institution if place is None else place.name,
        region_name=regions.get(settled.region, settled.region),
        used_in=region_told(place, regions),
        shown=await _shown(settled, connection),
        consents=await insured.consents_about(connection, settled.person, grants_in(document)),
        reader=reader,
    )


async def _shown(settled: Settlement, connection: Connection) -> Shown:
    """The code of the bill, and what the member had agreed to where somebody else showed it."""
    scan = await credentials.scan_for(connection, settled.person, settled.settlement)
    if scan is None:
        return Shown(None, None, ())
    code = await credentials.code_of_session(connection, settled.person, scan.session.session_id)
    shower, moment = scan.session.shown_by, scan.opened_at if code is None else code.issued_at
    binding = None
    if shower != settled.person:
        binding = await family.in_force_at(connection, shower, settled.person, moment)
    if binding is None:
        return Shown(scan, code, ())
    consents = await insured.consents(connection, settled.person, binding.binding_id)
    return Shown(scan, code, consents)
