"""Runs over accounts: crediting by file, roll-over and interest; each line of a run is booked for a person once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
UPDATES = "after_person, finished_at, booked, refused, amount_fen"


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "account_run",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("run_id", sa.UUID(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_by", sa.Text(), nullable=False),
        sa.Column("after_person", sa.UUID(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account_run")),
    )
    op.create_table(
        "account_run_line",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("run_id", sa.UUID(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("supplement", sa.Boolean(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('contribution', 'retired', 'roll_over', 'interest')",
            name=op.f("ck_account_run_line_kind"),
        ),
        sa.CheckConstraint(
            "(month is not null) = (kind in ('contribution', 'retired'))",
            name=op.f("ck_account_run_line_month"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_account_run_line_amount_positive")),
        sa.PrimaryKeyConstraint("person_id", "run_id", "line", name=op.f("pk_account_run_line")),
    )
    op.create_index(
        "uq_account_run_line_month",
        "account_run_line",
        ["person_id", "month", "kind"],
        unique=True,
        postgresql_where=sa.text("month is not null and not supplement"),
    )
    grant_rights()


def grant_rights() -> None:
    """What a line booked never changes; of a run only how far it is."""
    for table in ("account_run", "account_run_line"):
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    op.execute(f"grant update ({UPDATES}) on account_run to {ENGINE}")


def downgrade() -> None:
    op.drop_table("account_run_line")
    op.drop_table("account_run")
