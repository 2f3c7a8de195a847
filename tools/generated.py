"""Generated documents: written by their generator, checked for freshness by the same."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def write_or_check(path: Path, text: str, arguments: list[str]) -> int:
    """Write ``text`` to ``path``; with ``--check`` only compare. The exit status."""
    if "--check" not in arguments:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return 0
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return 0
    print(f"{path.relative_to(ROOT)} is not fresh: run its generator in tools/", file=sys.stderr)
    return 1
