"""Pure: a statement as tables in words: for the page, the paper and the workbook alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from qinji.flows.parts.kin import KinName
from qinji.flows.parts.money_words import KIND_CHINESE, MoneyKind, kind_of, pocket_names, told
from qinji.flows.parts.statements import Bar, Statement
from qinji.flows.parts.usage import KIND_CHINESE as BILL_CHINESE
from qinji.kernel.bill import WALLET_POCKET
from qinji.ledger.chart import Account
from qinji.ledger.model import HELD_POCKET, POCKETS, Moved
from qinji.ledger.rules import changes_of
from qinji.settlement.model import MonthSpent, SettlementKind

ME = "您"
FOR_HIMSELF = "您的账户为您本人"


@dataclass(frozen=True, slots=True)
class Told:
    """What transfers are named by: relatives as their reader calls them, bills by (patient, act), places by code."""

    kin: Mapping[UUID, KinName]
    bills: Mapping[tuple[UUID, UUID], SettlementKind]
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BookLine:
    """One transfer of one's own money in words. Changes and what was there after it are fen.

    ``place`` is told of one's own bills alone; ``bill`` is one's own settlement, where it is one.
    """

    act: UUID
    seq: int
    booked_at: datetime
    kind: MoneyKind
    text: str
    place: str
    account_change_fen: int
    held_change_fen: int
    wallet_change_fen: int
    account_fen: int
    held_fen: int
    wallet_fen: int
    returns: bool
    bill: UUID | None


def book_line(movement: Moved, names: Told) -> BookLine:
    """The line of a transfer."""
    transfer = movement.transfer
    kind = kind_of(transfer.debit, transfer.credit)
    act = transfer.act if transfer.reverses is None else transfer.reverses
    other = transfer.other_person
    patient = other if kind is MoneyKind.SHARED and other is not None else transfer.person
    bill = names.bills.get((patient, act))
    own = kind is MoneyKind.SPENT
    changes = changes_of(transfer)
    account = sum(fen for pocket, fen in changes.items() if pocket in POCKETS)
    return BookLine(
        act=transfer.act,
        seq=transfer.seq,
        booked_at=transfer.booked_at,
        kind=kind,
        text=told(
            transfer,
            "" if other is None else names.kin[other].text,
            "" if bill is None else BILL_CHINESE[bill],
        ),
        place=names.places.get(transfer.institution or "", transfer.institution or "") if own else "",
        account_change_fen=account,
        held_change_fen=changes.get(HELD_POCKET, 0),
        wallet_change_fen=changes.get(WALLET_POCKET, 0),
        account_fen=movement.account_fen,
        held_fen=movement.held_fen,
        wallet_fen=movement.wallet_fen,
        returns=transfer.reverses is not None,
        bill=act if own and bill is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and whether it holds amounts (fen)."""

    title: str
    money: bool = False


@dataclass(frozen=True, slots=True)
class TableTold:
    """A table in words; a cell of an amount is fen. ``total`` is its last row, where it has one."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str | int]]
    total: Sequence[str | int] = ()
    empty: str = "没有"


@dataclass(frozen=True, slots=True)
class StatementTold:
    """A month in words. ``sentence`` says that it adds up; ``lines`` are the transfers, oldest first."""

    month: date
    name: str
    number: str
    region: str
    made_at: datetime
    statement: Statement
    sentence: str
    balances: TableTold
    paid: TableTold
    relatives: TableTold
    kinds: TableTold
    lines: Sequence[BookLine]
    who_for_whom: Sequence[BarTold] = field(default_factory=tuple)
    by_kind: Sequence[BarTold] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class BarTold:
    """One bar of a chart: its month, what it stands for and which colour class, in fen."""

    month: date
    label: str
    tone: str
    amount_fen: int


MONEY = True


def balances_told(statement: Statement) -> TableTold:
    """Opening, in, out and closing of each balance, and all together."""
    names = pocket_names(frozenset(one.pocket for one in statement.pockets))
    rows = [
        (names[one.pocket], one.opening_fen, one.in_fen, one.out_fen, one.closing_fen)
        for one in statement.pockets
    ]
    sums = [sum(int(row[place]) for row in rows) for place in range(1, 5)]
    titles = ("期初余额", "收入", "支出", "期末余额")
    return TableTold(
        "余额",
        [Column("账户"), *(Column(title, MONEY) for title in titles)],
        rows,
        ("合计", *sums) if len(rows) > 1 else (),
    )


def paid_told(statement: Statement, kin: Mapping[UUID, KinName]) -> TableTold:
    """Who paid one's own bills."""
    paid = statement.paid
    parts: list[tuple[str, int]] = [
        ("医保统筹基金", paid.fund_fen),
        ("您的个人账户", paid.account_fen),
        ("您的医保钱包", paid.wallet_fen),
    ]
    parts += [
        (f"{kin[one.relative].whose}个人账户(家庭共济)", one.for_me_fen)
        for one in statement.relatives
        if one.for_me_fen
    ]
    parts.append(("现金", paid.cash_fen))
    rows = [part for part in parts if part[1]]
    return TableTold(
        "您的医疗费由谁支付",
        [Column("付款人"), Column("金额", MONEY)],
        rows,
        ("合计", paid.total_fen) if rows else (),
        "这个月没有医疗费",
    )


def relatives_told(statement: Statement, kin: Mapping[UUID, KinName]) -> TableTold:
    """What one's account paid for each relative."""
    rows = [(kin[one.relative].text, one.for_them_fen) for one in statement.relatives if one.for_them_fen]
    total = sum(fen for _, fen in rows)
    return TableTold(
        "您的个人账户替谁付了钱",
        [Column("使用人"), Column("金额", MONEY)],
        rows,
        ("合计", total) if rows else (),
        "这个月没有替家人付钱",
    )


def kinds_told(statement: Statement) -> TableTold:
    """Why one's own money came and went."""
    rows = [(KIND_CHINESE[one.kind], one.in_fen, one.out_fen) for one in statement.kinds]
    return TableTold("按用途", [Column("用途"), Column("收入", MONEY), Column("支出", MONEY)], rows)


def bars_told(bars: Sequence[Bar], kin: Mapping[UUID, KinName]) -> list[BarTold]:
    """The bars in words: whose account, for whom."""
    found = []
    for bar in bars:
        if bar.payer is not None:
            label, tone = f"{kin[bar.payer].text}的账户为您", "relative"
        elif bar.patient is not None:
            label, tone = f"您的账户为{kin[bar.patient].text}", "shared"
        else:
            label, tone = FOR_HIMSELF, "own"
        found.append(BarTold(bar.month, label, tone, bar.amount_fen))
    return found


def kinds_by_month(spent: Sequence[MonthSpent]) -> list[BarTold]:
    """One's own bills by month and kind, what the fund paid left out."""
    found = []
    for one in spent:
        amount_fen = one.own_fen + one.mutual_aid_fen + one.cash_fen
        if amount_fen > 0:
            tone = "own" if one.kind is SettlementKind.OUTPATIENT else "relative"
            found.append(BarTold(one.month, BILL_CHINESE[one.kind], tone, amount_fen))
    return found


def asked_bills(movements: Sequence[Moved]) -> list[tuple[UUID, UUID]]:
    """The bills that these transfers may be of, by (patient, settlement): to be asked what kind they are."""
    found = []
    for movement in movements:
        transfer = movement.transfer
        act = transfer.act if transfer.reverses is None else transfer.reverses
        if Account.CLEARING_MUTUAL_AID in (transfer.debit, transfer.credit) and transfer.other_person:
            found.append((transfer.other_person, act))
        elif Account.INSTITUTION_PAYABLE in (transfer.debit, transfer.credit):
            found.append((transfer.person, act))
    return sorted(set(found))
