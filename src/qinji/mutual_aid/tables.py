"""Table of mutual aid: whose account may pay for whom, within which limits. It shows no code."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from qinji.platform.metadata import Id, Moment, check, fen, key, may, need, table

mutual_aid_grant = table(
    "mutual_aid_grant",
    "distributed",
    key("person_id", Id),
    key("grant_id", Id),
    need("grantor_id", Id),
    need("relation", Text()),
    need("state", Text()),
    need("rank", Integer()),
    may("per_use_fen", BigInteger()),
    may("per_day_fen", BigInteger()),
    may("per_month_fen", BigInteger()),
    may("per_year_fen", BigInteger()),
    fen("floor_fen"),
    need("purposes", ARRAY(Text())),
    may("used_day", Date()),
    fen("used_day_fen", "0"),
    fen("used_month_fen", "0"),
    fen("used_year_fen", "0"),
    need("channel", Text()),
    need("asked_at", Moment),
    may("active_at", Moment),
    may("locked_until", Date()),
    may("ends_on", Date()),
    may("ended_at", Moment),
    check("state in ('filed', 'active', 'paused', 'ended')", "state"),
    check("floor_fen >= 0", "floor"),
    check("used_day_fen >= 0 and used_month_fen >= 0 and used_year_fen >= 0", "used"),
    check("person_id <> grantor_id", "not_self"),
    Index(
        "uq_mutual_aid_grant_live",
        "person_id",
        "grantor_id",
        unique=True,
        postgresql_where=text("state <> 'ended'"),
    ),
    Index("ix_mutual_aid_grant_grantor_id", "grantor_id"),
    Index("ix_mutual_aid_grant_grant_id", "grant_id"),
    Index("ix_mutual_aid_grant_filed", "grant_id", postgresql_where=text("state = 'filed'")),
)
