"""Credit personal accounts from a file (个人账户划入): some rows at a time, each call one transaction.

A run is a file, known by the digest of its bytes; a line of it is booked for a person once, so that a file may be run
again after a stop, or by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.crediting import Credited, Crediting, CreditRow, decide
from qinji.flows.parts.row_faults import RowFault
from qinji.flows.parts.telling import of_crediting
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger import store
from qinji.ledger.model import CURRENT_POCKET, AccountRun
from qinji.ledger.rules import balance_changes
from qinji.notice import store as notices
from qinji.platform.database import Connection, lock_persons
from qinji.policy.accounts import AccountTerms

ROWS_MAX = 1000
"""Rows of one transaction: so long a settlement of one of these persons waits, a fraction of a second."""


@dataclass(frozen=True, slots=True)
class CreditFile:
    """Which file: the digest of its bytes, who brings it, and whether it comes beside what was credited before."""

    digest: str
    operator: str
    supplement: bool

    @property
    def name(self) -> str:
        """Under which its run is known."""
        return f"crediting/{'supplement/' if self.supplement else ''}{self.digest}"


@dataclass(frozen=True, slots=True)
class CreditAccounts:
    """Some rows of a run, at most ``ROWS_MAX``."""

    run: AccountRun
    file: CreditFile
    rows: Sequence[CreditRow]


async def begin(file: CreditFile, deps: Deps) -> AccountRun:
    """The run of this file: a new one, or the one that was begun."""
    now = deps.clock()
    async with deps.database.transaction() as connection:
        await store.begin_run(connection, _new_run(file, deps, now))
        found = await ledger.account_run(connection, file.name)
    if found is None:
        raise LookupError(file.name)
    return found


def _new_run(file: CreditFile, deps: Deps, now: datetime) -> AccountRun:
    return AccountRun(file.name, new_id(deps, now), now, file.operator)


async def known(file: CreditFile, deps: Deps) -> AccountRun:
    """The run of this file as it stands; one that was never begun is not begun by asking."""
    async with deps.database.reading() as connection:
        found = await ledger.account_run(connection, file.name)
    return _new_run(file, deps, deps.clock()) if found is None else found


async def run(command: CreditAccounts, deps: Deps) -> Credited:
    """Book these rows behind the locks of all whom they concern; what was booked before is not booked again."""
    now = deps.clock()

    async def attempt() -> Credited:
        async with deps.database.transaction() as connection:
            people = await _people(connection, command.rows, deps)
            locked = await lock_persons(connection, [person.person_id for person in people.values()])
            held = {number: person for number, person in people.items() if person.person_id in locked}
            made = decide(command.rows, await _gather(connection, command, held, deps, now))
            await _record(connection, made)
            told = [of_crediting(one.line, now, command.file.operator) for one in made.booked]
            await notices.tell(connection, told, deps.ways)
            return made

    return await deps.database.repeatedly(attempt)


async def preview(command: CreditAccounts, deps: Deps) -> Credited:
    """What would become of these rows now; nothing is locked or written."""
    now = deps.clock()
    async with deps.database.reading() as connection:
        people = await _people(connection, command.rows, deps)
        return decide(command.rows, await _gather(connection, command, people, deps, now))


async def finish(run: AccountRun, done: AccountRun, deps: Deps) -> None:
    """A whole pass over the file is over, and came to what ``done`` says."""
    async with deps.database.transaction() as connection:
        await store.finish_run(
            connection,
            replace(run, booked=done.booked, refused=done.refused, amount_fen=done.amount_fen),
            deps.clock(),
        )


async def _people(connection: Connection, rows: Sequence[CreditRow], deps: Deps) -> dict[str, Person]:
    digests = {deps.vault.digest(insured.NUMBER, row.number): row.number for row in rows}
    found = await insured.find(connection, insured.NUMBER, list(digests))
    people = await insured.persons(connection, list(found.values()))
    return {digests[digest]: people[person] for digest, person in found.items() if person in people}


async def _gather(
    connection: Connection, command: CreditAccounts, people: dict[str, Person], deps: Deps, now: datetime
) -> Crediting:
    persons = [person.person_id for person in people.values()]
    months = sorted({row.month for row in command.rows})
    credited = await ledger.credited_for(connection, persons, months, command.run.run)
    today = local_day(now)
    terms: dict[str, AccountTerms | RowFault] = {}

    def terms_of(region: str) -> AccountTerms | RowFault:
        if region not in terms:
            policy = deps.book.at(region, today)
            if isinstance(policy, Refused):
                terms[region] = RowFault.REGION_WITHOUT_POLICY
            else:
                found = policy.accounts()
                terms[region] = RowFault.POLICY_UNSURE if policy.unverified(found.sources) else found
        return terms[region]

    make: partial[UUID] = partial(new_id, deps, now)
    return Crediting(command.run.run, command.file.supplement, people, credited, terms_of, make, now, today)


async def _record(connection: Connection, made: Credited) -> None:
    transfers = [one.transfer for one in made.booked]
    current = [one.person for one in transfers if one.pocket == CURRENT_POCKET]
    if current:
        await store.open_current(connection, current)
    await store.add_transfers(connection, transfers)
    await store.add_run_lines(connection, [one.line for one in made.booked])
    await store.change_balances(connection, balance_changes(transfers))
