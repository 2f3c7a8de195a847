"""What the JSON door tells of records: uses of both sides, the account book, a balance, a statement. All in fen."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from qinji.api.telling import KinView, kin_view
from qinji.api.usage_views import LabelledAmount
from qinji.flows.parts.money_words import KIND_CHINESE
from qinji.flows.parts.statement_words import BarTold, BookLine, StatementTold, TableTold
from qinji.flows.read_account_book import BalanceThen
from qinji.flows.read_uses import GrantorUse, PatientUse
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire

SETTLED, RETURNED = "settled", "returned"
STATE_CHINESE = {SETTLED: "已扣款", RETURNED: "已退回"}


class RelativePaidView(BaseModel):
    """What a relative's account paid of a bill."""

    who: KinView
    amount_fen: int


class PatientUseView(BaseModel):
    """A bill: total = fund + own + relatives + cash."""

    settlement_id: str
    institution_name: str
    region_name: str
    kind_text: str
    service_day: date
    booked_at: datetime
    state: str
    state_text: str
    returned_at: datetime | None
    total_fen: int
    fund_fen: int
    own_account_fen: int
    relatives: list[RelativePaidView]
    cash_fen: int


class GrantorUseView(BaseModel):
    """What my account paid for a relative: amount, day, region and classes of use; not where, and nothing treated."""

    settlement_id: str
    who: KinView
    region_name: str
    kind_text: str
    booked_at: datetime
    day: date
    state: str
    state_text: str
    returned_at: datetime | None
    amount_fen: int
    uses: list[LabelledAmount]


class BookLineView(BaseModel):
    """One transfer of my own money, and what was in each of my balances right after it."""

    id: str
    booked_at: datetime
    kind: str
    kind_text: str
    text: str
    institution_name: str
    account_change_fen: int
    account_fen: int
    held_change_fen: int
    held_fen: int
    wallet_change_fen: int
    wallet_fen: int
    returns: bool
    settlement_id: str | None


class BalanceThenView(BaseModel):
    """What was there at a moment."""

    at: datetime
    account_fen: int
    held_fen: int
    wallet_fen: int


class PocketMonthView(BaseModel):
    """One balance over the month: closing = opening + in - out."""

    name: str
    opening_fen: int
    in_fen: int
    out_fen: int
    closing_fen: int


class BothWays(BaseModel):
    """What came and went for one reason."""

    label: str
    in_fen: int
    out_fen: int


class BarView(BaseModel):
    """One bar of a chart: the first day of its month, what it stands for."""

    month: date
    label: str
    amount_fen: int


class StatementView(BaseModel):
    """My statement of a month. ``sentence`` says how the personal account adds up."""

    month: date
    made_at: datetime
    sentence: str
    balances: list[PocketMonthView]
    paid_by: list[LabelledAmount]
    paid_total_fen: int
    paid_for: list[LabelledAmount]
    kinds: list[BothWays]
    lines: list[BookLineView]
    who_for_whom: list[BarView]
    by_kind: list[BarView]


def patient_use_view(use: PatientUse) -> PatientUseView:
    """A bill in a search."""
    state = SETTLED if use.returned_at is None else RETURNED
    return PatientUseView(
        settlement_id=to_wire(use.settlement),
        institution_name=use.place,
        region_name=use.region,
        kind_text=use.kind,
        service_day=use.service_day,
        booked_at=use.booked_at,
        state=state,
        state_text=STATE_CHINESE[state],
        returned_at=use.returned_at,
        total_fen=use.total_fen,
        fund_fen=use.fund_fen,
        own_account_fen=use.own_fen,
        relatives=[RelativePaidView(who=kin_view(who), amount_fen=fen) for who, fen in use.relatives],
        cash_fen=use.cash_fen,
    )


def grantor_use_view(use: GrantorUse) -> GrantorUseView:
    """A grantor's own part in a search."""
    state = SETTLED if use.returned_at is None else RETURNED
    return GrantorUseView(
        settlement_id=to_wire(use.settlement),
        who=kin_view(use.who),
        region_name=use.region,
        kind_text=use.kind,
        booked_at=use.booked_at,
        day=local_day(use.booked_at),
        state=state,
        state_text=STATE_CHINESE[state],
        returned_at=use.returned_at,
        amount_fen=use.amount_fen,
        uses=[LabelledAmount(label=label, amount_fen=fen) for label, fen in use.uses],
    )


def book_line_view(line: BookLine) -> BookLineView:
    """A transfer; its id is the act with its place in it, and continues a page."""
    return BookLineView(
        id=line_id(line),
        booked_at=line.booked_at,
        kind=line.kind,
        kind_text=KIND_CHINESE[line.kind],
        text=line.text,
        institution_name=line.place,
        account_change_fen=line.account_change_fen,
        account_fen=line.account_fen,
        held_change_fen=line.held_change_fen,
        held_fen=line.held_fen,
        wallet_change_fen=line.wallet_change_fen,
        wallet_fen=line.wallet_fen,
        returns=line.returns,
        settlement_id=None if line.bill is None else to_wire(line.bill),
    )


def line_id(line: BookLine) -> str:
    """Where a line stands among a person's transfers."""
    return f"{to_wire(line.act)}-{line.seq}"


def balance_then_view(then: BalanceThen) -> BalanceThenView:
    """A balance of a moment."""
    return BalanceThenView(
        at=then.at, account_fen=then.account_fen, held_fen=then.held_fen, wallet_fen=then.wallet_fen
    )


def statement_view(told: StatementTold) -> StatementView:
    """A month."""
    return StatementView(
        month=told.month,
        made_at=told.made_at,
        sentence=told.sentence,
        balances=[
            PocketMonthView(
                name=str(row[0]),
                opening_fen=int(row[1]),
                in_fen=int(row[2]),
                out_fen=int(row[3]),
                closing_fen=int(row[4]),
            )
            for row in told.balances.rows
        ],
        paid_by=_amounts(told.paid),
        paid_total_fen=told.statement.paid.total_fen,
        paid_for=_amounts(told.relatives),
        kinds=[
            BothWays(label=str(row[0]), in_fen=int(row[1]), out_fen=int(row[2])) for row in told.kinds.rows
        ],
        lines=[book_line_view(line) for line in told.lines],
        who_for_whom=[_bar(bar) for bar in told.who_for_whom],
        by_kind=[_bar(bar) for bar in told.by_kind],
    )


def _amounts(table: TableTold) -> list[LabelledAmount]:
    return [LabelledAmount(label=str(row[0]), amount_fen=int(row[1])) for row in table.rows]


def _bar(bar: BarTold) -> BarView:
    return BarView(month=bar.month, label=bar.label, amount_fen=bar.amount_fen)
