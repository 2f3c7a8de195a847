"""Filings for care away from home, as 苏医保发〔2022〕75号 has them (art. 8, 10, 19, 20, 25)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qinji.policy.filing import (
    Filed,
    FilingTerms,
    Stay,
    changeable_from,
    counts_as,
    filing_terms,
    full_benefit_at_home,
    holds,
    last_day,
)
from qinji.policy.model import Filing
from tests.unit.policy.written_values import values_of

JIANGSU = FilingTerms(
    needed_same_province=True,
    needed_other_province=True,
    emergency_as_filed=True,
    two_way=True,
    backfill=True,
    min_change_months=6,
    temporary_months=6,
)
LONG = Filed(Filing.LONG_TERM, date(2026, 1, 10), by_promise=True)
TEMPORARY = Filed(Filing.TEMPORARY, date(2025, 8, 31))
STAY = Stay(date(2026, 3, 1), date(2026, 3, 12), emergency=False, same_province=False)


def test_a_temporary_filing_holds_for_its_months_and_a_long_term_one_without_end() -> None:
    assert last_day(TEMPORARY, JIANGSU) == date(2026, 2, 27)
    assert holds(TEMPORARY, date(2025, 8, 31), JIANGSU)
    assert not holds(TEMPORARY, date(2025, 8, 30), JIANGSU)
    assert holds(TEMPORARY, date(2026, 2, 27), JIANGSU)
    assert not holds(TEMPORARY, date(2026, 2, 28), JIANGSU)
    assert last_day(LONG, JIANGSU) is None
    assert last_day(TEMPORARY, replace(JIANGSU, temporary_months=None)) is None


def test_a_filing_that_was_taken_back_holds_until_the_day_before() -> None:
    over = replace(LONG, ended_on=date(2026, 7, 10))
    assert last_day(over, JIANGSU) == date(2026, 7, 9)
    assert last_day(replace(TEMPORARY, ended_on=date(2026, 7, 10)), JIANGSU) == date(2026, 2, 27)


def test_a_long_term_filing_by_promise_may_change_after_6_months_and_one_by_papers_at_once() -> None:
    assert changeable_from(LONG, JIANGSU) == date(2026, 7, 10)
    assert changeable_from(replace(LONG, by_promise=False), JIANGSU) == LONG.since
    assert changeable_from(replace(TEMPORARY, by_promise=True), JIANGSU) == TEMPORARY.since


def test_a_stay_counts_as_the_filing_under_which_it_began() -> None:
    assert counts_as(STAY, [LONG], JIANGSU) is Filing.LONG_TERM
    assert counts_as(STAY, [], JIANGSU) is Filing.UNFILED
    assert counts_as(STAY, [TEMPORARY], JIANGSU) is Filing.UNFILED, "it ended before"
    begun = replace(STAY, begins=date(2026, 2, 27))
    assert counts_as(begun, [TEMPORARY], JIANGSU) is Filing.TEMPORARY, "it ended meanwhile"


def test_a_filing_may_be_made_up_for_until_the_stay_is_settled_where_the_region_says_so() -> None:
    late = Filed(Filing.REFERRAL, date(2026, 3, 12))
    assert counts_as(STAY, [late], JIANGSU) is Filing.REFERRAL
    assert counts_as(STAY, [replace(late, since=date(2026, 3, 13))], JIANGSU) is Filing.UNFILED
    assert counts_as(STAY, [late], replace(JIANGSU, backfill=False)) is Filing.UNFILED


def test_the_earliest_filing_that_holds_counts() -> None:
    referral = Filed(Filing.REFERRAL, date(2026, 3, 2))
    assert counts_as(STAY, [referral, LONG], JIANGSU) is Filing.LONG_TERM


def test_an_emergency_counts_as_filed_where_the_region_says_so() -> None:
    emergency = replace(STAY, emergency=True)
    assert counts_as(emergency, [], JIANGSU) is Filing.EMERGENCY
    assert counts_as(emergency, [], replace(JIANGSU, emergency_as_filed=False)) is Filing.UNFILED


@pytest.mark.parametrize("same_province", [True, False])
def test_where_no_filing_is_needed_everybody_counts_as_filed(same_province: bool) -> None:
    terms = replace(JIANGSU, needed_same_province=False)
    stay = replace(STAY, same_province=same_province)
    assert counts_as(stay, [], terms) is (Filing.LONG_TERM if same_province else Filing.UNFILED)


def test_who_lives_elsewhere_keeps_the_full_benefit_at_home_where_both_ways_count() -> None:
    one_way = replace(JIANGSU, two_way=False)
    day = date(2026, 3, 1)
    assert full_benefit_at_home([LONG], day, JIANGSU)
    assert not full_benefit_at_home([LONG], day, one_way)
    assert full_benefit_at_home([LONG], date(2026, 1, 9), one_way), "not yet filed"
    assert full_benefit_at_home([replace(TEMPORARY, since=day)], day, one_way)


def test_a_pack_says_the_terms_and_where_it_says_nothing_a_filing_is_needed() -> None:
    written = values_of(
        {
            "remote.same_province.filing_needed": True,
            "remote.other_province.filing_needed": True,
            "remote.emergency_as_filed": True,
            "remote.two_way": True,
            "remote.backfill": True,
            "remote.long_term.min_change_months": 6,
            "remote.temporary.valid_months": 6,
        }
    )
    assert filing_terms(written) == JIANGSU
    nothing = FilingTerms(
        needed_same_province=True,
        needed_other_province=True,
        emergency_as_filed=False,
        two_way=False,
        backfill=False,
        min_change_months=0,
        temporary_months=None,
    )
    assert filing_terms(values_of({})) == nothing
    free = filing_terms(values_of({"remote.same_province.filing_needed": False}))
    assert (free.needed_same_province, free.needed_other_province) == (False, True)
