"""A consent may be about an enrolment: what was noted at the window by papers that somebody showed."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("alter table consent drop constraint ck_consent_subject")
    op.execute(
        "alter table consent add constraint ck_consent_subject check "
        "(subject in ('binding', 'grant', 'code', 'wallet', 'wallet_transfer', 'premium', 'enrolment'))"
    )


def downgrade() -> None:
    """What somebody agreed to stays, so what may be agreed to stays as wide."""
