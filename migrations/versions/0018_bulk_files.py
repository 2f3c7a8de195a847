"""Files that the bureau's staff bring on a page: checked, entered by one, approved by another, carried out in parts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
TABLES = ("bulk_file", "bulk_part", "bulk_act")
UPDATES = (
    "state, next_part, checked, carried, moved_at, reason, entered_at, decided_by, decided_at, decision_reason, "
    "finished_at, forgotten_at, fault, round"
)
OPEN = "state in ('checking', 'checked', 'waiting', 'running', 'stopped')"


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    make_files()
    make_parts()
    make_acts()
    # Who brought what for which purpose never changes; rows are emptied, not deleted, once they are needed no more.
    for table in TABLES:
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    op.execute(f"grant update ({UPDATES}) on bulk_file to {ENGINE}")
    op.execute(f"grant update (content, refused) on bulk_part to {ENGINE}")


def make_files() -> None:
    op.create_table(
        "bulk_file",
        sa.Column("file_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("beside", sa.Boolean(), nullable=False),
        sa.Column("credit_name", sa.Text(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("next_part", sa.Integer(), nullable=False),
        sa.Column("checked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("carried", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind in ('credit', 'claw_back', 'enrol')", name=op.f("ck_bulk_file_kind")),
        sa.CheckConstraint(
            "state in ('checking', 'checked', 'waiting', 'running', 'stopped', 'done', 'ended', 'refused', "
            "'withdrawn')",
            name=op.f("ck_bulk_file_state"),
        ),
        sa.CheckConstraint(
            "(kind = 'claw_back') = (credit_name is not null)", name=op.f("ck_bulk_file_credit_name")
        ),
        sa.CheckConstraint(
            "next_part between 0 and parts and parts > 0", name=op.f("ck_bulk_file_next_part")
        ),
        sa.CheckConstraint(
            "state not in ('running', 'stopped', 'done', 'ended', 'refused') "
            "or (decided_by is not null and decided_by <> brought_by)",
            name=op.f("ck_bulk_file_two_people"),
        ),
        sa.CheckConstraint(
            "state not in ('waiting', 'running', 'stopped', 'done', 'ended') or reason is not null",
            name=op.f("ck_bulk_file_reason"),
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_bulk_file")),
    )
    op.create_index(
        "uq_bulk_file_open",
        "bulk_file",
        ["kind", "digest", "beside", sa.text("coalesce(credit_name, '')")],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
    for name, column, where in (
        ("ix_bulk_file_at_work", "moved_at", "state in ('checking', 'running')"),
        ("ix_bulk_file_waiting", "file_id", "state = 'waiting'"),
        ("ix_bulk_file_finished_at", "finished_at", "forgotten_at is null"),
    ):
        op.create_index(name, "bulk_file", [column], unique=False, postgresql_where=sa.text(where))


def make_parts() -> None:
    op.create_table(
        "bulk_part",
        sa.Column("file_id", sa.UUID(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("refused", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("file_id", "part", name=op.f("pk_bulk_part")),
    )


def make_acts() -> None:
    op.create_table(
        "bulk_act",
        sa.Column("file_id", sa.UUID(), nullable=False),
        sa.Column("act_id", sa.UUID(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("file_id", "act_id", name=op.f("pk_bulk_act")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
