"""Tables of designated institutions, their keys, sign-ins and the acts on them; of staff, and of cashiers' shifts."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, LargeBinary, SmallInteger, Text, text

from qinji.platform.metadata import Id, Moment, check, fen, key, may, need, table

institution = table(
    "institution",
    "reference",
    key("code", Text()),
    need("name", Text()),
    need("level", Text()),
    need("region", Text()),
    need("credit_code", Text()),
    need("scheme", Text()),
    need("tell_payers", Boolean()),
    check("level in ('1', '2', '3', 'pharmacy')", "level"),
    check("scheme in ('none', 'A', 'B')", "scheme"),
)

# At most two keys of an institution are valid at once: each has a place that only a revoked one leaves.
institution_key = table(
    "institution_key",
    "reference",
    key("access_key", Text()),
    need("institution", Text()),
    need("place", SmallInteger()),
    need("secret", LargeBinary()),
    need("secret_key_version", SmallInteger()),
    need("issued_at", Moment),
    may("revoked_at", Moment),
    check("place in (1, 2)", "place"),
    Index(
        "uq_institution_key_place",
        "institution",
        "place",
        unique=True,
        postgresql_where=text("revoked_at is null"),
    ),
)

institution_act = table(
    "institution_act",
    "reference",
    key("institution", Text()),
    key("act_id", Id),
    need("actor", Text()),
    need("action", Text()),
    need("detail", Text()),
    need("at", Moment),
)

institution_sign_in = table(
    "institution_sign_in",
    "keyed",
    key("code", Text()),
    key("sign_number", Text()),
    need("operator", Text()),
    need("signed_at", Moment),
    may("left_at", Moment),
)

staff = table(
    "staff",
    "reference",
    key("staff_id", Text()),
    need("name", Text()),
    need("role", Text()),
    may("institution", Text()),
    may("ended_at", Moment),
    check("role in ('clerk', 'reviewer', 'cashier')", "role"),
    check("(role = 'cashier') = (institution is not null)", "place"),
)

staff_act = table(
    "staff_act",
    "reference",
    key("staff_id", Text()),
    key("act_id", Id),
    need("actor", Text()),
    need("action", Text()),
    need("detail", Text()),
    need("at", Moment),
)

# A shift that was handed over, and each act that it covers; both only grow.
hand_over = table(
    "hand_over",
    "keyed",
    key("institution", Text()),
    key("hand_over_id", Id),
    need("cashier", Text()),
    may("since", Moment),
    need("at", Moment),
    need("taken_count", Integer()),
    fen("taken_total_fen"),
    fen("taken_fund_fen"),
    fen("taken_own_fen"),
    fen("taken_mutual_aid_fen"),
    fen("taken_cash_fen"),
    need("returned_count", Integer()),
    fen("returned_total_fen"),
    fen("returned_fund_fen"),
    fen("returned_own_fen"),
    fen("returned_mutual_aid_fen"),
    fen("returned_cash_fen"),
    fen("counted_fen"),
    fen("difference_fen"),
    need("note", Text()),
    check("counted_fen >= 0", "counted"),
    check("difference_fen = counted_fen - taken_cash_fen + returned_cash_fen", "difference"),
    check(
        "taken_total_fen = taken_fund_fen + taken_own_fen + taken_mutual_aid_fen + taken_cash_fen "
        "and returned_total_fen = returned_fund_fen + returned_own_fen + returned_mutual_aid_fen + returned_cash_fen",
        "parts_add_up",
    ),
    Index("ix_hand_over_institution_cashier_at", "institution", "cashier", "at"),
)

hand_over_act = table(
    "hand_over_act",
    "keyed",
    key("institution", Text()),
    key("act_id", Id),
    need("hand_over_id", Id),
)
