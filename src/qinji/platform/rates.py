"""How often something may be done in a window of time, counted in the database so that all processes share it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from qinji.kernel.dates import milliseconds
from qinji.platform.database import Connection

_COUNT = """
insert into rate (subject, window_start, used) values ($1, $2, 1)
on conflict (subject, window_start) do update set used = rate.used + 1
returning used
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many times in a window; ``name`` keeps the counts of different things apart."""

    name: str
    times: int
    window: timedelta


async def seconds_to_wait(connection: Connection, rate: Rate, subject: str, now: datetime) -> int:
    """Count one more time for this subject; 0 when it is within the rate, else the seconds until the next window."""
    length = rate.window // timedelta(milliseconds=1)
    passed = milliseconds(now) % length
    start = now - timedelta(milliseconds=passed, microseconds=now.microsecond % 1000)
    used = await connection.fetchval(_COUNT, f"{rate.name}:{subject}", start)
    return 0 if used <= rate.times else max(1, (length - passed) // 1000)
