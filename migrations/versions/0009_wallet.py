"""Wallets, and money on its way to one."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
TABLES = ("wallet", "wallet_transfer")


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "wallet",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("opened_by", sa.UUID(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_wallet")),
    )
    make_transfers()
    widen_consents()
    for table in TABLES:
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    # Who sent how much to whom never changes; only how it ended.
    op.execute(f"grant update (state, ended_at, ending_act) on wallet_transfer to {ENGINE}")


def widen_consents() -> None:
    """A consent may be about a wallet, or about money that is on its way to one."""
    op.execute("alter table consent drop constraint ck_consent_subject")
    op.execute(
        "alter table consent add constraint ck_consent_subject "
        "check (subject in ('binding', 'grant', 'code', 'wallet', 'wallet_transfer'))"
    )


def make_transfers() -> None:
    op.create_table(
        "wallet_transfer",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("transfer_id", sa.UUID(), nullable=False),
        sa.Column("receiver_id", sa.UUID(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returns_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending_act", sa.UUID(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_wallet_transfer_amount_positive")),
        sa.CheckConstraint("person_id <> receiver_id", name=op.f("ck_wallet_transfer_not_self")),
        sa.CheckConstraint("purse in ('account', 'wallet')", name=op.f("ck_wallet_transfer_purse")),
        sa.CheckConstraint(
            "state in ('pending', 'accepted', 'returned', 'expired')", name=op.f("ck_wallet_transfer_state")
        ),
        sa.CheckConstraint(
            "(state = 'pending') = (ended_at is null) and (ended_at is null) = (ending_act is null)",
            name=op.f("ck_wallet_transfer_ended_by_an_act"),
        ),
        sa.PrimaryKeyConstraint("person_id", "transfer_id", name=op.f("pk_wallet_transfer")),
    )
    for columns in (["person_id", "day"], ["receiver_id"], ["transfer_id"]):
        name = f"ix_wallet_transfer_{'_'.join(columns)}"
        op.create_index(name, "wallet_transfer", columns, unique=False)
    op.create_index(
        "ix_wallet_transfer_due",
        "wallet_transfer",
        ["returns_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
