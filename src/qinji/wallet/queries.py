"""Reading wallets and what is on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.platform.database import Connection, Record
from qinji.wallet.model import Lot, Part, Purse, TransferState, Wallet, WalletTransfer

_LOTS = """
select person_id, origin_id, giver_id, sum(change_fen)::bigint as left_fen from wallet_part
where person_id = any($1::uuid[]) group by person_id, origin_id, giver_id having sum(change_fen) > 0
order by person_id, (array_agg(act_id order by act_id))[1]
"""

_TOTALS = """
select person_id, sum(change_fen)::bigint as total_fen from wallet_part where person_id > $1
group by person_id order by person_id limit $2
"""

_EVERYTHING = "select * from wallet_transfer where transfer_id > $1 order by transfer_id limit $2"


def _transfer(row: Record) -> WalletTransfer:
    return WalletTransfer(
        person_id=row["person_id"],
        transfer_id=row["transfer_id"],
        receiver_id=row["receiver_id"],
        relation=Relation(row["relation"]),
        amount_fen=row["amount_fen"],
        purse=Purse(row["purse"]),
        state=TransferState(row["state"]),
        channel=Channel(row["channel"]),
        day=row["day"],
        sent_at=row["sent_at"],
        returns_at=row["returns_at"],
        ended_at=row["ended_at"],
        ending_act=row["ending_act"],
    )


async def wallets(connection: Connection, persons: Sequence[UUID]) -> Mapping[UUID, Wallet]:
    """The wallets of these persons; who has none is not in the result."""
    rows = await connection.fetch("select * from wallet where person_id = any($1::uuid[])", list(persons))
    return {
        row["person_id"]: Wallet(
            row["person_id"], row["opened_by"], Channel(row["channel"]), row["opened_at"]
        )
        for row in rows
    }


async def sent_on(connection: Connection, person: UUID, day: date) -> int:
    """How often this person has sent on a day; what went back counts too."""
    found: int = await connection.fetchval(
        "select count(*) from wallet_transfer where person_id = $1 and day = $2", person, day
    )
    return found


async def one(connection: Connection, transfer_id: UUID, party: UUID) -> WalletTransfer | None:
    """A transfer that this person sent or is to receive; anybody else's is like a missing one."""
    row = await connection.fetchrow(
        "select * from wallet_transfer where transfer_id = $1 and (person_id = $2 or receiver_id = $2)",
        transfer_id,
        party,
    )
    return None if row is None else _transfer(row)


async def sent(
    connection: Connection, person: UUID, limit: int, before: UUID | None = None
) -> list[WalletTransfer]:
    """What this person has sent, newest first; ``before`` continues a page."""
    rows = await connection.fetch(
        "select * from wallet_transfer where person_id = $1 and ($3::uuid is null or transfer_id < $3) "
        "order by transfer_id desc limit $2",
        person,
        limit,
        before,
    )
    return [_transfer(row) for row in rows]


async def received(
    connection: Connection, person: UUID, limit: int, before: UUID | None = None, *, waiting: bool = False
) -> list[WalletTransfer]:
    """What was sent to this person, newest first; with ``waiting`` only what is neither accepted nor back."""
    rows = await connection.fetch(
        "select * from wallet_transfer where receiver_id = $1 and ($3::uuid is null or transfer_id < $3) "
        "and (not $4::boolean or state = 'pending') order by transfer_id desc limit $2",
        person,
        limit,
        before,
        waiting,
    )
    return [_transfer(row) for row in rows]


async def due(connection: Connection, now: datetime, limit: int) -> list[WalletTransfer]:
    """What nobody has accepted and goes back by now, the oldest first."""
    rows = await connection.fetch(
        "select * from wallet_transfer where state = 'pending' and returns_at <= $1 "
        "order by returns_at, transfer_id limit $2",
        now,
        limit,
    )
    return [_transfer(row) for row in rows]


async def everything(connection: Connection, page: int) -> AsyncIterator[list[WalletTransfer]]:
    """Every transfer, page by page; for auditors, who may scan."""
    rows = await connection.fetch(_EVERYTHING, UUID(int=0), page)
    while rows:
        yield [_transfer(row) for row in rows]
        rows = await connection.fetch(_EVERYTHING, rows[-1]["transfer_id"], page)


async def lots(connection: Connection, persons: Sequence[UUID]) -> dict[UUID, list[Lot]]:
    """What is left in these wallets of each transfer that came in, the first one first; ids of acts follow time.

    Nothing is read where nobody is asked for.
    """
    if not persons:
        return {}
    rows = await connection.fetch(_LOTS, list(persons))
    found: dict[UUID, list[Lot]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(Lot(row["origin_id"], row["giver_id"], row["left_fen"]))
    return found


def _part(row: Record) -> Part:
    return Part(row["person_id"], row["act_id"], row["origin_id"], row["giver_id"], row["change_fen"])


async def parts_of(connection: Connection, person: UUID, acts: Sequence[UUID]) -> list[Part]:
    """What these acts of a person put into their wallet or took from it."""
    rows = await connection.fetch(
        "select * from wallet_part where person_id = $1 and act_id = any($2::uuid[]) order by act_id, origin_id",
        person,
        list(acts),
    )
    return [_part(row) for row in rows]


async def parts_by_acts(connection: Connection, acts: Sequence[UUID]) -> dict[UUID, list[Part]]:
    """The same for acts of whomever; for timers and auditors, who may scan. Nothing is read for no act."""
    if not acts:
        return {}
    rows = await connection.fetch(
        "select * from wallet_part where act_id = any($1::uuid[]) order by act_id, origin_id", list(acts)
    )
    found: dict[UUID, list[Part]] = {}
    for row in rows:
        found.setdefault(row["act_id"], []).append(_part(row))
    return found


async def totals(connection: Connection, page: int) -> AsyncIterator[dict[UUID, int]]:
    """What every wallet's parts add up to, page by page; for auditors, who may scan."""
    rows = await connection.fetch(_TOTALS, UUID(int=0), page)
    while rows:
        yield {row["person_id"]: row["total_fen"] for row in rows}
        rows = await connection.fetch(_TOTALS, rows[-1]["person_id"], page)


async def givers(connection: Connection, person: UUID, act: UUID) -> list[UUID]:
    """Whose accounts the money came from that an act took from this person's wallet."""
    rows = await connection.fetch(
        "select distinct giver_id from wallet_part where person_id = $1 and act_id = $2 and giver_id is not null",
        person,
        act,
    )
    return [row["giver_id"] for row in rows]
