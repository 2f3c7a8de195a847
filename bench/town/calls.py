"""What every part of the town is prepared with: calls whose outcome is kept, other moments, things done at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import TypeVar

from qinji.entry.wiring import Runtime
from qinji.kernel.refusal import Refused
from qinji.platform.keyed_calls import KeyedCall

AT_ONCE = 8
"""How many things happen at a time while the town is prepared."""

Outcome = TypeVar("Outcome")
Made = TypeVar("Made")
_serial = count()


def done(made: list[Outcome]) -> KeyedCall[Outcome]:
    """A call of its own, whose outcome is added to ``made``; a refusal fails the bench."""

    def render(outcome: Outcome | Refused) -> bytes:
        assert not isinstance(outcome, Refused), outcome.text
        made.append(outcome)
        return b""

    return KeyedCall("bench", f"town-{next(_serial)}", b"", render)


def at(runtime: Runtime, moment: datetime) -> Runtime:
    """The same bureau at another moment."""
    return replace(runtime, clock=lambda: moment)


async def at_once(works: Sequence[Awaitable[Made]]) -> list[Made]:
    """All of them, so many at a time."""
    free = asyncio.Semaphore(AT_ONCE)

    async def worked(work: Awaitable[Made]) -> Made:
        async with free:
            return await work

    return list(await asyncio.gather(*(worked(work) for work in works)))
