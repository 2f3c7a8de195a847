"""Pure rules on an insured person: may benefits and accounts be used today?"""

from __future__ import annotations

from datetime import date

from qinji.insured.model import STATUS_CHINESE, Insurance, Person, Status
from qinji.kernel.dates import age_on
from qinji.kernel.refusal import RefusalCode, Refused, refuse

MINOR_BELOW = 18


def may_settle(person: Person, day: date) -> Refused | None:
    """Whether a bill of this person may be settled online on this day: insured, not suspended."""
    if person.status in (Status.STOPPED, Status.ARREARS):
        return refuse(RefusalCode.BENEFIT_STOPPED, status=STATUS_CHINESE[person.status])
    return not_suspended(person, day)


def not_suspended(person: Person, day: date) -> Refused | None:
    """Whether online settlement of this person is not suspended on this day."""
    until = person.online_suspended_until
    if until is not None and day <= until:
        return refuse(RefusalCode.ONLINE_SUSPENDED, until=until.isoformat())
    return None


def account_usable(person: Person) -> bool:
    """Whether the person's own account may pay: an employee whose account is not frozen or stopped."""
    return person.insurance is Insurance.EMPLOYEE and person.status is Status.NORMAL


def has_account(person: Person) -> bool:
    """Only employees have personal accounts."""
    return person.insurance is Insurance.EMPLOYEE


def is_minor(person: Person, day: date) -> bool:
    """Under 18 (civil code, article 17)."""
    return age_on(person.birth, day) < MINOR_BELOW
