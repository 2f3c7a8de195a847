"""Tables of designated institutions, their keys and sign-ins, and the bureau's staff."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, LargeBinary, SmallInteger, Text

from qinji.platform.metadata import Moment, check, key, may, need, table

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

institution_key = table(
    "institution_key",
    "reference",
    key("access_key", Text()),
    need("institution", Text()),
    need("secret", LargeBinary()),
    need("secret_key_version", SmallInteger()),
    need("issued_at", Moment),
    may("revoked_at", Moment),
    Index("ix_institution_key_institution", "institution"),
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
    check("role in ('clerk', 'reviewer')", "role"),
)
