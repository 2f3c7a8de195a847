"""Days and years of benefit; one zone, China standard time."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_SECONDS = 86_400


def local_day(moment: datetime) -> date:
    """The calendar day in China of an aware moment."""
    return moment.astimezone(CHINA).date()


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 of an aware moment."""
    passed = moment - _EPOCH
    return (passed.days * _DAY_SECONDS + passed.seconds) * 1000 + passed.microseconds // 1000


def age_on(birth: date, day: date) -> int:
    """Full years of age; counted on the birthday itself (policy R-092)."""
    before_birthday = (day.month, day.day) < (birth.month, birth.day)
    return day.year - birth.year - before_birthday


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def first_of_month(day: date) -> date:
    """The first day of this day's month."""
    return day.replace(day=1)


def months_between(earlier: date, later: date) -> int:
    """How many calendar months a day lies after another, whatever their days; negative where it lies before."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def latest_day(day_of_year: str, day: date) -> date:
    """The last time on or before a day that the calendar stood at ``MM-DD``; 02-29 is 02-28 in common years."""
    month, number = (int(part) for part in day_of_year.split("-"))
    years = (day.year, day.year - 1)
    found = (date(year, month, min(number, monthrange(year, month)[1])) for year in years)
    return next(one for one in found if one <= day)


def begin_of(day: date) -> datetime:
    """The moment in China at which a day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)
