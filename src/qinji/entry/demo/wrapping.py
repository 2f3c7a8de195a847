"""Breaking lines for a terminal: a Chinese character takes two cells, a number stays whole, and no line begins with
a closing mark."""

from __future__ import annotations

import re

from rich.cells import cell_len

_PIECES = re.compile(r"[0-9A-Za-z.,%/_:-]*[0-9A-Za-z%]|\s|.")
_NEVER_FIRST = frozenset("。,;:、!?.)）〕”》元")


def wrap(text: str, width: int) -> str:
    """The text in lines of at most ``width`` cells; what is wider than a line by itself is left whole."""
    return "\n".join(line for part in text.split("\n") for line in _lines(part, width))


def _lines(text: str, width: int) -> list[str]:
    lines = [""]
    for piece in _glued(text):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _glued(text: str) -> list[str]:
    """Pieces between which a line may break."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        if pieces and (piece in _NEVER_FIRST or pieces[-1][-1] in "“(〔《（"):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
