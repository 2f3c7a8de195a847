"""Writing transfers and stored balances, set-based; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from qinji.kernel.ensure import ensure
from qinji.ledger.model import ONLY_POCKET, BalanceChange, Transfer
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
