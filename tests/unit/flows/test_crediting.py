"""Rows of a crediting file: how they are read, and what is decided about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import count
from uuid import UUID

import pytest

from qinji.flows.parts.crediting import Crediting, CreditRow, decide, read_row
from qinji.flows.parts.row_faults import RowFault, RowProblem
from qinji.insured.model import CodeState, Insurance, Person, Status
from qinji.kernel.dates import latest_day
from qinji.ledger.model import CURRENT_POCKET, ONLY_POCKET, LineKind, RunLine
from qinji.ledger.rules import balance_changes
from qinji.policy.accounts import AccountTerms

TODAY = date(2026, 3, 17)
RUN, OTHER_RUN, PERSON = UUID(int=1), UUID(int=2), UUID(int=9)
MARCH = date(2026, 3, 1)


def person(region: str = "990102") -> Person:
    return Person(
        PERSON, "1", "测某", b"", 1, "female", "01", date(1970, 1, 1), region, Insurance.EMPLOYEE, "in_service",
        Status.NORMAL, date(2000, 1, 1), None, "", False, None, CodeState.ACTIVE,
    )  # fmt: skip


def terms(two: bool = False, rollover: str | None = None) -> AccountTerms:
    return AccountTerms(two, rollover, Fraction(0), {})


def facts(held: AccountTerms | RowFault, credited: tuple[RunLine, ...] = ()) -> Crediting:
    numbers = count(100)
    return Crediting(
        run=RUN,
        supplement=False,
        people={"1": person()},
        credited=credited,
        terms_of=lambda region: held,
        new_id=lambda: UUID(int=next(numbers)),
        booked_at=datetime(2026, 3, 17, tzinfo=UTC),
        today=TODAY,
    )


def row(line: int = 2, month: date = MARCH, kind: LineKind = LineKind.CONTRIBUTION) -> CreditRow:
    return CreditRow(line, "1", month, 100, kind)


def booked(run: UUID, line: int, month: date = MARCH, *, supplement: bool = False) -> RunLine:
    return RunLine(PERSON, run, line, UUID(int=7), LineKind.CONTRIBUTION, month, supplement, 100)


@pytest.mark.parametrize("text", ["2026-03", "202603", "2026-3", "2026/03", "2026年3月", "2026.03"])
def test_a_month_is_read_as_people_write_it(text: str) -> None:
    read = read_row(2, ["1", text, "1.00", "在职"], TODAY)
    assert isinstance(read, CreditRow)
    assert read.month == MARCH


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ([], RowFault.CELLS),
        (["1", "2026-13", "1", "在职"], RowFault.MONTH_FORM),
        (["1", "0000-01", "1", "在职"], RowFault.MONTH_FORM),
        (["1", "2026-04", "1", "在职"], RowFault.MONTH_AHEAD),
        (["1", "2006-02", "1", "在职"], RowFault.MONTH_LONG_AGO),
        (["1", "2026-03", "0", "在职"], RowFault.AMOUNT_NOT_POSITIVE),
        (["1", "2026-03", "1e3", "在职"], RowFault.AMOUNT_FORM),
        (["1", "2026-03", "100000.01", "在职"], RowFault.AMOUNT_LARGE),
        (["1", "2026-03", "1", ""], RowFault.KIND_UNKNOWN),
    ],
)
def test_a_row_that_cannot_be_read_says_what_is_wrong(cells: list[str], fault: RowFault) -> None:
    read = read_row(5, cells, TODAY)
    assert isinstance(read, RowProblem)
    assert (read.line, read.fault) == (5, fault)


def test_the_oldest_month_and_the_largest_amount_are_still_taken() -> None:
    assert isinstance(read_row(2, ["1", "2006-03", "100000.00", "退休"], TODAY), CreditRow)


def test_a_long_cell_is_told_shortened_and_a_brace_in_it_is_no_place_for_a_detail() -> None:
    read = read_row(2, ["1", "{line}" + "长" * 100, "1", "在职"], TODAY)
    assert isinstance(read, RowProblem)
    assert "{line}" in read.what
    assert len(read.what) < 40


def test_a_supplement_of_another_file_does_not_stop_the_month_itself() -> None:
    made = decide([row()], facts(terms(), (booked(OTHER_RUN, 2, supplement=True),)))
    assert len(made.booked) == 1


def test_the_month_of_another_file_does() -> None:
    made = decide([row()], facts(terms(), (booked(OTHER_RUN, 2),)))
    assert [one.fault for one in made.refused] == [RowFault.MONTH_CREDITED]
    beside = decide([row()], replace(facts(terms(), (booked(OTHER_RUN, 2),)), supplement=True))
    assert [one.line.supplement for one in beside.booked] == [True]


def test_in_service_and_retired_are_credited_beside_each_other_but_each_once() -> None:
    rows = [row(2), row(3, kind=LineKind.RETIRED), row(4)]
    made = decide(rows, facts(terms()))
    assert [one.row.line for one in made.booked] == [2, 3]
    assert [(one.line, one.fault) for one in made.refused] == [(4, RowFault.TWICE_IN_FILE)]
    changes = balance_changes(one.transfer for one in made.booked)
    assert [change.change_fen for change in changes] == [200]
    assert {one.transfer.book for one in made.booked} == {"990100"}


@pytest.mark.parametrize(
    ("held", "month", "pocket"),
    [
        (terms(), MARCH, ONLY_POCKET),
        (terms(two=True), MARCH, CURRENT_POCKET),
        (terms(two=True, rollover="01-01"), date(2026, 1, 1), CURRENT_POCKET),
        (terms(two=True, rollover="01-01"), date(2025, 12, 1), ONLY_POCKET),
        (terms(two=True, rollover="07-01"), date(2025, 7, 1), CURRENT_POCKET),
        (terms(two=True, rollover="07-01"), date(2025, 6, 1), ONLY_POCKET),
    ],
)
def test_a_month_goes_to_the_balance_of_its_account_year(
    held: AccountTerms, month: date, pocket: int
) -> None:
    (made,) = decide([row(month=month)], facts(held)).booked
    assert made.transfer.pocket == pocket


def test_policy_that_may_not_decide_refuses_the_row() -> None:
    made = decide([row()], facts(RowFault.POLICY_UNSURE))
    assert [one.what for one in made.refused] == ["参保地 990102 关于个人账户的政策尚未核实"]


@pytest.mark.parametrize(
    ("day_of_year", "day", "found"),
    [
        ("01-01", date(2026, 1, 1), date(2026, 1, 1)),
        ("07-01", date(2026, 6, 30), date(2025, 7, 1)),
        ("12-31", date(2026, 12, 30), date(2025, 12, 31)),
        ("02-29", date(2026, 3, 1), date(2026, 2, 28)),
        ("02-29", date(2028, 2, 28), date(2027, 2, 28)),
    ],
)
def test_an_account_year_begins_on_its_day(day_of_year: str, day: date, found: date) -> None:
    assert latest_day(day_of_year, day) == found
