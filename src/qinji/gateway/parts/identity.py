"""Fields by which a message says who the patient is, and what they become: credential and claimed identity."""

from __future__ import annotations

from qinji.flows.parts.commands import AccountUse, ClaimedIdentity, Credential, CredentialKind
from qinji.gateway.dictionaries import insurance_word, person_type_word
from qinji.gateway.fields import Field, Role, checked, closed, kept, needed
from qinji.gateway.parsing import Values
from qinji.kernel.refusal import RefusalCode, Refused, refuse

IDENTITY_NUMBER_LENGTH = 18

PERSON_NUMBER = needed("psn_no", "人员编号", 30)
VISIT = needed("mdtrt_id", "就诊ID", 30)
BATCH = needed("chrg_bchno", "收费批次号", 30)
SETTLEMENT = needed("setl_id", "结算ID", 30)
INSURANCE = closed("insutype", "险种类型", "insutype", Role.CHECKED)

CREDENTIAL_FIELDS: tuple[Field, ...] = (
    closed("mdtrt_cert_type", "就诊凭证类型", "mdtrt_cert_type", Role.NEEDED),
    needed("mdtrt_cert_no", "就诊凭证编号", 50),
    kept("card_sn", "卡识别码", 32),
)
"""The credential where there must be one."""

PREVIEW_CREDENTIAL_FIELDS: tuple[Field, ...] = (
    closed("mdtrt_cert_type", "就诊凭证类型", "mdtrt_cert_type", Role.CHECKED),
    checked("mdtrt_cert_no", "就诊凭证编号", 50),
    kept("card_sn", "卡识别码", 32),
)
"""The credential of a preview, whose visit names the patient already."""

CLAIMED_FIELDS: tuple[Field, ...] = (
    kept("psn_cert_type", "人员证件类型", 6, "psn_cert_type"),
    checked("certno", "证件号码", 50),
    checked("psn_type", "人员类别", 6, "psn_type"),
    checked("psn_name", "人员姓名", 50),
)
"""Identity that a message repeats; real clients leave it out."""


def credential_of(values: Values) -> Credential | None:
    """What was presented; None where the field is empty. A kind that was sent was checked before."""
    number = values.text("mdtrt_cert_no")
    if not number:
        return None
    sent = values.text("mdtrt_cert_type")
    kind = CredentialKind(sent) if sent else _likely_kind(number)
    return Credential(kind, number.upper() if kind is CredentialKind.IDENTITY_NUMBER else number)


def _likely_kind(number: str) -> CredentialKind:
    """What a preview's credential is that does not say so: by its length; cards are shorter than identity numbers."""
    if len(number) < IDENTITY_NUMBER_LENGTH:
        return CredentialKind.CARD
    return CredentialKind.IDENTITY_NUMBER if len(number) == IDENTITY_NUMBER_LENGTH else CredentialKind.CODE


def credential_without_kind(values: Values) -> Refused | None:
    """A credential number that was sent without saying what it is."""
    if values.text("mdtrt_cert_no") and not values.text("mdtrt_cert_type"):
        return refuse(RefusalCode.FIELD_MISSING, field="mdtrt_cert_type", label="就诊凭证类型")
    return None


def claimed_of(values: Values) -> ClaimedIdentity:
    """The identity a message repeats, in our words."""
    return ClaimedIdentity(
        person_number=values.text("psn_no"),
        certificate_number=values.text("certno").upper(),
        name=values.text("psn_name"),
        person_type=person_type_word(values.text("psn_type")) if values.text("psn_type") else "",
        insurance=insurance_word(values.text("insutype")),
    )


_FLAGS = {use.value: use for use in (AccountUse.NONE, AccountUse.OWN, AccountUse.SHARED)}


def account_use_of(values: Values) -> AccountUse:
    """Which accounts may pay; absent or unknown means 1."""
    return _FLAGS.get(values.text("acct_used_flag"), AccountUse.OWN)
