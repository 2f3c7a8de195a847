"""One month of one's own money as a statement that adds up, with a year of who paid for whom beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.flows.parts.kin import KinName, kin_names
from qinji.flows.parts.statement_sheets import paper_of, sheets_of, title_of
from qinji.flows.parts.statement_words import (
    StatementTold,
    Told,
    asked_bills,
    balances_told,
    bars_told,
    book_line,
    kinds_by_month,
    kinds_told,
    paid_told,
    relatives_told,
)
from qinji.flows.parts.statements import Statement, statement, who_for_whom
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.dates import begin_of, first_of_month, local_day, months_after
from qinji.kernel.money import yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import record_queries as ledger
from qinji.ledger.model import MonthMoved, own_balance
from qinji.platform.database import Connection
from qinji.platform.typesetting import typeset
from qinji.platform.workbook import Sheet, workbook
from qinji.settlement import record_queries as settlements
from qinji.settlement.model import MonthSpent

ROWS_MAX = 20_000
"""Transfers of a month; whoever has more asks by day in the account book."""

TEMPLATE = Path(__file__).parent / "papers" / "statement.typ"
CHART_MONTHS = 12
YEARS_BACK_MAX = 100


@dataclass(frozen=True, slots=True)
class _Year:
    """The months before and of the statement, of which its charts are drawn."""

    moved: Sequence[MonthMoved]
    spent: Sequence[MonthSpent]


async def run(actor: PersonActor, month: date, deps: Deps) -> StatementTold | Refused:
    """One's own statement of the month that this day is in.

    Refused: a month that has not begun or lies a lifetime back, and one of more than ``ROWS_MAX`` transfers.
    """
    month = first_of_month(month)
    today = local_day(deps.clock())
    if month > today or month.year < today.year - YEARS_BACK_MAX:
        return refuse(RefusalCode.REQUEST_INVALID, reason="这个月还没有开始,或者太早,没有对账单")
    async with deps.database.reading() as connection:
        return await _told(connection, actor.person_id, month, deps.clock(), deps)


async def as_paper(actor: PersonActor, month: date, deps: Deps) -> bytes | Refused:
    """The same as a PDF on A4. Refused: as ``run``."""
    told = await run(actor, month, deps)
    if isinstance(told, Refused):
        return told
    return await typeset(TEMPLATE.read_text(encoding="utf-8"), paper_of(told), told.made_at)


async def as_workbook(actor: PersonActor, month: date, deps: Deps) -> bytes | Refused:
    """The same as an Excel workbook. Refused: as ``run``."""
    told = await run(actor, month, deps)
    if isinstance(told, Refused):
        return told
    sheets = [Sheet(*sheet) for sheet in sheets_of(told)]
    return await asyncio.to_thread(workbook, sheets, told.made_at, title_of(told))


async def _told(
    connection: Connection, me: UUID, month: date, now: datetime, deps: Deps
) -> StatementTold | Refused:
    begins, ends = begin_of(month), begin_of(months_after(month, 1))
    opening = await ledger.standing(connection, me, begins)
    transfers = await ledger.between(connection, me, begins, ends, ROWS_MAX + 1)
    if len(transfers) > ROWS_MAX:
        return refuse(RefusalCode.REQUEST_INVALID, reason=f"这个月超过 {ROWS_MAX} 笔,请在收支明细里按天查询")
    since = begin_of(months_after(month, 1 - CHART_MONTHS))
    year = _Year(
        await ledger.months(connection, me, since, ends),
        await settlements.months(connection, me, since, ends),
    )
    cash_fen = sum(one.cash_fen for one in year.spent if one.month == month)
    made = statement(month, opening, transfers, cash_fen)
    others = {one.relative for one in made.relatives}
    others |= {one.transfer.other_person for one in made.movements if one.transfer.other_person is not None}
    others |= {one.other_person for one in year.moved if one.other_person is not None}
    people = await insured.persons(connection, sorted(others | {me}))
    kinship = await insured.kinship(connection, [(me, other) for other in sorted(others)])
    kin = kin_names(people, me, kinship)
    bills = await settlements.kinds(connection, asked_bills(made.movements))
    codes = sorted({one.transfer.institution for one in made.movements if one.transfer.institution})
    places = {place.code: place.name for place in await institutions.by_codes(connection, codes)}
    names = Told(kin, bills, places)
    region = deps.book.region_names().get(people[me].region, people[me].region)
    return _in_words(made, people[me], region, now, names, year)


def _in_words(
    made: Statement, person: Person, region: str, now: datetime, names: Told, year: _Year
) -> StatementTold:
    kin: Mapping[UUID, KinName] = names.kin
    return StatementTold(
        month=made.month,
        name=person.name,
        number=person.number,
        region=region,
        made_at=now,
        statement=made,
        sentence=_adds_up(made),
        balances=balances_told(made),
        paid=paid_told(made, kin),
        relatives=relatives_told(made, kin),
        kinds=kinds_told(made),
        lines=[book_line(one, names) for one in made.movements],
        who_for_whom=bars_told(who_for_whom(year.moved), kin),
        by_kind=kinds_by_month(year.spent),
    )


def _adds_up(made: Statement) -> str:
    """The personal account in one sentence: opening + in - out = closing."""
    account = {one.pocket: one for one in made.pockets}
    opening = own_balance({pocket: one.opening_fen for pocket, one in account.items()})
    came = own_balance({pocket: one.in_fen for pocket, one in account.items()})
    went = own_balance({pocket: one.out_fen for pocket, one in account.items()})
    closing = own_balance({pocket: one.closing_fen for pocket, one in account.items()})
    return f"个人账户:期初 {yuan(opening)} 元 + 收入 {yuan(came)} 元 - 支出 {yuan(went)} 元 = 期末 {yuan(closing)} 元"
