"""Writing wallets and what is on its way; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection, affected, copy_in
from qinji.wallet.model import Part, Wallet, WalletTransfer

_SEND = """
insert into wallet_transfer (person_id, transfer_id, receiver_id, relation, amount_fen, purse, state, channel, day,
  sent_at, returns_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

_PART_COLUMNS = ("person_id", "act_id", "origin_id", "giver_id", "change_fen")

_END = """
update wallet_transfer t set state = k.state, ended_at = k.ended_at, ending_act = k.act
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[]) as k(person, id, state, ended_at, act)
where t.person_id = k.person and t.transfer_id = k.id and t.state = 'pending' and t.person_id = any($1::uuid[])
"""


async def open_wallet(connection: Connection, wallet: Wallet) -> None:
    """Keep that somebody has a wallet from now on."""
    await connection.execute(
        "insert into wallet (person_id, opened_by, channel, opened_at) values ($1, $2, $3, $4)",
        wallet.person_id,
        wallet.opened_by,
        wallet.channel,
        wallet.opened_at,
    )


async def send(connection: Connection, transfer: WalletTransfer) -> None:
    """Keep money that is on its way from now on."""
    await connection.execute(
        _SEND,
        transfer.person_id,
        transfer.transfer_id,
        transfer.receiver_id,
        transfer.relation,
        transfer.amount_fen,
        transfer.purse,
        transfer.state,
        transfer.channel,
        transfer.day,
        transfer.sent_at,
        transfer.returns_at,
    )


async def add_parts(connection: Connection, parts: Sequence[Part]) -> None:
    """Keep what came into wallets and what was taken of it."""
    rows = [(one.person_id, one.act_id, one.origin, one.giver_id, one.change_fen) for one in parts]
    if rows:
        await copy_in(connection, "wallet_part", _PART_COLUMNS, rows)


async def end(connection: Connection, transfers: Sequence[WalletTransfer]) -> None:
    """Keep how these ended; each of them waited until now."""
    status = await connection.execute(
        _END,
        [one.person_id for one in transfers],
        [one.transfer_id for one in transfers],
        [one.state for one in transfers],
        [one.ended_at for one in transfers],
        [one.ending_act for one in transfers],
    )
    ensure(affected(status) == len(transfers), "each transfer that ends was waiting", status=status)
