"""Message ids: institution code, ``yyyyMMddHHmmss``, four digits; never the same twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock

from qinji.client.terminal import TICKS_PER_SECOND, Terminal
from qinji.kernel.dates import CHINA

_TICK = timedelta(seconds=1) // TICKS_PER_SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MessageIds:
    """Gives ids of one institution; may be shared by threads.

    The four digits are the ten-thousandth of the second, and no id is lower than the one before. So a program that is
    started again within a second goes on above its old ids and needs no file to remember them.

    Several programs of one institution, such as the counters of a hospital, must not meet in one ten-thousandth: by
    their ``Terminal.counter`` they share the numbers out among them.
    """

    def __init__(self, institution: str, terminal: Terminal) -> None:
        self._institution = institution
        self._terminal = terminal
        self._last = -1
        self._alone = Lock()

    def __call__(self) -> str:
        """The next id."""
        with self._alone:
            tick = max(self._last + 1, (self._terminal.clock() - _EPOCH) // _TICK)
            self._last = tick + (self._terminal.counter - tick) % self._terminal.counters
            seconds, sequence = divmod(self._last, TICKS_PER_SECOND)
        moment = (_EPOCH + timedelta(seconds=seconds)).astimezone(CHINA)
        return f"{self._institution}{moment:%Y%m%d%H%M%S}{sequence:04d}"
