"""Tables of the ledger: stored balances, transfers, which only grow, runs over accounts, and clawbacks."""

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

# A file that takes back what a crediting run booked too much, once for each time that it is asked for (decision 0040).
clawback = table(
    "clawback",
    "keyed",
    key("name", Text()),
    key("round", Integer()),
    need("claim_id", Id),
    need("credit_run_id", Id),
    need("further", Boolean()),
    need("reason", Text()),
    need("entered_by", Text()),
    need("entered_at", Moment),
    need("state", Text()),
    may("decided_by", Text()),
    may("decided_at", Moment),
    may("decision_reason", Text()),
    may("finished_at", Moment),
    need("taken", BigInteger()),
    need("refused", BigInteger()),
    fen("taken_fen"),
    fen("missing_fen"),
    check("state in ('waiting', 'approved', 'refused')", "state"),
    check("state = 'waiting' or (decided_by is not null and decided_by <> entered_by)", "two_people"),
    check("finished_at is null or state = 'approved'", "finished"),
)

clawback_line = table(
    "clawback_line",
    "distributed",
    key("person_id", Id),
    key("claim_id", Id),
    key("line", Integer()),
    key("round", Integer()),
    need("act_id", Id),
    need("credit_act_id", Id),
    fen("amount_fen"),
    check("amount_fen > 0", "amount_positive"),
    Index("ix_clawback_line_person_id_credit_act_id", "person_id", "credit_act_id"),
)
