"""What money may be used for, and which powers a holder may be given over a member's code."""

from __future__ import annotations

from enum import StrEnum


class UseClass(StrEnum):
    """The classes of a bill's personal part, in the order in which a payer pays them (ARCHITECTURE 3)."""

    OVER_LIMIT = "over_limit"
    CATEGORY_C = "category_c"
    PRIOR_SELF_PAY = "prior_self_pay"
    DEDUCTIBLE = "deductible"
    IN_SCOPE_SHARE = "in_scope_share"

    # An enumeration hashes its names in Python; a bill looks a class up sixty times, and text hashes itself.
    __hash__ = str.__hash__


USE_CHINESE: dict[UseClass, str] = {
    UseClass.OVER_LIMIT: "超限价",
    UseClass.CATEGORY_C: "自费",
    UseClass.PRIOR_SELF_PAY: "先行自付",
    UseClass.DEDUCTIBLE: "起付线",
    UseClass.IN_SCOPE_SHARE: "政策范围内自付",
}


class Purpose(StrEnum):
    """Kinds of spending a grant may be narrowed to (``mutual_aid.scope by purpose``)."""

    OUTPATIENT = "outpatient"
    PHARMACY = "pharmacy"


PURPOSE_CHINESE: dict[Purpose, str] = {Purpose.OUTPATIENT: "门诊", Purpose.PHARMACY: "药店购药"}


class Power(StrEnum):
    """Powers over a member, given singly (seeds 000 and 003)."""

    ACTIVATE_CODE = "activate_code"
    SHOW_CODE = "show_code"
    PAY_PREMIUM = "pay_premium"
    QUERY_COST = "query_cost"
    QUERY_STATUS = "query_status"


POWER_CHINESE: dict[Power, str] = {
    Power.ACTIVATE_CODE: "代激活医保码",
    Power.SHOW_CODE: "出示医保码",
    Power.PAY_PREMIUM: "代缴保费",
    Power.QUERY_COST: "查看花费",
    Power.QUERY_STATUS: "查看参保状态",
}
