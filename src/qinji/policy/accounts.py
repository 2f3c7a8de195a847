"""Pure: the personal accounts of a region: one balance or two, when one becomes the other, and interest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from qinji.kernel.dates import latest_day
from qinji.policy.model import Source
from qinji.policy.pack import Values

KINDS, ROLLOVER_DAY, INTEREST_RATE = "balance.kinds", "balance.rollover_day", "balance.interest_rate"


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """``rollover`` is the day of the year on which an account year begins; None where the region writes none.

    ``interest_rate`` is for a year; 0 where none is written.
    """

    two_balances: bool
    rollover: str | None
    interest_rate: Fraction
    sources: Mapping[str, Source]

    def year_began(self, day: date) -> date | None:
        """The first day of the account year in which a day lies; None where no year ends here."""
        return None if self.rollover is None else latest_day(self.rollover, day)

    def is_past_year(self, month: date, day: date) -> bool:
        """Whether a month, named by its first day, belongs to an account year before that of a day."""
        began = self.year_began(day)
        return began is not None and month < began.replace(day=1)


def account_terms(values: Values) -> AccountTerms:
    """The personal accounts of people insured here."""
    rollover = values.dated(ROLLOVER_DAY)
    return AccountTerms(
        two_balances=values.word(KINDS) == "current_and_history",
        rollover=None if rollover is None or rollover.value is None else str(rollover.value),
        interest_rate=values.ratio(INTEREST_RATE) or Fraction(0),
        sources=values.sources({name: (name,) for name in (KINDS, ROLLOVER_DAY, INTEREST_RATE)}),
    )
