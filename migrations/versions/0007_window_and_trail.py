"""The window: one clerk takes a wish down, another decides; and a trail that says for whom, by whom and why."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
UPDATES = "state, told, in_force_at, subject_id, decided_by, decided_at, decision_reason"


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.add_column("consent", sa.Column("entered_by", sa.Text(), nullable=True))
    op.add_column("consent", sa.Column("detail", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("entered_by", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("behalf_of", sa.UUID(), nullable=True))
    op.add_column("audit", sa.Column("reason", sa.Text(), nullable=True))
    create_window_act()
    grant_rights()


def create_window_act() -> None:
    op.create_table(
        "window_act",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("act_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("wish", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paper_reference", sa.Text(), nullable=False),
        sa.Column("recognised_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject_id", sa.UUID(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "recognised_by in ('card', 'identity_number')", name=op.f("ck_window_act_recognised_by")
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'done', 'refused', 'withdrawn')", name=op.f("ck_window_act_state")
        ),
        sa.CheckConstraint(
            "state not in ('done', 'refused') or (decided_by is not null and decided_by <> entered_by)",
            name=op.f("ck_window_act_two_clerks"),
        ),
        sa.CheckConstraint(
            "state <> 'done' or in_force_at is not null", name=op.f("ck_window_act_done_is_in_force")
        ),
        sa.PrimaryKeyConstraint("person_id", "act_id", name=op.f("pk_window_act")),
    )
    op.create_index("ix_window_act_act_id", "window_act", ["act_id"], unique=False)
    for clerk in ("entered_by", "decided_by"):
        op.create_index(f"ix_window_act_{clerk}_act_id", "window_act", [clerk, "act_id"], unique=False)


def grant_rights() -> None:
    """What a person asked for on which paper never changes; what became of it does, once."""
    for role in READERS:
        op.execute(f"grant select on window_act to {role}")
    op.execute(f"grant insert on window_act to {ENGINE}")
    op.execute(f"grant update ({UPDATES}) on window_act to {ENGINE}")


def downgrade() -> None:
    op.drop_table("window_act")
    for column in ("reason", "behalf_of", "entered_by"):
        op.drop_column("audit", column)
    for column in ("detail", "entered_by"):
        op.drop_column("consent", column)
