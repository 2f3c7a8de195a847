"""The foundation: every table of the main job, and the rights of each role from the first migration on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "audit",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("audit_id", sa.UUID(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "audit_id", name=op.f("pk_audit")),
    )
    op.create_table(
        "bearer",
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("staff_id", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_bearer")),
    )
    op.create_table(
        "benefit_day",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("fund_paid_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("fund_paid_fen >= 0", name=op.f("ck_benefit_day_not_negative")),
        sa.PrimaryKeyConstraint("person_id", "service_day", "level", name=op.f("pk_benefit_day")),
    )
    op.create_table(
        "benefit_year",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("insurance", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("deductible_used_fen", sa.BigInteger(), nullable=False),
        sa.Column("fund_paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("in_scope_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "deductible_used_fen >= 0 and fund_paid_fen >= 0 and in_scope_fen >= 0",
            name=op.f("ck_benefit_year_not_negative"),
        ),
        sa.PrimaryKeyConstraint("person_id", "insurance", "year", name=op.f("pk_benefit_year")),
    )
    op.create_table(
        "binding",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("binding_id", sa.UUID(), nullable=False),
        sa.Column("holder_id", sa.UUID(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("powers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("evidence_reference", sa.Text(), nullable=True),
        sa.Column("evidence_hash", sa.LargeBinary(), nullable=True),
        sa.Column("promised_day", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("route in ('member', 'window')", name=op.f("ck_binding_route")),
        sa.CheckConstraint(
            "state in ('pending', 'active', 'refused', 'ended')", name=op.f("ck_binding_state")
        ),
        sa.CheckConstraint("person_id <> holder_id", name=op.f("ck_binding_not_self")),
        sa.PrimaryKeyConstraint("person_id", "binding_id", name=op.f("pk_binding")),
    )
    op.create_index("ix_binding_holder_id", "binding", ["holder_id"], unique=False)
    op.create_index(
        "uq_binding_live",
        "binding",
        ["person_id", "holder_id"],
        unique=True,
        postgresql_where=sa.text("state in ('pending', 'active')"),
    )
    op.create_table(
        "cancellation",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("settlement_id", sa.UUID(), nullable=False),
        sa.Column("cancellation_id", sa.UUID(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "settlement_id", name=op.f("pk_cancellation")),
    )
    op.create_table(
        "code",
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("shown_by", sa.UUID(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_id", sa.UUID(), nullable=True),
        sa.Column("institution", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("code_digest", name=op.f("pk_code")),
    )
    op.create_index("ix_code_person_id", "code", ["person_id"], unique=False)
    op.create_table(
        "code_session",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("shown_by", sa.UUID(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.Date(), nullable=False),
        sa.Column("consumed_by", sa.UUID(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "session_id", name=op.f("pk_code_session")),
    )
    op.create_table(
        "consent",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("consent_id", sa.UUID(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("given_by", sa.UUID(), nullable=True),
        sa.Column("staff", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("evidence_hash", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("subject in ('binding', 'grant', 'code')", name=op.f("ck_consent_subject")),
        sa.PrimaryKeyConstraint("person_id", "consent_id", name=op.f("pk_consent")),
    )
    op.create_table(
        "fee_batch",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("visit_id", sa.UUID(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("settlement_id", sa.UUID(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "visit_id", "batch", name=op.f("pk_fee_batch")),
    )
    op.create_table(
        "inbox",
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("message_number", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("act_id", sa.UUID(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("institution", "message_number", "message_id", name=op.f("pk_inbox")),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "institution",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("tell_payers", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level in ('1', '2', '3', 'pharmacy')", name=op.f("ck_institution_level")),
        sa.CheckConstraint("scheme in ('none', 'A', 'B')", name=op.f("ck_institution_scheme")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_institution")),
    )
    op.create_table(
        "institution_sign_in",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sign_number", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", "sign_number", name=op.f("pk_institution_sign_in")),
    )
    op.create_table(
        "kinship",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("other_person_id", sa.UUID(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "other_person_id", name=op.f("pk_kinship")),
    )
    op.create_table(
        "mutual_aid_grant",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("grant_id", sa.UUID(), nullable=False),
        sa.Column("grantor_id", sa.UUID(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("per_use_fen", sa.BigInteger(), nullable=True),
        sa.Column("per_day_fen", sa.BigInteger(), nullable=True),
        sa.Column("per_month_fen", sa.BigInteger(), nullable=True),
        sa.Column("per_year_fen", sa.BigInteger(), nullable=True),
        sa.Column("floor_fen", sa.BigInteger(), nullable=False),
        sa.Column("purposes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("used_day", sa.Date(), nullable=True),
        sa.Column("used_day_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used_month_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used_year_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_until", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('filed', 'active', 'paused', 'ended')", name=op.f("ck_mutual_aid_grant_state")
        ),
        sa.CheckConstraint("floor_fen >= 0", name=op.f("ck_mutual_aid_grant_floor")),
        sa.CheckConstraint("person_id <> grantor_id", name=op.f("ck_mutual_aid_grant_not_self")),
        sa.CheckConstraint(
            "used_day_fen >= 0 and used_month_fen >= 0 and used_year_fen >= 0",
            name=op.f("ck_mutual_aid_grant_used"),
        ),
        sa.PrimaryKeyConstraint("person_id", "grant_id", name=op.f("pk_mutual_aid_grant")),
    )
    op.create_index("ix_mutual_aid_grant_grantor_id", "mutual_aid_grant", ["grantor_id"], unique=False)
    op.create_index(
        "uq_mutual_aid_grant_live",
        "mutual_aid_grant",
        ["person_id", "grantor_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("person_number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("certificate_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_key_version", sa.SmallInteger(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("ethnicity", sa.Text(), nullable=False),
        sa.Column("birth", sa.Date(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("insurance", sa.Text(), nullable=False),
        sa.Column("person_status", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("insured_since", sa.Date(), nullable=False),
        sa.Column("suspended_since", sa.Date(), nullable=True),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("civil_servant", sa.Boolean(), nullable=False),
        sa.Column("online_suspended_until", sa.Date(), nullable=True),
        sa.Column("code_state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "code_state in ('not_activated', 'active', 'frozen', 'lost')", name=op.f("ck_person_code_state")
        ),
        sa.CheckConstraint("insurance in ('employee', 'resident')", name=op.f("ck_person_insurance")),
        sa.CheckConstraint(
            "status in ('normal', 'arrears', 'stopped', 'frozen')", name=op.f("ck_person_status")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
    )
    op.create_table(
        "person_key",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "digest", name=op.f("pk_person_key")),
    )
    op.create_index("ix_person_key_person_id", "person_key", ["person_id"], unique=False)
    op.create_table(
        "personal_account",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("pocket", sa.SmallInteger(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_personal_account_not_below_zero")),
        sa.PrimaryKeyConstraint("person_id", "pocket", name=op.f("pk_personal_account")),
    )
    op.create_table(
        "pharmacy_line",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("line_number", sa.Text(), nullable=False),
        sa.Column("settlement_id", sa.UUID(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "institution", "line_number", name=op.f("pk_pharmacy_line")),
    )
    op.create_table(
        "policy_pack",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.Column("first_used", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_policy_pack")),
    )
    op.create_table(
        "preview_note",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("visit_id", sa.UUID(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("own_expense_fen", sa.BigInteger(), nullable=False),
        sa.Column("over_limit_fen", sa.BigInteger(), nullable=False),
        sa.Column("prior_self_pay_fen", sa.BigInteger(), nullable=False),
        sa.Column("in_scope_fen", sa.BigInteger(), nullable=False),
        sa.Column("own_fen", sa.BigInteger(), nullable=False),
        sa.Column("mutual_aid_fen", sa.BigInteger(), nullable=False),
        sa.Column("cash_fen", sa.BigInteger(), nullable=False),
        sa.Column("account_use", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "visit_id", "batch", name=op.f("pk_preview_note")),
    )
    op.create_table(
        "rate",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "window_start", name=op.f("pk_rate")),
    )
    op.create_table(
        "settlement",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("settlement_id", sa.UUID(), nullable=False),
        sa.Column("visit_id", sa.UUID(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("insurance", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("fund_fen", sa.BigInteger(), nullable=False),
        sa.Column("own_fen", sa.BigInteger(), nullable=False),
        sa.Column("mutual_aid_fen", sa.BigInteger(), nullable=False),
        sa.Column("cash_fen", sa.BigInteger(), nullable=False),
        sa.Column("deductible_fen", sa.BigInteger(), nullable=False),
        sa.Column("in_scope_fen", sa.BigInteger(), nullable=False),
        sa.Column("credential_kind", sa.Text(), nullable=False),
        sa.Column("shown_by", sa.UUID(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("pack_digest", sa.LargeBinary(), nullable=False),
        sa.Column("decision", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind in ('outpatient', 'pharmacy')", name=op.f("ck_settlement_kind")),
        sa.CheckConstraint(
            "fund_fen >= 0 and own_fen >= 0 and mutual_aid_fen >= 0 and cash_fen >= 0",
            name=op.f("ck_settlement_parts_positive"),
        ),
        sa.CheckConstraint(
            "total_fen = fund_fen + own_fen + mutual_aid_fen + cash_fen",
            name=op.f("ck_settlement_parts_add_up"),
        ),
        sa.PrimaryKeyConstraint("person_id", "settlement_id", name=op.f("pk_settlement")),
    )
    op.create_index(
        "ix_settlement_person_id_visit_id_batch",
        "settlement",
        ["person_id", "visit_id", "batch"],
        unique=False,
    )
    op.create_index("ix_settlement_settlement_id", "settlement", ["settlement_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("sign_in_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sign_in_id", name=op.f("pk_sign_in")),
    )
    op.create_table(
        "staff",
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint("role in ('clerk', 'reviewer')", name=op.f("ck_staff_role")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff")),
    )
    op.create_table(
        "transfer",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("act_id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("debit", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("other_book", sa.Text(), nullable=True),
        sa.Column("institution", sa.Text(), nullable=True),
        sa.Column("pocket", sa.SmallInteger(), nullable=True),
        sa.Column("other_person_id", sa.UUID(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=True),
        sa.Column("reverses", sa.UUID(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_transfer_amount_positive")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_transfer_two_accounts")),
        sa.PrimaryKeyConstraint("person_id", "act_id", "seq", name=op.f("pk_transfer")),
    )
    op.create_index(
        "uq_transfer_reverses",
        "transfer",
        ["person_id", "reverses", "seq"],
        unique=True,
        postgresql_where=sa.text("reverses is not null"),
    )
    op.create_table(
        "visit",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("visit_id", sa.UUID(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("outpatient_number", sa.Text(), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("medical_type", sa.Text(), nullable=False),
        sa.Column("diagnoses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("doctor", sa.Text(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('open', 'cancelled')", name=op.f("ck_visit_state")),
        sa.PrimaryKeyConstraint("person_id", "visit_id", name=op.f("pk_visit")),
    )
    grant_rights()


ROLES = ("qinji_engine", "qinji_reader", "qinji_auditor")

UPDATES = {
    "inbox": "state",
    "rate": "used",
    "person": "status, suspended_since, online_suspended_until, code_state",
    "institution_sign_in": "left_at",
    "code": "voided_at, session_id, institution",
    "code_session": "consumed_by, voided_at",
    "sign_in": "tries, used_at",
    "bearer": "expires_at",
    "binding": "state, powers, promised_day, decided_by, reason, active_at, ended_at",
    "mutual_aid_grant": (
        "state, rank, per_use_fen, per_day_fen, per_month_fen, per_year_fen, floor_fen, purposes, used_day, "
        "used_day_fen, used_month_fen, used_year_fen, active_at, locked_until, ends_on, ended_at"
    ),
    "visit": "state, medical_type, diagnoses, session_id",
    "fee_batch": "lines, total_fen, settlement_id, uploaded_at",
    "pharmacy_line": "settlement_id",
    "preview_note": (
        "own_expense_fen, over_limit_fen, prior_self_pay_fen, in_scope_fen, own_fen, mutual_aid_fen, cash_fen, "
        "account_use, shown_at"
    ),
    "benefit_year": "deductible_used_fen, fund_paid_fen, in_scope_fen",
    "benefit_day": "fund_paid_fen",
    "personal_account": "balance_fen",
}
"""The only columns that flows may change. Transfers, settlements, cancellations, consents and audit rows have none."""


def grant_rights() -> None:
    """Flows insert and update named columns, doors and auditors read; nobody but the owner deletes."""
    for role in ROLES:
        op.execute(
            f"do $$ begin if not exists (select 1 from pg_roles where rolname = '{role}') "
            f"then create role {role} login; end if; end $$"
        )
        op.execute(f"grant usage on schema public to {role}")
        op.execute(f"grant select on all tables in schema public to {role}")
    op.execute("grant insert on all tables in schema public to qinji_engine")
    op.execute("revoke insert, update, delete on alembic_version from qinji_engine")
    for table, columns in UPDATES.items():
        op.execute(f"grant update ({columns}) on {table} to qinji_engine")
