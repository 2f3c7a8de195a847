"""Tables of notices: what each person is told of, once an event, and by which ways outside they want to be told."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Text

from qinji.platform.metadata import Id, Moment, key, may, need, table

# The key is the promise: one event is told to one person once.
notice = table(
    "notice",
    "distributed",
    key("person_id", Id),
    key("event_id", Id),
    need("kind", Text()),
    need("owner", Boolean()),
    need("at", Moment),
    need("actor", Text()),
    may("behalf_of", Id),
    may("other_id", Id),
    may("subject_id", Id),
    may("amount_fen", BigInteger()),
    need("facts", Text()),
    may("read_at", Moment),
    may("disowned_at", Moment),
)

notice_wishes = table(
    "notice_wishes",
    "distributed",
    key("person_id", Id),
    need("sms", Boolean()),
    need("wechat", Boolean()),
    need("at", Moment),
)
