"""The trail says who took a wish down, whose wish it was, and why somebody looked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.add_column("consent", sa.Column("entered_by", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("entered_by", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("behalf_of", sa.UUID(), nullable=True))
    op.add_column("audit", sa.Column("reason", sa.Text(), nullable=True))


def downgrade() -> None:
    for column in ("reason", "behalf_of", "entered_by"):
        op.drop_column("audit", column)
    op.drop_column("consent", "entered_by")
