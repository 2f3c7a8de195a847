"""Table of the window: wishes that one clerk took down and another decides."""

from __future__ import annotations

from sqlalchemy import Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from qinji.platform.metadata import Id, Moment, check, key, may, need, table

window_act = table(
    "window_act",
    "distributed",
    key("person_id", Id),
    key("act_id", Id),
    need("kind", Text()),
    need("wish", JSONB()),
    need("reason", Text()),
    need("paper_reference", Text()),
    need("recognised_by", Text()),
    need("state", Text()),
    need("told", JSONB()),
    need("entered_by", Text()),
    need("entered_at", Moment),
    need("expires_at", Moment),
    may("in_force_at", Moment),
    may("subject_id", Id),
    may("decided_by", Text()),
    may("decided_at", Moment),
    may("decision_reason", Text()),
    check("recognised_by in ('card', 'identity_number')", "recognised_by"),
    check("state in ('waiting', 'done', 'refused', 'withdrawn')", "state"),
    check(
        "state not in ('done', 'refused') or (decided_by is not null and decided_by <> entered_by)",
        "two_clerks",
    ),
    check("state <> 'done' or in_force_at is not null", "done_is_in_force"),
    Index("ix_window_act_act_id", "act_id"),
    Index("ix_window_act_entered_by_act_id", "entered_by", "act_id"),
    Index("ix_window_act_decided_by_act_id", "decided_by", "act_id"),
    Index("ix_window_act_waiting", "act_id", postgresql_where=text("state = 'waiting'")),
)
