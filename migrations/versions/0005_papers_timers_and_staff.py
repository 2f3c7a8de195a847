"""Photos of papers under a key of their case, timers under a lease, and what staff sign in with."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
TABLES = ("evidence_case", "evidence_photo", "timer", "staff_secret", "staff_act")

UPDATES = {
    "evidence_case": "binding_id, wrapped_key, closed_at, ending",
    "evidence_photo": "content",
    "timer": "holder, leased_until, ran_at, done",
    "staff_secret": "password_hash, first_until, second_factor, used_step, set_at",
    "staff": "ended_at",
}
"""The only columns that flows may change: a key and the pictures become null, who has left stays named."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    make_evidence()
    make_timers()
    make_staff()
    for table in TABLES:
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    for table, columns in UPDATES.items():
        op.execute(f"grant update ({columns}) on {table} to {ENGINE}")


def make_evidence() -> None:
    op.create_table(
        "evidence_case",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("binding_id", sa.UUID(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ending in ('decided', 'withdrawn', 'expired')", name=op.f("ck_evidence_case_ending")
        ),
        sa.CheckConstraint(
            "(closed_at is null) = (wrapped_key is not null) and (closed_at is null) = (ending is null)",
            name=op.f("ck_evidence_case_closed_without_key"),
        ),
        sa.PrimaryKeyConstraint("person_id", "case_id", name=op.f("pk_evidence_case")),
    )
    op.create_index(
        "uq_evidence_case_open",
        "evidence_case",
        ["person_id", "binding_id"],
        unique=True,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_index(
        "ix_evidence_case_opened_at",
        "evidence_case",
        ["opened_at"],
        unique=False,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "evidence_photo",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("photo_id", sa.UUID(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place between 1 and 4", name=op.f("ck_evidence_photo_place")),
        sa.CheckConstraint("kind in ('jpeg', 'png', 'webp')", name=op.f("ck_evidence_photo_kind")),
        sa.CheckConstraint("size_bytes between 1 and 1500000", name=op.f("ck_evidence_photo_size")),
        sa.PrimaryKeyConstraint("person_id", "case_id", "photo_id", name=op.f("pk_evidence_photo")),
    )
    op.create_index(
        "uq_evidence_photo_place", "evidence_photo", ["person_id", "case_id", "place"], unique=True
    )
    # Ciphertext does not shrink; the server need not try.
    op.execute("alter table evidence_photo alter column content set storage external")


def make_timers() -> None:
    op.create_table(
        "timer",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_timer")),
    )


def make_staff() -> None:
    op.add_column("staff", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "staff_secret",
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("first_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_factor", sa.LargeBinary(), nullable=False),
        sa.Column("used_step", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_secret")),
    )
    op.create_table(
        "staff_act",
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("act_id", sa.UUID(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "act_id", name=op.f("pk_staff_act")),
    )
    op.create_index(
        "ix_bearer_staff_id",
        "bearer",
        ["staff_id"],
        unique=False,
        postgresql_where=sa.text("staff_id is not null"),
    )
