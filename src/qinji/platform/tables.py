"""Tables without business words: the installation's own settings, the inbox, keys of persons, rates of use."""

from __future__ import annotations

from sqlalchemy import Index, Integer, LargeBinary, SmallInteger, Text

from qinji.platform.metadata import Id, Moment, key, may, need, table

installation = table("installation", "local", key("name", Text()), need("value", Text()))

inbox = table(
    "inbox",
    "keyed",
    key("institution", Text()),
    key("message_number", Text()),
    key("message_id", Text()),
    need("digest", LargeBinary()),
    need("state", SmallInteger()),
    need("reply", LargeBinary()),
    may("person_id", Id),
    may("act_id", Id),
    need("at", Moment),
)

person_key = table(
    "person_key",
    "keyed",
    key("kind", Text()),
    key("digest", LargeBinary()),
    need("person_id", Id),
    Index("ix_person_key_person_id", "person_id"),
)

rate = table("rate", "keyed", key("subject", Text()), key("window_start", Moment), need("used", Integer()))
