"""Table of the family account: which holder may show which member's code. It moves no money."""

from __future__ import annotations

from sqlalchemy import Date, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from qinji.platform.metadata import Id, Moment, check, key, may, need, table

binding = table(
    "binding",
    "distributed",
    key("person_id", Id),
    key("binding_id", Id),
    need("holder_id", Id),
    need("relation", Text()),
    need("state", Text()),
    need("powers", ARRAY(Text())),
    need("route", Text()),
    need("channel", Text()),
    may("evidence_reference", Text()),
    may("evidence_hash", LargeBinary()),
    may("promised_day", Date()),
    may("entered_by", Text()),
    may("decided_by", Text()),
    may("reason", Text()),
    need("requested_at", Moment),
    may("active_at", Moment),
    may("ended_at", Moment),
    check("state in ('pending', 'active', 'refused', 'ended')", "state"),
    check("route in ('member', 'window')", "route"),
    check("person_id <> holder_id", "not_self"),
    Index(
        "uq_binding_live",
        "person_id",
        "holder_id",
        unique=True,
        postgresql_where=text("state in ('pending', 'active')"),
    ),
    Index("ix_binding_holder_id", "holder_id"),
    Index("ix_binding_binding_id", "binding_id"),
    Index(
        "ix_binding_at_window",
        "binding_id",
        postgresql_where=text("state = 'pending' and route = 'window'"),
    ),
)
