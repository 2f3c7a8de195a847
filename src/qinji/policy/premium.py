"""Pure: what a resident's premium costs a region's classes of people, and in which window of days it is paid (缴费)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qinji.kernel.dates import age_on
from qinji.kernel.purpose import Premium
from qinji.policy.model import Source
from qinji.policy.pack import Values

AMOUNT = "premium.resident.amount."
OPENS = "premium.resident.window_opens"
CLOSES = "premium.resident.window_closes"
SPLIT = "premium.allow_split"
REFUND = "premium.refundable_before_benefits"
ADULT, ELDER, NEWBORN = "adult", "elder", "newborn"
OF_STATUS = frozenset({"child", "student"})
CLASS_CHINESE: Mapping[str, str] = {
    "adult": "成年居民",
    "elder": "老年居民",
    "child": "少年儿童",
    "student": "在校学生",
    "newborn": "新生儿",
}
"""Classes of people that a tariff knows; who is assisted the civil affairs' lists say, which are not held here."""


@dataclass(frozen=True, slots=True)
class PremiumTerms:
    """A region's tariff on a day, in fen by class; a window is told by days of a year, ``MM-DD``.

    ``own_pays`` and ``wallet_pays`` are the premiums that one's own account and wallet may pay; ``sources`` by what.
    """

    region_name: str
    amounts_fen: Mapping[str, int]
    opens: str
    closes: str
    allow_split: bool
    refundable: bool
    elder_age: int | None
    own_pays: frozenset[Premium]
    wallet_pays: frozenset[Premium]
    sources: Mapping[str, Source]


def premium_terms(values: Values, region_name: str) -> PremiumTerms | None:
    """The terms that hold; None where no amount or no window is written."""
    amounts = {one: values.money(AMOUNT + one) for one in CLASS_CHINESE}
    written = {one: amount for one, amount in amounts.items() if amount is not None}
    if not written or values.dated(OPENS) is None or values.dated(CLOSES) is None:
        return None
    named = [AMOUNT + one for one in written] + [OPENS, CLOSES, SPLIT, REFUND]
    return PremiumTerms(
        region_name=region_name,
        amounts_fen=written,
        opens=values.word(OPENS),
        closes=values.word(CLOSES),
        allow_split=values.switch(SPLIT),
        refundable=values.switch(REFUND),
        elder_age=values.number("person_group.resident_elder_age"),
        own_pays=_premiums(values, "account.premiums"),
        wallet_pays=_premiums(values, "wallet.premiums"),
        sources=values.sources({one: (one,) for one in named}),
    )


def _premiums(values: Values, name: str) -> frozenset[Premium]:
    return frozenset() if values.dated(name) is None else frozenset(map(Premium, values.words(name)))


def tariff_day(year: int, today: date) -> date:
    """The day whose tariff a year's premium follows: today, or the year's first day once that has come."""
    return min(today, date(year, 1, 1))


def window(year: int, terms: PremiumTerms) -> tuple[date, date]:
    """First and last day on which the year's premium is paid in time; it opens in the year before."""
    ends = year if terms.closes < terms.opens else year - 1
    return _day(year - 1, terms.opens), _day(ends, terms.closes)


def _day(year: int, day_of_year: str) -> date:
    month, number = (int(part) for part in day_of_year.split("-"))
    return date(year, month, min(number, monthrange(year, month)[1]))


def class_of(person_status: str, birth: date, day: date, terms: PremiumTerms, newborn_days: int) -> str:
    """Under which class somebody pays; who has no amount of their own pays as an adult."""
    if 0 <= (day - birth).days <= newborn_days and NEWBORN in terms.amounts_fen:
        return NEWBORN
    if person_status in OF_STATUS and person_status in terms.amounts_fen:
        return person_status
    old = terms.elder_age is not None and age_on(birth, day) >= terms.elder_age
    return ELDER if old and ELDER in terms.amounts_fen else ADULT
