"""How far a command is, on one line of a terminal; nothing of it where the output goes to a file or a log."""

from __future__ import annotations

import sys

ERASE = "\r\x1b[K"


def show_step(place: int, count: int, name: str) -> None:
    """One step of so many; the last one wipes the line."""
    if sys.stderr.isatty():
        sys.stderr.write(ERASE if place >= count else f"{ERASE}  {place}/{count} {name}")
        sys.stderr.flush()
