"""Pure: a statement as plain data for paper, and as the rows of a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.flows.parts.statement_words import BookLine, Column, StatementTold, TableTold
from qinji.kernel.dates import CHINA
from qinji.kernel.identity import masked_name
from qinji.kernel.money import yuan

LINE_COLUMNS = (
    Column("时间"),
    Column("说明"),
    Column("地点"),
    Column("个人账户变动", money=True),
    Column("个人账户余额", money=True),
    Column("在途变动", money=True),
    Column("医保钱包变动", money=True),
    Column("医保钱包余额", money=True),
)
NOTE = (
    "本单由记账分录逐笔汇总,金额以元为单位。别人的账户只写支付的金额,不写余额;替家人支付的只写金额、日期和用途。"
    "对任何一笔有疑问,请带上本单到医保窗口,或拨打医保服务热线 12393。"
)


def title_of(told: StatementTold) -> str:
    """个人账户月对账单 2026年3月."""
    return f"个人账户月对账单 {told.month.year}年{told.month.month}月"


def tables_of(told: StatementTold) -> list[TableTold]:
    """Every table of a statement, the transfers last."""
    return [told.balances, told.paid, told.relatives, told.kinds, lines_told(told.lines)]


def lines_told(lines: Sequence[BookLine]) -> TableTold:
    """The transfers, oldest first, with the balances after each."""
    rows = [
        (
            f"{line.booked_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            line.text,
            line.place,
            line.account_change_fen,
            line.account_fen,
            line.held_change_fen,
            line.wallet_change_fen,
            line.wallet_fen,
        )
        for line in lines
    ]
    return TableTold("收支明细", LINE_COLUMNS, rows, empty="这个月没有收支")


def paper_of(told: StatementTold) -> dict[str, object]:
    """What the paper's template is given: texts alone, amounts in yuan, the name masked, empty columns left out."""
    made = told.made_at.astimezone(CHINA)
    return {
        "title": title_of(told),
        "bureau": "亲济",
        "whom": f"{masked_name(told.name)}  人员编号 {told.number}  参保地 {told.region}",
        "sentence": told.sentence,
        "footer": f"{title_of(told)}  制表时间 {made:%Y-%m-%d %H:%M}",
        "note": NOTE,
        "tables": [_plain(_used(table)) for table in tables_of(told)],
    }


def _used(table: TableTold) -> TableTold:
    """The table without columns in which nothing stands."""
    if not table.rows:
        return table
    kept = [
        place
        for place, column in enumerate(table.columns)
        if place < 1 or any(row[place] for row in table.rows) or not (column.money or column.title == "地点")
    ]
    return TableTold(
        table.title,
        [table.columns[place] for place in kept],
        [[row[place] for place in kept] for row in table.rows],
        [table.total[place] for place in kept] if table.total else (),
        table.empty,
    )


def _plain(table: TableTold) -> dict[str, object]:
    return {
        "title": table.title,
        "columns": [
            {"title": one.title, "money": one.money, "wide": not one.money and place in {0, 1, 2}}
            for place, one in enumerate(table.columns)
        ],
        "rows": [[_text(cell) for cell in row] for row in table.rows],
        "total": [_text(cell) for cell in table.total],
        "empty": table.empty,
    }


def _text(cell: str | int) -> str:
    return cell if isinstance(cell, str) else yuan(cell)


def sheets_of(told: StatementTold) -> list[tuple[str, Sequence[str], Sequence[Sequence[str | int]]]]:
    """The sheets of the workbook: name, headings, rows; amounts in fen. What the paper says stands first."""
    made = told.made_at.astimezone(CHINA)
    about: list[Sequence[str | int]] = [
        ("对账单", title_of(told)),
        ("姓名", masked_name(told.name)),
        ("人员编号", told.number),
        ("参保地", told.region),
        ("制表时间", f"{made:%Y-%m-%d %H:%M}"),
        ("核对", told.sentence),
        ("说明", NOTE),
    ]
    sheets: list[tuple[str, Sequence[str], Sequence[Sequence[str | int]]]] = [
        ("说明", ("项目", "内容"), about)
    ]
    for table in tables_of(told):
        rows = [*table.rows, *([table.total] if table.total else [])]
        sheets.append((table.title, [column.title for column in table.columns], rows))
    return sheets
