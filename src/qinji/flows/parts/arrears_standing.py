"""Pure: whether an account may be used while its owner's payments are in arrears (断缴): each region's own word."""

from __future__ import annotations

from datetime import date

from qinji.insured.model import Insurance, Person, Status
from qinji.insured.rules import account_usable, may_settle, not_suspended
from qinji.kernel.refusal import Refused
from qinji.policy.book import Book, RegionPolicy


def settles_alone(person: Person, day: date, book: Book) -> bool:
    """Whether what somebody in arrears needed on this day is settled all the same: by own account and cash alone.

    What they needed before the break had benefits and is not settled so: it would cost them those benefits.
    """
    since = person.suspended_since
    if not in_arrears(person) or (since is not None and day < since):
        return False
    policy = book.at(person.region, day)
    return not isinstance(policy, Refused) and policy.settles_lapsed


def may_come(person: Person, today: date, *, alone: bool) -> Refused | None:
    """Whether this person's bills may be settled online today; ``alone`` as `settles_alone` says.

    Refused: BENEFIT_STOPPED, unless in arrears the region lets the own account pay; ONLINE_SUSPENDED.
    """
    return not_suspended(person, today) if alone else may_settle(person, today)


def may_use_account(person: Person, policy: RegionPolicy) -> bool:
    """Whether somebody's own account may pay for what they order: in arrears as the region says."""
    terms = policy.gaps() if in_arrears(person) else None
    return account_usable(person) or (terms is not None and terms.account_usable)


def may_share_account(person: Person, policy: RegionPolicy) -> bool:
    """Whether somebody's account may pay for those whom they granted it to."""
    terms = policy.gaps() if in_arrears(person) else None
    return account_usable(person) or (terms is not None and terms.grant_usable)


def in_arrears(person: Person) -> bool:
    """Whether an employee's payments have stopped and may go on again."""
    return person.insurance is Insurance.EMPLOYEE and person.status is Status.ARREARS
