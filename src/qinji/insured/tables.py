"""Tables of insured persons: who they are, their kin, what they consented to, who looked at what."""

from __future__ import annotations

from sqlalchemy import Boolean, Date, LargeBinary, SmallInteger, Text

from qinji.platform.metadata import Id, Moment, check, key, may, need, table

person = table(
    "person",
    "distributed",
    key("person_id", Id),
    need("person_number", Text()),
    need("name", Text()),
    need("certificate_cipher", LargeBinary()),
    need("certificate_key_version", SmallInteger()),
    need("sex", Text()),
    need("ethnicity", Text()),
    need("birth", Date()),
    need("region", Text()),
    need("insurance", Text()),
    need("person_status", Text()),
    need("status", Text()),
    need("insured_since", Date()),
    may("suspended_since", Date()),
    need("employer", Text()),
    need("civil_servant", Boolean()),
    may("online_suspended_until", Date()),
    need("code_state", Text()),
    check("insurance in ('employee', 'resident')", "insurance"),
    check("status in ('normal', 'arrears', 'stopped', 'frozen')", "status"),
    check("code_state in ('not_activated', 'active', 'frozen', 'lost')", "code_state"),
)

kinship = table(
    "kinship",
    "distributed",
    key("person_id", Id),
    key("other_person_id", Id),
    need("relation", Text()),
)

consent = table(
    "consent",
    "distributed",
    key("person_id", Id),
    key("consent_id", Id),
    need("subject", Text()),
    need("subject_id", Id),
    need("act", Text()),
    need("basis", Text()),
    may("given_by", Id),
    may("staff", Text()),
    need("channel", Text()),
    need("text_version", Text()),
    need("text_hash", LargeBinary()),
    may("evidence_hash", LargeBinary()),
    may("reason", Text()),
    need("at", Moment),
    may("entered_by", Text()),
    may("detail", Text()),
    check(
        "subject in ('binding', 'grant', 'code', 'wallet', 'wallet_transfer', 'premium', 'enrolment')",
        "subject",
    ),
)

audit = table(
    "audit",
    "distributed",
    key("person_id", Id),
    key("audit_id", Id),
    need("actor", Text()),
    need("action", Text()),
    need("basis", Text()),
    may("subject_id", Id),
    need("at", Moment),
    may("entered_by", Text()),
    may("behalf_of", Id),
    may("reason", Text()),
)
