"""The bureau's own counter: who took a bill or gave it back, and what a cashier handed over at the end of a shift."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ACTS = ("settlement", "cancellation")


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for table in ACTS:
        op.add_column(table, sa.Column("cashier", sa.Text(), nullable=True))
        op.create_index(
            f"ix_{table}_institution_booked_at",
            table,
            ["institution", "booked_at"],
            unique=False,
            postgresql_where=sa.text("cashier is not null"),
        )
    op.create_table(
        "hand_over",
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("hand_over_id", postgresql.UUID(), nullable=False),
        sa.Column("cashier", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_parts("taken"),
        *_parts("returned"),
        sa.Column("counted_fen", sa.BigInteger(), nullable=False),
        sa.Column("difference_fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("counted_fen >= 0", name=op.f("ck_hand_over_counted")),
        sa.CheckConstraint(
            "difference_fen = counted_fen - taken_cash_fen + returned_cash_fen",
            name=op.f("ck_hand_over_difference"),
        ),
        sa.CheckConstraint(
            "taken_total_fen = taken_fund_fen + taken_own_fen + taken_mutual_aid_fen + taken_cash_fen "
            "and returned_total_fen = returned_fund_fen + returned_own_fen + returned_mutual_aid_fen "
            "+ returned_cash_fen",
            name=op.f("ck_hand_over_parts_add_up"),
        ),
        sa.PrimaryKeyConstraint("institution", "hand_over_id", name=op.f("pk_hand_over")),
    )
    op.create_index(
        "ix_hand_over_institution_cashier_at", "hand_over", ["institution", "cashier", "at"], unique=False
    )
    op.create_table(
        "hand_over_act",
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("act_id", postgresql.UUID(), nullable=False),
        sa.Column("hand_over_id", postgresql.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("institution", "act_id", name=op.f("pk_hand_over_act")),
    )
    grant_rights()


def _parts(side: str) -> list[sa.Column[int]]:
    """How many acts, and who paid how much of them."""
    amounts = ("total_fen", "fund_fen", "own_fen", "mutual_aid_fen", "cash_fen")
    return [
        sa.Column(f"{side}_count", sa.Integer(), nullable=False),
        *(sa.Column(f"{side}_{name}", sa.BigInteger(), nullable=False) for name in amounts),
    ]


def grant_rights() -> None:
    """Shifts that were handed over only grow."""
    for table in ("hand_over", "hand_over_act"):
        for role in ("qinji_engine", "qinji_reader", "qinji_auditor"):
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to qinji_engine")
