"""Look whether the books are right: the ledger by itself, and each settlement against the plan it was decided by."""

from __future__ import annotations

import json
import zlib

from qinji.flows.parts.comparing import compare_settlement
from qinji.ledger import audit as ledger_audit
from qinji.ledger import queries as ledger
from qinji.ledger.audit import Finding
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements

PAGE = 500


async def run(connection: Connection) -> list[Finding]:
    """Every broken promise of ledger and settlements (I1-I5, I14); reads only."""
    found = await ledger_audit.audit(connection)
    async for rows in settlements.everything(connection, PAGE):
        by_act = await ledger.by_acts(connection, [row.settlement.settlement for row in rows])
        for row in rows:
            document = json.loads(zlib.decompress(row.settlement.decision))
            transfers = by_act.get(row.settlement.settlement, [])
            found += [
                Finding(invariant, str(row.settlement.settlement), sentence)
                for invariant, sentence in compare_settlement(row.settlement, document, transfers)
            ]
    return found
