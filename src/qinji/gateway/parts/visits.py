"""Nodes that several outpatient messages share."""

from __future__ import annotations

from qinji.flows.parts.commands import ExpectedAmounts
from qinji.gateway.fields import Field, Node, Role, closed, extension, kept, number
from qinji.gateway.parsing import Values
from qinji.gateway.parts.identity import BATCH, CLAIMED_FIELDS, INSURANCE, PERSON_NUMBER, VISIT

PHARMACY = "41"
TOTAL = number("medfee_sumamt", "医疗费总额", 16, 2, Role.CHECKED)

EXPECTED_FIELDS: tuple[Field, ...] = (
    number("fulamt_ownpay_amt", "全自费金额", 16, 2, Role.CHECKED),
    number("overlmt_selfpay", "超限价金额", 16, 2, Role.CHECKED),
    number("preselfpay_amt", "先行自付金额", 16, 2, Role.CHECKED),
    number("inscp_scp_amt", "符合政策范围金额", 16, 2, Role.CHECKED),
)
"""The four amounts that 2207 brings from 2206."""


def settling_node(credential: tuple[Field, ...], further: tuple[Field, ...] = ()) -> Node:
    """The ``data`` of 2206 and 2207."""
    return Node(
        "data",
        "结算信息",
        (
            PERSON_NUMBER,
            *credential,
            *CLAIMED_FIELDS,
            kept("med_type", "医疗类别", 6, "med_type"),
            TOTAL,
            closed("psn_setlway", "个人结算方式", "psn_setlway", Role.KEPT),
            VISIT,
            BATCH,
            kept("acct_used_flag", "个人账户使用标志", 1, "acct_used_flag"),
            INSURANCE,
            *further,
            extension(),
            kept("pub_hosp_rfom_flag", "公立医院改革标志", 6),
        ),
    )


def expected_of(values: Values) -> ExpectedAmounts:
    """The amounts that must still hold."""
    return ExpectedAmounts(
        own_expense_fen=values.optional_fen("fulamt_ownpay_amt"),
        over_limit_fen=values.optional_fen("overlmt_selfpay"),
        prior_self_pay_fen=values.optional_fen("preselfpay_amt"),
        in_scope_fen=values.optional_fen("inscp_scp_amt"),
    )
