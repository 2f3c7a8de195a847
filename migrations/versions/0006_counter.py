"""The bureau's own counter: who took a bill or gave it back, and what a cashier handed over at the end of a shift."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
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
