"""Pure: the machine trace of a bill as Chinese sentences that a family understands.

The trace holds codes and numbers only; the words are made here, from the stored steps, also years later. A
relative's balance is never told: only whether it was enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from qinji.kernel.bill import WALLET, PayerKind, TraceStep
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.money import yuan
from qinji.policy.model import ACCOUNT_IN_GAP

CERTAINTY_CHINESE = {"certain": "已核实", "believed": "较可信,未核对原文", "unsure": "未核实"}
_PERIODS = {"year": "每年一次", "visit": "每次就诊"}
_CAPS = {
    "visit_fund_cap": "单次封顶",
    "day_fund_cap": "当日封顶",
    "month_fund_cap": "当月封顶",
    "year_fund_cap": "年度封顶",
}
_FILINGS = {
    "long_term": "长期备案",
    "temporary": "临时备案",
    "referral": "转诊",
    "emergency": "急诊抢救",
    "unfiled": "未备案",
    "as_filed": "视同备案",
}
_TREATMENTS = {
    "outpatient": "参保地规定门诊须在选定的机构或经转诊:按已选定、已转诊计算",
    "emergency": "按急诊的规定计算",
    "rescue": "按急诊抢救的规定计算",
    "unselected": "不是选定的机构:按未选定机构的规定计算",
    "without_referral": "没有经过转诊:按未经转诊的规定计算",
}
_BONUSES = {
    "bonus.signed_doctor": "签约家庭医生",
    "bonus.low_income": "困难群众",
    "bonus.continuous_years": "连续参保",
}
_LAYERS = {"large_amount": "大额医疗费用补助", "catastrophic": "大病保险"}
_STATUSES = {
    "normal": "正常",
    "arrears": "欠费",
    "stopped": "停保",
    "frozen": "已冻结",
    "suspended": "暂停参保或断缴",
    "lost": "已挂失",
}
_REASONS = {
    "nothing_left": "前面已付清,不需要再付",
    "no_balance": "没有可用余额",
    "limit_reached": "已到限额",
    "class_not_allowed": "剩下的费用按规定不能用此账户支付",
    "relation_not_allowed": "授权人参保地的规定不包括这种亲属关系",
    "beneficiary_insurance": "授权人参保地的规定不包括您的险种",
    "out_of_scope": "授权人与使用人的参保地不在家庭共济的范围内",
    "region_without_policy": "授权人参保地没有可用的医保政策",
    "region_policy_unverified": "授权人参保地的政策数值还没有核实",
    "not_confirmed": "需要授权人在手机上确认,没有确认",
    "past_last_day": "授权的有效期已过",
    "ended": "授权已结束",
    "filed": "授权还在备案",
    "paused": "授权人已暂停使用",
    "not_this_purpose": "授权不含这类用途",
    "beneficiary_lapsed": "您断缴期间没有待遇,家人的账户不能替您支付",
    "own_money_only": "出示医保码时选择了“本次不用家人的钱”",
    "kind_not_shared": "这类账户资金按规定只能本人使用",
    "wallet_not_offered": "您参保地在这一天没有开通医保钱包",
    "wallet_unverified": "您参保地医保钱包的政策数值还没有核实",
    "wallet_not_this_purpose": "您参保地的规定里,医保钱包不能用于这类费用",
    "not_designated": "不是定点医药机构,个人账户不能支付",
}


def render(steps: Iterable[TraceStep]) -> list[str]:
    """One sentence a step, in the order of the decision; a step of an unknown code is shown as it is."""
    return [render_step(step) for step in steps]


def render_step(step: TraceStep) -> str:
    """The sentence of one step, with the document it rests on."""
    made = _SENTENCES.get(step.code)
    text = made(step) if made else f"{step.code} {dict(step.values)}"
    return text + _source(step)


def _source(step: TraceStep) -> str:
    if not step.document:
        return ""
    certainty = CERTAINTY_CHINESE.get(step.certainty, step.certainty)
    note = f",{certainty}" if certainty else ""
    clause = "条款不详" if step.clause == "不详" else step.clause
    return f"〔依据:{step.document} {clause}{note}〕"


def _fen(step: TraceStep, name: str) -> int:
    value = step.values.get(name)
    return value if isinstance(value, int) else 0


def _word(step: TraceStep, name: str) -> str:
    value = step.values.get(name)
    return "" if value is None else str(value)


def _amount(step: TraceStep, name: str) -> str:
    return yuan(_fen(step, name))


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}%" if rest == 0 else f"{whole}.{rest:02d}%".replace("0%", "%")


def _scope(step: TraceStep) -> str:
    parts = [
        f"{label} {_amount(step, name)}"
        for name, label in (
            ("own_expense_fen", "自费(丙类或未审批)"),
            ("over_limit_fen", "超限价"),
            ("prior_self_pay_fen", "先行自付"),
        )
        if _fen(step, name)
    ]
    before = f"其中{'、'.join(parts)} 元由个人负担;" if parts else ""
    return f"总费用 {_amount(step, 'total_fen')} 元;{before}政策范围内 {_amount(step, 'in_scope_fen')} 元"


def _treatment(step: TraceStep) -> str:
    return _TREATMENTS.get(_word(step, "treatment"), "按参保地的规定计算")


def _remote_prior(step: TraceStep) -> str:
    return f"{_filed(step)}:政策范围内先由个人自付 {_amount(step, 'amount_fen')} 元"


def _remote(step: TraceStep) -> str:
    value = _percent(_fen(step, "value_bp"))
    if _word(step, "mode") == "points":
        return f"{_filed(step)}:报销比例降低 {value[:-1]} 个百分点"
    return f"{_filed(step)}:报销比例按本地的 {value} 计算"


def _filing_waived(_step: TraceStep) -> str:
    return "异地就医:这个地区不需要备案,按已备案计算"


def _remote_full(step: TraceStep) -> str:
    return f"异地就医({_FILINGS.get(_word(step, 'filing'), '已备案')}):报销比例与参保地相同"


def _filed(step: TraceStep) -> str:
    filing = _FILINGS.get(_word(step, "filing"), "")
    return f"异地就医({filing})" if filing else "异地就医"


def _prepaid(step: TraceStep) -> str:
    return f"当年个人账户在起付线之前先付 {_amount(step, 'amount_fen')} 元,不计入起付线"


def _fund_pays_not(step: TraceStep) -> str:
    if _word(step, "reason") == "without_ratio":
        return "参保地的政策包里没有这类费用的报销比例:按统筹基金不支付计算"
    if step.parameter == ACCOUNT_IN_GAP:
        return "断缴期间统筹基金不支付;个人账户原有的余额仍可使用"
    return "统筹基金不支付这类费用"


def _deductible(step: TraceStep) -> str:
    total, used, now = (_fen(step, name) for name in ("amount_fen", "used_fen", "now_fen"))
    if total == 0:
        return (
            f"起付线已减 {_amount(step, 'less_fen')} 元,没有剩下的"
            if _fen(step, "less_fen")
            else "没有起付线"
        )
    period = _PERIODS.get(_word(step, "period"), "")
    less = f",已减 {_amount(step, 'less_fen')} 元" if _fen(step, "less_fen") else ""
    waived = f",基本药物 {_amount(step, 'waived_fen')} 元不计起付线" if _fen(step, "waived_fen") else ""
    head = f"起付线 {yuan(total)} 元({period}{less})"
    earlier = "本年已付" if _word(step, "period") == "year" else "转院前已付"
    if used >= total:
        return f"{head},{earlier}满"
    before = f"{earlier} {yuan(used)},本次再付 {yuan(now)} 元" if used else f"本次付 {yuan(now)} 元"
    left = total - used - now
    return f"{head},{before}" + (f",还差 {yuan(left)} 元" if left > 0 else "") + waived


def _bonus(step: TraceStep) -> str:
    points = _percent(_fen(step, "points_bp"))[:-1]
    return f"{_BONUSES.get(_word(step, 'kind'), '按规定')}:报销比例提高 {points} 个百分点"


def _band(step: TraceStep) -> str:
    ratio = _percent(_fen(step, "ratio_bp"))
    return f"{_amount(step, 'amount_fen')} 元按 {ratio} 报销,为 {_amount(step, 'fund_fen')} 元"


def _cap(step: TraceStep) -> str:
    name = _CAPS.get(_word(step, "cap"), "封顶")
    wage = (
        f"(平均工资 {_amount(step, 'wage_fen')} 元的 {_percent(_fen(step, 'factor_bp'))})"
        if _fen(step, "wage_fen")
        else ""
    )
    return (
        f"{name} {_amount(step, 'cap_fen')} 元{wage},已用 {_amount(step, 'paid_fen')},"
        f"本次最多 {_amount(step, 'room_fen')} 元:由 {_amount(step, 'before_fen')} 元减为 {_amount(step, 'room_fen')} 元"
    )


def _layer(step: TraceStep) -> str:
    name = _LAYERS.get(_word(step, "layer"), "第二层保障")
    threshold, before = _fen(step, "threshold_fen"), _fen(step, "before_fen")
    earlier = f",本年此前 {yuan(before)}" if before else ""
    above = f",起付标准 {yuan(threshold)} 元" if threshold else ""
    return (
        f"{name}:本次计入 {_amount(step, 'base_fen')} 元{earlier}{above},支付 {_amount(step, 'fund_fen')} 元"
    )


def _layer_cap(step: TraceStep) -> str:
    name = _LAYERS.get(_word(step, "layer"), "第二层保障")
    return (
        f"{name}年度封顶 {_amount(step, 'cap_fen')} 元,本次最多 {_amount(step, 'room_fen')} 元:"
        f"由 {_amount(step, 'before_fen')} 元减为 {_amount(step, 'room_fen')} 元"
    )


def _unverified(step: TraceStep) -> str:
    return f"本次用到 {_fen(step, 'count')} 项未核实的政策数值(注明“未核实”),以参保地经办机构公布的为准"


def _fund(step: TraceStep) -> str:
    return f"统筹基金支付 {_amount(step, 'fund_fen')} 元"


def _who(step: TraceStep) -> str:
    if _word(step, "kind") == WALLET:
        return "本人医保钱包"
    if _word(step, "kind") == PayerKind.OWN:
        return "本人个人账户"
    relation = _word(step, "relation")
    known = relation in {each.value for each in Relation}
    right = f"(授权给其{CHINESE[Relation(relation)]}使用)" if known else ""
    return f"家庭共济 {_word(step, 'name')}{right}"


def _bounds(step: TraceStep) -> str:
    found = [
        f"{label} {_amount(step, name)}"
        for name, label in (
            ("per_use_fen", "单次限额"),
            ("day_left_fen", "本日限额余"),
            ("month_left_fen", "本月限额余"),
            ("year_left_fen", "本年限额余"),
        )
        if step.values.get(name) is not None
    ]
    if _fen(step, "floor_fen"):
        found.append(f"保底余额 {_amount(step, 'floor_fen')}")
    if step.values.get("confirm_above_fen") is not None:
        found.append(confirm_text(_fen(step, "confirm_above_fen"), _fen(step, "confirmed_fen")))
    return f"({'、'.join(found)} 元)" if found else ""


def confirm_text(above_fen: int, confirmed_fen: int) -> str:
    """That more than an amount has to be confirmed, and how much was."""
    if confirmed_fen > above_fen:
        return f"授权人已在手机上确认,最多 {yuan(confirmed_fen)}"
    return f"授权人没有在手机上确认,最多 {yuan(above_fen)}"


def _paid(step: TraceStep) -> str:
    told = _word(step, "kind") in (PayerKind.OWN, WALLET) and step.values.get("balance_fen") is not None
    balance = f",付前余额 {_amount(step, 'balance_fen')} 元" if told else ""
    return f"{_who(step)} 支付 {_amount(step, 'amount_fen')} 元{balance}{_bounds(step)}"


def _not_paid(step: TraceStep) -> str:
    return f"{_who(step)} 没有支付:{why_not(_word(step, 'reason'))}{_bounds(step)}"


def without_balance(step: TraceStep) -> TraceStep:
    """The step for a reader whose account it is not: no balance is told."""
    return replace(step, values={**step.values, "balance_fen": None})


def why_not(reason: str) -> str:
    """Why a payer does not pay, in Chinese; an unknown reason is shown as it is."""
    if reason in _REASONS:
        return _REASONS[reason]
    whose, _, status = reason.partition("_")
    if whose in ("own", "grantor") and status:
        owner = "本人" if whose == "own" else "授权人"
        return f"{owner}参保或账户状态为{_STATUSES.get(status, status)}"
    return reason


def _cash(step: TraceStep) -> str:
    amount = _fen(step, "amount_fen")
    return f"现金支付 {yuan(amount)} 元" if amount else "不需要付现金"


def _not_designated(_step: TraceStep) -> str:
    return "不是定点医药机构:统筹基金、个人账户都不能支付"


def _not_connected(_step: TraceStep) -> str:
    return "参保地与这家医药机构所在地之间还不能直接结算:先全额付现金,再回参保地手工报销"


_SENTENCES: dict[str, Callable[[TraceStep], str]] = {
    "not_designated": _not_designated,
    "not_connected": _not_connected,
    "scope": _scope,
    "remote_prior": _remote_prior,
    "treatment": _treatment,
    "remote": _remote,
    "remote_full": _remote_full,
    "filing_waived": _filing_waived,
    "bonus": _bonus,
    "layer": _layer,
    "layer_band": _band,
    "layer_cap": _layer_cap,
    "unverified": _unverified,
    "prepaid": _prepaid,
    "fund_pays_not": _fund_pays_not,
    "deductible": _deductible,
    "band": _band,
    "cap": _cap,
    "fund": _fund,
    "paid": _paid,
    "not_paid": _not_paid,
    "cash": _cash,
}
