"""Tables of premiums: orders, the days people are covered, and how single people came into the insurance."""

from __future__ import annotations

from sqlalchemy import Boolean, Date, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from qinji.platform.metadata import Id, Moment, check, fen, key, may, need, table

LIVE = "state in ('ordered', 'sent', 'paid', 'refunding')"
DUE = "state in ('ordered', 'sent', 'refunding')"

premium_order = table(
    "premium_order",
    "distributed",
    key("person_id", Id),
    key("order_id", Id),
    need("orderer_id", Id),
    may("payer_id", Id),
    need("payer_kind", Text()),
    may("grant_id", Id),
    need("premium", Text()),
    need("year", Integer()),
    need("premium_class", Text()),
    need("region", Text()),
    fen("amount_fen"),
    fen("account_fen"),
    need("repair", Boolean()),
    need("missed", ARRAY(Integer())),
    need("in_window", Boolean()),
    need("exempt", Text()),
    need("wait_months", Integer()),
    need("covered_from", Date()),
    need("covered_until", Date()),
    need("document", Text()),
    need("clause", Text()),
    need("state", Text()),
    need("basis", Text()),
    need("channel", Text()),
    need("day", Date()),
    need("ordered_at", Moment),
    may("next_send_at", Moment),
    need("attempts", Integer()),
    may("answered_at", Moment),
    may("voucher", Text()),
    may("reason", Text()),
    may("ending_act", Id),
    may("refund_act", Id),
    may("back_act", Id),
    check("amount_fen > 0 and account_fen between 0 and amount_fen", "amounts"),
    check("payer_kind in ('own_account', 'relative', 'own_wallet', 'cash')", "payer_kind"),
    check("(payer_id is null) = (payer_kind = 'cash') and (account_fen = 0) = (payer_kind = 'cash')", "cash"),
    check("(grant_id is not null) = (payer_kind = 'relative')", "grant"),
    check("state in ('ordered', 'sent', 'paid', 'failed', 'refunding', 'refunded')", "state"),
    check("(answered_at is null) = (state in ('ordered', 'sent'))", "answered"),
    check("(next_send_at is not null) = (state in ('ordered', 'sent', 'refunding'))", "due"),
    check(
        "(refund_act is null) = (back_act is null) and (refund_act is null or state = 'refunded')",
        "refunded_by_acts",
    ),
    Index(
        "uq_premium_order_year",
        "person_id",
        "premium",
        "year",
        unique=True,
        postgresql_where=text(LIVE),
    ),
    Index("ix_premium_order_orderer_id", "orderer_id"),
    Index("ix_premium_order_payer_id", "payer_id"),
    Index("ix_premium_order_order_id", "order_id"),
    Index("ix_premium_order_due", "next_send_at", postgresql_where=text(DUE)),
)

coverage = table(
    "coverage",
    "distributed",
    key("person_id", Id),
    key("coverage_id", Id),
    need("year", Integer()),
    may("order_id", Id),
    need("covered_from", Date()),
    may("covered_until", Date()),
    need("at", Moment),
    may("ended_at", Moment),
)

resident_enrolment = table(
    "resident_enrolment",
    "distributed",
    key("person_id", Id),
    key("enrolment_id", Id),
    need("kind", Text()),
    need("enrolled_by", Text()),
    need("at", Moment),
    may("employee_until", Date()),
    need("ex_serviceman", Boolean()),
    need("released", Boolean()),
    check("kind in ('newborn', 'child', 'returning')", "kind"),
)
