"""What the JSON door shows of files of many rows, and of the ends of account years. Amounts are fen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from pydantic import BaseModel

from qinji.bulk.model import KIND_CHINESE, STATE_CHINESE, BulkFile, FileRow, Tally
from qinji.bulk.rules import percent, seems_stuck
from qinji.flows.read_account_years import AccountYear
from qinji.flows.read_files import Credit, FileCase
from qinji.kernel.ids import to_wire
from qinji.policy.wording import percent as rate_text


class GroupView(BaseModel):
    """Some of the rows that were carried out, by month, class or region; ``amount_fen`` is 0 where none is moved."""

    name: str
    rows: int
    amount_fen: int


class TallyView(BaseModel):
    """What rows came to: ``before`` were carried out earlier by the same file, ``short`` only in part.

    ``earlier_fen`` is what earlier rounds took for rows that are carried out now, ``missing_fen`` what was not there.
    """

    rows: int
    done: int
    done_fen: int
    before: int
    before_fen: int
    earlier_fen: int
    short: int
    missing_fen: int
    refused: int
    groups: list[GroupView]


class FileView(BaseModel):
    """A file: ``checked`` is what would come of it, ``carried`` what came of it so far.

    ``percent`` is of the rows, of the check while it is checked and of what is carried out from then on.
    ``met_fault``: the last attempt to go on broke, and is made again; ``seems_stuck``: the service should be going on
    with it and has not for minutes. ``rows_forgotten_at``: since then its refused rows are gone.
    """

    id: str
    kind: str
    kind_text: str
    name: str
    beside: bool
    credit_run: str | None
    again: bool
    state: str
    state_text: str
    percent: int
    met_fault: bool
    seems_stuck: bool
    rows: int
    checked: TallyView
    carried: TallyView
    reason: str | None
    brought_by: str
    brought_at: datetime
    entered_by: str | None
    entered_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    moved_at: datetime
    finished_at: datetime | None
    rows_forgotten_at: datetime | None


class RefusedRowView(BaseModel):
    """A row that was not carried out, or only in part: its line and cells in the file, what is wrong, what to do."""

    line: int
    cells: list[str]
    what: str
    advice: str


class CreditRunView(BaseModel):
    """A crediting file that was booked, by the name to give as ``credit_run``.

    ``file_name`` is null where a command booked it.
    """

    credit_run: str
    file_name: str | None
    booked: int
    refused: int
    amount_fen: int
    began_by: str
    began_at: datetime
    finished_at: datetime | None


class CreditRunsView(BaseModel):
    """The latest crediting files of which may be taken back, the newest first."""

    items: list[CreditRunView]


class FileActView(BaseModel):
    """Who said what about a file; a staff of `timer:files` is the service itself."""

    staff: str
    what: str
    at: datetime


class FileCaseView(FileView):
    """One file with the first rows that were not carried out, what it takes back of, and who said what about it."""

    first_refused: list[RefusedRowView]
    takes_back_of: CreditRunView | None
    acts: list[FileActView]


class AccountYearView(BaseModel):
    """A pooling area: the account year that ended last, ``last_day`` included, or ``why`` there is none.

    ``interest_rate`` is for a year, null where none is written. ``booked`` and ``amount_fen`` are what the roll-over
    and the interest came to so far; ``begun_at`` is null where the service has not begun.
    """

    region: str
    region_name: str
    why: str | None
    first_day: date | None = None
    last_day: date | None = None
    days: int | None = None
    two_balances: bool | None = None
    interest_rate: str | None = None
    begun_at: datetime | None = None
    finished_at: datetime | None = None
    booked: int = 0
    amount_fen: int = 0


class AccountYearsView(BaseModel):
    """Every pooling area."""

    items: list[AccountYearView]


def _tally_view(tally: Tally) -> TallyView:
    return TallyView(
        rows=tally.rows,
        done=tally.done,
        done_fen=tally.done_fen,
        before=tally.before,
        before_fen=tally.before_fen,
        earlier_fen=tally.earlier_fen,
        short=tally.short,
        missing_fen=tally.missing_fen,
        refused=tally.refused,
        groups=[GroupView(name=one.name, rows=one.count, amount_fen=one.fen) for one in tally.groups],
    )


def file_view(file: BulkFile, now: datetime) -> FileView:
    """A file as the bureau's staff see it."""
    return FileView(
        id=to_wire(file.file_id),
        kind=file.kind,
        kind_text=KIND_CHINESE[file.kind],
        name=file.name,
        beside=file.terms.beside,
        credit_run=file.terms.credit_name,
        again=file.terms.again,
        state=file.state,
        state_text=STATE_CHINESE[file.state],
        percent=percent(file),
        met_fault=file.fault is not None,
        seems_stuck=seems_stuck(file, now),
        rows=file.rows,
        checked=_tally_view(file.checked),
        carried=_tally_view(file.carried),
        reason=file.reason,
        brought_by=file.brought_by,
        brought_at=file.brought_at,
        entered_by=None if file.entered_at is None else file.brought_by,
        entered_at=file.entered_at,
        decided_by=file.decided_by,
        decided_at=file.decided_at,
        decision_reason=file.decision_reason,
        moved_at=file.moved_at,
        finished_at=file.finished_at,
        rows_forgotten_at=file.forgotten_at,
    )


def file_shown(now: datetime) -> Callable[[BulkFile], FileView]:
    """How the outcome of a flow on a file is shown."""
    return lambda outcome: file_view(outcome, now)


def case_view(case: FileCase, now: datetime) -> FileCaseView:
    """One file with what belongs to it."""
    return FileCaseView(
        **file_view(case.file, now).model_dump(),
        first_refused=[_row_view(row) for row in case.first],
        takes_back_of=None if case.credit is None else credit_run_view(case.credit),
        acts=[FileActView(staff=one.staff, what=one.what, at=one.at) for one in case.acts],
    )


def _row_view(row: FileRow) -> RefusedRowView:
    return RefusedRowView(line=row.line, cells=list(row.cells), what=row.what, advice=row.advice)


def credit_run_view(credit: Credit) -> CreditRunView:
    """A crediting file of which may be taken back."""
    run = credit.run
    return CreditRunView(
        credit_run=run.name,
        file_name=credit.file_name or None,
        booked=run.booked,
        refused=run.refused,
        amount_fen=run.amount_fen,
        began_by=run.began_by,
        began_at=run.began_at,
        finished_at=run.finished_at,
    )


def account_year_view(year: AccountYear) -> AccountYearView:
    """How far a pooling area is."""
    end, run = year.end, year.run
    if end is None:
        return AccountYearView(region=year.city, region_name=year.name, why=year.why)
    rate = end.terms.interest_rate
    return AccountYearView(
        region=year.city,
        region_name=year.name,
        why=None,
        first_day=end.begins,
        last_day=end.ends - timedelta(days=1),
        days=end.days,
        two_balances=end.terms.two_balances,
        interest_rate=rate_text(rate) if rate else None,
        begun_at=None if run is None else run.began_at,
        finished_at=None if run is None else run.finished_at,
        booked=0 if run is None else run.booked,
        amount_fen=0 if run is None else run.amount_fen,
    )
