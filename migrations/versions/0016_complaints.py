"""Complaints: cases, their steps, what institutions are asked, and measures of two members of staff."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")
TABLES = ("complaint", "complaint_step", "complaint_cancel_request", "complaint_measure")
KINDS = "outcome in ('explained', 'grant_ended', 'cancelled', 'corrected', 'passed_on')"
OUTCOME_TOLD = "(state = 'closed') = (outcome is not null) and (outcome is null) = (resolution is null)"
ENDED = "(state = 'open') = (ended_at is null) and (ended_at is null) = (ended_by is null)"
WHAT = (
    "(kind = 'correct') = (settlement_id is not null and patient_id is not null and amount_fen > 0 "
    "and cardinality(payers) > 0) and (kind = 'end_grant') = (grant_id is not null)"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    make_cases()
    index_cases()
    make_steps()
    make_requests()
    make_measures()
    for table in TABLES:
        for role in READERS:
            op.execute(f"grant select on {table} to {role}")
        op.execute(f"grant insert on {table} to {ENGINE}")
    # What somebody complained of, and what they were told of it then, never changes; steps and requests only grow.
    op.execute(
        "grant update (clerk, state, lifted_at, outcome, resolution, ended_by, ended_at) on complaint "
        f"to {ENGINE}"
    )
    op.execute(
        f"grant update (state, decided_by, decided_at, decision_reason) on complaint_measure to {ENGINE}"
    )


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.UUID(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def make_cases() -> None:
    op.create_table(
        "complaint",
        _id("person_id"),
        _id("complaint_id"),
        _text("kind"),
        _text("subject_kind"),
        _text("subject"),
        _text("concern"),
        _text("text"),
        sa.Column("freezes", postgresql.JSONB(), nullable=False),
        sa.Column("lift_at_close", sa.Boolean(), nullable=False),
        sa.Column("explanation", postgresql.JSONB(), nullable=False),
        sa.Column("explanation_digest", sa.LargeBinary(), nullable=False),
        _id("settlement_id", nullable=True),
        _id("patient_id", nullable=True),
        _text("institution", nullable=True),
        _id("other_id", nullable=True),
        sa.Column("promised_day", sa.Date(), nullable=False),
        _text("clerk", nullable=True),
        _text("channel"),
        _text("entered_by", nullable=True),
        _text("paper", nullable=True),
        _text("state"),
        _at("opened_at"),
        _at("lifted_at", nullable=True),
        _text("outcome", nullable=True),
        _text("resolution", nullable=True),
        _text("ended_by", nullable=True),
        _at("ended_at", nullable=True),
        sa.CheckConstraint("kind in ('question', 'not_mine')", name=op.f("ck_complaint_kind")),
        sa.CheckConstraint(
            "subject_kind in ('settlement', 'code', 'look')", name=op.f("ck_complaint_subject_kind")
        ),
        sa.CheckConstraint("concern in ('own', 'grantor', 'shower')", name=op.f("ck_complaint_concern")),
        sa.CheckConstraint("state in ('open', 'withdrawn', 'closed')", name=op.f("ck_complaint_state")),
        sa.CheckConstraint(KINDS, name=op.f("ck_complaint_outcome")),
        sa.CheckConstraint(OUTCOME_TOLD, name=op.f("ck_complaint_outcome_told")),
        sa.CheckConstraint(ENDED, name=op.f("ck_complaint_ended")),
        sa.CheckConstraint("(entered_by is null) = (paper is null)", name=op.f("ck_complaint_on_paper")),
        sa.PrimaryKeyConstraint("person_id", "complaint_id", name=op.f("pk_complaint")),
    )


def index_cases() -> None:
    only_open = sa.text("state = 'open'")
    op.create_index(
        "uq_complaint_open",
        "complaint",
        ["person_id", "subject_kind", "subject"],
        unique=True,
        postgresql_where=only_open,
    )
    op.create_index("ix_complaint_complaint_id", "complaint", ["complaint_id"], unique=False)
    op.create_index("ix_complaint_other_id", "complaint", ["other_id"], unique=False)
    op.create_index(
        "ix_complaint_waiting", "complaint", ["complaint_id"], unique=False, postgresql_where=only_open
    )


def make_steps() -> None:
    op.create_table(
        "complaint_step",
        _id("person_id"),
        _id("complaint_id"),
        _id("step_id"),
        _text("kind"),
        _text("by"),
        _text("text"),
        _at("at"),
        sa.PrimaryKeyConstraint("person_id", "complaint_id", "step_id", name=op.f("pk_complaint_step")),
    )


def make_requests() -> None:
    op.create_table(
        "complaint_cancel_request",
        _id("person_id"),
        _id("complaint_id"),
        _text("institution"),
        _id("patient_id"),
        _id("settlement_id"),
        _text("words"),
        _text("asked_by"),
        _at("asked_at"),
        sa.PrimaryKeyConstraint("person_id", "complaint_id", name=op.f("pk_complaint_cancel_request")),
    )
    op.create_index(
        "ix_complaint_cancel_request_institution",
        "complaint_cancel_request",
        ["institution", "asked_at"],
        unique=False,
    )


def make_measures() -> None:
    op.create_table(
        "complaint_measure",
        _id("person_id"),
        _id("complaint_id"),
        _id("measure_id"),
        _text("kind"),
        _id("settlement_id", nullable=True),
        _id("patient_id", nullable=True),
        sa.Column("payers", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        _id("grant_id", nullable=True),
        _text("reason"),
        _text("entered_by"),
        _at("entered_at"),
        _text("state"),
        _text("decided_by", nullable=True),
        _at("decided_at", nullable=True),
        _text("decision_reason", nullable=True),
        sa.CheckConstraint("kind in ('correct', 'end_grant')", name=op.f("ck_complaint_measure_kind")),
        sa.CheckConstraint(
            "state in ('waiting', 'done', 'refused')", name=op.f("ck_complaint_measure_state")
        ),
        sa.CheckConstraint(WHAT, name=op.f("ck_complaint_measure_what")),
        sa.CheckConstraint(
            "state = 'waiting' or (decided_by is not null and decided_by <> entered_by)",
            name=op.f("ck_complaint_measure_two_clerks"),
        ),
        sa.PrimaryKeyConstraint("person_id", "complaint_id", "measure_id", name=op.f("pk_complaint_measure")),
    )
    op.create_index(
        "uq_complaint_measure_waiting",
        "complaint_measure",
        ["person_id", "complaint_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_complaint_measure_measure_id", "complaint_measure", ["measure_id"], unique=False)
    op.create_index(
        "ix_complaint_measure_settlement_id",
        "complaint_measure",
        ["settlement_id"],
        unique=False,
        postgresql_where=sa.text("kind = 'correct' and state = 'done'"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
