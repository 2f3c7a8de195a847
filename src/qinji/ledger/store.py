"""Writing transfers and stored balances, set-based; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qinji.kernel.ensure import ensure
from qinji.ledger.model import (
    CURRENT_POCKET,
    ONLY_POCKET,
    AccountRun,
    BalanceChange,
    Clawback,
    ClawbackLine,
    RunLine,
    Transfer,
)
from qinji.platform.database import Connection, affected, copy_in

_TRANSFER_COLUMNS = (
    *(
        "person_id",
        "act_id",
        "seq",
        "debit",
        "credit",
        "amount_fen",
        "book",
        "other_book",
        "institution",
        "pocket",
    ),
    *("other_person_id", "booked_at", "service_day", "reverses"),
)

_BALANCES = """
update personal_account a set balance_fen = a.balance_fen + c.change
from unnest($1::uuid[], $2::smallint[], $3::bigint[]) as c(person, pocket, change)
where a.person_id = c.person and a.pocket = c.pocket
"""


async def add_transfers(connection: Connection, transfers: Sequence[Transfer]) -> None:
    """Append transfers."""
    await copy_in(
        connection,
        "transfer",
        _TRANSFER_COLUMNS,
        [
            (
                t.person,
                t.act,
                t.seq,
                t.debit,
                t.credit,
                t.amount_fen,
                t.book,
                t.other_book,
                t.institution,
                t.pocket,
                t.other_person,
                t.booked_at,
                t.service_day,
                t.reverses,
            )
            for t in transfers
        ],
    )


async def change_balances(connection: Connection, changes: Sequence[BalanceChange]) -> None:
    """Move stored balances; each (person, pocket) at most once. The CHECK refuses a balance below zero."""
    if not changes:
        return
    ordered = sorted(changes, key=lambda change: (change.person, change.pocket))
    status = await connection.execute(
        _BALANCES,
        [change.person for change in ordered],
        [change.pocket for change in ordered],
        [change.change_fen for change in ordered],
    )
    ensure(affected(status) == len(ordered), "every balance that changes has a row", rows=status)


async def open_pockets(connection: Connection, places: Sequence[tuple[UUID, int]]) -> None:
    """Rows of zero fen for (person, pocket) that have none yet; under the lock of these persons' heads."""
    ordered = sorted(set(places))
    await connection.execute(
        "insert into personal_account (person_id, pocket, balance_fen) "
        "select person, pocket, 0 from unnest($1::uuid[], $2::smallint[]) as k(person, pocket) "
        "on conflict (person_id, pocket) do nothing",
        [person for person, _ in ordered],
        [pocket for _, pocket in ordered],
    )


async def open_accounts(connection: Connection, persons: Sequence[UUID]) -> None:
    """The head row of each person: pocket 0, zero fen (a resident's stays zero)."""
    await connection.executemany(
        "insert into personal_account (person_id, pocket, balance_fen) values ($1, $2, 0)",
        [(person, ONLY_POCKET) for person in persons],
    )


async def open_current(connection: Connection, persons: Sequence[UUID]) -> None:
    """The row of this year's balance of each person, zero fen; nothing where it is there. Behind their locks."""
    await connection.execute(
        "insert into personal_account (person_id, pocket, balance_fen) "
        "select person, $2::smallint, 0 from unnest($1::uuid[]) as p(person) order by person on conflict do nothing",
        sorted(set(persons)),
        CURRENT_POCKET,
    )


async def begin_run(connection: Connection, run: AccountRun) -> None:
    """Begin a run; nothing where one of this name was begun."""
    await connection.execute(
        "insert into account_run (name, run_id, began_at, began_by, booked, refused, amount_fen) "
        "values ($1, $2, $3, $4, 0, 0, 0) on conflict do nothing",
        run.name,
        run.run,
        run.began_at,
        run.began_by,
    )


async def pass_persons(connection: Connection, name: str, after: UUID) -> None:
    """A run over persons in the order of their ids has passed this one; it never goes back."""
    await connection.execute(
        "update account_run set after_person = $2 where name = $1 and (after_person is null or after_person < $2)",
        name,
        after,
    )


async def count_booked(connection: Connection, name: str, lines: Sequence[RunLine]) -> None:
    """A run has booked these lines, beside what it booked before."""
    await connection.execute(
        "update account_run set booked = booked + $2, amount_fen = amount_fen + $3 where name = $1",
        name,
        len(lines),
        sum(line.amount_fen for line in lines),
    )


async def end_run(connection: Connection, name: str, at: datetime) -> None:
    """A run over persons is through."""
    await connection.execute(
        "update account_run set finished_at = $2 where name = $1 and finished_at is null", name, at
    )


async def finish_run(connection: Connection, run: AccountRun, at: datetime) -> None:
    """A whole pass of a run is over, and came to this."""
    await connection.execute(
        "update account_run set finished_at = $2, booked = $3, refused = $4, amount_fen = $5 where name = $1",
        run.name,
        at,
        run.booked,
        run.refused,
        run.amount_fen,
    )


async def add_run_lines(connection: Connection, lines: Sequence[RunLine]) -> None:
    """Keep what lines of a run booked; a line that a person has already is a unique violation."""
    await copy_in(
        connection,
        "account_run_line",
        ("person_id", "run_id", "line", "act_id", "kind", "month", "supplement", "amount_fen"),
        [(x.person, x.run, x.line, x.act, x.kind, x.month, x.supplement, x.amount_fen) for x in lines],
    )


async def enter_clawback(connection: Connection, new: Clawback) -> None:
    """A round of a correction file waits for another's look; a unique violation where the round was entered before."""
    await connection.execute(
        "insert into clawback (name, round, claim_id, credit_run_id, further, reason, entered_by, entered_at, state, "
        "taken, refused, taken_fen, missing_fen) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, 0)",
        new.name,
        new.round,
        new.claim,
        new.credit_run,
        new.further,
        new.reason,
        new.entered_by,
        new.entered_at,
        new.state,
    )


async def decide_clawback(connection: Connection, decided: Clawback) -> bool:
    """Another has approved or refused it; False where it waits no more."""
    status = await connection.execute(
        "update clawback set state = $3, decided_by = $4, decided_at = $5, decision_reason = $6 "
        "where name = $1 and round = $2 and state = 'waiting'",
        decided.name,
        decided.round,
        decided.state,
        decided.decided_by,
        decided.decided_at,
        decided.decision_reason,
    )
    return affected(status) == 1


async def finish_clawback(connection: Connection, done: Clawback, at: datetime) -> None:
    """The first whole pass of an approved round is over, and came to this."""
    await connection.execute(
        "update clawback set finished_at = $3, taken = $4, refused = $5, taken_fen = $6, missing_fen = $7 "
        "where name = $1 and round = $2 and finished_at is null",
        done.name,
        done.round,
        at,
        done.taken,
        done.refused,
        done.taken_fen,
        done.missing_fen,
    )


async def add_clawback_lines(connection: Connection, lines: Sequence[ClawbackLine]) -> None:
    """Keep what a round took; a line that the round has taken for already is a unique violation."""
    await copy_in(
        connection,
        "clawback_line",
        ("person_id", "claim_id", "line", "round", "act_id", "credit_act_id", "amount_fen"),
        [(x.person, x.claim, x.line, x.round, x.act, x.credit_act, x.amount_fen) for x in lines],
    )
