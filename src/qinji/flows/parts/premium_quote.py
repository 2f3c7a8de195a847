"""Pure: what a year's premium of a person comes to, whether it may be paid now, and from when benefits would run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from qinji.insured.model import Insurance, Person, Status
from qinji.kernel.dates import begin_of, months_after
from qinji.kernel.identity import masked_name
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.policy import waiting as waits
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.premium import AMOUNT, PremiumTerms, class_of, tariff_day, window
from qinji.policy.waiting import NEWBORN, Waiting, WaitingTerms, waiting
from qinji.premium.model import Coverage, EnrolmentKind, History, PremiumOrder
from qinji.premium.rules import live, not_twice

ONE_DAY = timedelta(days=1)
NO_WAITING = Waiting(0)


@dataclass(frozen=True, slots=True)
class Quote:
    """A year's premium of a person as it stands today, in fen. ``repair``: a missed year is paid later.

    ``closes`` is the last day in time; ``covered_from`` where it is paid today; a repair covers nothing by itself.
    """

    region_name: str
    year: int
    premium_class: str
    amount_fen: int
    repair: bool
    opens: date
    closes: date
    in_window: bool
    missed: frozenset[int]
    wait: Waiting
    covered_from: date
    covered_until: date
    allow_split: bool
    document: str
    clause: str


def last_year(person: Person, history: History, today: date) -> int | None:
    """The last year in which somebody was insured as far as is known; None: never, or nobody knows until when.

    Days that were paid for come first, then when an employee stopped, then what the register says.
    """
    years = [one.year for one in live(history.coverages)]
    enrolment = history.enrolment
    if enrolment is not None and enrolment.employee_until is not None:
        years.append(enrolment.employee_until.year)
    if years:
        return max(years)
    if person.status is Status.STOPPED:
        since = person.suspended_since
        return None if since is None else (since - ONE_DAY).year
    return today.year


def missed_before(year: int, person: Person, history: History, today: date) -> frozenset[int]:
    """The years missed without a break before this one."""
    earlier = [one.year for one in live(history.coverages) if one.year < year]
    last = max(earlier) if earlier else last_year(person, history, today)
    return frozenset() if last is None else frozenset(range(last + 1, year))


def years_open(person: Person, history: History, today: date, terms: PremiumTerms) -> list[int]:
    """The years that may be paid today: missed ones, this one, and the next within its window; covered ones not."""
    taken = {one.year for one in live(history.coverages)} | {one.year for one in history.orders}
    if not history.coverages and person.status is not Status.STOPPED:
        taken |= {today.year}
    candidates = [*sorted(missed_before(today.year, person, history, today)), today.year]
    if _born_lately(person, history, today):
        candidates += [person.birth.year]
    first, last = window(today.year + 1, terms)
    if first <= today <= last:
        candidates.append(today.year + 1)
    return sorted(set(candidates) - taken)


def _born_lately(person: Person, history: History, today: date) -> bool:
    enrolment = history.enrolment
    return (
        enrolment is not None
        and enrolment.kind is EnrolmentKind.NEWBORN
        and person.birth.year == today.year - 1
    )


def quote(person: Person, history: History, year: int, today: date, book: Book) -> Quote | Refused:
    """What the year costs and brings; refused where it cannot be paid, is paid already, or the region says nothing."""
    name = masked_name(person.name)
    policy = book.at(person.region, today)
    tariff = book.at(person.region, tariff_day(year, today))
    if isinstance(policy, Refused):
        return policy
    if isinstance(tariff, Refused):
        return tariff
    if person.insurance is not Insurance.RESIDENT:
        return refuse(RefusalCode.PREMIUM_EMPLOYEE, name=name)
    terms, rates = policy.premium(), tariff.premium()
    if terms is None or rates is None:
        return refuse(RefusalCode.PREMIUM_NOT_OFFERED, region=policy.name)
    open_years = years_open(person, history, today, terms)
    if year not in open_years:
        return not_twice(_with_register(person, history, today), year, name) or _closed(
            name, year, open_years
        )
    return _quoted(person, history, year, today, policy, terms, rates)


def _closed(name: str, year: int, open_years: list[int]) -> Refused:
    told = "、".join(str(one) for one in open_years) or "没有"
    return refuse(RefusalCode.PREMIUM_YEAR, name=name, year=year, years=told)


def _with_register(person: Person, history: History, today: date) -> History:
    """With what the register says of this year, where nothing is dated yet."""
    if history.coverages or person.status is Status.STOPPED:
        return history
    row = Coverage(person.person_id, person.person_id, today.year, None, today, today, begin_of(today))
    return replace(history, coverages=(row,))


def _quoted(
    person: Person,
    history: History,
    year: int,
    today: date,
    policy: RegionPolicy,
    terms: PremiumTerms,
    rates: PremiumTerms,
) -> Quote | Refused:
    waiting_terms = policy.waiting()
    newborn_days = 0 if waiting_terms is None else waiting_terms.newborn_days
    premium_class = class_of(person.person_status, person.birth, today, rates, newborn_days)
    amount_fen = rates.amounts_fen.get(premium_class)
    if amount_fen is None:
        return refuse(RefusalCode.PREMIUM_NOT_OFFERED, region=policy.name)
    doubtful = policy.unverified(terms.sources)
    if doubtful:
        return refuse(
            RefusalCode.POLICY_UNVERIFIED, region=policy.name, parameter=doubtful[0], count=len(doubtful)
        )
    opens, closes = window(year, terms)
    missed = missed_before(year, person, history, today)
    newborn = _born_lately(person, history, today)
    repair = year < today.year and not (newborn and year == person.birth.year)
    in_window = opens <= today <= closes
    enrolment = enrolment_of(person, history, today, in_window=in_window, missed=missed)
    wait = NO_WAITING if repair or waiting_terms is None else waiting(enrolment, waiting_terms)
    source = rates.sources[AMOUNT + premium_class]
    return Quote(
        region_name=policy.name,
        year=year,
        premium_class=premium_class,
        amount_fen=amount_fen,
        repair=repair,
        opens=opens,
        closes=closes,
        in_window=in_window,
        missed=missed,
        wait=wait,
        covered_from=covered_from(person, year, today, wait),
        covered_until=date(year, 12, 31),
        allow_split=terms.allow_split,
        document=source.document,
        clause=source.clause,
    )


def enrolment_of(
    person: Person, history: History, paid_on: date, *, in_window: bool, missed: frozenset[int]
) -> waits.Enrolment:
    """How somebody comes into a year's insurance, as the rule of waiting asks."""
    known = history.enrolment
    return waits.Enrolment(
        paid_on=paid_on,
        in_window=in_window,
        missed=missed,
        repaired=history.repaired & missed,
        birth=person.birth if known is not None and known.kind is EnrolmentKind.NEWBORN else None,
        employee_until=None if known is None else known.employee_until,
        ex_serviceman=known is not None and known.ex_serviceman,
        released=known is not None and known.released,
    )


def covered_from(person: Person, year: int, paid_on: date, wait: Waiting) -> date:
    """The first day of benefits: from birth for a newborn, else when the year has come, it is paid and waited for."""
    begins = date(year, 1, 1)
    if wait.exempt == NEWBORN:
        return max(begins, person.birth)
    return months_after(max(begins, paid_on), wait.months)


def waited_less(order: PremiumOrder, person: Person, history: History, terms: WaitingTerms | None) -> date:
    """From when an order that is paid covers by what is known now: each missed year that was paid later shortens it."""
    if terms is None:
        return order.covered_from
    enrolment = enrolment_of(person, history, order.day, in_window=order.in_window, missed=order.missed)
    return covered_from(person, order.year, order.day, waiting(enrolment, terms))
