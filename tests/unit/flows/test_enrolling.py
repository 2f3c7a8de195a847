"""Rows of an enrolment file: how they are read, and who is new, known or different."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from qinji.flows.parts.enrolling import COLUMNS, EnrolRow, Registered, decide, read_row
from qinji.flows.parts.row_faults import RowFault, RowProblem
from qinji.insured.model import CodeState, Insurance, Person, Status
from qinji.kernel.identity import check_character

TODAY = date(2026, 3, 17)
_FIRST = "99990119800101001"
NUMBER = _FIRST + check_character(_FIRST)
GOOD = {
    "人员编号": "n1",
    "姓名": "测某",
    "证件号码": NUMBER,
    "社保卡号": "c1",
    "统筹区": "990100",
    "险种": "职工",
    "人员类别": "在职",
    "参保日期": "2020-01-01",
}
PERSON = UUID(int=1)


def read(**changed: str) -> EnrolRow | RowProblem:
    cells = {**dict.fromkeys(COLUMNS, ""), **GOOD, **changed}
    return read_row(7, [cells[column] for column in COLUMNS], TODAY)


def good(**changed: str) -> EnrolRow:
    found = read(**changed)
    assert isinstance(found, EnrolRow)
    return found


def registered(row: EnrolRow, **changed: object) -> Registered:
    person = Person(
        PERSON, row.number, row.name, b"", 1, row.sex, "01", row.birth, row.region, Insurance(row.insurance),
        row.person_status, Status.NORMAL, row.insured_since, None, "单位", False, None, CodeState.ACTIVE,
    )  # fmt: skip
    return Registered(
        {row.number: PERSON},
        {row.certificate_number: PERSON},
        {row.card_number: PERSON},
        {PERSON: replace(person, **changed)},  # type: ignore[arg-type]
        lambda region: None,
    )


EMPTY = Registered({}, {}, {}, {}, lambda region: None)


def test_sex_and_birth_come_from_the_identity_number() -> None:
    row = good()
    assert (row.sex, row.birth, row.number) == ("male", date(1980, 1, 1), "N1")
    assert good(性别="男", 出生日期="1980年1月1日") == row


@pytest.mark.parametrize(
    ("column", "cell", "fault"),
    [
        ("人员编号", "", RowFault.NUMBER_MISSING),
        ("人员编号", "1" * 31, RowFault.TEXT_LONG),
        ("姓名", "", RowFault.NAME_MISSING),
        ("社保卡号", "", RowFault.CARD_MISSING),
        ("证件号码", NUMBER[:-1], RowFault.CERTIFICATE_FORM),
        ("证件号码", "9.99901198001e+17", RowFault.CERTIFICATE_FORM),
        ("统筹区", "99", RowFault.REGION_WITHOUT_POLICY),
        ("险种", "新农合", RowFault.INSURANCE_UNKNOWN),
        ("人员类别", "学生", RowFault.STATUS_UNKNOWN),
        ("参保日期", "2020-02-30", RowFault.SINCE_FORM),
        ("参保日期", "2026-03-18", RowFault.SINCE_AHEAD),
        ("性别", "M", RowFault.SEX_UNKNOWN),
        ("性别", "女", RowFault.SEX_DIFFERS),
        ("出生日期", "1980-13-01", RowFault.BIRTH_FORM),
        ("出生日期", "1980-01-02", RowFault.BIRTH_DIFFERS),
        ("单位", "长" * 61, RowFault.TEXT_LONG),
    ],
)
def test_a_cell_that_cannot_be_taken_says_what_is_wrong(column: str, cell: str, fault: RowFault) -> None:
    found = read(**{column: cell})
    assert isinstance(found, RowProblem)
    assert (found.line, found.fault) == (7, fault)
    assert "{" not in found.what + found.advice


def test_a_row_shows_no_identity_number() -> None:
    assert NUMBER not in repr(good())


def test_who_is_not_registered_is_new() -> None:
    assert decide([good()], EMPTY).new == [good()]


def test_the_same_particulars_need_nothing_and_empty_cells_differ_from_nothing() -> None:
    assert decide([good()], registered(good())).before == [good()]


@pytest.mark.parametrize(
    ("column", "cell"), [("姓名", "别名"), ("单位", "另一家"), ("社保卡号", "c2"), ("统筹区", "990200")]
)
def test_each_particular_that_differs_is_named(column: str, cell: str) -> None:
    (told,) = decide([good(**{column: cell})], registered(good())).refused
    assert told.fault is RowFault.DIFFERS
    assert told.what == f"此人已登记,但{column}不同"


def test_a_card_or_identity_number_of_somebody_else_is_refused() -> None:
    told = decide(
        [good(人员编号="n2", 社保卡号="c2"), good(人员编号="n2", 证件号码=NUMBER)], registered(good())
    )
    assert [one.fault for one in told.refused] == [RowFault.TAKEN, RowFault.TAKEN]


def test_a_region_without_policy_takes_nobody_new() -> None:
    nowhere = replace(EMPTY, region_fault=lambda region: RowFault.REGION_WITHOUT_POLICY)
    (told,) = decide([good()], nowhere).refused
    assert "990100" in told.what
