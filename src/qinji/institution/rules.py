"""Pure rules on institutions (their kind, their keys) and on whom they and the bureau may employ."""

from __future__ import annotations

from collections.abc import Iterable

from qinji.institution.model import LEVELS, PHARMACY, SCHEMES, Institution, InstitutionKey, StaffMember
from qinji.kernel.actor import StaffRole
from qinji.kernel.refusal import RefusalCode, Refused, refuse

PHARMACY_PREFIX, HOSPITAL_PREFIX = "P", "H"
CODE_LENGTH = 12
NAME_MAX = 200
CREDIT_CODE_MAX = 18
STAFF_ID_MAX = 20
STAFF_NAME_MAX = 50

KEY_PLACES = (1, 2)
"""A new key is given out before the old one is revoked: two are valid at once, and never more."""


def is_pharmacy(institution: Institution) -> bool:
    """Whether it is a retail pharmacy; everything else is a hospital or clinic."""
    return institution.level == PHARMACY


def valid_keys(keys: Iterable[InstitutionKey]) -> list[InstitutionKey]:
    """The keys that sign now, the oldest first.

    A key is revoked from the moment it says so, whatever a clock tells: no process whose clock is behind goes on
    taking it.
    """
    return sorted((key for key in keys if key.revoked_at is None), key=lambda key: (key.issued_at, key.place))


def place_for_key(institution: str, keys: Iterable[InstitutionKey]) -> int | Refused:
    """The place of one more key of this institution. Refused: all places are taken by valid keys."""
    taken = {key.place for key in valid_keys(keys)}
    for place in KEY_PLACES:
        if place not in taken:
            return place
    return refuse(RefusalCode.KEYS_FULL, institution=institution, limit=len(KEY_PLACES))


def designation_refused(institution: Institution) -> Refused | None:
    """Why an institution cannot be designated with these particulars; None when it can."""
    prefix = PHARMACY_PREFIX if is_pharmacy(institution) else HOSPITAL_PREFIX
    code = institution.code
    if institution.level not in LEVELS:
        return _wrong(f"级别应为 {'、'.join(LEVELS)} 之一")
    if institution.scheme not in SCHEMES:
        return _wrong(f"签名方式应为 {'、'.join(SCHEMES)} 之一")
    if len(code) != CODE_LENGTH or not code.isascii() or not code.isalnum() or code != code.upper():
        return _wrong(f"机构编号应为 {CODE_LENGTH} 位大写字母或数字")
    if not code.startswith(prefix):
        return _wrong(f"这一级别的机构编号应以 {prefix} 开头")
    if not institution.name.strip() or len(institution.name) > NAME_MAX:
        return _wrong(f"机构名称应为 1 至 {NAME_MAX} 个字")
    if len(institution.credit_code) > CREDIT_CODE_MAX:
        return _wrong(f"统一社会信用代码最多 {CREDIT_CODE_MAX} 位")
    return None


def employment_refused(member: StaffMember) -> Refused | None:
    """Why a member of staff cannot be employed with these particulars; None when they can."""
    identifier = member.staff_id
    if not 1 <= len(identifier) <= STAFF_ID_MAX or not identifier.isascii() or not identifier.isalnum():
        return _wrong(f"工号应为 1 至 {STAFF_ID_MAX} 位字母或数字")
    if identifier != identifier.upper():
        return _wrong("工号中的字母应为大写")
    if not member.name.strip() or len(member.name) > STAFF_NAME_MAX:
        return _wrong(f"姓名应为 1 至 {STAFF_NAME_MAX} 个字")
    if (member.role is StaffRole.CASHIER) != (member.institution is not None):
        return _wrong("收费员须指明所属机构,窗口经办和审核人员没有所属机构")
    return None


def scheme_refused(scheme: str) -> Refused | None:
    """Refused: a way of signing that there is not."""
    return None if scheme in SCHEMES else _wrong(f"签名方式应为 {'、'.join(SCHEMES)} 之一")


def _wrong(reason: str) -> Refused:
    return refuse(RefusalCode.REQUEST_INVALID, reason=reason)
