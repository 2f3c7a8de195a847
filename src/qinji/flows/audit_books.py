"""Look whether the books are right: the ledger by itself, settlements by their plans, wallets and premiums by rows.

What is in a wallet is told twice: as a balance, and as what is left of each transfer that came into it (I3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from qinji.complaint import queries as complaints
from qinji.flows.parts import premium_postings
from qinji.flows.parts.comparing import compare_cancellation, compare_corrections, compare_settlement
from qinji.flows.parts.document import read_decision, wallet_refund_to
from qinji.flows.parts.stored import stored_shares
from qinji.flows.parts.wallet_postings import compare
from qinji.flows.parts.wallet_spending import given_on
from qinji.kernel.bill import WALLET_POCKET, wallet_part
from qinji.kernel.money import yuan
from qinji.ledger import audit as ledger_audit
from qinji.ledger import queries as ledger
from qinji.ledger.audit import Finding
from qinji.ledger.model import Transfer
from qinji.platform.database import Connection
from qinji.premium import queries as premiums
from qinji.settlement import queries as settlements
from qinji.settlement.model import SettlementRow
from qinji.wallet import queries as wallets
from qinji.wallet.model import Part, WalletTransfer

PAGE = 500


async def run(connection: Connection) -> list[Finding]:
    """Every broken promise of ledger and settlements (I1-I5, I14); reads only."""
    corrections = await complaints.corrections(connection)
    found = await ledger_audit.audit(connection, [act for acts in corrections.values() for act in acts])
    async for rows in settlements.everything(connection, PAGE):
        acts = [row.settlement.settlement for row in rows] + [
            row.cancellation for row in rows if row.cancellation is not None
        ]
        acts += [act for row in rows for act in corrections.get(row.settlement.settlement, ())]
        by_act = await ledger.by_acts(connection, acts)
        parts = await wallets.parts_by_acts(connection, acts)
        for row in rows:
            found += _compared(row, by_act, parts, corrections.get(row.settlement.settlement, ()))
    async for sent in wallets.everything(connection, PAGE):
        by_act = await ledger.by_acts(connection, [act for one in sent for act in _acts_of(one)])
        for one in sent:
            rows_of = [by_act.get(act, []) for act in _acts_of(one)]
            broken = compare(one, rows_of[0], rows_of[1] if len(rows_of) > 1 else [])
            found += [Finding(invariant, str(one.transfer_id), sentence) for invariant, sentence in broken]
    async for sums in wallets.totals(connection, PAGE):
        found += _unlike(sums, await ledger.balances(connection, sorted(sums)))
    async for orders in premiums.everything(connection, PAGE):
        by_act = await ledger.by_acts(
            connection, [act for one in orders for act in premium_postings.acts_of(one)]
        )
        for order in orders:
            broken = premium_postings.compare(order, by_act)
            found += [Finding(invariant, str(order.order_id), sentence) for invariant, sentence in broken]
    return found


def _unlike(sums: Mapping[UUID, int], balances: Mapping[UUID, Mapping[int, int]]) -> list[Finding]:
    """Wallets whose balance is not what is left of the money that came into them."""
    return [
        Finding("I3", str(person), f"医保钱包余额与收到后剩下的 {yuan(total)} 元不符")
        for person, total in sums.items()
        if balances.get(person, {}).get(WALLET_POCKET, 0) != total
    ]


def _acts_of(one: WalletTransfer) -> list[UUID]:
    """The act of sending, and that of its end where it has one."""
    return [one.transfer_id] if one.ending_act is None else [one.transfer_id, one.ending_act]


def _compared(
    row: SettlementRow,
    by_act: Mapping[UUID, list[Transfer]],
    parts: Mapping[UUID, list[Part]],
    corrections: Sequence[UUID],
) -> list[Finding]:
    settled = row.settlement
    transfers = by_act.get(settled.settlement, [])
    document = read_decision(settled.decision)
    broken = compare_settlement(settled, document, transfers)
    spent = parts.get(settled.settlement, [])
    if wallet_part(stored_shares(document)) != -sum(part.change_fen for part in spent):
        broken.append(("I14", "结算用的钱包的钱与收到的钱对不上"))
    corrected = [transfer for act in corrections for transfer in by_act.get(act, [])]
    broken += compare_corrections(settled, transfers, corrected)
    if row.cancellation is not None:
        onward = given_on(spent, wallet_refund_to(document))
        back = [*corrected, *by_act.get(row.cancellation, [])]
        broken += compare_cancellation(transfers, back, onward)
    return [Finding(invariant, str(settled.settlement), sentence) for invariant, sentence in broken]
