"""What a form offers to tick: the powers, purposes and parts of a bill that the packs give today, and no others."""

from __future__ import annotations

from datetime import date

from qinji.kernel.purpose import (
    POWER_CHINESE,
    PURPOSE_CHINESE,
    USE_CHINESE,
    Power,
    Purpose,
    UseClass,
)
from qinji.kernel.refusal import Refused
from qinji.kernel.region import NATION
from qinji.policy.book import Book


def offered_powers(book: Book, day: date) -> dict[Power, str]:
    """The powers that the family account, a national service, may give; all where no nation's pack is loaded."""
    policy = book.at(NATION, day)
    allowed = frozenset(POWER_CHINESE) if isinstance(policy, Refused) else policy.family().powers
    return {one: words for one, words in POWER_CHINESE.items() if one in allowed}


def offered_purposes(book: Book, region: str, day: date) -> dict[Purpose, str]:
    """What a grant of somebody insured in this region may be for; all where the region has no policy."""
    policy = book.at(region, day)
    allowed = frozenset(PURPOSE_CHINESE) if isinstance(policy, Refused) else policy.sharing().purposes
    return {one: words for one, words in PURPOSE_CHINESE.items() if one in allowed}


def offered_uses(book: Book, region: str, day: date) -> dict[UseClass, str]:
    """The parts of a bill that a relative's account may pay in this region; all where the region has no policy."""
    policy = book.at(region, day)
    allowed = frozenset(USE_CHINESE) if isinstance(policy, Refused) else policy.sharing().pays
    return {one: words for one, words in USE_CHINESE.items() if one in allowed}
