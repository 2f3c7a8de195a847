"""Records are searched: a patient's bills by what a search narrows, transfers by the relative on the other side."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.create_index(
        "ix_settlement_searched",
        "settlement",
        ["person_id", "settlement_id"],
        postgresql_include=["booked_at", "institution", "kind", "total_fen", "own_fen", "mutual_aid_fen"],
    )
    op.create_index(
        "ix_transfer_person_id_other_person_id_act_id",
        "transfer",
        ["person_id", "other_person_id", "act_id"],
        postgresql_where=sa.text("other_person_id is not null"),
    )
    op.create_index(
        "ix_transfer_own",
        "transfer",
        ["person_id", "act_id", "seq"],
        postgresql_include=["debit", "credit", "pocket", "amount_fen", "booked_at"],
        postgresql_where=sa.text(
            "debit in ('personal', 'held', 'wallet') or credit in ('personal', 'held', 'wallet')"
        ),
    )
    op.create_index(
        "ix_transfer_shared",
        "transfer",
        ["person_id", "act_id"],
        postgresql_where=sa.text(
            "debit = 'personal' and credit = 'clearing.mutual_aid' and reverses is null"
        ),
    )


def downgrade() -> None:
    op.drop_index("ix_transfer_shared", "transfer")
    op.drop_index("ix_transfer_own", "transfer")
    op.drop_index("ix_transfer_person_id_other_person_id_act_id", "transfer")
    op.drop_index("ix_settlement_searched", "settlement")
