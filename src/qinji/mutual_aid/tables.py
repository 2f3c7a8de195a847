"""Tables of mutual aid: whose account may pay for whom, within which limits, and what was asked above one. No code."""

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
    may("confirm_above_fen", BigInteger()),
    may("uses", ARRAY(Text())),
    may("last_day", Date()),
    # Wider bounds that wait for their moment; all null where nothing waits.
    may("next_at", Moment),
    may("next_per_use_fen", BigInteger()),
    may("next_per_day_fen", BigInteger()),
    may("next_per_month_fen", BigInteger()),
    may("next_per_year_fen", BigInteger()),
    may("next_floor_fen", BigInteger()),
    may("next_confirm_above_fen", BigInteger()),
    may("next_purposes", ARRAY(Text())),
    may("next_uses", ARRAY(Text())),
    may("next_last_day", Date()),
    check(
        "(next_at is null) = (next_purposes is null) and (next_at is null) = (next_floor_fen is null)", "next"
    ),
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

payment_confirmation = table(
    "payment_confirmation",
    "distributed",
    key("person_id", Id),
    key("grant_id", Id),
    key("institution", Text()),
    key("visit_id", Id),
    key("batch", Text()),
    need("confirmation_id", Id),
    need("grantor_id", Id),
    need("purpose", Text()),
    fen("amount_fen"),
    need("answer", Text()),
    need("asked_at", Moment),
    need("until", Moment),
    may("answered_at", Moment),
    may("settlement_id", Id),
    check("answer in ('waiting', 'given', 'refused', 'used')", "answer"),
    check("amount_fen > 0", "amount"),
    check("(answer = 'used') = (settlement_id is not null)", "used"),
    Index("ix_payment_confirmation_grantor_id", "grantor_id", "until"),
    Index("ix_payment_confirmation_confirmation_id", "confirmation_id"),
)
