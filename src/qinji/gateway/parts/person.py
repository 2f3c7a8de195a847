"""A person as 1101 tells of them."""

from __future__ import annotations

from decimal import Decimal

from qinji.flows.parts.commands import PersonCard
from qinji.gateway.dictionaries import (
    IDENTITY_CARD,
    INSURANCE_CODE,
    SEX_CODE,
    STATUS_CODE,
    person_type_code,
)
from qinji.gateway.fields import Kind, OutField, OutNode
from qinji.gateway.wire import Json, money

PERSON_NODES = (
    OutNode(
        "baseinfo",
        "基本信息",
        (
            OutField("psn_no", "人员编号", Kind.TEXT),
            OutField("psn_cert_type", "人员证件类型", Kind.TEXT, dictionary="psn_cert_type"),
            OutField("certno", "证件号码", Kind.TEXT),
            OutField("psn_name", "人员姓名", Kind.TEXT),
            OutField("gend", "性别", Kind.TEXT, dictionary="gend"),
            OutField("naty", "民族", Kind.TEXT),
            OutField("brdy", "出生日期", Kind.DATE),
            OutField("age", "年龄", Kind.NUMBER),
            OutField("exp_content", "字段扩展", Kind.TEXT, nullable=True),
        ),
    ),
    OutNode(
        "insuinfo",
        "参保信息",
        (
            OutField("balc", "余额", Kind.NUMBER),
            OutField("insutype", "险种类型", Kind.TEXT, dictionary="insutype"),
            OutField("psn_type", "人员类别", Kind.TEXT, dictionary="psn_type"),
            OutField("psn_insu_stas", "人员参保状态", Kind.TEXT, dictionary="psn_insu_stas"),
            OutField("psn_insu_date", "个人参保日期", Kind.DATE),
            OutField("paus_insu_date", "暂停参保日期", Kind.DATE, nullable=True),
            OutField("cvlserv_flag", "公务员标志", Kind.TEXT, dictionary="cvlserv_flag"),
            OutField("insuplc_admdvs", "参保地医保区划", Kind.TEXT),
            OutField("emp_name", "单位名称", Kind.TEXT),
        ),
        many=True,
    ),
    OutNode(
        "idetinfo",
        "身份信息",
        (
            OutField("psn_idet_type", "人员身份类别", Kind.TEXT),
            OutField("psn_type_lv", "人员类别等级", Kind.TEXT, nullable=True),
            OutField("memo", "备注", Kind.TEXT, nullable=True),
            OutField("begntime", "开始时间", Kind.DATETIME),
            OutField("endtime", "结束时间", Kind.DATETIME, nullable=True),
        ),
        many=True,
    ),
)


def person_nodes(card: PersonCard) -> dict[str, Json]:
    """``baseinfo``, ``insuinfo`` and ``idetinfo`` of a person."""
    paused = card.suspended_since
    return {
        "baseinfo": {
            "psn_no": card.person_number,
            "psn_cert_type": IDENTITY_CARD,
            "certno": card.certificate_number,
            "psn_name": card.name,
            "gend": SEX_CODE.get(card.sex, "9"),
            "naty": card.ethnicity,
            "brdy": card.birth.isoformat(),
            "age": Decimal(card.age).quantize(Decimal("0.1")),
            "exp_content": None,
        },
        "insuinfo": [
            {
                "balc": money(card.balance_fen),
                "insutype": INSURANCE_CODE[card.insurance],
                "psn_type": person_type_code(card.person_type, card.age),
                "psn_insu_stas": STATUS_CODE[card.status],
                "psn_insu_date": card.insured_since.isoformat(),
                "paus_insu_date": None if paused is None else paused.isoformat(),
                "cvlserv_flag": "1" if card.civil_servant else "0",
                "insuplc_admdvs": card.region,
                "emp_name": card.employer,
            }
        ],
        "idetinfo": [],
    }
