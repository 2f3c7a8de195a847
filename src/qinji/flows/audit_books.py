"""Look whether the books are right: the ledger by itself, and each settlement against the plan it was decided by."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from qinji.flows.parts.comparing import compare_cancellation, compare_settlement
from qinji.flows.parts.document import read_decision
from qinji.ledger import audit as ledger_audit
from qinji.ledger import queries as ledger
from qinji.ledger.audit import Finding
from qinji.ledger.model import Transfer
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements
from qinji.settlement.model import SettlementRow

PAGE = 500


async def run(connection: Connection) -> list[Finding]:
    """Every broken promise of ledger and settlements (I1-I5, I14); reads only."""
    found = await ledger_audit.audit(connection)
    async for rows in settlements.everything(connection, PAGE):
        acts = [row.settlement.settlement for row in rows] + [
            row.cancellation for row in rows if row.cancellation is not None
        ]
        by_act = await ledger.by_acts(connection, acts)
        for row in rows:
            found += _compared(row, by_act)
    return found


def _compared(row: SettlementRow, by_act: Mapping[UUID, list[Transfer]]) -> list[Finding]:
    settled = row.settlement
    transfers = by_act.get(settled.settlement, [])
    document = read_decision(settled.decision)
    broken = compare_settlement(settled, document, transfers)
    if row.cancellation is not None:
        broken += compare_cancellation(transfers, by_act.get(row.cancellation, []))
    return [Finding(invariant, str(settled.settlement), sentence) for invariant, sentence in broken]
