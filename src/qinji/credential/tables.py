"""Tables of codes and code sessions, and of people signed in at the bureau's own door."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Date, Index, Integer, LargeBinary, Text, text

from qinji.platform.metadata import Id, Moment, key, may, need, table

code = table(
    "code",
    "keyed",
    key("code_digest", LargeBinary()),
    need("person_id", Id),
    need("shown_by", Id),
    need("issued_at", Moment),
    need("expires_at", Moment),
    may("voided_at", Moment),
    may("session_id", Id),
    may("institution", Text()),
    need("own_money_only", Boolean(), text("false")),
    Index("ix_code_person_id", "person_id"),
)

code_session = table(
    "code_session",
    "distributed",
    key("person_id", Id),
    key("session_id", Id),
    need("institution", Text()),
    need("shown_by", Id),
    need("opened_at", Moment),
    need("good_until", Date()),
    may("consumed_by", Id),
    may("voided_at", Moment),
    need("own_money_only", Boolean(), text("false")),
)

sign_in = table(
    "sign_in",
    "keyed",
    key("sign_in_id", Id),
    may("person_id", Id),
    need("code_digest", LargeBinary()),
    need("expires_at", Moment),
    need("tries", Integer()),
    may("used_at", Moment),
)

bearer = table(
    "bearer",
    "keyed",
    key("token_digest", LargeBinary()),
    may("person_id", Id),
    may("staff_id", Text()),
    need("expires_at", Moment),
    may("proven_at", Moment),
    may("device_since", Moment),
    Index("ix_bearer_staff_id", "staff_id", postgresql_where=text("staff_id is not null")),
)

device = table(
    "device",
    "distributed",
    key("person_id", Id),
    key("device_digest", LargeBinary()),
    need("first_at", Moment),
)

staff_secret = table(
    "staff_secret",
    "reference",
    key("staff_id", Text()),
    need("password_hash", Text()),
    may("first_until", Moment),
    need("second_factor", LargeBinary()),
    need("used_step", BigInteger()),
    need("set_at", Moment),
)
