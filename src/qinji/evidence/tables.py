"""Tables of cases and their photos. Both go by UPDATE: the key and the pictures become null, the record stays."""

from __future__ import annotations

from sqlalchemy import Index, Integer, LargeBinary, SmallInteger, Text, text

from qinji.platform.metadata import Id, Moment, check, key, may, need, table

# The case hangs at a binding, and not the photos: a request that the window enters anew takes its case along.
evidence_case = table(
    "evidence_case",
    "distributed",
    key("person_id", Id),
    key("case_id", Id),
    need("binding_id", Id),
    may("wrapped_key", LargeBinary()),
    need("opened_at", Moment),
    may("closed_at", Moment),
    may("ending", Text()),
    check("ending in ('decided', 'withdrawn', 'expired')", "ending"),
    check(
        "(closed_at is null) = (wrapped_key is not null) and (closed_at is null) = (ending is null)",
        "closed_without_key",
    ),
    Index(
        "uq_evidence_case_open",
        "person_id",
        "binding_id",
        unique=True,
        postgresql_where=text("closed_at is null"),
    ),
    Index("ix_evidence_case_opened_at", "opened_at", postgresql_where=text("closed_at is null")),
)

evidence_photo = table(
    "evidence_photo",
    "distributed",
    key("person_id", Id),
    key("case_id", Id),
    key("photo_id", Id),
    need("place", SmallInteger()),
    need("kind", Text()),
    need("size_bytes", Integer()),
    need("digest", LargeBinary()),
    may("content", LargeBinary()),
    need("added_by", Text()),
    need("added_at", Moment),
    check("place between 1 and 4", "place"),
    check("kind in ('jpeg', 'png', 'webp')", "kind"),
    check("size_bytes between 1 and 1500000", "size"),
    Index("uq_evidence_photo_place", "person_id", "case_id", "place", unique=True),
)
