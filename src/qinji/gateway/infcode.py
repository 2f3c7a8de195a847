"""From a refusal to the words of the national interface: ``infcode`` -1 for each, and the decode call's own code."""

from __future__ import annotations

from collections.abc import Mapping

from qinji.gateway.dictionaries import INSURANCE_CODE
from qinji.kernel.refusal import RefusalCode, Refused

SUCCEEDED = 0
FAILED = -1

INFCODE: Mapping[RefusalCode, int] = dict.fromkeys(RefusalCode, FAILED)
"""The national interface knows one code for every failure; what failed is told in ``err_msg``."""

DECODE_CODE: Mapping[RefusalCode, int] = dict.fromkeys(RefusalCode, 500159)
"""``code`` of a refused 1162; 500159 is the only one on record (scanned something else)."""

FIELD_NAMES: Mapping[str, tuple[str, str]] = {
    "person_number": ("psn_no", "人员编号"),
    "certificate_number": ("certno", "证件号码"),
    "name": ("psn_name", "人员姓名"),
    "person_type": ("psn_type", "人员类别"),
    "insurance": ("insutype", "险种类型"),
    "credential_number": ("mdtrt_cert_no", "就诊凭证编号"),
    "begins_at": ("begntime", "开始时间"),
    "item_code": ("med_list_codg", "医疗目录编码"),
    "total": ("medfee_sumamt", "医疗费总额"),
    "lines": ("feedetail", "费用明细"),
}
"""What a flow calls a field that it refuses, and what the institution calls it."""

_INSURANCE_FACTS = ("value", "expected")


def refusal_text(refused: Refused) -> str:
    """The sentence for the institution, in its own words: national field names and codes."""
    facts = dict(refused.facts)
    national = FIELD_NAMES.get(str(facts.get("field", "")))
    if national is not None:
        facts["field"], facts["label"] = national
    if refused.code is RefusalCode.INSURANCE_DIFFERS:
        facts.update({name: INSURANCE_CODE.get(str(facts[name]), facts[name]) for name in _INSURANCE_FACTS})
    return Refused(refused.code, facts).text
