"""本次不用家人的钱: a code, and the session its scan opens, may carry the wish that no relative's account pays."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("code", "code_session")


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for table in TABLES:
        op.add_column(
            table, sa.Column("own_money_only", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "own_money_only")
