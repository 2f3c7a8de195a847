"""A timer's flow: when an account year has ended, this year's balances become history, and interest is booked.

Some persons at a time, each call one transaction. How far a run is stands beside it, and what it booked for a person is
a line of the run: safe to run twice, by two at once, and after a stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from uuid import UUID

from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.rolling import Rolled, Standing, YearEnd, roll_over, year_end
from qinji.insured import queries as insured
from qinji.kernel.dates import begin_of, local_day
from qinji.ledger import queries as ledger
from qinji.ledger import store
from qinji.ledger.model import CURRENT_POCKET, POCKETS, AccountRun, Held, LineKind
from qinji.ledger.rules import balance_changes, check_act
from qinji.platform.database import Connection, lock_persons

PERSONS_MAX = 1000
"""Persons of one transaction; whoever calls goes on while at least as many were looked at."""

ACTOR = "timer:roll-over"


@dataclass(frozen=True, slots=True)
class Progress:
    """What one call did: how many persons it looked at, whether the run is over, what it booked, in fen."""

    looked_at: int
    finished: bool
    rolled: int = 0
    rolled_fen: int = 0
    interest: int = 0
    interest_fen: int = 0


async def run(deps: Deps) -> int:
    """Go on with the account years that have ended, area after area, for ``PERSONS_MAX`` persons or a few more.

    Answers how many were looked at: fewer mean that no area has anybody left.
    """
    looked_at = 0
    for end in due(deps):
        found = await state(end, deps)
        finished = found is not None and found.finished_at is not None
        while not finished and looked_at < PERSONS_MAX:
            done = await go_on(end, ACTOR, deps)
            looked_at, finished = looked_at + done.looked_at, done.finished
        if looked_at >= PERSONS_MAX:
            break
    return looked_at


def due(deps: Deps) -> list[YearEnd]:
    """The last account year that ended in each pooling area that has one; a year without anything to do is not due."""
    today = local_day(deps.clock())
    found = (year_end(city, today, deps.book) for city in deps.book.regions())
    return [end for end in found if isinstance(end, YearEnd)]


def of_year(city: str, year: int, deps: Deps) -> YearEnd | str:
    """The account year that began in this calendar year; a Chinese sentence where there is none that has ended."""
    end = year_end(city, date(year + 1, 12, 31), deps.book)
    if isinstance(end, YearEnd) and end.ends > local_day(deps.clock()):
        return f"{year} 年度到 {end.ends} 才结束"
    return end


async def state(end: YearEnd, deps: Deps) -> AccountRun | None:
    """The run of an account year, or None where none was begun."""
    async with deps.database.reading() as connection:
        return await ledger.account_run(connection, end.name)


async def go_on(end: YearEnd, operator: str, deps: Deps) -> Progress:
    """The next persons of a run, behind their locks; begins it where it was not begun."""
    now = deps.clock()

    async def attempt() -> Progress:
        async with deps.database.transaction() as connection:
            await store.begin_run(connection, AccountRun(end.name, new_id(deps, now), now, operator))
            run = await ledger.account_run(connection, end.name)
            if run is None:
                raise LookupError(end.name)
            return await _some(connection, end, run, deps, now)

    return await deps.database.repeatedly(attempt)


async def _some(connection: Connection, end: YearEnd, run: AccountRun, deps: Deps, now: datetime) -> Progress:
    pockets, least_fen = (POCKETS, 0) if end.terms.interest_rate else ((CURRENT_POCKET,), 1)
    holders = await ledger.account_holders(connection, pockets, least_fen, run.after_person, PERSONS_MAX)
    locked = await lock_persons(connection, holders)
    standing = await _standing(connection, end, run, [one for one in holders if one in locked])
    make: partial[UUID] = partial(new_id, deps, now)
    made = roll_over(end, run.run, standing, now, make)
    check_act(made.transfers)
    await store.add_transfers(connection, made.transfers)
    await store.add_run_lines(connection, made.lines)
    await store.change_balances(connection, balance_changes(made.transfers))
    if made.lines:
        await store.count_booked(connection, run.name, made.lines)
    if holders:
        await store.pass_persons(connection, run.name, holders[-1])
    over = len(holders) < PERSONS_MAX
    if over and run.finished_at is None:
        await store.end_run(connection, run.name, now)
    return _told(len(holders), made, finished=over)


async def _standing(
    connection: Connection, end: YearEnd, run: AccountRun, persons: Sequence[UUID]
) -> Standing:
    begins, ends = begin_of(end.begins), begin_of(end.ends)
    held: dict[UUID, Held] = {}
    if end.terms.interest_rate:
        held.update(await ledger.held(connection, persons, begins, ends, end.ends))
    return Standing(
        people=await insured.persons(connection, persons),
        balances=await ledger.balances(connection, persons),
        credited_since=await ledger.credited_since(connection, persons, ends),
        held=held,
        lines=await ledger.run_lines(connection, persons, run.run),
    )


def _told(looked_at: int, made: Rolled, *, finished: bool) -> Progress:
    told = Progress(looked_at, finished)
    for line in made.lines:
        if line.kind is LineKind.ROLL_OVER:
            told = replace(told, rolled=told.rolled + 1, rolled_fen=told.rolled_fen + line.amount_fen)
        else:
            told = replace(told, interest=told.interest + 1, interest_fen=told.interest_fen + line.amount_fen)
    return told
