"""The filters of records: read from an address, and the same again for the link to the next page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from qinji.kernel.dates import first_of_month, months_after
from qinji.kernel.money import NotAnAmount, parse_yuan
from qinji.web.texts import _

MONTHS_OFFERED = 24
WORDS_MAX = 40
AMOUNT_MAX = 26


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address narrows by. ``wrong`` says which amount or month is none; amounts are fen, both days count."""

    values: Mapping[str, str]
    first: date | None
    last: date | None
    least_fen: int | None
    most_fen: int | None
    wrong: str

    def value(self, name: str) -> str:
        """What was asked under this name, "" for nothing."""
        return self.values.get(name, "")

    @property
    def any(self) -> bool:
        """Whether anything is narrowed."""
        return any(value for name, value in self.values.items() if name != "who")

    def link(self, path: str, after: str) -> str:
        """The next page of the same search."""
        asked = {name: value for name, value in self.values.items() if value}
        return f"{path}?{urlencode({**asked, 'after': after})}"


def read_filters(query: QueryParams, names: Sequence[str]) -> Filters:
    """The filters of these names; what is no month or amount narrows nothing and is told."""
    values = {name: query.get(name, "").strip()[:WORDS_MAX] for name in names}
    wrong = ""
    first = last = None
    if values.get("month"):
        try:
            first = date.fromisoformat(f"{values['month']}-01")
            last = months_after(first, 1) - timedelta(days=1)
        except (ValueError, OverflowError):
            wrong = _("“{written}”不是月份,请写成 2026-03").format(written=values["month"])
    amounts: dict[str, int | None] = {}
    for name in ("least", "most"):
        written = values.get(name, "").replace(",", "").replace("，", "").removeprefix("¥").strip()
        try:
            amounts[name] = parse_yuan(written[:AMOUNT_MAX]) if written else None
        except NotAnAmount:
            amounts[name] = None
            wrong = _("“{written}”不是金额,请写成 200 或 200.50").format(written=values[name])
    return Filters(values, first, last, amounts["least"], amounts["most"], wrong)


def months_offered(today: date) -> list[str]:
    """The last months, this one first, as a filter names them."""
    this = first_of_month(today)
    return [f"{months_after(this, -back):%Y-%m}" for back in range(MONTHS_OFFERED)]
