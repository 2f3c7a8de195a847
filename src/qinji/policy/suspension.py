"""Pure: for how long somebody's online settlement is suspended (国务院令735号 第四十一条: 3 to 12 months)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from qinji.kernel.dates import months_after
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.policy.pack import Values


@dataclass(frozen=True, slots=True)
class SuspensionTerms:
    """The shortest and the longest suspension, in months."""

    months_min: int
    months_max: int


@dataclass(frozen=True, slots=True)
class Suspension:
    """The first and the last day on which bills are not settled online."""

    since: date
    until: date


def suspension_terms(values: Values) -> SuspensionTerms | None:
    """The terms that hold; None where the region does not say both ends."""
    least, most = values.number("suspension.months_min"), values.number("suspension.months_max")
    return None if least is None or most is None else SuspensionTerms(least, most)


def suspension(since: date, months: int, terms: SuspensionTerms) -> Suspension | Refused:
    """A suspension of so many months; refused where the law allows no such period."""
    if not terms.months_min <= months <= terms.months_max:
        reason = f"暂停联网结算须为 {terms.months_min} 至 {terms.months_max} 个月,不能是 {months} 个月"
        return refuse(RefusalCode.REQUEST_INVALID, reason=reason)
    return Suspension(since, months_after(since, months) - timedelta(days=1))
