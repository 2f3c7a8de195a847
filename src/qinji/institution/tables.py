"""Tables of designated institutions, their keys, sign-ins and the acts on them, and the bureau's staff."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, LargeBinary, SmallInteger, Text, text

from qinji.platform.metadata import Id, Moment, check, key, may, need, table

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
