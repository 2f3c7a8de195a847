"""Clawbacks: files that take back what a crediting run booked too much, entered by one and approved by another."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
TABLES = ("clawback", "clawback_line")
UPDATES = (
    "state, decided_by, decided_at, decision_reason, finished_at, taken, refused, taken_fen, missing_fen"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    make_files()
    make_lines()
    # Who asked for what and why never changes, and neither does what was taken.
    for table in TABLES:
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    op.execute(f"grant update ({UPDATES}) on clawback to {ENGINE}")


def make_files() -> None:
    op.create_table(
        "clawback",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("credit_run_id", sa.UUID(), nullable=False),
        sa.Column("further", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("taken_fen", sa.BigInteger(), nullable=False),
        sa.Column("missing_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'approved', 'refused')", name=op.f("ck_clawback_state")),
        sa.CheckConstraint(
            "state = 'waiting' or (decided_by is not null and decided_by <> entered_by)",
            name=op.f("ck_clawback_two_people"),
        ),
        sa.CheckConstraint("finished_at is null or state = 'approved'", name=op.f("ck_clawback_finished")),
        sa.PrimaryKeyConstraint("name", "round", name=op.f("pk_clawback")),
    )


def make_lines() -> None:
    op.create_table(
        "clawback_line",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.UUID(), nullable=False),
        sa.Column("credit_act_id", sa.UUID(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_clawback_line_amount_positive")),
        sa.PrimaryKeyConstraint("person_id", "claim_id", "line", "round", name=op.f("pk_clawback_line")),
    )
    op.create_index(
        "ix_clawback_line_person_id_credit_act_id",
        "clawback_line",
        ["person_id", "credit_act_id"],
        unique=False,
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
