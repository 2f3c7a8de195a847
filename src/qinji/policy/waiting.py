"""Pure: how long a resident who enrols late, or comes back after missed years, waits for benefits (居民待遇等待期).

The fixed part holds for whoever pays outside the window or after missed years; each missed year adds a variable part,
and each missed year that was paid later takes some of it away. What differs by region is data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qinji.kernel.ensure import ensure
from qinji.kernel.purpose import SparedGround
from qinji.policy.pack import Values

NEWBORN = "newborn"
AFTER_EMPLOYEE = "after_employee"


@dataclass(frozen=True, slots=True)
class WaitingTerms:
    """The waiting period of a region on a day, in months.

    Years before ``counted_from_year`` count nothing (None: all count). From ``floor_from_missed_years`` on the whole is
    at least ``floor_months``, however many were paid later (None: no floor). ``exempt`` names who waits for nothing.
    """

    fixed_months: int
    per_missed_year_months: int
    first_missed_year_counts: bool
    counted_from_year: int | None
    repair_less_months: int
    floor_from_missed_years: int | None
    floor_months: int
    newborn_days: int
    after_employee_days: int
    exempt: frozenset[str]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How a resident comes into the insurance of a year.

    ``missed`` are the years missed without a break before it, ``repaired`` those of them that were paid later;
    ``in_window``: paid within the region's payment window. ``employee_until`` is the last day as an employee.
    """

    paid_on: date
    in_window: bool
    missed: frozenset[int] = frozenset()
    repaired: frozenset[int] = frozenset()
    birth: date | None = None
    employee_until: date | None = None
    ex_serviceman: bool = False
    released: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """The waiting period in months and how it comes about; the parts are what they were before the floor.

    ``exempt`` says why nothing is waited for, empty where nobody is exempt.
    """

    months: int
    fixed_months: int = 0
    missed_months: int = 0
    repaired_months: int = 0
    exempt: str = ""


def waiting_terms(values: Values) -> WaitingTerms | None:
    """The terms that hold; None where the region says nothing of a waiting period."""
    fixed = values.number("resident_wait.fixed_months")
    if fixed is None:
        return None
    exempt = values.dated("resident_wait.exempt")
    return WaitingTerms(
        fixed_months=fixed,
        per_missed_year_months=values.number("resident_wait.per_missed_year_months") or 0,
        first_missed_year_counts=values.switch("resident_wait.first_missed_year_counts"),
        counted_from_year=values.number("resident_wait.counted_from_year"),
        repair_less_months=values.number("resident_wait.repair_less_months") or 0,
        floor_from_missed_years=values.number("resident_wait.floor_from_missed_years"),
        floor_months=values.number("resident_wait.floor_months") or 0,
        newborn_days=values.number("resident_wait.newborn_days") or 0,
        after_employee_days=values.number("resident_wait.after_employee_days") or 0,
        exempt=frozenset() if exempt is None else frozenset(values.words("resident_wait.exempt")),
    )


def waiting(enrolment: Enrolment, terms: WaitingTerms) -> Waiting:
    """How many months somebody waits. The days of a birth or of an insurance that ended count as day 0."""
    ensure(enrolment.repaired <= enrolment.missed, "only missed years are paid later")
    exempt = _exempt(enrolment, terms)
    if exempt:
        return Waiting(0, exempt=exempt)
    missed = _counted(enrolment.missed, terms)
    if enrolment.in_window and not missed:
        return Waiting(0)
    adding = len(missed) - (0 if terms.first_missed_year_counts else min(1, len(missed)))
    more = adding * terms.per_missed_year_months
    less = min(more, len(_counted(enrolment.repaired, terms)) * terms.repair_less_months)
    months = terms.fixed_months + more - less
    if terms.floor_from_missed_years is not None and len(missed) >= terms.floor_from_missed_years:
        months = max(months, terms.floor_months)
    return Waiting(months, terms.fixed_months, more, less)


def _counted(years: frozenset[int], terms: WaitingTerms) -> frozenset[int]:
    since = terms.counted_from_year
    return years if since is None else frozenset(year for year in years if year >= since)


def _exempt(enrolment: Enrolment, terms: WaitingTerms) -> str:
    holds = {
        NEWBORN: _within(enrolment.birth, enrolment.paid_on, terms.newborn_days),
        AFTER_EMPLOYEE: _within(enrolment.employee_until, enrolment.paid_on, terms.after_employee_days),
        SparedGround.EX_SERVICEMAN: enrolment.ex_serviceman,
        SparedGround.RELEASED: enrolment.released,
    }
    return next((name for name, true in holds.items() if true and name in terms.exempt), "")


def _within(since: date | None, day: date, days: int) -> bool:
    return since is not None and 0 <= (day - since).days <= days
