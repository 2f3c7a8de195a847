"""Pure: filings for care away from home (异地就医备案): how long one holds, when it may change, what a stay counts as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qinji.kernel.dates import months_after
from qinji.policy.model import Filing
from qinji.policy.pack import Values

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FilingTerms:
    """Filings of a region's insured persons on a day.

    ``temporary_months`` None: a temporary filing has no end. ``min_change_months`` binds a long-term filing that rests
    on a promise instead of papers. ``backfill``: a filing made before the stay is settled counts for it.
    """

    needed_same_province: bool
    needed_other_province: bool
    emergency_as_filed: bool
    two_way: bool
    backfill: bool
    min_change_months: int
    temporary_months: int | None


@dataclass(frozen=True, slots=True)
class Filed:
    """A filing: as what, from which day it holds, whether it rests on a promise, and the day it was taken back."""

    filing: Filing
    since: date
    by_promise: bool = False
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Treatment away from home: begun on a day, settled on a day, an emergency or not, and where."""

    begins: date
    settled: date
    emergency: bool
    same_province: bool


def filing_terms(values: Values) -> FilingTerms:
    """The terms that hold; where a region says nothing, a filing is needed and nothing is forgiven."""
    return FilingTerms(
        needed_same_province=_needed(values, "same_province"),
        needed_other_province=_needed(values, "other_province"),
        emergency_as_filed=values.switch("remote.emergency_as_filed"),
        two_way=values.switch("remote.two_way"),
        backfill=values.switch("remote.backfill"),
        min_change_months=values.number("remote.long_term.min_change_months") or 0,
        temporary_months=values.number("remote.temporary.valid_months"),
    )


def _needed(values: Values, place: str) -> bool:
    found = values.dated(f"remote.{place}.filing_needed")
    return found is None or found.value is True


def last_day(filed: Filed, terms: FilingTerms) -> date | None:
    """The last day on which a filing holds; None where it has no end."""
    ends = [] if filed.ended_on is None else [filed.ended_on - _DAY]
    if filed.filing is Filing.TEMPORARY and terms.temporary_months is not None:
        ends.append(months_after(filed.since, terms.temporary_months) - _DAY)
    return min(ends, default=None)


def holds(filed: Filed, day: date, terms: FilingTerms) -> bool:
    """Whether a filing holds on a day."""
    last = last_day(filed, terms)
    return filed.since <= day and (last is None or day <= last)


def changeable_from(filed: Filed, terms: FilingTerms) -> date:
    """The first day on which a filing may be changed or taken back."""
    bound = filed.filing is Filing.LONG_TERM and filed.by_promise
    return months_after(filed.since, terms.min_change_months) if bound else filed.since


def counts_as(stay: Stay, filings: Sequence[Filed], terms: FilingTerms) -> Filing:
    """As what a stay counts: an emergency where the region says so, else the filing that holds, else unfiled.

    A filing holds for a stay that began under it, even if it ends meanwhile; one made later only where the region
    lets filings be made up for until the stay is settled. Of several the earliest counts. Where no filing is
    needed, everybody counts as a long-term one.
    """
    if stay.emergency and terms.emergency_as_filed:
        return Filing.EMERGENCY
    for filed in sorted(filings, key=lambda one: one.since):
        late = stay.begins < filed.since <= stay.settled and holds(filed, filed.since, terms)
        if holds(filed, stay.begins, terms) or (late and terms.backfill):
            return filed.filing
    needed = terms.needed_same_province if stay.same_province else terms.needed_other_province
    return Filing.UNFILED if needed else Filing.LONG_TERM


def full_benefit_at_home(filings: Sequence[Filed], day: date, terms: FilingTerms) -> bool:
    """Whether somebody treated at home keeps the full benefit: without a long-term filing, or where both ways count."""
    away = any(filed.filing is Filing.LONG_TERM and holds(filed, day, terms) for filed in filings)
    return terms.two_way or not away
