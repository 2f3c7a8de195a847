"""Pure: what a break in an employee's payments costs (职工断缴): benefits, waiting, and the account meanwhile.

A short break that was paid back leaves nothing behind, as at a transfer (医保办发〔2021〕43号); a longer one, or one that
was not paid back, is followed by a waiting period. From when benefits come back is the region's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qinji.kernel.dates import first_of_month, months_after, months_between
from qinji.policy.model import ACCOUNT_IN_GAP
from qinji.policy.pack import Values

SAME_MONTH = "same_month"


@dataclass(frozen=True, slots=True)
class GapTerms:
    """Breaks in a region on a day. ``resumes_same_month`` False: benefits come back in the month after payment.

    ``retroactive``: bills of a short break may be claimed once it is paid back. The last two are the own account and
    its grants while the break lasts.
    """

    ok_months: int
    resumes_same_month: bool
    retroactive: bool
    wait_months: int
    account_usable: bool
    grant_usable: bool


@dataclass(frozen=True, slots=True)
class Break:
    """A break in payments: the last month paid, and the day of the next payment, with all of the break or without."""

    last_paid: date
    paid_on: date
    paid_back: bool

    @property
    def months(self) -> int:
        """The calendar months for which nothing was paid in time."""
        return max(0, months_between(self.last_paid, self.paid_on) - 1)


@dataclass(frozen=True, slots=True)
class Resumed:
    """When benefits come back: the months waited, the first day, and from which day bills of the break may be claimed.

    ``claimable_from`` None: bills of the break are not paid.
    """

    wait_months: int
    benefits_from: date
    claimable_from: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an employee may use on a day."""

    benefits: bool
    account: bool
    grants: bool


def gap_terms(values: Values) -> GapTerms | None:
    """The terms that hold; None where the region says nothing of breaks."""
    ok_months = values.number("employee_gap.ok_months")
    resume = values.dated("employee_gap.resume")
    if ok_months is None or resume is None:
        return None
    return GapTerms(
        ok_months=ok_months,
        resumes_same_month=resume.value == SAME_MONTH,
        retroactive=values.switch("employee_gap.retroactive"),
        wait_months=values.number("employee_gap.wait_months") or 0,
        account_usable=values.switch(ACCOUNT_IN_GAP),
        grant_usable=values.switch("employee_gap.grant_usable"),
    )


def resumed(gap: Break, terms: GapTerms) -> Resumed:
    """From when benefits hold again after a payment. Without a break they never stopped.

    Who has paid ahead and goes on before those months are over is covered without a gap from their end on.
    """
    month = first_of_month(gap.paid_on)
    if month < first_of_month(gap.last_paid):
        return Resumed(0, months_after(first_of_month(gap.last_paid), 1), None)
    if gap.months == 0:
        return Resumed(0, month, None)
    begins = month if terms.resumes_same_month else months_after(month, 1)
    if gap.paid_back and gap.months <= terms.ok_months:
        since = months_after(first_of_month(gap.last_paid), 1) if terms.retroactive else None
        return Resumed(0, begins, since)
    return Resumed(terms.wait_months, months_after(begins, terms.wait_months), None)


def standing(last_paid: date, day: date, terms: GapTerms) -> Standing:
    """What may be used on a day when payments stopped with this month and nothing was paid since."""
    if months_between(last_paid, day) <= 0:
        return Standing(benefits=True, account=True, grants=True)
    return Standing(benefits=False, account=terms.account_usable, grants=terms.grant_usable)
