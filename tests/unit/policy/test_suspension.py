"""A suspension of online settlement lasts as long as the law allows, and ends on its last day."""

from __future__ import annotations

from datetime import date

import pytest

from qinji.kernel.refusal import RefusalCode, Refused
from qinji.policy.suspension import Suspension, SuspensionTerms, suspension, suspension_terms
from tests.unit.policy.written_values import values_of

LAW = SuspensionTerms(3, 12)


@pytest.mark.parametrize(
    ("months", "until"), [(3, date(2026, 6, 16)), (12, date(2027, 3, 16)), (6, date(2026, 9, 16))]
)
def test_a_suspension_ends_with_its_last_day(months: int, until: date) -> None:
    assert suspension(date(2026, 3, 17), months, LAW) == Suspension(date(2026, 3, 17), until)


def test_from_the_end_of_a_month_it_ends_before_the_end_of_a_shorter_one() -> None:
    assert suspension(date(2026, 11, 30), 3, LAW) == Suspension(date(2026, 11, 30), date(2027, 2, 27))


@pytest.mark.parametrize("months", [0, 2, 13])
def test_a_period_that_the_law_does_not_allow_is_refused_with_what_it_allows(months: int) -> None:
    found = suspension(date(2026, 3, 17), months, LAW)
    assert isinstance(found, Refused)
    assert found.code is RefusalCode.REQUEST_INVALID
    assert "须为 3 至 12 个月" in found.text


def test_a_pack_says_both_ends_or_there_are_no_terms() -> None:
    assert suspension_terms(values_of({"suspension.months_min": 3, "suspension.months_max": 12})) == LAW
    assert suspension_terms(values_of({"suspension.months_min": 3})) is None
