"""Pure: what is taken away, as JSON that says what it is, and as pages that can be read without any program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape

from qinji.kernel.dates import CHINA, first_of_month
from qinji.kernel.money import yuan

ABOUT = (
    "这是医保经办系统亲济保存的关于您本人的全部信息(个人信息保护法第四十五条)。\n"
    "每个 .json 文件是一部分,文件里的 fields 说明每一项是什么意思;金额一律以分为单位,时间为北京时间。\n"
    "对账单.html 可以直接用浏览器打开,按月列出您的个人账户和医保钱包,每个月都能加得起来。\n"
    "家人的姓名只留一个字,别人的余额和看病内容不在里面。\n"
    "请妥善保管,不要发给不认识的人。\n"
)


def plain(value: object) -> bytes:
    """A value as JSON in UTF-8; moments are told in China's time."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_told).encode()


def _told(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


@dataclass
class MonthSums:
    """In, out and the closing balance of each month, told from the lines of the account book as they pass."""

    months: dict[date, dict[str, int]] = field(default_factory=dict)

    def add(self, row: Mapping[str, object]) -> None:
        """A line of the account book, oldest first."""
        at = row["booked_at"]
        if not isinstance(at, datetime):
            raise TypeError("a line has its moment")
        sums = self.months.setdefault(first_of_month(at.astimezone(CHINA).date()), {})
        for purse in ("account", "wallet"):
            change, after = row[f"{purse}_change_fen"], row[f"{purse}_fen"]
            if not isinstance(change, int) or not isinstance(after, int):
                raise TypeError("amounts are fen")
            sums.setdefault(f"{purse}_opening", after - change)
            side = f"{purse}_in" if change > 0 else f"{purse}_out"
            sums[side] = sums.get(side, 0) + abs(change)
            sums[f"{purse}_closing"] = after


def months_page(made: MonthSums, at: datetime) -> str:
    """The months as one page of HTML, with nothing to load and nothing to run."""
    rows = []
    for month, sums in sorted(made.months.items()):
        cells = [
            f"<td>{yuan(sums.get(f'{purse}_{what}', 0))}</td>"
            for purse in ("account", "wallet")
            for what in ("opening", "in", "out", "closing")
        ]
        rows.append(f"<tr><th scope=row>{month.year}年{month.month}月</th>{''.join(cells)}</tr>")
    head = "".join(
        f"<th scope=col>{escape(purse + what)}</th>"
        for purse in ("个人账户", "医保钱包")
        for what in ("期初", "收入", "支出", "期末")
    )
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>按月对账单</title>'
        "<style>body{font:16px/1.6 sans-serif;margin:2rem}td{text-align:right;padding:.2rem .6rem}"
        "table{border-collapse:collapse}tr{border-bottom:1px solid #999}</style>"
        f"<h1>按月对账单</h1><p>制表时间 {at:%Y-%m-%d %H:%M}。金额以元为单位;期初 + 收入 - 支出 = 期末。</p>"
        f"<table><thead><tr><th scope=col>月份</th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></html>"
    )


def explained(parts: Sequence[tuple[str, str, Mapping[str, str]]], at: datetime) -> str:
    """What each file holds, field by field."""
    told = [ABOUT, f"制作时间 {at:%Y-%m-%d %H:%M}\n"]
    for name, title, fields in parts:
        told.append(f"\n{name}.json  {title}\n")
        told += [f"  {field_name}: {meaning}\n" for field_name, meaning in fields.items()]
    return "".join(told)
