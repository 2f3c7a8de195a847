"""Pure: whether an account may be used while its owner's payments are in arrears (断缴): each region's own word."""

from __future__ import annotations

from qinji.insured.model import Insurance, Person, Status
from qinji.insured.rules import account_usable
from qinji.policy.book import RegionPolicy


def may_use_account(person: Person, policy: RegionPolicy) -> bool:
    """Whether somebody's own account may pay for what they order: in arrears as the region says."""
    terms = policy.gaps() if _in_arrears(person) else None
    return account_usable(person) or (terms is not None and terms.account_usable)


def may_share_account(person: Person, policy: RegionPolicy) -> bool:
    """Whether somebody's account may pay for those whom they granted it to."""
    terms = policy.gaps() if _in_arrears(person) else None
    return account_usable(person) or (terms is not None and terms.grant_usable)


def _in_arrears(person: Person) -> bool:
    return person.insurance is Insurance.EMPLOYEE and person.status is Status.ARREARS
