"""The closed list of parameters that a pack may hold, each with its form and its Chinese title."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import NEVER_PAID, OF_CARE, Power, Premium, UseClass
from qinji.policy.forms import (
    BANDS,
    CAP,
    CLOCK,
    COUNT,
    DAY_OF_YEAR,
    DAYS,
    FACTOR,
    MONEY,
    MONEYS,
    MONTH,
    MONTHS,
    MOST,
    MOST_DAYS,
    MOST_MONTHS,
    NEVER,
    RATIO,
    REGIONS,
    SECONDS,
    SWITCH,
    WORDS,
    Form,
    one_of,
    set_of,
)
from qinji.policy.groups import GROUPS, LEVELS, TREATMENTS


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a pack may hold: its form, its title in Chinese, and the chapter of a notice it belongs to."""

    form: Form
    title: str
    chapter: str


REMOTE_CATEGORIES: dict[str, str] = {
    "long_term": "长期备案",
    "temporary": "临时备案",
    "referral": "转诊",
    "emergency": "异地急诊抢救",
    "unfiled": "未备案",
}
REMOTE_PLACES: dict[str, str] = {"": "", "same_province.": "省内", "other_province.": "跨省"}
MEDICAL_TYPES: dict[str, str] = {
    "11": "普通门诊",
    "1103": "便民门诊",
    "12": "门诊挂号",
    "13": "急诊",
    "1301": "急诊抢救",
    "14": "门诊慢特病",
    "18": "特殊药品",
    "28": "日间手术",
    "41": "定点药店购药",
    "51": "生育门诊",
    "52": "生育住院",
    "71": "家庭病床",
    "9901": "体检",
    "9903": "其他门诊(9903)",
    "9904": "其他门诊(9904)",
}
PREMIUM_CLASSES: dict[str, str] = {
    "adult": "成年居民",
    "elder": "老年居民",
    "child": "少年儿童",
    "student": "在校学生",
    "newborn": "新生儿",
    "assisted": "救助对象",
}
_RELATIONS = set_of(*(relation.value for relation in Relation))
_USES = set_of(*(use.value for use in UseClass if use not in NEVER_PAID), never=NEVER_PAID)
_PREMIUMS = set_of(*(premium.value for premium in Premium))


def _treatment(treatment: str) -> Iterator[tuple[str, Form, str]]:
    """What may differ by group for one kind of treatment: (name after the group, form, title)."""
    yield "fund_pays", SWITCH, "统筹基金是否支付"
    yield "visit_fund_cap", CAP, "统筹基金每次封顶"
    yield "month_fund_cap", CAP, "统筹基金每月封顶"
    yield "year_fund_cap", CAP, "统筹基金年度封顶"
    yield "year_fund_cap_wage_factor", FACTOR, "统筹基金年度封顶(上年度平均工资的倍数)"
    yield "year_fund_cap_shared", SWITCH, "年度封顶是否与门诊、住院合并计算"
    yield "bonus.signed_doctor", RATIO, "签约家庭医生提高的比例"
    yield "bonus.low_income", RATIO, "困难群众提高的比例"
    yield "bonus.continuous_years", RATIO, "连续参保提高的比例"
    yield "bonus.continuous_from_year", COUNT, "连续参保满几年起提高"
    if treatment == "inpatient":
        yield "deductible_less.low_income", RATIO, "困难群众起付线降低的比例"
    else:
        yield "deductible", MONEY, "起付线"
        yield "deductible_period", one_of("year", "visit"), "起付线按年或按次"
        yield "deductible_merge", one_of("highest", "each_level"), "各级起付线如何合并"
        yield "deductible_less.signed_doctor", MONEY, "签约家庭医生起付线减少"
        yield "deductible_waived_for_essential", SWITCH, "基本药物是否不设起付线"
    for level, name in LEVELS.items():
        if level == "pharmacy" and treatment == "inpatient":
            continue
        if treatment == "inpatient":
            yield f"deductible.{level}", MONEYS, f"起付线({name},依次为第一次、第二次……)"
        else:
            yield f"deductible.{level}", MONEY, f"起付线({name})"
        yield f"ratio.{level}", RATIO, f"报销比例({name})"
        yield f"bands.{level}", BANDS, f"分段报销比例({name})"
        if treatment != "inpatient":
            yield f"day_fund_cap.{level}", CAP, f"统筹基金每日封顶({name})"


def _treatments() -> Iterator[tuple[str, Parameter]]:
    for treatment, name in TREATMENTS.items():
        for group, who in GROUPS.items():
            for what, form, title in _treatment(treatment):
                chapter = "住院" if treatment == "inpatient" else "门诊"
                yield f"{treatment}.{group}.{what}", Parameter(form, f"{who}{name}{title}", chapter)
    for group, who in GROUPS.items():
        for switch, title in (
            ("selection_required", "门诊是否须在选定的机构"),
            ("referral_required", "门诊是否须经转诊"),
        ):
            yield f"outpatient.{group}.{switch}", Parameter(SWITCH, f"{who}{title}", "门诊")


_SECOND_LAYER: dict[str, tuple[Form, str]] = {
    "threshold": (MONEY, "起付标准"),
    "bands": (BANDS, "分段报销比例"),
    "band_basis": (
        one_of("above_threshold", "absolute"),
        "分段从起付标准以上计(above_threshold)或从 0 计(absolute)",
    ),
    "cap": (CAP, "年度封顶"),
    "low_income_threshold_factor": (RATIO, "困难群众起付标准的倍数"),
    "low_income_ratio_bonus": (RATIO, "困难群众提高的比例"),
    "no_cap_for_low_income": (SWITCH, "困难群众是否不设封顶"),
    "continuous_from_year": (COUNT, "连续参保奖励从第几年起"),
    "continuous_ratio_bonus": (RATIO, "连续参保提高的比例"),
    "continuous_ratio_from_year": (COUNT, "连续参保提高比例从第几年起(没有写则与奖励相同)"),
    "continuous_cap_bonus": (MONEY, "连续参保每年提高的封顶"),
    "zero_claim_cap_bonus": (MONEY, "上年零报销提高的封顶"),
    "bonus_share_of_cap": (RATIO, "奖励累计不超过封顶的比例"),
}


def _second_layers() -> Iterator[tuple[str, Parameter]]:
    for layer, name in (("large_amount", "大额医疗费用补助"), ("catastrophic", "大病保险")):
        for group, who in GROUPS.items():
            for what, (form, title) in _SECOND_LAYER.items():
                yield f"{layer}.{group}.{what}", Parameter(form, f"{who}{name}{title}", "大额与大病")


def _remote() -> Iterator[tuple[str, Parameter]]:
    modes = one_of("none", "points", "factor", "prior_self_pay")
    for place, where in REMOTE_PLACES.items():
        for category, name in REMOTE_CATEGORIES.items():
            base = f"remote.{place}{category}"
            yield f"{base}.mode", Parameter(modes, f"{where}异地就医({name})如何减少", "异地就医")
            yield f"{base}.value", Parameter(RATIO, f"{where}异地就医({name})减少的数值", "异地就医")


def _in(chapter: str, parameters: dict[str, tuple[Form, str]]) -> dict[str, Parameter]:
    return {name: Parameter(form, title, chapter) for name, (form, title) in parameters.items()}


PARAMETERS: dict[str, Parameter] = {
    **dict(_treatments()),
    **dict(_second_layers()),
    **dict(_remote()),
    **{
        f"visit_type.{code}": Parameter(
            one_of("ordinary", "emergency", "rescue", "not_served"),
            f"医疗类别 {code}({name})按什么规则",
            "门诊",
        )
        for code, name in MEDICAL_TYPES.items()
    },
    **_in(
        "门诊",
        {
            "pharmacy.fund_pays": (SWITCH, "定点药店是否由统筹基金支付"),
            "person_group.employee_elder_age": (COUNT, "退休职工从几岁起按高龄"),
            "person_group.resident_elder_age": (COUNT, "居民从几岁起按老年"),
            "wage.average_year": (MONEY, "上年度平均工资"),
            "benefit_year.start_month": (MONTH, "待遇年度从几月开始"),
        },
    ),
    **_in(
        "住院",
        {
            "inpatient.long_stay_days": (MOST_DAYS, "住院每满几天再计一次起付线"),
            "inpatient.transfer_merges_deductible": (SWITCH, "转院是否合并起付线"),
        },
    ),
    **_in(
        "异地就医",
        {
            "remote.same_province.filing_needed": (SWITCH, "省内异地是否须备案"),
            "remote.other_province.filing_needed": (SWITCH, "跨省异地是否须备案"),
            "remote.exempt_areas": (REGIONS, "免备案的地区"),
            "remote.emergency_as_filed": (SWITCH, "急诊抢救是否视同备案"),
            "remote.two_way": (SWITCH, "长期备案人员回参保地是否仍享受待遇"),
            "remote.backfill": (SWITCH, "出院结算前是否可补办备案"),
            "remote.long_term.min_change_months": (MONTHS, "承诺制长期备案几个月内不能变更"),
            "remote.temporary.valid_months": (MOST_MONTHS, "临时备案有效几个月"),
            "remote.same_province.catalogue": (
                one_of("insured_place", "province", "treatment_place"),
                "省内异地用哪里的目录",
            ),
            "remote.other_province.catalogue": (
                one_of("insured_place", "province", "treatment_place"),
                "跨省异地用哪里的目录",
            ),
            "cross_city.hospital": (one_of("none", "same_province", "all"), "异地医院直接结算到哪里"),
            "cross_city.pharmacy": (one_of("none", "same_province", "all"), "异地药店直接结算到哪里"),
        },
    ),
    **_in(
        "个人账户",
        {
            "account.own_pays": (_USES, "本人账户可付的费用(有当年、历年之分时指历年)"),
            "account.premiums": (_PREMIUMS, "本人账户可缴的保费"),
            "balance.kinds": (one_of("single", "current_and_history"), "个人账户是否分当年、历年"),
            "balance.current_pays": (_USES, "当年账户可付的费用"),
            "balance.current_before_deductible": (SWITCH, "当年账户是否在起付线之前先付"),
            "balance.order": (one_of("current_first", "history_first"), "当年、历年哪个先付"),
            "balance.shared": (set_of("single", "current_year", "history"), "可共济的账户资金"),
            "balance.rollover_day": (DAY_OF_YEAR, "当年账户哪一天转入历年"),
            "balance.interest_rate": (RATIO, "个人账户年利率"),
        },
    ),
    **_in(
        "家庭共济",
        {
            "mutual_aid.local_name": (WORDS, "当地对家庭共济的叫法"),
            "mutual_aid.model": (one_of("authorisation", "group"), "逐人授权(authorisation)或共济组(group)"),
            "mutual_aid.pays": (_USES, "家庭共济可付的费用"),
            "mutual_aid.premiums": (_PREMIUMS, "家庭共济可缴的保费"),
            "mutual_aid.relations": (_RELATIONS, "可共济的关系(使用人是授权人的什么人)"),
            "mutual_aid.beneficiary_insurance": (set_of("employee", "resident"), "使用人的险种"),
            "mutual_aid.scope": (one_of("same_pool", "province"), "共济范围"),
            "mutual_aid.max_beneficiaries": (MOST, "每人最多授权几人"),
            "mutual_aid.max_grantors": (MOST, "每人最多由几人授权"),
            "mutual_aid.activation": (one_of("immediate", "filing"), "何时生效"),
            "mutual_aid.evidence": (one_of("promise", "documents", "registry_check"), "关系的证明"),
            "mutual_aid.unbind_min_days": (DAYS, "授权后几天内不能解除"),
            "mutual_aid.unbind_effective": (one_of("immediate", "next_day"), "解除何时生效"),
            "mutual_aid.purposes": (set_of(*(purpose.value for purpose in OF_CARE)), "可用于哪里"),
            "mutual_aid.retained_balance": (MONEY, "授权人账户须留下的余额"),
            "mutual_aid.retained_balance_wage_factor": (FACTOR, "授权人账户须留下的余额(平均工资的倍数)"),
            "mutual_aid.limit.per_use": (CAP, "每次限额"),
            "mutual_aid.limit.per_day": (CAP, "每日限额"),
            "mutual_aid.limit.per_month": (CAP, "每月限额"),
            "mutual_aid.limit.per_year": (CAP, "每年限额"),
            "mutual_aid.grantor_presence_required": (NEVER, "授权人是否须到场"),
            "order.self_position": (one_of("first", "last"), "本人账户先付或后付"),
            "order.grantors": (one_of("binding_time", "user_priority"), "几位家人的先后"),
            "order.wallet_position": (one_of("before_account", "after_own", "after_all"), "医保钱包的先后"),
        },
    ),
    **_in(
        "医保钱包",
        {
            "wallet.offered": (SWITCH, "是否开通医保钱包"),
            "wallet.required_when": (one_of("cross_province", "always"), "何时须开通医保钱包"),
            "wallet.transfers_per_day": (COUNT, "每天最多转账几次"),
            "wallet.max_per_transfer": (MONEY, "每次转账最多"),
            "wallet.closes_at": (CLOCK, "每天几点停止转账"),
            "wallet.opens_at": (CLOCK, "每天几点恢复转账"),
            "wallet.pending_returned_at": (CLOCK, "未接收的转账次日几点退回"),
            "wallet.relations": (_RELATIONS, "可转账的关系"),
            "wallet.receiver_insured": (SWITCH, "接收人是否须参加基本医保"),
            "wallet.purposes": (set_of(*(purpose.value for purpose in OF_CARE)), "可用于哪里"),
            "wallet.premiums": (_PREMIUMS, "可缴的保费"),
            "wallet.onward_transfer": (SWITCH, "收到的钱能否再转"),
            "wallet.refund_to": (one_of("wallet", "source"), "退费退到哪里"),
            "wallet.open_by_proxy": (SWITCH, "家人能否代为开通"),
        },
    ),
    **_in(
        "参保与缴费",
        {
            **{
                f"premium.resident.amount.{kind}": (MONEY, f"居民医保每人每年缴费({name})")
                for kind, name in PREMIUM_CLASSES.items()
            },
            "premium.resident.window_opens": (DAY_OF_YEAR, "集中缴费期开始"),
            "premium.resident.window_closes": (DAY_OF_YEAR, "集中缴费期结束"),
            "premium.allow_split": (SWITCH, "一笔保费能否分几处缴"),
            "premium.refundable_before_benefits": (SWITCH, "待遇开始前能否退保费"),
            "employee_gap.ok_months": (MONTHS, "职工断缴几个月以内补缴后没有等待期"),
            "employee_gap.resume": (one_of("same_month", "next_month"), "补缴后何时恢复待遇"),
            "employee_gap.retroactive": (SWITCH, "补缴后断缴期间的费用能否报销"),
            "employee_gap.wait_months": (MONTHS, "断缴更久的等待期"),
            "employee_gap.account_usable": (SWITCH, "断缴期间个人账户能否使用"),
            "employee_gap.grant_usable": (SWITCH, "断缴期间家庭共济能否使用"),
            "resident_wait.fixed_months": (MONTHS, "居民固定等待期"),
            "resident_wait.per_missed_year_months": (MONTHS, "每断保一年增加的等待期"),
            "resident_wait.first_missed_year_counts": (SWITCH, "断保的第一年是否计算"),
            "resident_wait.counted_from_year": (MOST, "从哪一年起计算断保"),
            "resident_wait.repair_less_months": (MONTHS, "每补缴一年减少的等待期"),
            "resident_wait.floor_from_missed_years": (MOST, "断保满几年起有最低等待期"),
            "resident_wait.floor_months": (MONTHS, "断保较久的最低等待期"),
            "resident_wait.newborn_days": (DAYS, "新生儿几天内参保没有等待期"),
            "resident_wait.after_employee_days": (DAYS, "职工医保停保后几天内参保没有等待期"),
            "resident_wait.exempt": (
                set_of("newborn", "ex_serviceman", "released", "after_employee"),
                "没有等待期的人员",
            ),
            "suspension.months_min": (MONTHS, "暂停联网结算最短"),
            "suspension.months_max": (MONTHS, "暂停联网结算最长"),
        },
    ),
    **_in(
        "结算",
        {
            "settlement.flag_1": (one_of("own_then_grants", "own_only"), "账户使用标志 1"),
            "settlement.flag_2": (one_of("own_then_grants", "grants_only"), "账户使用标志 2"),
            "settlement.identity_number_draws": (SWITCH, "只报身份证号码可否动用账户"),
            "settlement.max_days_back": (DAYS, "可补结多少天前的就诊"),
        },
    ),
    **_in(
        "亲情账户",
        {
            "family_account.max_members": (COUNT, "最多几名成员"),
            "family_account.max_holders_per_member": (COUNT, "一人最多加入几个亲情账户"),
            "family_account.relations": (_RELATIONS, "可绑定的关系"),
            "family_account.face_age": (COUNT, "须本人确认的年龄"),
            "family_account.face_age_inclusive": (SWITCH, "满该年龄当天是否算"),
            "family_account.evidence_under_age": (
                set_of("household_book", "birth_certificate", "notarised_relation", "promise_letter"),
                "未成年人可用的材料",
            ),
            "family_account.powers": (set_of(*(power.value for power in Power)), "可授予的代办事项"),
            "family_account.promised_days": (DAYS, "窗口承诺几天内办结"),
            "code.ttl_seconds": (SECONDS, "医保码有效秒数"),
        },
    ),
    **_in("异议", {"complaint.promised_days": (DAYS, "承诺几天内办结异议(自然日)")}),
}
