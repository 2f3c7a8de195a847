"""What money may be used for, which powers a holder may be given over a member's code, and who is spared a wait."""

from __future__ import annotations

from enum import StrEnum


class UseClass(StrEnum):
    """The classes of a bill's personal part, in the order in which a payer pays them (ARCHITECTURE 3).

    Those from ``CATEGORY_C`` to ``AESTHETIC`` divide what is wholly own expense by what was bought.
    """

    OVER_LIMIT = "over_limit"
    CATEGORY_C = "category_c"
    TCM_PIECES = "tcm_pieces"
    DEVICE = "device"
    DISINFECTANT = "disinfectant"
    CHECKUP = "checkup"
    VACCINE = "vaccine"
    HEALTH_FOOD = "health_food"
    AESTHETIC = "aesthetic"
    PRIOR_SELF_PAY = "prior_self_pay"
    DEDUCTIBLE = "deductible"
    IN_SCOPE_SHARE = "in_scope_share"

    # An enumeration hashes its names in Python; a bill looks a class up sixty times, and text hashes itself.
    __hash__ = str.__hash__


USE_CHINESE: dict[UseClass, str] = {
    UseClass.OVER_LIMIT: "超限价",
    UseClass.CATEGORY_C: "自费",
    UseClass.TCM_PIECES: "自费中药饮片",
    UseClass.DEVICE: "医疗器械(械字号)",
    UseClass.DISINFECTANT: "消毒用品(消字号)",
    UseClass.CHECKUP: "体检",
    UseClass.VACCINE: "非免疫规划疫苗",
    UseClass.HEALTH_FOOD: "保健食品(健字号)",
    UseClass.AESTHETIC: "美容、牙齿美化",
    UseClass.PRIOR_SELF_PAY: "先行自付",
    UseClass.DEDUCTIBLE: "起付线",
    UseClass.IN_SCOPE_SHARE: "政策范围内自付",
}

OWN_EXPENSE = tuple(UseClass)[1:9]
"""The classes of what is wholly own expense; an item of the catalogue names its own."""

NEVER_PAID: dict[str, str] = {
    UseClass.HEALTH_FOOD: "个人账户不得用于保健食品等公共卫生、体育健身、养生保健消费(国办发〔2021〕14号)",
    UseClass.AESTHETIC: "个人账户不得用于美容、牙齿美化",
}
"""What no account pays, in no region, with the reason: a rule of the nation that no pack may change."""


class Purpose(StrEnum):
    """Kinds of spending a grant may be narrowed to (``mutual_aid.scope by purpose``)."""

    OUTPATIENT = "outpatient"
    PHARMACY = "pharmacy"
    INPATIENT = "inpatient"
    RESIDENT_PREMIUM = "resident_premium"


PURPOSE_CHINESE: dict[Purpose, str] = {
    Purpose.OUTPATIENT: "门诊",
    Purpose.PHARMACY: "药店购药",
    Purpose.INPATIENT: "住院",
    Purpose.RESIDENT_PREMIUM: "居民医保缴费",
}

OF_CARE = (Purpose.OUTPATIENT, Purpose.PHARMACY, Purpose.INPATIENT)
"""The purposes of bills; a premium is no bill."""

AT_THE_TILL = (Purpose.OUTPATIENT, Purpose.PHARMACY)
"""The purposes of bills that are settled in real time; an inpatient's is estimated only."""


class Premium(StrEnum):
    """Premiums that an account may pay (policy 2.4)."""

    RESIDENT = "resident_premium"
    LARGE_AMOUNT = "large_amount_premium"
    LONG_TERM_CARE = "ltc_premium"
    SUPPLEMENT = "commercial_supplement"
    FLEXIBLE_EMPLOYEE = "employee_flexible_premium"


PREMIUM_CHINESE: dict[Premium, str] = {
    Premium.RESIDENT: "城乡居民医保保费",
    Premium.LARGE_AMOUNT: "大额医疗补助保费",
    Premium.LONG_TERM_CARE: "长期护理保险保费",
    Premium.SUPPLEMENT: "普惠型商业补充医疗保险",
    Premium.FLEXIBLE_EMPLOYEE: "灵活就业职工医保保费",
}


class Power(StrEnum):
    """Powers over a member, given singly (seeds 000 and 003)."""

    ACTIVATE_CODE = "activate_code"
    SHOW_CODE = "show_code"
    PAY_PREMIUM = "pay_premium"
    OPEN_WALLET = "open_wallet"
    QUERY_COST = "query_cost"
    QUERY_STATUS = "query_status"


POWER_CHINESE: dict[Power, str] = {
    Power.ACTIVATE_CODE: "代激活医保码",
    Power.SHOW_CODE: "出示医保码",
    Power.PAY_PREMIUM: "代缴保费",
    Power.OPEN_WALLET: "代开通医保钱包",
    Power.QUERY_COST: "查看花费",
    Power.QUERY_STATUS: "查看参保状态",
}


class SparedGround(StrEnum):
    """What papers seen at the window say of a resident who need not wait; the values are those of the policy packs."""

    EX_SERVICEMAN = "ex_serviceman"
    RELEASED = "released"


SPARED_CHINESE: dict[SparedGround, str] = {
    SparedGround.EX_SERVICEMAN: "退役军人",
    SparedGround.RELEASED: "刑满释放人员",
}
"""For the two members of staff who see the papers, and for nobody else: whatever is told says 免等待期身份."""
