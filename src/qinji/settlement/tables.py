"""Tables of visits, fee lines, settlements and accumulators. Settlements are never updated."""

from __future__ import annotations

from sqlalchemy import Date, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from qinji.platform.metadata import Id, Moment, check, fen, key, may, need, table

visit = table(
    "visit",
    "distributed",
    key("person_id", Id),
    key("visit_id", Id),
    need("institution", Text()),
    need("outpatient_number", Text()),
    need("service_day", Date()),
    need("state", Text()),
    need("medical_type", Text()),
    need("diagnoses", JSONB()),
    need("department", Text()),
    need("doctor", Text()),
    may("session_id", Id),
    need("opened_at", Moment),
    check("state in ('open', 'cancelled')", "state"),
)

fee_batch = table(
    "fee_batch",
    "distributed",
    key("person_id", Id),
    key("visit_id", Id),
    key("batch", Text()),
    need("lines", JSONB()),
    fen("total_fen"),
    may("settlement_id", Id),
    need("uploaded_at", Moment),
)

pharmacy_line = table(
    "pharmacy_line",
    "distributed",
    key("person_id", Id),
    key("institution", Text()),
    key("line_number", Text()),
    may("settlement_id", Id),
)

preview_note = table(
    "preview_note",
    "distributed",
    key("person_id", Id),
    key("visit_id", Id),
    key("batch", Text()),
    fen("own_expense_fen"),
    fen("over_limit_fen"),
    fen("prior_self_pay_fen"),
    fen("in_scope_fen"),
    fen("own_fen"),
    fen("mutual_aid_fen"),
    fen("cash_fen"),
    need("account_use", Text()),
    need("shown_at", Moment),
)

settlement = table(
    "settlement",
    "distributed",
    key("person_id", Id),
    key("settlement_id", Id),
    need("visit_id", Id),
    need("batch", Text()),
    need("institution", Text()),
    need("kind", Text()),
    need("service_day", Date()),
    need("booked_at", Moment),
    need("region", Text()),
    need("insurance", Text()),
    need("level", Text()),
    need("year", Integer()),
    fen("total_fen"),
    fen("fund_fen"),
    fen("own_fen"),
    fen("mutual_aid_fen"),
    fen("cash_fen"),
    fen("deductible_fen"),
    fen("in_scope_fen"),
    need("credential_kind", Text()),
    may("shown_by", Id),
    need("message_id", Text()),
    need("pack_digest", LargeBinary()),
    need("decision", LargeBinary()),
    may("cashier", Text()),
    check("kind in ('outpatient', 'pharmacy')", "kind"),
    check("total_fen = fund_fen + own_fen + mutual_aid_fen + cash_fen", "parts_add_up"),
    check("fund_fen >= 0 and own_fen >= 0 and mutual_aid_fen >= 0 and cash_fen >= 0", "parts_positive"),
    Index("ix_settlement_settlement_id", "settlement_id"),
    Index("ix_settlement_person_id_visit_id_batch", "person_id", "visit_id", "batch"),
    # A search reads this index alone, also of somebody with very many bills, and only what it shows from the table.
    Index(
        "ix_settlement_searched",
        "person_id",
        "settlement_id",
        postgresql_include=["booked_at", "institution", "kind", "total_fen", "own_fen", "mutual_aid_fen"],
    ),
    # What the bureau's own counters took; bills that institutions send are not in it.
    Index(
        "ix_settlement_institution_booked_at",
        "institution",
        "booked_at",
        postgresql_where=text("cashier is not null"),
    ),
)

cancellation = table(
    "cancellation",
    "distributed",
    key("person_id", Id),
    key("settlement_id", Id),
    need("cancellation_id", Id),
    need("booked_at", Moment),
    need("institution", Text()),
    need("message_id", Text()),
    may("cashier", Text()),
    Index(
        "ix_cancellation_institution_booked_at",
        "institution",
        "booked_at",
        postgresql_where=text("cashier is not null"),
    ),
)

benefit_year = table(
    "benefit_year",
    "distributed",
    key("person_id", Id),
    key("insurance", Text()),
    key("year", Integer()),
    fen("deductible_used_fen"),
    fen("fund_paid_fen"),
    fen("in_scope_fen"),
    check("deductible_used_fen >= 0 and fund_paid_fen >= 0 and in_scope_fen >= 0", "not_negative"),
)

benefit_day = table(
    "benefit_day",
    "distributed",
    key("person_id", Id),
    key("service_day", Date()),
    key("level", Text()),
    fen("fund_paid_fen"),
    check("fund_paid_fen >= 0", "not_negative"),
)

policy_pack = table(
    "policy_pack",
    "reference",
    key("digest", LargeBinary()),
    need("region", Text()),
    need("archive", LargeBinary()),
    need("first_used", Moment),
)
