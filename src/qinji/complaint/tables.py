"""Tables of complaints: the case, its steps, what an institution is asked, and what two members of staff do."""

from __future__ import annotations

from sqlalchemy import Boolean, Date, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from qinji.platform.metadata import Id, Moment, check, fen, key, may, need, table

complaint = table(
    "complaint",
    "distributed",
    key("person_id", Id),
    key("complaint_id", Id),
    need("kind", Text()),
    need("subject_kind", Text()),
    need("subject", Text()),
    need("concern", Text()),
    need("text", Text()),
    need("freezes", JSONB()),
    need("lift_at_close", Boolean()),
    need("explanation", JSONB()),
    need("explanation_digest", LargeBinary()),
    may("settlement_id", Id),
    may("patient_id", Id),
    may("institution", Text()),
    may("other_id", Id),
    need("promised_day", Date()),
    may("clerk", Text()),
    need("channel", Text()),
    may("entered_by", Text()),
    may("paper", Text()),
    need("state", Text()),
    need("opened_at", Moment),
    may("lifted_at", Moment),
    may("outcome", Text()),
    may("resolution", Text()),
    may("ended_by", Text()),
    may("ended_at", Moment),
    check("kind in ('question', 'not_mine')", "kind"),
    check("subject_kind in ('settlement', 'code', 'look')", "subject_kind"),
    check("concern in ('own', 'grantor', 'shower')", "concern"),
    check("state in ('open', 'withdrawn', 'closed')", "state"),
    check("outcome in ('explained', 'grant_ended', 'cancelled', 'corrected', 'passed_on')", "outcome"),
    check(
        "(state = 'closed') = (outcome is not null) and (outcome is null) = (resolution is null)",
        "outcome_told",
    ),
    check("(state = 'open') = (ended_at is null) and (ended_at is null) = (ended_by is null)", "ended"),
    check("(entered_by is null) = (paper is null)", "on_paper"),
    Index(
        "uq_complaint_open",
        "person_id",
        "subject_kind",
        "subject",
        unique=True,
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_complaint_complaint_id", "complaint_id"),
    Index("ix_complaint_other_id", "other_id"),
    Index("ix_complaint_waiting", "complaint_id", postgresql_where=text("state = 'open'")),
)

# Steps only grow.
complaint_step = table(
    "complaint_step",
    "distributed",
    key("person_id", Id),
    key("complaint_id", Id),
    key("step_id", Id),
    need("kind", Text()),
    need("by", Text()),
    need("text", Text()),
    need("at", Moment),
)

complaint_cancel_request = table(
    "complaint_cancel_request",
    "distributed",
    key("person_id", Id),
    key("complaint_id", Id),
    need("institution", Text()),
    need("patient_id", Id),
    need("settlement_id", Id),
    need("words", Text()),
    need("asked_by", Text()),
    need("asked_at", Moment),
    Index("ix_complaint_cancel_request_institution", "institution", "asked_at"),
)

complaint_measure = table(
    "complaint_measure",
    "distributed",
    key("person_id", Id),
    key("complaint_id", Id),
    key("measure_id", Id),
    need("kind", Text()),
    may("settlement_id", Id),
    may("patient_id", Id),
    need("payers", ARRAY(Id)),
    fen("amount_fen"),
    may("grant_id", Id),
    need("reason", Text()),
    need("entered_by", Text()),
    need("entered_at", Moment),
    need("state", Text()),
    may("decided_by", Text()),
    may("decided_at", Moment),
    may("decision_reason", Text()),
    check("kind in ('correct', 'end_grant')", "kind"),
    check("state in ('waiting', 'done', 'refused')", "state"),
    check(
        "(kind = 'correct') = (settlement_id is not null and patient_id is not null and amount_fen > 0 "
        "and cardinality(payers) > 0) and (kind = 'end_grant') = (grant_id is not null)",
        "what",
    ),
    check("state = 'waiting' or (decided_by is not null and decided_by <> entered_by)", "two_clerks"),
    Index(
        "uq_complaint_measure_waiting",
        "person_id",
        "complaint_id",
        unique=True,
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_complaint_measure_measure_id", "measure_id"),
    Index(
        "ix_complaint_measure_settlement_id",
        "settlement_id",
        postgresql_where=text("kind = 'correct' and state = 'done'"),
    ),
)
