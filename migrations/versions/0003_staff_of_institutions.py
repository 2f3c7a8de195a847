"""Cashiers: staff of an institution beside the bureau's own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.add_column("staff", sa.Column("institution", sa.Text(), nullable=True))
    op.execute("alter table staff drop constraint ck_staff_role")
    op.execute(
        "alter table staff add constraint ck_staff_role check (role in ('clerk', 'reviewer', 'cashier'))"
    )
    op.execute(
        "alter table staff add constraint ck_staff_place check ((role = 'cashier') = (institution is not null))"
    )


def downgrade() -> None:
    op.execute("alter table staff drop constraint ck_staff_place")
    op.execute("alter table staff drop constraint ck_staff_role")
    op.execute("alter table staff add constraint ck_staff_role check (role in ('clerk', 'reviewer'))")
    op.drop_column("staff", "institution")
