"""What is looked for among records of money: the terms that every room's search shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.kernel.dates import begin_of, milliseconds
from qinji.kernel.ids import first_of


@dataclass(frozen=True, slots=True)
class Terms:
    """Narrow a search; a term that is None does not. Amounts are fen, both bounds count.

    ``since`` counts and ``until`` does not; ``institutions`` are codes, an empty sequence finds nothing;
    ``returned`` True finds what was taken back, False what was not.
    """

    since: datetime | None = None
    until: datetime | None = None
    least_fen: int | None = None
    most_fen: int | None = None
    institutions: Sequence[str] | None = None
    returned: bool | None = None


SLACK_MS = 86_400_000
"""An act's id is made at the moment at which it is booked; by a day they may differ without a search missing any."""

ID_MS_MAX = (1 << 48) - 1
FIRST_YEAR, LAST_YEAR = 1970, 9998
"""Nothing is booked outside of these; what is asked beyond them is asked to the end."""


def not_before(moment: datetime) -> UUID:
    """An id before that of any act booked at or after a moment."""
    return first_of(max(0, milliseconds(moment) - SLACK_MS))


def not_after(moment: datetime) -> UUID:
    """An id after that of any act booked before a moment."""
    return first_of(min(ID_MS_MAX, max(0, milliseconds(moment)) + SLACK_MS))


def span_of(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """The moments from the begin of one day to the end of another, both counted; None where there is no bound."""
    since = None if first is None or first.year < FIRST_YEAR else begin_of(first)
    if last is None or last.year > LAST_YEAR:
        return since, None
    return since, begin_of(max(last, date(FIRST_YEAR, 1, 1)) + timedelta(days=1))
