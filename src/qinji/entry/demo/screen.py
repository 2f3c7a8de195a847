"""What the terminal shows: steps, bills with the reason of every fen, balances before and after.

亲情账户 and 家庭共济 have their own colours, because they are two things. Plain output has neither colour nor frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qinji.api.bills import BillDetail
from qinji.entry.demo.reasons import (
    cash_reasons,
    fund_reasons,
    items_told,
    payer_reasons,
    scope_told,
    shower_told,
)
from qinji.entry.demo.world import BillItem, Person
from qinji.entry.demo.wrapping import wrap
from qinji.kernel.money import yuan

WIDTH_MAX = 100
WIDTH_MIN = 60
LEFT = 2
NUMBER_WIDTH, TAG_WIDTH, WHO_WIDTH, AMOUNT_WIDTH = 2, 8, 8, 9
FAMILY, AID, WINDOW, COUNTER, REFUSED = "亲情账户", "家庭共济", "经办窗口", "医药机构", "没有办成"
COLOURS = {FAMILY: "cyan", AID: "magenta", WINDOW: "yellow", COUNTER: "green", REFUSED: "red"}


class Screen:
    """Writes the stories to a console."""

    def __init__(self, *, plain: bool, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, color_system=None if plain else "auto")
        self._console.width = max(WIDTH_MIN, min(self._console.width, WIDTH_MAX))
        self._plain = plain
        self._steps = 0

    def say(self, text: str, style: str = "", left: int = 0) -> None:
        """A sentence of its own."""
        told = Text(wrap(text, self._console.width - left))
        self._print(Padding(told, (0, 0, 0, left)), style)

    def story(self, number: int, title: str, told: str) -> None:
        """The head of a story."""
        self._steps = 0
        heading = f"故事 {number} · {title}"
        self.say("")
        self.say(heading, "bold")
        self.say(("=" if self._plain else "━") * cell_len(heading), "dim")
        self.say(told)
        self.say("")

    def step(self, tag: str, text: str) -> None:
        """What somebody does, under the heading of what it belongs to."""
        self._steps += 1
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=NUMBER_WIDTH, justify="right")
        grid.add_column(width=TAG_WIDTH, style=COLOURS.get(tag, ""))
        grid.add_column()
        room = self._console.width - LEFT - NUMBER_WIDTH - TAG_WIDTH - 3
        grid.add_row(str(self._steps), tag, Text(wrap(text, room)))
        self._print(Padding(grid, (0, 0, 0, LEFT)))

    def refusal(self, text: str) -> None:
        """The words of a refusal."""
        self.step(REFUSED, f"“{text}”")

    def bill(self, detail: BillDetail, shown: str, items: Sequence[BillItem]) -> None:
        """Who paid how much of a bill, and why."""
        self.say("")
        self.say(f"账单 {yuan(detail.total_fen)} 元 · {detail.institution_name}", "bold", LEFT)
        self.say(f"出示:{shown}{shower_told(detail)}", "", LEFT)
        self.say(f"项目:{items_told(items)}", "dim", LEFT)
        self.say(scope_told(detail), "dim", LEFT)
        table = Table(box=None if self._plain else SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column("谁付", width=WHO_WIDTH)
        table.add_column("金额(元)", justify="right", width=AMOUNT_WIDTH)
        table.add_column("为什么")
        room = self._console.width - LEFT - WHO_WIDTH - AMOUNT_WIDTH - (4 if self._plain else 8)

        def row(who: str, amount_fen: int, why: Sequence[str], style: str = "") -> None:
            reason = Text("\n".join(wrap(line, room) for line in why))
            table.add_row(Text(who, style=style), yuan(amount_fen), reason)

        row("统筹基金", detail.fund_fen, fund_reasons(detail))
        for payer, why in zip(detail.payers, payer_reasons(detail), strict=True):
            who, style = ("本人账户", "") if payer.grant_id is None else (AID, COLOURS[AID])
            row(f"{who}\n{payer.name}", payer.amount_fen, why, style)
        row("现金", detail.cash_fen, cash_reasons(detail))
        row("合计", detail.total_fen, [])
        self._print(Padding(table, (0, 0, 1, LEFT)))

    def balances(self, people: Sequence[Person], moments: Mapping[str, Mapping[str, int]]) -> None:
        """Own accounts at several moments, and what changed between the first and the last."""
        table = Table(box=None if self._plain else SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column("个人账户(元)")
        for name in (*moments, "变化"):
            table.add_column(name, justify="right", min_width=AMOUNT_WIDTH)
        for person in people:
            amounts = [held[person.number] for held in moments.values()]
            change = amounts[-1] - amounts[0]
            told = f"+{yuan(change)}" if change > 0 else yuan(change)
            table.add_row(person.name, *(yuan(fen) for fen in amounts), told)
        self.say("")
        self._print(Padding(table, (0, 0, 1, LEFT)))

    def found(self, text: str) -> None:
        """What the story has shown to be true."""
        self._mark("✓", text, "green")

    def failed(self, text: str) -> None:
        """That something came out otherwise."""
        self._mark("✗", text, "bold red")

    def _mark(self, mark: str, text: str, style: str) -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_row(mark, Text(wrap(text, self._console.width - LEFT - 2)))
        self._print(Padding(grid, (0, 0, 0, LEFT)), style)

    def _print(self, what: RenderableType, style: str = "") -> None:
        if not self._plain:
            self._console.print(what, style=style)
            return
        with self._console.capture() as caught:
            self._console.print(what)
        lines = [line.rstrip() for line in caught.get().split("\n")]
        self._console.file.write("\n".join(lines))
        self._console.file.flush()
