"""Reading what the letters of a closed case are written from."""

from __future__ import annotations

from collections.abc import Mapping

from qinji.complaint import queries
from qinji.complaint.model import Complaint
from qinji.flows.parts.complaint_letters import LetterFacts
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.kernel.dates import local_day
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements


async def letter_facts(
    complaint: Complaint, connection: Connection, region_names: Mapping[str, str]
) -> LetterFacts:
    """The case with its people, measures and bill."""
    who = {one for one in (complaint.person_id, complaint.other_id, complaint.patient_id) if one is not None}
    settled = None
    if complaint.settlement_id is not None and complaint.patient_id is not None:
        settled = await settlements.one(connection, complaint.patient_id, complaint.settlement_id)
    place = None
    if complaint.institution is not None:
        place = await institutions.by_code(connection, complaint.institution)
    return LetterFacts(
        complaint=complaint,
        people=await insured.persons(connection, sorted(who)),
        measures=tuple(await queries.measures(connection, complaint.person_id, complaint.complaint_id)),
        place=(complaint.institution or "") if place is None else place.name,
        region_name="" if place is None else region_names.get(place.region, place.region),
        settled_at=None if settled is None else settled.settlement.booked_at,
        on=local_day(complaint.ended_at or complaint.opened_at),
    )
