"""Pure: does a settlement agree with itself, with its stored plan, and with its transfers?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qinji.flows.parts.undoing import Document, stored_shares, stored_split
from qinji.kernel.bill import PayerKind
from qinji.kernel.money import yuan
from qinji.ledger.chart import Account, pooled_fund
from qinji.ledger.model import Transfer
from qinji.settlement.model import Settlement

Row = tuple[str, Account, Account, int]


def expected_rows(settled: Settlement, document: Document) -> Counter[Row]:
    """Whose account pays what, by the plan that was stored with the settlement."""
    rows: list[Row] = []
    fund = stored_split(document).fund_fen
    patient = str(settled.person)
    if fund:
        rows.append((patient, pooled_fund(settled.insurance), Account.INSTITUTION_PAYABLE, fund))
    for share in stored_shares(document):
        if share.kind is PayerKind.OWN:
            rows.append((patient, Account.PERSONAL, Account.INSTITUTION_PAYABLE, share.amount_fen))
            continue
        rows.append((share.person, Account.PERSONAL, Account.CLEARING_MUTUAL_AID, share.amount_fen))
        rows.append((patient, Account.CLEARING_MUTUAL_AID, Account.INSTITUTION_PAYABLE, share.amount_fen))
    return Counter(rows)


def compare_settlement(
    settled: Settlement, document: Document, transfers: Sequence[Transfer]
) -> list[tuple[str, str]]:
    """Broken promises of one settlement: I5 its parts add up, I14 its transfers are its plan."""
    found = []
    parts = settled.fund_fen + settled.own_fen + settled.mutual_aid_fen + settled.cash_fen
    if parts != settled.total_fen:
        found.append(("I5", f"各方合计 {yuan(parts)} 元不等于总额 {yuan(settled.total_fen)} 元"))
    booked = Counter((str(t.person), t.debit, t.credit, t.amount_fen) for t in transfers)
    if booked != expected_rows(settled, document):
        found.append(("I14", "分录与结算时保存的支付方案不一致"))
    return found
