"""Reading complaints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qinji.complaint.model import (
    About,
    CancelRequest,
    Complaint,
    ComplaintKind,
    ComplaintState,
    Concern,
    Measure,
    MeasureKind,
    MeasureState,
    Outcome,
    Step,
    StepKind,
    SubjectKind,
    explanation_from_json,
    freezes_from_json,
)
from qinji.kernel.actor import Channel
from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection, Record

_OPEN_ABOUT = """
select * from complaint where person_id = $1 and state = 'open'
  and (subject_kind, subject) in (select * from unnest($2::text[], $3::text[])) limit 1
"""


def _complaint(row: Record) -> Complaint:
    explanation = explanation_from_json(row["explanation"])
    ensure(explanation.digest == row["explanation_digest"], "an explanation is as it was told")
    outcome = row["outcome"]
    return Complaint(
        person_id=row["person_id"],
        complaint_id=row["complaint_id"],
        kind=ComplaintKind(row["kind"]),
        about=About(SubjectKind(row["subject_kind"]), row["subject"]),
        concern=Concern(row["concern"]),
        text=row["text"],
        freezes=freezes_from_json(row["freezes"]),
        lift_at_close=row["lift_at_close"],
        explanation=explanation,
        settlement_id=row["settlement_id"],
        patient_id=row["patient_id"],
        institution=row["institution"],
        other_id=row["other_id"],
        promised_day=row["promised_day"],
        clerk=row["clerk"],
        channel=Channel(row["channel"]),
        entered_by=row["entered_by"],
        paper=row["paper"],
        state=ComplaintState(row["state"]),
        opened_at=row["opened_at"],
        lifted_at=row["lifted_at"],
        outcome=None if outcome is None else Outcome(outcome),
        resolution=row["resolution"],
        ended_by=row["ended_by"],
        ended_at=row["ended_at"],
    )


def _measure(row: Record) -> Measure:
    return Measure(
        person_id=row["person_id"],
        complaint_id=row["complaint_id"],
        measure_id=row["measure_id"],
        kind=MeasureKind(row["kind"]),
        settlement_id=row["settlement_id"],
        patient_id=row["patient_id"],
        payers=tuple(row["payers"]),
        amount_fen=row["amount_fen"],
        grant_id=row["grant_id"],
        reason=row["reason"],
        entered_by=row["entered_by"],
        entered_at=row["entered_at"],
        state=MeasureState(row["state"]),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        decision_reason=row["decision_reason"],
    )


def _request(row: Record) -> CancelRequest:
    return CancelRequest(
        row["person_id"],
        row["complaint_id"],
        row["institution"],
        row["patient_id"],
        row["settlement_id"],
        row["words"],
        row["asked_by"],
        row["asked_at"],
    )


async def open_about(connection: Connection, person: UUID, names: Sequence[About]) -> Complaint | None:
    """The open case of a person about this very thing, by whichever of its names the case knows it."""
    row = await connection.fetchrow(
        _OPEN_ABOUT, person, [one.kind for one in names], [one.key for one in names]
    )
    return None if row is None else _complaint(row)


async def one(connection: Connection, person: UUID, complaint_id: UUID) -> Complaint | None:
    """A case of this person; anybody else's is like a missing one."""
    row = await connection.fetchrow(
        "select * from complaint where person_id = $1 and complaint_id = $2", person, complaint_id
    )
    return None if row is None else _complaint(row)


async def find(connection: Connection, complaint_id: UUID) -> Complaint | None:
    """A case whoever's it is; for the bureau's own staff."""
    row = await connection.fetchrow("select * from complaint where complaint_id = $1", complaint_id)
    return None if row is None else _complaint(row)


async def listing(
    connection: Connection, person: UUID, limit: int, before: UUID | None = None
) -> list[Complaint]:
    """The cases of a person, newest first; ``before`` continues a page."""
    rows = await connection.fetch(
        "select * from complaint where person_id = $1 and ($3::uuid is null or complaint_id < $3) "
        "order by complaint_id desc limit $2",
        person,
        limit,
        before,
    )
    return [_complaint(row) for row in rows]


async def told_to(connection: Connection, other: UUID, limit: int) -> list[Complaint]:
    """Closed cases of relatives whose other side this person is, newest first: what a letter is about."""
    rows = await connection.fetch(
        "select * from complaint where other_id = $1 and state = 'closed' order by complaint_id desc limit $2",
        other,
        limit,
    )
    return [_complaint(row) for row in rows]


async def waiting(connection: Connection, limit: int, after: UUID | None = None) -> list[Complaint]:
    """Open cases, oldest first; ``after`` continues a page."""
    rows = await connection.fetch(
        "select * from complaint where state = 'open' and ($2::uuid is null or complaint_id > $2) "
        "order by complaint_id limit $1",
        limit,
        after,
    )
    return [_complaint(row) for row in rows]


@dataclass(frozen=True, slots=True)
class OpenCases:
    """How many cases are open, and how many of them are past their promised day."""

    waiting: int
    overdue: int


async def count_open(connection: Connection, today: date) -> OpenCases:
    """What is open, and what of it is late."""
    row = await connection.fetchrow(
        "select count(*) as waiting, count(*) filter (where promised_day < $1) as overdue "
        "from complaint where state = 'open'",
        today,
    )
    return OpenCases(0, 0) if row is None else OpenCases(row["waiting"], row["overdue"])


async def open_by_clerk(connection: Connection) -> Mapping[str, int]:
    """How many open cases each member of staff looks after."""
    rows = await connection.fetch(
        "select clerk, count(*) as cases from complaint where state = 'open' and clerk is not null group by clerk"
    )
    return {row["clerk"]: row["cases"] for row in rows}


async def steps(connection: Connection, person: UUID, complaint_id: UUID) -> list[Step]:
    """The steps of a case, in the order of time."""
    rows = await connection.fetch(
        "select * from complaint_step where person_id = $1 and complaint_id = $2 "
        # Of what is done in one moment the opening comes first, and what ends a case last.
        "order by at, (kind <> 'opened'), (kind in ('withdrawn', 'closed')), step_id",
        person,
        complaint_id,
    )
    return [
        Step(
            row["person_id"],
            row["complaint_id"],
            row["step_id"],
            StepKind(row["kind"]),
            row["by"],
            row["text"],
            row["at"],
        )
        for row in rows
    ]


async def measures(connection: Connection, person: UUID, complaint_id: UUID) -> list[Measure]:
    """The measures of a case, in the order of time."""
    rows = await connection.fetch(
        "select * from complaint_measure where person_id = $1 and complaint_id = $2 order by measure_id",
        person,
        complaint_id,
    )
    return [_measure(row) for row in rows]


async def measures_waiting(connection: Connection, cases: Sequence[UUID]) -> Mapping[UUID, Measure]:
    """What waits for a second person in these cases, by case."""
    rows = await connection.fetch(
        "select * from complaint_measure where complaint_id = any($1::uuid[]) and state = 'waiting'",
        list(cases),
    )
    return {row["complaint_id"]: _measure(row) for row in rows}


async def measure(connection: Connection, measure_id: UUID) -> Measure | None:
    """A measure, whoever's case it belongs to."""
    row = await connection.fetchrow("select * from complaint_measure where measure_id = $1", measure_id)
    return None if row is None else _measure(row)


async def request(connection: Connection, person: UUID, complaint_id: UUID) -> CancelRequest | None:
    """What an institution is asked in a case."""
    row = await connection.fetchrow(
        "select * from complaint_cancel_request where person_id = $1 and complaint_id = $2",
        person,
        complaint_id,
    )
    return None if row is None else _request(row)


async def requests_to(connection: Connection, institution: str, limit: int) -> list[CancelRequest]:
    """What this institution is asked in cases that are open, oldest first."""
    rows = await connection.fetch(
        "select r.* from complaint_cancel_request r join complaint c on c.person_id = r.person_id "
        "and c.complaint_id = r.complaint_id where r.institution = $1 and c.state = 'open' "
        "order by r.asked_at, r.complaint_id limit $2",
        institution,
        limit,
    )
    return [_request(row) for row in rows]


async def corrections(connection: Connection) -> Mapping[UUID, list[UUID]]:
    """The acts by which settlements were corrected, by settlement; for auditors, who may scan."""
    rows = await connection.fetch(
        "select settlement_id, measure_id from complaint_measure where kind = 'correct' and state = 'done' "
        "order by measure_id"
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["settlement_id"], []).append(row["measure_id"])
    return found


async def corrected(connection: Connection, settlement: UUID) -> list[Measure]:
    """What was given back of a settlement by corrections, oldest first."""
    rows = await connection.fetch(
        "select * from complaint_measure where settlement_id = $1 and kind = 'correct' and state = 'done' "
        "order by measure_id",
        settlement,
    )
    return [_measure(row) for row in rows]
