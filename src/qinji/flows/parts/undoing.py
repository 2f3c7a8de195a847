"""Pure: what taking a settlement back comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from qinji.flows.parts.commands import Bill, CancelSettlement, Origin, PersonCard
from qinji.flows.parts.document import Document, wallet_refund_to
from qinji.flows.parts.stored import stored_bill, stored_document, stored_shares
from qinji.flows.parts.wallet_spending import refund
from qinji.kernel.bill import PayerKind, Share
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger.chart import Account
from qinji.ledger.model import Transfer
from qinji.ledger.rules import check_act, reversal
from qinji.mutual_aid.model import GrantUse
from qinji.settlement.model import Cancellation, DayChange, Settlement, SettlementRow, YearChange
from qinji.wallet.model import Part


def may_cancel(row: SettlementRow | None, command: CancelSettlement) -> Refused | None:
    """The settlement exists here, belongs to this visit, and was not cancelled before."""
    missing = refuse(RefusalCode.SETTLEMENT_UNKNOWN, settlement=command.settlement)
    if row is None or row.settlement.institution != command.origin.institution:
        return missing
    if to_wire(row.settlement.visit) != command.visit.upper():
        return missing
    if row.cancellation is not None:
        return refuse(
            RefusalCode.SETTLEMENT_CANCELLED,
            settlement=command.settlement,
            cancellation=to_wire(row.cancellation),
        )
    return None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What has to be written so that a settlement is undone; ``transfers`` in reverse order of payment.

    After them stands what goes on from the patient's wallet to ``givers``; ``parts`` is in the wallet again.
    """

    cancellation: Cancellation
    transfers: list[Transfer]
    grants: list[GrantUse]
    year: YearChange
    day: DayChange
    parts: list[Part]
    givers: list[UUID]


@dataclass(frozen=True, slots=True)
class Booked:
    """What is known of a settlement that is taken back: rows that stand, whose money its wallet part was, whose region.

    What a correction has given back before stands no more, and is not given back again.
    """

    transfers: Sequence[Transfer]
    spent: Sequence[Part] = ()
    regions: Mapping[UUID, str] = field(default_factory=dict)


def take_back(
    settled: Settlement, booked: Booked, cancellation: UUID, origin: Origin, now: datetime
) -> TakenBack:
    """Every fen back to whom it came from, whatever became of its grant; by cancel and by reversal alike.

    What a wallet paid stays in it or goes on to who had sent it, as was decided with the bill.
    """
    document = stored_document(settled)
    regions = {**booked.regions, settled.person: settled.region}
    back = refund(
        booked.spent,
        wallet_refund_to(document),
        cancellation,
        # Behind every row that stands: what a correction has given back leaves a gap (decision 0038).
        1 + max((row.seq for row in booked.transfers), default=-1),
        regions.__getitem__,
        now,
    )
    transfers = [*reversal(booked.transfers, cancellation, now), *back.transfers]
    check_act(transfers)
    year, day = taken_back(settled)
    undone = Cancellation(
        settled.person,
        settled.settlement,
        cancellation,
        now,
        origin.institution,
        origin.message_id,
        origin.cashier,
    )
    grants = grant_returns(settled, document, booked.transfers)
    return TakenBack(undone, transfers, grants, year, day, back.parts, back.givers)


def taken_back(settled: Settlement) -> tuple[YearChange, DayChange]:
    """Exactly what the settlement added to its year and day, negative."""
    year = YearChange(
        settled.person,
        settled.insurance,
        settled.year,
        -settled.deductible_fen,
        -settled.fund_fen,
        -settled.in_scope_fen,
    )
    return year, DayChange(settled.person, settled.service_day, settled.level, -settled.fund_fen)


def own_account_back(patient: UUID, rows: Sequence[Transfer]) -> int:
    """How much of these rows goes back to the patient's own account, in fen; the wallet is no part of it."""
    return sum(row.amount_fen for row in rows if (row.person, row.debit) == (patient, Account.PERSONAL))


def grant_returns(
    settled: Settlement, document: Document, rows: Sequence[Transfer] | None = None
) -> list[GrantUse]:
    """What each grant's used limits get back, by the day the bill was booked.

    ``rows`` are those that are taken back, None for all of the bill's.
    """
    day = local_day(settled.booked_at)
    back = None if rows is None else {(row.person, row.pocket) for row in rows if _lent(settled, row)}
    return [
        GrantUse(settled.person, UUID(share.grant), day, share.amount_fen)
        for share in stored_shares(document)
        if share.kind is PayerKind.GRANTOR
        and share.grant is not None
        and (back is None or (UUID(share.person), share.pocket) in back)
    ]


def standing_shares(settled: Settlement, rows: Sequence[Transfer]) -> list[Share]:
    """The shares of a bill without those of relatives to whom a correction has given theirs back."""
    back = {(row.person, row.pocket) for row in rows if _lent(settled, row)}
    return [
        share
        for share in stored_shares(stored_document(settled))
        if share.kind is not PayerKind.GRANTOR or (UUID(share.person), share.pocket) in back
    ]


def _lent(settled: Settlement, row: Transfer) -> bool:
    """Whether a row takes a relative's money."""
    return row.credit is Account.CLEARING_MUTUAL_AID and row.person != settled.person


def cancelled_bill(
    settled: Settlement,
    person: PersonCard,
    cancellation: UUID,
    command: CancelSettlement,
    now: datetime,
    *,
    tell_payers: bool,
) -> Bill:
    """The bill of a cancellation: the settled amounts, to be shown negative, under a new settlement id."""
    return replace(
        stored_bill(settled, person, tell_payers=tell_payers),
        settlement=to_wire(cancellation),
        settled_at=now,
        institution_settlement=command.origin.message_id,
        sign=-1,
    )
