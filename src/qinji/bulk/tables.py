"""Tables of files: one row a file, and its rows in parts, sealed, for as long as they are needed."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from qinji.platform.metadata import Id, Moment, check, key, may, need, table

bulk_file = table(
    "bulk_file",
    "keyed",
    key("file_id", Id),
    need("kind", Text()),
    need("name", Text()),
    need("digest", Text()),
    need("beside", Boolean()),
    may("credit_name", Text()),
    need("again", Boolean()),
    need("state", Text()),
    need("row_count", Integer()),
    need("parts", Integer()),
    need("next_part", Integer()),
    need("checked", JSONB()),
    need("carried", JSONB()),
    need("brought_by", Text()),
    need("brought_at", Moment),
    need("moved_at", Moment),
    may("reason", Text()),
    may("entered_at", Moment),
    may("decided_by", Text()),
    may("decided_at", Moment),
    may("decision_reason", Text()),
    may("finished_at", Moment),
    may("forgotten_at", Moment),
    may("fault", Text()),
    may("round", Integer()),
    check("kind in ('credit', 'claw_back', 'enrol')", "kind"),
    check(
        "state in ('checking', 'checked', 'waiting', 'running', 'stopped', 'done', 'ended', 'refused', 'withdrawn')",
        "state",
    ),
    check("(kind = 'claw_back') = (credit_name is not null)", "credit_name"),
    check("next_part between 0 and parts and parts > 0", "next_part"),
    # Nothing is carried out unless another than who brought it has approved it.
    check(
        "state not in ('running', 'stopped', 'done', 'ended', 'refused') "
        "or (decided_by is not null and decided_by <> brought_by)",
        "two_people",
    ),
    check("state not in ('waiting', 'running', 'stopped', 'done', 'ended') or reason is not null", "reason"),
    Index(
        "uq_bulk_file_open",
        "kind",
        "digest",
        "beside",
        text("coalesce(credit_name, '')"),
        unique=True,
        postgresql_where=text("state in ('checking', 'checked', 'waiting', 'running', 'stopped')"),
    ),
    Index("ix_bulk_file_at_work", "moved_at", postgresql_where=text("state in ('checking', 'running')")),
    Index("ix_bulk_file_waiting", "file_id", postgresql_where=text("state = 'waiting'")),
    Index("ix_bulk_file_finished_at", "finished_at", postgresql_where=text("forgotten_at is null")),
)

# ``content`` are the rows still to be carried out, ``refused`` those that the last pass could not.
bulk_part = table(
    "bulk_part",
    "keyed",
    key("file_id", Id),
    key("part", Integer()),
    may("content", LargeBinary()),
    may("refused", LargeBinary()),
)

# Who said what about a file; it only grows.
bulk_act = table(
    "bulk_act",
    "keyed",
    key("file_id", Id),
    key("act_id", Id),
    need("staff", Text()),
    need("what", Text()),
    need("at", Moment),
)
