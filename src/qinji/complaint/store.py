"""Writing complaints; called by flows only."""

from __future__ import annotations

from qinji.complaint.model import (
    CancelRequest,
    Complaint,
    Measure,
    Step,
    explanation_to_json,
    freezes_to_json,
)
from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection, affected

_OPEN = """
insert into complaint (person_id, complaint_id, kind, subject_kind, subject, concern, text, freezes, lift_at_close,
  explanation, explanation_digest, settlement_id, patient_id, institution, other_id, promised_day, clerk, channel,
  entered_by, paper, state, opened_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
"""

_CHANGE = """
update complaint set clerk = $3, state = $4, lifted_at = $5, outcome = $6, resolution = $7, ended_by = $8, ended_at = $9
where person_id = $1 and complaint_id = $2
"""

_ENTER = """
insert into complaint_measure (person_id, complaint_id, measure_id, kind, settlement_id, patient_id, payers, amount_fen,
  grant_id, reason, entered_by, entered_at, state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

_DECIDE = """
update complaint_measure set state = $4, decided_by = $5, decided_at = $6, decision_reason = $7
where person_id = $1 and complaint_id = $2 and measure_id = $3 and state = 'waiting'
"""


async def add(connection: Connection, one: Complaint) -> None:
    """Keep a case that is opened; the database holds one open case for a person and a thing."""
    await connection.execute(
        _OPEN,
        one.person_id,
        one.complaint_id,
        one.kind,
        one.about.kind,
        one.about.key,
        one.concern,
        one.text,
        freezes_to_json(one.freezes),
        one.lift_at_close,
        explanation_to_json(one.explanation),
        one.explanation.digest,
        one.settlement_id,
        one.patient_id,
        one.institution,
        one.other_id,
        one.promised_day,
        one.clerk,
        one.channel,
        one.entered_by,
        one.paper,
        one.state,
        one.opened_at,
    )


async def change(connection: Connection, one: Complaint) -> None:
    """Keep who looks after it, whether what was stopped goes on, and how it ended; all else never changes."""
    status = await connection.execute(
        _CHANGE,
        one.person_id,
        one.complaint_id,
        one.clerk,
        one.state,
        one.lifted_at,
        one.outcome,
        one.resolution,
        one.ended_by,
        one.ended_at,
    )
    ensure(affected(status) == 1, "the case that changes is there", status=status)


async def add_step(connection: Connection, step: Step) -> None:
    """Keep a step."""
    await connection.execute(
        "insert into complaint_step (person_id, complaint_id, step_id, kind, by, text, at) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        step.person_id,
        step.complaint_id,
        step.step_id,
        step.kind,
        step.by,
        step.text,
        step.at,
    )


async def ask_to_cancel(connection: Connection, request: CancelRequest) -> None:
    """Keep what an institution is asked; a case asks once."""
    await connection.execute(
        "insert into complaint_cancel_request (person_id, complaint_id, institution, patient_id, settlement_id, words, "
        "asked_by, asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        request.person_id,
        request.complaint_id,
        request.institution,
        request.patient_id,
        request.settlement_id,
        request.words,
        request.asked_by,
        request.asked_at,
    )


async def enter(connection: Connection, measure: Measure) -> None:
    """Keep a measure that waits for its second person; a case has one at a time."""
    await connection.execute(
        _ENTER,
        measure.person_id,
        measure.complaint_id,
        measure.measure_id,
        measure.kind,
        measure.settlement_id,
        measure.patient_id,
        list(measure.payers),
        measure.amount_fen,
        measure.grant_id,
        measure.reason,
        measure.entered_by,
        measure.entered_at,
        measure.state,
    )


async def decide(connection: Connection, measure: Measure) -> None:
    """Keep what the second person decided; once."""
    status = await connection.execute(
        _DECIDE,
        measure.person_id,
        measure.complaint_id,
        measure.measure_id,
        measure.state,
        measure.decided_by,
        measure.decided_at,
        measure.decision_reason,
    )
    ensure(affected(status) == 1, "the measure to decide waits", status=status)
