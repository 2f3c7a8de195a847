"""Pure: who paid what of a settled bill, told to somebody of the family.

Balances before and after are told of the viewer's own account alone; of a relative's only what was paid from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.flows.parts.document import Document, own_money_only, read_decision
from qinji.flows.parts.kin import KinName
from qinji.flows.parts.stored import stored_shares
from qinji.kernel.bill import WALLET_POCKET, PayerKind
from qinji.settlement.model import SettlementRow


@dataclass(frozen=True, slots=True)
class PaidPart:
    """What one account, or the patient's wallet, paid, in fen.

    ``before_fen`` and ``after_fen`` are None where they are not the viewer's.
    """

    kind: PayerKind
    who: KinName
    amount_fen: int
    before_fen: int | None
    after_fen: int | None
    wallet: bool = False


@dataclass(frozen=True, slots=True)
class PaidBill:
    """A settled bill, in fen: total = fund + parts + cash. ``returned_at`` where it was taken back."""

    settlement: UUID
    booked_at: datetime
    returned_at: datetime | None
    total_fen: int
    fund_fen: int
    parts: tuple[PaidPart, ...]
    cash_fen: int
    own_money_only: bool


def payers_in(row: SettlementRow) -> set[UUID]:
    """Whose accounts paid."""
    return {UUID(share.person) for share in stored_shares(read_decision(row.settlement.decision))}


def paid_bill(row: SettlementRow, viewer: UUID, names: Mapping[UUID, KinName]) -> PaidBill:
    """The bill with each payer as the viewer calls them; ``names`` holds everybody in ``payers_in``."""
    settled, document = row.settlement, read_decision(row.settlement.decision)
    return PaidBill(
        settlement=settled.settlement,
        booked_at=settled.booked_at,
        returned_at=row.cancelled_at,
        total_fen=settled.total_fen,
        fund_fen=settled.fund_fen,
        parts=tuple(_parts(document, viewer, names)),
        cash_fen=settled.cash_fen,
        own_money_only=own_money_only(document),
    )


def _parts(document: Document, viewer: UUID, names: Mapping[UUID, KinName]) -> list[PaidPart]:
    balances = {
        (payer["person"], payer["pocket"], payer["grant"]): payer["balance_fen"]
        for payer in document["payers"]
    }
    parts = []
    for share in stored_shares(document):
        before = balances[share.person, share.pocket, share.grant] if UUID(share.person) == viewer else None
        after = None if before is None else before - share.amount_fen
        who, wallet = names[UUID(share.person)], share.pocket == WALLET_POCKET
        parts.append(PaidPart(share.kind, who, share.amount_fen, before, after, wallet))
    return parts
