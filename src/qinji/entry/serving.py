"""What a running `qinji serve` leaves in its home for the commands beside it: which process, which port, since when."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import qinji
from qinji.entry.figures_folder import shared_figures
from qinji.entry.settings import Settings
from qinji.platform.clock import system_clock

RECORD_FILE = "serving.json"


@dataclass(frozen=True, slots=True)
class Serving:
    """A service as it said it runs; ``since`` is ISO 8601 with its offset."""

    process: int
    port: int
    since: str
    version: str
    mode: str

    @property
    def began(self) -> datetime:
        """When it began to serve."""
        return datetime.fromisoformat(self.since)


@contextmanager
def beside(settings: Settings) -> Iterator[None]:
    """Keeps the record and the folder of the figures while the doors are open; both are gone afterwards."""
    home = settings.home.expanduser().absolute()
    record = home / RECORD_FILE
    told = Serving(os.getpid(), settings.port, system_clock().isoformat(), qinji.__version__, settings.mode)
    with ExitStack() as stack:
        stack.enter_context(shared_figures(home))
        stack.callback(record.unlink, missing_ok=True)
        write_whole(record, json.dumps(asdict(told)))
        yield


def running(home: Path) -> Serving | None:
    """The service that runs from this home, or None. A record that a killed one left does not count."""
    try:
        told = Serving(**json.loads((home / RECORD_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    command_line = Path(f"/proc/{told.process}/cmdline")
    try:
        return told if b"qinji" in command_line.read_bytes() else None
    except OSError:
        return None


def write_whole(path: Path, text: str) -> None:
    """Writes a file of mode 0600 that is there as a whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
