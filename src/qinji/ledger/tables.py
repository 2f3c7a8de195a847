"""Tables of the ledger: stored balances of personal accounts, transfers, which only grow, and runs over accounts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Date, Index, Integer, SmallInteger, Text, text

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
    # What a relative's account paid, and what one's own paid for a relative: searched by that relative.
    Index(
        "ix_transfer_person_id_other_person_id_act_id",
        "person_id",
        "other_person_id",
        "act_id",
        postgresql_where=text("other_person_id is not null"),
    ),
    # Running balances and the balance of a moment are summed from this index alone.
    Index(
        "ix_transfer_own",
        "person_id",
        "act_id",
        "seq",
        postgresql_include=["debit", "credit", "pocket", "amount_fen", "booked_at"],
        postgresql_where=text(
            "debit in ('personal', 'held', 'wallet') or credit in ('personal', 'held', 'wallet')"
        ),
    ),
    # What an account paid for relatives, in order, among however many transfers of its own.
    Index(
        "ix_transfer_shared",
        "person_id",
        "act_id",
        postgresql_where=text("debit = 'personal' and credit = 'clearing.mutual_aid' and reverses is null"),
    ),
)

# A crediting file or a roll-over. What it booked for a person stands in its lines, so that a line is booked once.
account_run = table(
    "account_run",
    "keyed",
    key("name", Text()),
    need("run_id", Id),
    need("began_at", Moment),
    need("began_by", Text()),
    may("after_person", Id),
    may("finished_at", Moment),
    need("booked", BigInteger()),
    need("refused", BigInteger()),
    fen("amount_fen"),
)

account_run_line = table(
    "account_run_line",
    "distributed",
    key("person_id", Id),
    key("run_id", Id),
    key("line", Integer()),
    need("act_id", Id),
    need("kind", Text()),
    may("month", Date()),
    need("supplement", Boolean()),
    fen("amount_fen"),
    check("kind in ('contribution', 'retired', 'roll_over', 'interest')", "kind"),
    check("(month is not null) = (kind in ('contribution', 'retired'))", "month"),
    check("amount_fen > 0", "amount_positive"),
    Index(
        "uq_account_run_line_month",
        "person_id",
        "month",
        "kind",
        unique=True,
        postgresql_where=text("month is not null and not supplement"),
    ),
)
