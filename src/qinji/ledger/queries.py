"""Reading balances and transfers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from qinji.ledger.chart import Account
from qinji.ledger.model import POCKETS, SharedUse, Transfer
from qinji.platform.database import Connection, Record


async def balances(connection: Connection, persons: Sequence[UUID]) -> Mapping[UUID, Mapping[int, int]]:
    """Stored balances by person and pocket, in fen."""
    rows = await connection.fetch(
        "select person_id, pocket, balance_fen from personal_account where person_id = any($1::uuid[])",
        list(persons),
    )
    found: dict[UUID, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["person_id"], {})[row["pocket"]] = row["balance_fen"]
    return found


def transfer_of(row: Record) -> Transfer:
    """A row as a transfer."""
    return Transfer(
        row["person_id"],
        row["act_id"],
        row["seq"],
        Account(row["debit"]),
        Account(row["credit"]),
        row["amount_fen"],
        row["book"],
        row["booked_at"],
        row["service_day"],
        row["institution"],
        row["pocket"],
        row["other_person_id"],
        row["other_book"],
        row["reverses"],
    )


async def of_acts(connection: Connection, rows: Sequence[tuple[UUID, UUID]]) -> list[Transfer]:
    """The transfers of acts: (person, act) pairs."""
    found = await connection.fetch(
        "select t.* from transfer t join unnest($1::uuid[], $2::uuid[]) as k(person, act) "
        "on t.person_id = k.person and t.act_id = k.act order by t.act_id, t.seq",
        [person for person, _ in rows],
        [act for _, act in rows],
    )
    return [transfer_of(row) for row in found]


async def payers(connection: Connection, person: UUID, act: UUID) -> list[UUID]:
    """The relatives whose accounts paid for a person's act, in order of payment."""
    rows = await connection.fetch(
        "select other_person_id from transfer where person_id = $1 and act_id = $2 "
        "and debit = $3 and other_person_id is not null order by seq",
        person,
        act,
        Account.CLEARING_MUTUAL_AID,
    )
    return [row["other_person_id"] for row in rows]


async def whole_act(connection: Connection, person: UUID, act: UUID) -> list[Transfer]:
    """Every transfer of a person's act, those of the relatives who paid for it included."""
    relatives = await payers(connection, person, act)
    return await of_acts(connection, [(one, act) for one in [person, *relatives]])


async def shared_by(
    connection: Connection, grantor: UUID, limit: int, before: UUID | None = None
) -> list[SharedUse]:
    """Each use of this grantor's account for a relative, newest first, before the act of this id."""
    rows = await connection.fetch(
        "select t.act_id, t.other_person_id, t.amount_fen, t.booked_at, t.institution, "
        "exists (select 1 from transfer r where r.person_id = t.person_id and r.reverses = t.act_id) as returned "
        "from transfer t where t.person_id = $1 and t.debit = $2 and t.credit = $3 and t.reverses is null "
        "and ($5::uuid is null or t.act_id < $5) order by t.act_id desc limit $4",
        grantor,
        Account.PERSONAL,
        Account.CLEARING_MUTUAL_AID,
        limit,
        before,
    )
    return [
        SharedUse(
            row["act_id"],
            row["other_person_id"],
            row["amount_fen"],
            row["booked_at"],
            row["institution"],
            row["returned"],
        )
        for row in rows
    ]


async def own_account_around(
    connection: Connection, person: UUID, acts: Sequence[UUID]
) -> Mapping[UUID, tuple[int, int]]:
    """What was in a person's account before and after each of these acts, in fen, by act.

    Told backwards from the balance of today, in the order of the acts; one statement, so that both are of one moment.
    """
    if not acts:
        return {}
    rows = await connection.fetch(
        "with moved as (select act_id, sum(case when credit = $3 then amount_fen else 0 end "
        "- case when debit = $3 then amount_fen else 0 end) as change_fen "
        "from transfer where person_id = $1 and act_id >= $4 "
        "and (debit = $3 or credit = $3) group by act_id), "
        "later as (select act_id, change_fen, sum(change_fen) over (order by act_id desc) as since_fen from moved), "
        "today as (select coalesce(sum(balance_fen), 0) as balance_fen from personal_account "
        "where person_id = $1 and pocket = any($5::smallint[])) "
        "select act_id, (balance_fen - since_fen)::bigint as before_fen, "
        "(balance_fen - since_fen + change_fen)::bigint as after_fen from later, today "
        "where act_id = any($2::uuid[])",
        person,
        list(acts),
        Account.PERSONAL,
        min(acts),
        list(POCKETS),
    )
    return {row["act_id"]: (row["before_fen"], row["after_fen"]) for row in rows}


async def by_acts(connection: Connection, acts: Sequence[UUID]) -> Mapping[UUID, list[Transfer]]:
    """Every transfer of these acts, whoever's row it is; for auditors, who may scan."""
    rows = await connection.fetch(
        "select * from transfer where act_id = any($1::uuid[]) order by seq", list(acts)
    )
    found: dict[UUID, list[Transfer]] = {}
    for row in rows:
        found.setdefault(row["act_id"], []).append(transfer_of(row))
    return found
