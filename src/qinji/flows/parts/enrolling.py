"""Pure: rows of an enrolment file (参保登记): how a row is read, and who is new, known already, or told as different."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from qinji.flows.parts.row_faults import RowFault, RowProblem, cells_problem, problem, shown
from qinji.insured.model import Insurance, Person
from qinji.kernel.identity import is_identity_number
from qinji.kernel.region import is_region

COLUMNS = (
    *("人员编号", "姓名", "证件号码", "社保卡号", "统筹区", "险种", "人员类别", "参保日期"),
    *("性别", "出生日期", "民族", "单位"),
)
OPTIONAL = COLUMNS[8:]
CERTIFICATE_PLACE = COLUMNS.index("证件号码")

INSURANCES = {"职工": Insurance.EMPLOYEE, "居民": Insurance.RESIDENT}
INSURANCE_WORDS = {insurance: word for word, insurance in INSURANCES.items()}
PERSON_STATUSES = {
    Insurance.EMPLOYEE: {"在职": "in_service", "退休": "retired"},
    Insurance.RESIDENT: {"成年居民": "adult", "学生": "student", "儿童": "child"},
}
SEXES = {"男": "male", "女": "female"}
ETHNICITY_UNKNOWN = "97"
"""GB/T 3304: not told."""

TEXT_MAX = 60
NUMBER_MAX = 30
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class EnrolRow:
    """One row: who it is and where and how insured; the identity number is shown by nothing that prints a row."""

    line: int
    number: str
    name: str
    certificate_number: str = field(repr=False)
    card_number: str
    region: str
    insurance: Insurance
    person_status: str
    insured_since: date
    sex: str
    birth: date
    ethnicity: str
    employer: str


class _Wrong(Exception):
    """A cell cannot be taken."""

    def __init__(self, fault: RowFault, **details: object) -> None:
        super().__init__(fault.name)
        self.fault, self.details = fault, details


def read_row(line: int, cells: Sequence[str], today: date) -> EnrolRow | RowProblem:
    """A row of ``COLUMNS`` as it stands in the file; sex and birth come from the identity number where not written."""
    unfit = cells_problem(line, cells, COLUMNS)
    if unfit is not None:
        return unfit
    try:
        return _read(line, [cell.strip() for cell in cells], today)
    except _Wrong as wrong:
        return problem(line, wrong.fault, **wrong.details)


def _read(line: int, cells: Sequence[str], today: date) -> EnrolRow:
    number, name, certificate, card, region, insurance_text, status_text, since_text = cells[:8]
    sex_text, birth_text, ethnicity, employer = cells[8:]
    for column, text, fault in (
        ("人员编号", number, RowFault.NUMBER_MISSING),
        ("姓名", name, RowFault.NAME_MISSING),
        ("社保卡号", card, RowFault.CARD_MISSING),
    ):
        _check_text(column, text, fault)
    if len(employer) > TEXT_MAX:
        raise _Wrong(RowFault.TEXT_LONG, column="单位", most=TEXT_MAX)
    if not is_identity_number(certificate):
        raise _Wrong(RowFault.CERTIFICATE_FORM)
    if not is_region(region):
        raise _Wrong(RowFault.REGION_WITHOUT_POLICY, region=shown(region))
    insurance = INSURANCES.get(insurance_text)
    if insurance is None:
        raise _Wrong(RowFault.INSURANCE_UNKNOWN, found=shown(insurance_text))
    status = PERSON_STATUSES[insurance].get(status_text)
    if status is None:
        allowed = "、".join(PERSON_STATUSES[Insurance.RESIDENT])
        raise _Wrong(RowFault.STATUS_UNKNOWN, found=shown(status_text), allowed=allowed)
    return EnrolRow(
        line=line,
        number=number.upper(),
        name=name,
        certificate_number=certificate.upper(),
        card_number=card.upper(),
        region=region,
        insurance=insurance,
        person_status=status,
        insured_since=_since(since_text, today),
        sex=_sex(sex_text, certificate),
        birth=_birth(birth_text, certificate),
        ethnicity=ethnicity or ETHNICITY_UNKNOWN,
        employer=employer,
    )


def _check_text(column: str, text: str, missing: RowFault) -> None:
    most = TEXT_MAX if column == "姓名" else NUMBER_MAX
    if not text:
        raise _Wrong(missing)
    if len(text) > most:
        raise _Wrong(RowFault.TEXT_LONG, column=column, most=most)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _since(text: str, today: date) -> date:
    found = _day(text)
    if found is None:
        raise _Wrong(RowFault.SINCE_FORM, found=shown(text))
    if found > today:
        raise _Wrong(RowFault.SINCE_AHEAD, found=found.isoformat())
    return found


def _birth(text: str, certificate: str) -> date:
    told = date(int(certificate[6:10]), int(certificate[10:12]), int(certificate[12:14]))
    if not text:
        return told
    found = _day(text)
    if found is None:
        raise _Wrong(RowFault.BIRTH_FORM, found=shown(text))
    if found != told:
        raise _Wrong(RowFault.BIRTH_DIFFERS)
    return found


def _sex(text: str, certificate: str) -> str:
    told = "male" if int(certificate[16]) % 2 else "female"
    if text and text not in SEXES:
        raise _Wrong(RowFault.SEX_UNKNOWN, found=shown(text))
    if text and SEXES[text] != told:
        raise _Wrong(RowFault.SEX_DIFFERS)
    return told


@dataclass(frozen=True, slots=True)
class Registered:
    """What the register knows of the numbers of some rows: by person number, identity number and card, as in a row."""

    by_number: Mapping[str, UUID]
    by_certificate: Mapping[str, UUID]
    by_card: Mapping[str, UUID]
    people: Mapping[UUID, Person]
    region_fault: Callable[[str], RowFault | None]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What becomes of rows: new people, people who are registered just so, and rows that are refused."""

    new: Sequence[EnrolRow] = ()
    before: Sequence[EnrolRow] = ()
    refused: Sequence[RowProblem] = ()


def decide(rows: Sequence[EnrolRow], known: Registered) -> Enrolled:
    """Who is new; who is registered already is told where particulars differ, and never changed."""
    new: list[EnrolRow] = []
    before: list[EnrolRow] = []
    refused: list[RowProblem] = []
    for row in rows:
        wrong = _fault(row, known)
        if wrong is not None:
            refused.append(wrong)
        elif row.number in known.by_number:
            before.append(row)
        else:
            new.append(row)
    return Enrolled(new, before, refused)


def _fault(row: EnrolRow, known: Registered) -> RowProblem | None:
    registered = known.by_number.get(row.number)
    if registered is not None:
        differing = _differing(row, registered, known)
        if not differing:
            return None
        return problem(row.line, RowFault.DIFFERS, columns="、".join(differing))
    for column, owner in (
        ("证件号码", known.by_certificate.get(row.certificate_number)),
        ("社保卡号", known.by_card.get(row.card_number)),
    ):
        if owner is not None:
            return problem(row.line, RowFault.TAKEN, column=column)
    fault = known.region_fault(row.region)
    return None if fault is None else problem(row.line, fault, region=row.region)


def _differing(row: EnrolRow, registered: UUID, known: Registered) -> list[str]:
    """The columns in which a row differs from who is registered under its number; empty cells differ from nothing."""
    person = known.people[registered]
    pairs = (
        ("姓名", row.name == person.name),
        ("证件号码", known.by_certificate.get(row.certificate_number) == registered),
        ("社保卡号", known.by_card.get(row.card_number) == registered),
        ("统筹区", row.region == person.region),
        ("险种", row.insurance == person.insurance),
        ("人员类别", row.person_status == person.person_status),
        ("参保日期", row.insured_since == person.insured_since),
        ("民族", row.ethnicity in (ETHNICITY_UNKNOWN, person.ethnicity)),
        ("单位", row.employer in ("", person.employer)),
    )
    return [column for column, same in pairs if not same]
