"""Tables of the ledger: stored balances of personal accounts, and transfers, which only grow."""

from __future__ import annotations

from sqlalchemy import Date, Index, SmallInteger, Text, text

from qinji.platform.metadata import Id, Moment, check, fen, key, may, need, table

personal_account = table(
    "personal_account",
    "distributed",
    key("person_id", Id),
    key("pocket", SmallInteger()),
    fen("balance_fen"),
    check("balance_fen >= 0", "not_below_zero"),
)

transfer = table(
    "transfer",
    "distributed",
    key("person_id", Id),
    key("act_id", Id),
    key("seq", SmallInteger()),
    need("debit", Text()),
    need("credit", Text()),
    fen("amount_fen"),
    need("book", Text()),
    may("other_book", Text()),
    may("institution", Text()),
    may("pocket", SmallInteger()),
    may("other_person_id", Id),
    need("booked_at", Moment),
    may("service_day", Date()),
    may("reverses", Id),
    check("amount_fen > 0", "amount_positive"),
    check("debit <> credit", "two_accounts"),
    Index(
        "uq_transfer_reverses",
        "person_id",
        "reverses",
        "seq",
        unique=True,
        postgresql_where=text("reverses is not null"),
    ),
)
