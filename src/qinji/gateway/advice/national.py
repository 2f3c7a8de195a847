"""What the national interface asks for beyond what we need: the envelope, and the fields that others refuse without.

A message that leaves them out is served here all the same; another bureau may refuse it. Left out of the tables are
the person's certificate, name and class beside the credential: the national examples themselves leave them empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnvelopeField:
    """A field around the input. ``length`` in characters; ``needed`` by the national table."""

    name: str
    chinese: str
    length: int
    needed: bool = False
    note: str = ""


ENVELOPE: tuple[EnvelopeField, ...] = (
    EnvelopeField("infno", "交易编号", 10, needed=True, note="四位数字,个别带字母,如 2203A"),
    EnvelopeField("msgid", "发送方报文ID", 40, needed=True, note="机构编号 12 位、时间 14 位、顺序号 4 位"),
    EnvelopeField("mdtrtarea_admvs", "就医地医保区划", 6, needed=True, note="注意拼写:admvs"),
    EnvelopeField("insuplc_admdvs", "参保地医保区划", 6, note="注意拼写:admdvs;输入含 psn_no 时要填"),
    EnvelopeField("recer_sys_code", "接收方系统代码", 10, needed=True),
    EnvelopeField("dev_no", "设备编号", 100),
    EnvelopeField("dev_safe_info", "设备安全信息", 2000),
    EnvelopeField("cainfo", "数字签名信息", 1024),
    EnvelopeField("signtype", "签名类型", 10),
    EnvelopeField("infver", "接口版本号", 6, needed=True, note="1.0.0"),
    EnvelopeField("opter_type", "经办人类别", 3, needed=True, note="1 经办人、2 自助终端、3 移动终端"),
    EnvelopeField("opter", "经办人", 30, needed=True),
    EnvelopeField("opter_name", "经办人姓名", 50, needed=True),
    EnvelopeField("inf_time", "交易时间", 19, needed=True, note="yyyy-MM-dd HH:mm:ss"),
    EnvelopeField("fixmedins_code", "定点医药机构编号", 12, needed=True, note="H 医院、P 药店,加 11 位数字"),
    EnvelopeField("fixmedins_name", "定点医药机构名称", 200, needed=True),
    EnvelopeField("sign_no", "交易签到流水号", 30),
    EnvelopeField("input", "交易输入", 1024 * 1024, needed=True),
)

OTHER_ENVELOPE_NAMES = frozenset(
    {"enctype", "encType", "app_id", "serv_code", "serv_sign", "medins_code", "insur_code"}
)
"""Further names that regions are known to send; they are not remarked upon."""

VERSIONS = frozenset({"1.0.0", "V1.0", "1.0"})

_PURCHASE = {
    "druginfo": "insutype acct_used_flag med_type medfee_sumamt",
    "drugdetail": "medins_list_codg rx_circ_flag",
}
_NEEDED: Mapping[str, Mapping[str, str]] = {
    "9001": {"signIn": "ip mac"},
    "9002": {"signOut": "opter_no"},
    "1201": {"medinsinfo": "fixmedins_type"},
    "2201": {"data": "insutype caty dept_code dept_name"},
    "2202": {"data": "ipt_otp_no"},
    "2203": {
        "mdtrtinfo": "begntime dise_codg dise_name med_type",
        "diseinfo": "diag_dept diag_name diag_srt_no diag_time diag_type dise_dor_name dise_dor_no vali_flag",
    },
    "2204": {
        "feedetail": "bilg_dept_codg bilg_dept_name bilg_dr_codg bilg_dr_name hosp_appr_flag medins_list_codg "
        "rx_circ_flag"
    },
    "2206": {
        "data": "insutype acct_used_flag mdtrt_cert_no mdtrt_cert_type med_type medfee_sumamt psn_setlway"
    },
    "2207": {
        "data": "insutype acct_used_flag med_type medfee_sumamt psn_setlway "
        "fulamt_ownpay_amt inscp_scp_amt overlmt_selfpay preselfpay_amt"
    },
    "2101": _PURCHASE,
    "2102": _PURCHASE,
}


def nationally_needed(number: str, node: str) -> tuple[str, ...]:
    """Fields of a node that the national table asks for and we do not."""
    return tuple(_NEEDED.get(number, {}).get(node, "").split())
