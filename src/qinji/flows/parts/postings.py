"""Pure: the transfers of an act (ARCHITECTURE 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.kernel.bill import WALLET_POCKET, PayerKind, Plan
from qinji.kernel.region import city_of
from qinji.ledger.chart import Account, pooled_fund
from qinji.ledger.model import Transfer
from qinji.ledger.rules import check_act


@dataclass(frozen=True, slots=True)
class Act:
    """Whose act, which, where and when."""

    person: UUID
    act: UUID
    region: str
    insurance: str
    institution: str
    service_day: date
    booked_at: datetime


def settlement_postings(
    act: Act, fund_fen: int, plan: Plan, region_of: Callable[[UUID], str]
) -> list[Transfer]:
    """The rows of a settlement: the fund, own account and wallet, each relative through the clearing account."""
    book = city_of(act.region)
    rows: list[Transfer] = []
    if fund_fen:
        rows.append(
            _row(act, book, 0, pooled_fund(act.insurance), Account.INSTITUTION_PAYABLE, fund_fen, act.person)
        )
    for share in plan.shares:
        amount_fen, pocket = share.amount_fen, share.pocket
        seq = len(rows)
        if share.kind is PayerKind.OWN:
            debit = Account.WALLET if pocket == WALLET_POCKET else Account.PERSONAL
            credit = Account.INSTITUTION_PAYABLE
            rows.append(_row(act, book, seq, debit, credit, amount_fen, act.person, pocket))
            continue
        payer = UUID(share.person)
        theirs = city_of(region_of(payer))
        debit, credit = Account.PERSONAL, Account.CLEARING_MUTUAL_AID
        rows.append(_row(act, theirs, seq, debit, credit, amount_fen, payer, pocket, act.person, book))
        debit, credit = Account.CLEARING_MUTUAL_AID, Account.INSTITUTION_PAYABLE
        rows.append(_row(act, book, seq + 1, debit, credit, amount_fen, act.person, None, payer, theirs))
    check_act(rows)
    return rows


def _row(
    act: Act,
    book: str,
    seq: int,
    debit: Account,
    credit: Account,
    amount_fen: int,
    person: UUID,
    pocket: int | None = None,
    other_person: UUID | None = None,
    other_book: str | None = None,
) -> Transfer:
    return Transfer(
        person,
        act.act,
        seq,
        debit,
        credit,
        amount_fen,
        book,
        act.booked_at,
        act.service_day,
        act.institution,
        pocket,
        other_person,
        other_book,
    )
