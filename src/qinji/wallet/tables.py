"""Tables of the wallet: who has one, and what is on its way. What is in one is the ledger's to say."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, Index, Text, text

from qinji.platform.metadata import Id, Moment, check, fen, key, may, need, table

wallet = table(
    "wallet",
    "distributed",
    key("person_id", Id),
    need("opened_by", Id),
    need("channel", Text()),
    need("opened_at", Moment),
)

wallet_transfer = table(
    "wallet_transfer",
    "distributed",
    key("person_id", Id),
    key("transfer_id", Id),
    need("receiver_id", Id),
    need("relation", Text()),
    fen("amount_fen"),
    need("purse", Text()),
    need("state", Text()),
    need("channel", Text()),
    need("day", Date()),
    need("sent_at", Moment),
    need("returns_at", Moment),
    may("ended_at", Moment),
    may("ending_act", Id),
    check("amount_fen > 0", "amount_positive"),
    check("person_id <> receiver_id", "not_self"),
    check("purse in ('account', 'wallet')", "purse"),
    check("state in ('pending', 'accepted', 'returned', 'expired')", "state"),
    check(
        "(state = 'pending') = (ended_at is null) and (ended_at is null) = (ending_act is null)",
        "ended_by_an_act",
    ),
    Index("ix_wallet_transfer_person_id_day", "person_id", "day"),
    Index("ix_wallet_transfer_receiver_id", "receiver_id"),
    Index("ix_wallet_transfer_transfer_id", "transfer_id"),
    Index("ix_wallet_transfer_due", "returns_at", postgresql_where=text("state = 'pending'")),
)

# Of which received money an act took what it took: rows are only added, and add up to the balance of the wallet.
wallet_part = table(
    "wallet_part",
    "distributed",
    key("person_id", Id),
    key("act_id", Id),
    key("origin_id", Id),
    may("giver_id", Id),
    need("change_fen", BigInteger()),
    check("change_fen <> 0", "changes_something"),
)
