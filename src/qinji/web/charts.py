"""Charts drawn on the server: a bar a month, in parts. Every number of a chart stands in the table beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from qinji.flows.parts.statement_words import BarTold
from qinji.kernel.money import yuan
from qinji.web.texts import _

WIDTH, HEIGHT = 1000, 24


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month: its sum in fen, and its bar as SVG whose name says the month and each part."""

    month: date
    total_fen: int
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its months, what its colours stand for (label, colour class), and the rows of its table."""

    months: Sequence[MonthBar]
    legend: Sequence[tuple[str, str]]
    rows: Sequence[BarTold]


def chart(bars: Sequence[BarTold]) -> Chart:
    """The chart of these bars, oldest month first; the longest month fills the width."""
    by_month: dict[date, list[BarTold]] = {}
    for bar in sorted(bars, key=lambda one: (one.month, one.tone, one.label)):
        by_month.setdefault(bar.month, []).append(bar)
    longest = max((sum(bar.amount_fen for bar in parts) for parts in by_month.values()), default=0)
    legend = dict.fromkeys((bar.label, bar.tone) for bar in bars)
    return Chart(
        [
            MonthBar(month, sum(bar.amount_fen for bar in parts), _bar(month, parts, longest))
            for month, parts in by_month.items()
        ],
        list(legend),
        [bar for parts in by_month.values() for bar in parts],
    )


def _bar(month: date, parts: Sequence[BarTold], longest: int) -> Markup:
    drawn, begin_fen = Markup(""), 0
    for part in parts:
        begin = WIDTH * begin_fen // longest
        begin_fen += part.amount_fen
        width = max(1, WIDTH * begin_fen // longest - begin)
        drawn += Markup('<rect class="{}" x="{}" y="0" width="{}" height="{}"/>').format(
            part.tone, begin, width, HEIGHT
        )
    name = ";".join(f"{part.label} {yuan(part.amount_fen)}" for part in parts)
    label = _("{year}年{month}月:{parts}").format(year=month.year, month=month.month, parts=name)
    return Markup(
        '<svg class="strip" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, label, drawn)
