"""Credit personal accounts from a file (个人账户划入): some rows at a time, each call one transaction.

A run is a file, known by the digest of its bytes; a line of it is booked for a person once, so that a file may be run
again after a stop, or by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qinji.flows.acts import crediting
from qinji.flows.acts.act import Scene
from qinji.flows.deps import Deps
from qinji.flows.parts.crediting import Credited, CreditFile, CreditRow
from qinji.ledger import store
from qinji.ledger.model import AccountRun

ROWS_MAX = 1000
"""Rows of one transaction: so long a settlement of one of these persons waits, a fraction of a second."""


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
        return await crediting.begin_run(file, Scene(connection, now, deps))


async def known(file: CreditFile, deps: Deps) -> AccountRun:
    """The run of this file as it stands; one that was never begun is not begun by asking."""
    async with deps.database.reading() as connection:
        return await crediting.known(file, Scene(connection, deps.clock(), deps))


async def run(command: CreditAccounts, deps: Deps) -> Credited:
    """Book these rows behind the locks of all whom they concern; what was booked before is not booked again."""
    now = deps.clock()

    async def attempt() -> Credited:
        async with deps.database.transaction() as connection:
            return await crediting.credit(
                command.rows, command.run, command.file, Scene(connection, now, deps)
            )

    return await deps.database.repeatedly(attempt)


async def preview(command: CreditAccounts, deps: Deps) -> Credited:
    """What would become of these rows now; nothing is locked or written."""
    async with deps.database.reading() as connection:
        scene = Scene(connection, deps.clock(), deps)
        return await crediting.would_credit(command.rows, command.run, command.file, scene)


async def finish(run: AccountRun, done: AccountRun, deps: Deps) -> None:
    """A whole pass over the file is over, and came to what ``done`` says."""
    async with deps.database.transaction() as connection:
        await store.finish_run(
            connection,
            replace(run, booked=done.booked, refused=done.refused, amount_fen=done.amount_fen),
            deps.clock(),
        )
