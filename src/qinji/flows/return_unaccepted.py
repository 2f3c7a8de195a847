"""A timer's flow: money that nobody has accepted goes back to its sender when the region's time has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.telling import About, told_of
from qinji.flows.parts.wallet_postings import going_back
from qinji.insured.model import AuditEntry
from qinji.kernel.ensure import ensure
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.ledger.model import Transfer
from qinji.ledger.rules import balance_changes
from qinji.platform.database import Connection, lock_persons
from qinji.wallet import queries, store
from qinji.wallet.model import Part, Purse, TransferState, WalletTransfer
from qinji.wallet.rules import put_back

TRANSFERS_MAX = 100
"""Transfers of one transaction; whoever calls goes on while there are as many."""

ACTOR = "timer:wallet"
BASIS = "unaccepted"


async def run(deps: Deps) -> int:
    """Give back what is due now, the oldest first, and answer how many; safe to run twice and by two at once."""
    now = deps.clock()

    async def attempt() -> int:
        async with deps.database.transaction() as connection:
            return await _return(connection, now, deps)

    return await deps.database.repeatedly(attempt)


async def _return(connection: Connection, now: datetime, deps: Deps) -> int:
    due = await queries.due(connection, now, TRANSFERS_MAX)
    locked = await lock_persons(connection, sorted({one.person_id for one in due}))
    # A receiver may have accepted first: what is due is read again behind the locks.
    again = await queries.due(connection, now, TRANSFERS_MAX)
    over = [
        one.ended(TransferState.EXPIRED, new_id(deps, now), now) for one in again if one.person_id in locked
    ]
    if not over:
        return 0
    sent = await ledger.of_acts(connection, [(one.person_id, one.transfer_id) for one in over])
    onward = {one.transfer_id: one for one in over if one.purse is Purse.WALLET}
    taken = await queries.parts_by_acts(connection, sorted(onward))
    rows = [row for one in over for row in _back(one, sent, now)]
    await store.end(connection, over)
    await store.add_parts(
        connection, [back for act, parts in taken.items() for back in _parts_back(onward[act], parts)]
    )
    await ledger_store.add_transfers(connection, rows)
    await ledger_store.change_balances(connection, balance_changes(rows))
    trails = [[_trail(one, side, now, deps) for side in (one.person_id, one.receiver_id)] for one in over]
    told = [
        notice
        for one, pair in zip(over, trails, strict=True)
        for notice in told_of(pair, About(one.person_id, one.amount_fen))
    ]
    await keep_trail(connection, [row for pair in trails for row in pair], told, deps)
    return len(over)


def _back(one: WalletTransfer, sent: Sequence[Transfer], now: datetime) -> list[Transfer]:
    act = one.ending_act
    ensure(act is not None, "a transfer that ended has its act", transfer=one.transfer_id)
    mine = [row for row in sent if row.act == one.transfer_id]
    return [] if act is None else going_back(mine, act, now)


def _parts_back(one: WalletTransfer, taken: Sequence[Part]) -> list[Part]:
    return [] if one.ending_act is None else put_back(taken, one.ending_act)


def _trail(one: WalletTransfer, side: UUID, now: datetime, deps: Deps) -> AuditEntry:
    return AuditEntry(side, new_id(deps, now), ACTOR, DeedKind.WALLET_EXPIRE, BASIS, one.transfer_id, now)
