"""Papers as PDF: a template and plain data, set by typst with a Chinese font that comes along.

The data reach the template as JSON and are never read as markup; the template may read nothing but itself. The font
holds GB2312; a rarer character is taken from the fonts of the machine, where there is one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from qinji.platform.database import Overloaded

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
WAITING_MAX = 16
"""Papers that wait for their turn; setting one keeps one core busy, and the others are for who waits for a page."""

_turns = ThreadPoolExecutor(max_workers=1, thread_name_prefix="typesetting")
_waiting: set[object] = set()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, font_paths=[str(FONTS)])


async def typeset(template: str, data: Mapping[str, object], made_at: datetime) -> bytes:
    """The PDF (tagged, so that a screen reader can follow it) of this template and its ``data``.

    Overloaded where ``WAITING_MAX`` papers wait already.
    """
    if len(_waiting) >= WAITING_MAX:
        raise Overloaded
    mine = object()
    _waiting.add(mine)
    try:
        written = json.dumps(data, ensure_ascii=False)
        return await asyncio.get_running_loop().run_in_executor(_turns, _set, template, written, made_at)
    finally:
        _waiting.discard(mine)


def _set(template: str, data: str, made_at: datetime) -> bytes:
    made = typst.compile(
        template.encode(),
        font_paths=_fonts(),
        sys_inputs={"data": data},
        format="pdf",
        timestamp=int(made_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("a paper is one file")
    return made
