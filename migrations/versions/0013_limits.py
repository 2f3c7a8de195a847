"""Limits by the grantor: wider bounds that wait, a yes to one large bill, sessions proven anew, known devices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
BOUNDS = (
    ("confirm_above_fen", sa.BigInteger()),
    ("uses", postgresql.ARRAY(sa.Text())),
    ("last_day", sa.Date()),
    ("next_at", sa.DateTime(timezone=True)),
    ("next_per_use_fen", sa.BigInteger()),
    ("next_per_day_fen", sa.BigInteger()),
    ("next_per_month_fen", sa.BigInteger()),
    ("next_per_year_fen", sa.BigInteger()),
    ("next_floor_fen", sa.BigInteger()),
    ("next_confirm_above_fen", sa.BigInteger()),
    ("next_purposes", postgresql.ARRAY(sa.Text())),
    ("next_uses", postgresql.ARRAY(sa.Text())),
    ("next_last_day", sa.Date()),
)
SESSION = ("proven_at", "device_since")
ASKED = (
    "confirmation_id, grantor_id, purpose, amount_fen, answer, asked_at, until, answered_at, settlement_id"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for name, kind in BOUNDS:
        op.add_column("mutual_aid_grant", sa.Column(name, kind, nullable=True))
    op.create_check_constraint(
        op.f("ck_mutual_aid_grant_next"),
        "mutual_aid_grant",
        "(next_at is null) = (next_purposes is null) and (next_at is null) = (next_floor_fen is null)",
    )
    for name in SESSION:
        op.add_column("bearer", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "device",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("device_digest", sa.LargeBinary(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "device_digest", name=op.f("pk_device")),
    )
    make_confirmations()
    grant_rights()


def make_confirmations() -> None:
    op.create_table(
        "payment_confirmation",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("grant_id", sa.UUID(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.UUID(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("confirmation_id", sa.UUID(), nullable=False),
        sa.Column("grantor_id", sa.UUID(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settlement_id", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "answer in ('waiting', 'given', 'refused', 'used')", name=op.f("ck_payment_confirmation_answer")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_confirmation_amount")),
        sa.CheckConstraint(
            "(answer = 'used') = (settlement_id is not null)", name=op.f("ck_payment_confirmation_used")
        ),
        sa.PrimaryKeyConstraint(
            "person_id",
            "grant_id",
            "institution",
            "visit_id",
            "batch",
            name=op.f("pk_payment_confirmation"),
        ),
    )
    op.create_index(
        "ix_payment_confirmation_grantor_id", "payment_confirmation", ["grantor_id", "until"], unique=False
    )
    op.create_index(
        "ix_payment_confirmation_confirmation_id", "payment_confirmation", ["confirmation_id"], unique=False
    )


def grant_rights() -> None:
    """A known device never changes; a request is answered, used once, or asked anew in its place."""
    for table in ("device", "payment_confirmation"):
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    names = ", ".join(name for name, _ in BOUNDS)
    op.execute(f"grant update ({names}) on mutual_aid_grant to {ENGINE}")
    op.execute(f"grant update (proven_at) on bearer to {ENGINE}")
    op.execute(f"grant update ({ASKED}) on payment_confirmation to {ENGINE}")


def downgrade() -> None:
    op.drop_table("payment_confirmation")
    op.drop_table("device")
    for name in SESSION:
        op.drop_column("bearer", name)
    op.drop_constraint(op.f("ck_mutual_aid_grant_next"), "mutual_aid_grant")
    for name, _ in reversed(BOUNDS):
        op.drop_column("mutual_aid_grant", name)
