"""What waits at the bureau is found without reading what does not, and a case by its number alone."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITING = (
    ("ix_mutual_aid_grant_filed", "mutual_aid_grant", "grant_id", "state = 'filed'"),
    ("ix_binding_at_window", "binding", "binding_id", "state = 'pending' and route = 'window'"),
    ("ix_window_act_waiting", "window_act", "act_id", "state = 'waiting'"),
)
NUMBERS = (
    ("ix_mutual_aid_grant_grant_id", "mutual_aid_grant", "grant_id"),
    ("ix_binding_binding_id", "binding", "binding_id"),
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for name, table, column, waits in WAITING:
        op.create_index(name, table, [column], unique=False, postgresql_where=sa.text(waits))
    for name, table, column in NUMBERS:
        op.create_index(name, table, [column], unique=False)


def downgrade() -> None:
    for name, table, *_columns in (*NUMBERS, *WAITING):
        op.drop_index(name, table)
