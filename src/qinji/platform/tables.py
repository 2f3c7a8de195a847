"""Tables without business words: the installation's settings, inbox and outbox, keys, rates, timers, messages."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, SmallInteger, Text, text

from qinji.platform.metadata import Id, Moment, check, key, may, need, table

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

nonce = table(
    "nonce",
    "keyed",
    key("access_key", Text()),
    key("nonce", Text()),
    need("at", Moment),
    Index("ix_nonce_at", "at"),
)

# What one process does at a time: who has taken it until when, and when it was done last.
timer = table(
    "timer",
    "local",
    key("name", Text()),
    need("holder", Text()),
    need("leased_until", Moment),
    may("ran_at", Moment),
    need("done", BigInteger()),
)

# The sandbox's log: the last so many messages of each institution, in places that are written again. `number` counts
# all messages in the order of their commits; `exchange_count` counts all of them and those of each institution.
exchange = table(
    "exchange",
    "keyed",
    key("institution", Text()),
    key("place", SmallInteger()),
    need("number", BigInteger()),
    need("at", Moment),
    need("message_number", Text()),
    need("message_id", Text()),
    need("outcome", Text()),
    need("refusal", Text()),
    need("microseconds", BigInteger()),
    need("request", Text()),
    need("reply", Text()),
    need("findings", Text()),
    Index("ix_exchange_number", "number"),
)

# What is to be sent outside: written with what it tells, sent afterwards.
outbox = table(
    "outbox",
    "distributed",
    key("person_id", Id),
    key("message_id", Id),
    key("way", Text()),
    need("state", Text()),
    need("tries", SmallInteger()),
    need("next_at", Moment),
    need("made_at", Moment),
    need("problem", Text()),
    may("done_at", Moment),
    check("state in ('waiting', 'sent', 'unwanted', 'refused', 'given_up')", "state"),
    check("(state = 'waiting') = (done_at is null)", "done"),
    Index("ix_outbox_due", "next_at", postgresql_where=text("state = 'waiting'")),
    Index("ix_outbox_message_id", "message_id"),
)

exchange_count = table("exchange_count", "keyed", key("counter", Text()), need("used", BigInteger()))
