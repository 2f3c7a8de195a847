"""Notices: what each person is told of, and the outbox of what is sent outside."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
TABLES = ("notice", "notice_wishes", "outbox")


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "notice",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("behalf_of", sa.UUID(), nullable=True),
        sa.Column("other_id", sa.UUID(), nullable=True),
        sa.Column("subject_id", sa.UUID(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disowned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "event_id", name=op.f("pk_notice")),
    )
    op.create_table(
        "notice_wishes",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("sms", sa.Boolean(), nullable=False),
        sa.Column("wechat", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_wishes")),
    )
    make_outbox()
    grant_rights()


def make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("message_id", sa.UUID(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'sent', 'unwanted', 'refused', 'given_up')", name=op.f("ck_outbox_state")
        ),
        sa.CheckConstraint("(state = 'waiting') = (done_at is null)", name=op.f("ck_outbox_done")),
        sa.PrimaryKeyConstraint("person_id", "message_id", "way", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_due", "outbox", ["next_at"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"], unique=False)


def grant_rights() -> None:
    """What somebody was told of never changes; only that they read it, or said that it was not them."""
    for table in TABLES:
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    op.execute(f"grant update (read_at, disowned_at) on notice to {ENGINE}")
    op.execute(f"grant update (sms, wechat, at) on notice_wishes to {ENGINE}")
    op.execute(f"grant update (state, tries, next_at, problem, done_at) on outbox to {ENGINE}")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
