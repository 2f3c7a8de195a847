"""The vendor's door: keys of institutions that sign, values that may come once, and the sandbox's log of messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
TABLES = ("institution_key", "institution_act", "nonce", "exchange", "exchange_count")

UPDATES = {
    "institution": "scheme",
    "institution_key": "revoked_at",
    "exchange": "number, at, message_number, message_id, succeeded, microseconds, request, reply, findings",
    "exchange_count": "used",
}
"""The only columns that flows may change; `exchange` is a ring whose places are written again."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "institution_key",
        sa.Column("access_key", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("secret_key_version", sa.SmallInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("place in (1, 2)", name=op.f("ck_institution_key_place")),
        sa.PrimaryKeyConstraint("access_key", name=op.f("pk_institution_key")),
    )
    op.create_index(
        "uq_institution_key_place",
        "institution_key",
        ["institution", "place"],
        unique=True,
        postgresql_where=sa.text("revoked_at is null"),
    )
    op.create_table(
        "institution_act",
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("act_id", postgresql.UUID(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("institution", "act_id", name=op.f("pk_institution_act")),
    )
    op.create_table(
        "nonce",
        sa.Column("access_key", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("access_key", "nonce", name=op.f("pk_nonce")),
    )
    op.create_index("ix_nonce_at", "nonce", ["at"], unique=False)
    op.create_table(
        "exchange",
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_number", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("microseconds", sa.BigInteger(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("institution", "place", name=op.f("pk_exchange")),
    )
    op.create_table(
        "exchange_count",
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("institution", name=op.f("pk_exchange_count")),
    )
    grant_rights()


def grant_rights() -> None:
    """The new tables' rights; the values that may come once are forgotten when their time window is over."""
    for table in TABLES:
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    for table, columns in UPDATES.items():
        op.execute(f"grant update ({columns}) on {table} to {ENGINE}")
    op.execute(f"grant delete on nonce to {ENGINE}")
