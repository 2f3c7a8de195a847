"""Orders of residents' premiums, the days people are covered, and how single people came into the insurance."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
TABLES = ("premium_order", "coverage", "resident_enrolment")
LIVE = "state in ('ordered', 'sent', 'paid', 'refunding')"
DUE = "state in ('ordered', 'sent', 'refunding')"
UPDATES = {
    # What was ordered, for whom, by whom and with whose money never changes; only how it stands.
    "premium_order": (
        "state, next_send_at, attempts, answered_at, voucher, reason, ending_act, refund_act, back_act"
    ),
    "coverage": "covered_from, covered_until, ended_at",
    # Somebody who was an employee comes back as a resident.
    "person": "insurance, person_status",
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    make_orders()
    make_coverage()
    widen_consents()
    for table in TABLES:
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    for table, columns in UPDATES.items():
        op.execute(f"grant update ({columns}) on {table} to {ENGINE}")


def widen_consents() -> None:
    """A consent may be about a premium."""
    op.execute("alter table consent drop constraint ck_consent_subject")
    op.execute(
        "alter table consent add constraint ck_consent_subject "
        "check (subject in ('binding', 'grant', 'code', 'wallet', 'wallet_transfer', 'premium'))"
    )


def make_orders() -> None:
    op.create_table(
        "premium_order",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("orderer_id", sa.UUID(), nullable=False),
        sa.Column("payer_id", sa.UUID(), nullable=True),
        sa.Column("payer_kind", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.UUID(), nullable=True),
        sa.Column("premium", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("premium_class", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("account_fen", sa.BigInteger(), nullable=False),
        sa.Column("repair", sa.Boolean(), nullable=False),
        sa.Column("missed", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("in_window", sa.Boolean(), nullable=False),
        sa.Column("exempt", sa.Text(), nullable=False),
        sa.Column("wait_months", sa.Integer(), nullable=False),
        sa.Column("covered_from", sa.Date(), nullable=False),
        sa.Column("covered_until", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voucher", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ending_act", sa.UUID(), nullable=True),
        sa.Column("refund_act", sa.UUID(), nullable=True),
        sa.Column("back_act", sa.UUID(), nullable=True),
        *order_checks(),
        sa.PrimaryKeyConstraint("person_id", "order_id", name=op.f("pk_premium_order")),
    )
    op.create_index(
        "uq_premium_order_year",
        "premium_order",
        ["person_id", "premium", "year"],
        unique=True,
        postgresql_where=sa.text(LIVE),
    )
    for column in ("orderer_id", "payer_id", "order_id"):
        op.create_index(f"ix_premium_order_{column}", "premium_order", [column], unique=False)
    op.create_index(
        "ix_premium_order_due",
        "premium_order",
        ["next_send_at"],
        unique=False,
        postgresql_where=sa.text(DUE),
    )


def order_checks() -> list[sa.CheckConstraint]:
    checks = {
        "amounts": "amount_fen > 0 and account_fen between 0 and amount_fen",
        "payer_kind": "payer_kind in ('own_account', 'relative', 'own_wallet', 'cash')",
        "cash": "(payer_id is null) = (payer_kind = 'cash') and (account_fen = 0) = (payer_kind = 'cash')",
        "grant": "(grant_id is not null) = (payer_kind = 'relative')",
        "state": "state in ('ordered', 'sent', 'paid', 'failed', 'refunding', 'refunded')",
        "answered": "(answered_at is null) = (state in ('ordered', 'sent'))",
        "due": "(next_send_at is not null) = (state in ('ordered', 'sent', 'refunding'))",
        "refunded_by_acts": (
            "(refund_act is null) = (back_act is null) and (refund_act is null or state = 'refunded')"
        ),
    }
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_premium_order_{name}"))
        for name, condition in checks.items()
    ]


def make_coverage() -> None:
    op.create_table(
        "coverage",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("coverage_id", sa.UUID(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=True),
        sa.Column("covered_from", sa.Date(), nullable=False),
        sa.Column("covered_until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "coverage_id", name=op.f("pk_coverage")),
    )
    op.create_table(
        "resident_enrolment",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("enrolment_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enrolled_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("employee_until", sa.Date(), nullable=True),
        sa.Column("ex_serviceman", sa.Boolean(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind in ('newborn', 'child', 'returning')", name=op.f("ck_resident_enrolment_kind")
        ),
        sa.PrimaryKeyConstraint("person_id", "enrolment_id", name=op.f("pk_resident_enrolment")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
