"""Pure: values of policy in the words of a public notice: amounts, shares, ladders, sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from qinji.kernel.kinship import CHINESE
from qinji.kernel.money import parse_ratio
from qinji.kernel.purpose import POWER_CHINESE, PREMIUM_CHINESE, PURPOSE_CHINESE, USE_CHINESE
from qinji.policy.forms import BASES, Row, Value
from qinji.policy.parameters import PARAMETERS

_WORDS: dict[str, str] = {
    **{relation.value: chinese for relation, chinese in CHINESE.items()},
    **{use.value: chinese for use, chinese in USE_CHINESE.items()},
    **{purpose.value: chinese for purpose, chinese in PURPOSE_CHINESE.items()},
    **{premium.value: chinese for premium, chinese in PREMIUM_CHINESE.items()},
    **{power.value: chinese for power, chinese in POWER_CHINESE.items()},
    "employee": "职工医保",
    "resident": "居民医保",
    "year": "按年",
    "visit": "按次",
    "highest": "合并,取最高的一级",
    "each_level": "各级分别计算",
    "above_threshold": "从起付标准以上计",
    "absolute": "从 0 元计",
    "points": "报销比例降低百分点",
    "factor": "报销比例折算",
    "prior_self_pay": "先行自付",
    "ordinary": "按普通门诊",
    "emergency": "按急诊",
    "rescue": "按急诊抢救",
    "not_served": "不受理",
    "insured_place": "参保地的目录",
    "treatment_place": "就医地的目录",
    "province": "全省",
    "same_province": "省内",
    "all": "全国",
    "single": "不分当年、历年",
    "current_and_history": "分当年、历年",
    "current_year": "当年账户",
    "history": "历年账户",
    "current_first": "先当年、后历年",
    "history_first": "先历年、后当年",
    "authorisation": "逐人授权",
    "group": "共济组",
    "same_pool": "同一统筹区",
    "immediate": "即时",
    "filing": "备案后",
    "next_day": "次日",
    "promise": "承诺",
    "documents": "材料",
    "registry_check": "数据核验",
    "first": "本人先付",
    "last": "本人后付",
    "binding_time": "按授权先后",
    "user_priority": "按使用人排定的先后",
    "before_account": "在个人账户之前",
    "after_own": "在本人账户之后",
    "after_all": "在全部账户之后",
    "cross_province": "跨省时",
    "always": "任何时候",
    "wallet": "医保钱包",
    "source": "原来的账户",
    "same_month": "当月",
    "next_month": "次月",
    "newborn": "新生儿",
    "ex_serviceman": "退役军人",
    "released": "刑满释放人员",
    "after_employee": "由职工医保转来的人员",
    "own_then_grants": "先本人、后家庭共济",
    "own_only": "只用本人账户",
    "grants_only": "只用家庭共济",
    "household_book": "户口簿",
    "birth_certificate": "出生证明",
    "notarised_relation": "公证书",
    "promise_letter": "承诺书",
}
_IN_PARTICULAR: dict[tuple[str, str], str] = {
    ("mode", "none"): "不降低",
    ("mode", "prior_self_pay"): "先行自付一部分",
    ("hospital", "none"): "不能直接结算",
    ("pharmacy", "none"): "不能直接结算",
    ("catalogue", "province"): "全省统一的目录",
    ("shared", "single"): "个人账户(不分当年、历年的)",
}
_UNITS = {"yuan": " 元", "days": " 天", "months": " 个月", "seconds": " 秒", "factor": " 倍"}
_BASES = dict(zip(BASES, ("政策范围内、含起付线", "政策范围内、起付线以上", "按统筹基金已付"), strict=True))
_COUNTED = "一二三四五六七八九十"


def spoken(name: str, value: Value) -> str:
    """The value of a parameter as a notice would say it; ``name`` is one of ``PARAMETERS``."""
    unit = PARAMETERS[name].form.unit
    if value is None:
        return "不封顶" if unit == "yuan" else "不限"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return _listed(name, unit, value)
    if unit == "ratio":
        return percent(parse_ratio(str(value)))
    if unit == "choice":
        return word(name, str(value))
    if unit == "day":
        month, _, day = str(value).partition("-")
        return f"{int(month)} 月 {int(day)} 日"
    return f"{value}{_UNITS.get(unit, '')}"


def word(name: str, one: str) -> str:
    """One word of a choice or a set, in Chinese."""
    return _IN_PARTICULAR.get((name.rpartition(".")[2], one)) or _WORDS.get(one, one)


def percent(ratio: Fraction) -> str:
    """A share of 1 as per cent, exact to the point."""
    whole, rest = divmod(ratio.numerator * 10_000, ratio.denominator * 100)
    decimals = f"{rest * 100 // (ratio.denominator * 100):02d}".rstrip("0")
    return f"{whole}.{decimals}%" if decimals else f"{whole}%"


def _listed(name: str, unit: str, value: Sequence[str] | Sequence[Row]) -> str:
    rows = [row for row in value if isinstance(row, dict)]
    if unit == "bands":
        return ";".join(_bands(rows))
    words = [str(one) for one in value]
    if unit == "yuan":
        return _by_admission(words)
    return "、".join(word(name, one) for one in words) or "无"


def _by_admission(amounts: Sequence[str]) -> str:
    told = [
        f"第{_COUNTED[place] if place < len(_COUNTED) else place + 1}次 {amount} 元"
        for place, amount in enumerate(amounts[:-1])
    ]
    last = f"{amounts[-1]} 元"
    if not told:
        return last
    return f"{','.join(told)},以后每次 {last}"


def _bands(rows: Sequence[Row]) -> Iterator[str]:
    """A ladder as sentences; what its ends count is said once, at the end of each that is not the usual one."""
    lower: str | None = None
    for row in rows:
        upto, share = row["upto"], percent(parse_ratio(str(row["ratio"])))
        if upto is None:
            part = f"{lower} 元以上部分" if lower else "全部"
        else:
            part = f"{lower} 元以上至 {upto} 元部分" if lower else f"{upto} 元以下部分"
        basis = row.get("basis")
        yield f"{part} {share}" + (f"({_BASES[basis]})" if basis and basis in _BASES else "")
        lower = upto or lower
