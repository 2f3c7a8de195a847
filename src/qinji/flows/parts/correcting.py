"""Pure: a correction of the bureau's: what was taken from accounts goes back to them, row by row (decision 0038).

The institution is owed so much less. What the fund, the wallet and cash paid stays as it is: only the institution's
own cancellation gives that back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.flows.parts.stored import stored_document
from qinji.flows.parts.undoing import grant_returns
from qinji.ledger.chart import Account
from qinji.ledger.model import Transfer
from qinji.ledger.rules import check_act, reversal
from qinji.mutual_aid.model import GrantUse
from qinji.settlement.model import Settlement


@dataclass(frozen=True, slots=True)
class Corrected:
    """What has to be written; ``amount_fen`` is what comes back to accounts, all together."""

    transfers: list[Transfer]
    grants: list[GrantUse]
    amount_fen: int


def paid_by(patient: UUID, standing: Sequence[Transfer]) -> dict[UUID, int]:
    """Whose personal accounts paid how much, in fen, of what still stands; in the order of payment."""
    found: dict[UUID, int] = {}
    for row in sorted(standing, key=lambda one: one.seq):
        own = row.person == patient and row.debit is Account.PERSONAL
        lent = row.person != patient and row.credit is Account.CLEARING_MUTUAL_AID
        if own or lent:
            found[row.person] = found.get(row.person, 0) + row.amount_fen
    return found


def correction(
    settled: Settlement, standing: Sequence[Transfer], payers: Collection[UUID], act: UUID, at: datetime
) -> Corrected:
    """Every row of these payers that still stands, taken back whole: never more than was paid, and never twice."""
    rows = [row for row in standing if _payer(settled.person, row) in payers]
    transfers = reversal(rows, act, at)
    check_act(transfers)
    paid = paid_by(settled.person, rows)
    return Corrected(transfers, grant_returns(settled, stored_document(settled), rows), sum(paid.values()))


def _payer(patient: UUID, row: Transfer) -> UUID | None:
    """Whose account a row takes from; None for the fund and for the wallet."""
    if row.person != patient:
        return row.person
    if row.debit is Account.PERSONAL:
        return patient
    return row.other_person if row.debit is Account.CLEARING_MUTUAL_AID else None
