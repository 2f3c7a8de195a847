"""The templates of the pages, and what they may use beside their own values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from qinji.kernel.dates import CHINA
from qinji.kernel.identity import masked_name
from qinji.kernel.money import yuan
from qinji.web.icons import icon
from qinji.web.texts import _, counted
from qinji.web.visit import Visit

HERE = Path(__file__).parent
STATIC = HERE / "static"
ROOMS = ("parts", "family", "mutual_aid", "wallet", "premium", "complaint", "counter", "console", "sandbox")
DIGEST_LENGTH = 10


@cache
def static(name: str) -> str:
    """The address of a static file; it carries the file's digest, so that a browser may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:DIGEST_LENGTH]
    return f"/static/{name}?v={digest}"


MONEY_BEGINS, MONEY_ENDS = Markup('<span class="money">'), Markup("</span>")
"""Put together, not formatted: a page holds a hundred amounts, and formatting takes more than twice as long."""


def money(amount_fen: int, sign: str = "") -> Markup:
    """An amount as ¥1,234.56, to be read in columns; ``sign`` is put before it (- for out, + for back)."""
    whole, _point, fen = yuan(abs(amount_fen)).partition(".")
    shown = "-" if amount_fen < 0 else sign
    return MONEY_BEGINS + f"{shown}¥{int(whole):,}.{fen}" + MONEY_ENDS


def whole(number: int) -> str:
    """A count as 1,234,567."""
    return f"{number:,}"


def day(moment: date | datetime) -> str:
    """2026年3月17日, in China."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(CHINA).date()
    return _("{year}年{month}月{day}日").format(year=moment.year, month=moment.month, day=moment.day)


def month(first: date) -> str:
    """2026年3月."""
    return _("{year}年{month}月").format(year=first.year, month=first.month)


def moment(at: datetime) -> str:
    """2026年3月17日 10:05, in China."""
    return f"{day(at)} {at.astimezone(CHINA):%H:%M}"


templates = Environment(
    loader=PrefixLoader({room: FileSystemLoader(HERE / room / "templates") for room in ROOMS}),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    extensions=["jinja2.ext.i18n"],
)
templates.install_gettext_callables(_, counted, newstyle=True)  # type: ignore[attr-defined]
templates.filters.update(
    {
        "yuan": yuan,
        "money": money,
        "day": day,
        "moment": moment,
        "month": month,
        "masked": masked_name,
        "whole": whole,
    }
)


def spoken(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The choices of a list, each in the reader's language."""
    return [(str(value), _(text)) for value, text in words.items()]


def repeated(text: str) -> tuple[str, str]:
    """A choice that is told as it is named."""
    return text, text


templates.filters.update({"spoken": spoken, "repeated": repeated})
templates.globals.update({"icon": icon, "static": static})


def proof(visit: Visit) -> Markup:
    """The hidden fields of a form: that this site wrote it, and the key by which a second sending is known."""
    return Markup(
        '<input type="hidden" name="proof" value="{}"><input type="hidden" name="key" value="{}">'
    ).format(visit.proof(), visit.key())


templates.globals["proof"] = proof
