"""Pure: the transfers of an act (ARCHITECTURE 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from qinji.kernel.bill import PayerKind, Plan
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


def settlement_postings(act: Act, fund_fen: int, plan: Plan, regions: dict[UUID, str]) -> list[Transfer]:
    """The rows of a settlement: the fund, the own account, then each relative through the clearing account."""
    book = city_of(act.region)
    rows: list[Transfer] = []
    if fund_fen:
        rows.append(_row(act, 0, pooled_fund(act.insurance), Account.INSTITUTION_PAYABLE, fund_fen))
    for share in plan.shares:
        payer = UUID(share.person)
        if share.kind is PayerKind.OWN:
            row = _row(act, len(rows), Account.PERSONAL, Account.INSTITUTION_PAYABLE, share.amount_fen)
            rows.append(replace(row, pocket=share.pocket))
            continue
        theirs = city_of(regions[payer])
        given = _row(act, len(rows), Account.PERSONAL, Account.CLEARING_MUTUAL_AID, share.amount_fen)
        rows.append(
            replace(
                given,
                person=payer,
                book=theirs,
                other_book=book,
                pocket=share.pocket,
                other_person=act.person,
            )
        )
        used = _row(
            act, len(rows), Account.CLEARING_MUTUAL_AID, Account.INSTITUTION_PAYABLE, share.amount_fen
        )
        rows.append(replace(used, other_person=payer, other_book=theirs))
    check_act(rows)
    return rows


def _row(act: Act, seq: int, debit: Account, credit: Account, amount_fen: int) -> Transfer:
    return Transfer(
        person=act.person,
        act=act.act,
        seq=seq,
        debit=debit,
        credit=credit,
        amount_fen=amount_fen,
        book=city_of(act.region),
        booked_at=act.booked_at,
        service_day=act.service_day,
        institution=act.institution,
    )
