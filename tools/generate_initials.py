"""Writes src/qinji/policy/initials.txt: by which letters the Chinese pinyin of a character may begin.

Its source is the table of readings of pypinyin (MIT licence), which neither the server nor its tests need:
`uv run --with pypinyin==0.55.0 tools/generate_initials.py`. A character keeps all its readings, the rare ones too:
who looks for 白术 types b and either s or z.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "qinji" / "policy" / "initials.txt"
FIRST, LAST = 0x4E00, 0x9FFF
"""The block of characters in common use (CJK Unified Ideographs)."""


def letters_of(readings: str) -> str:
    """The first letters of readings with tone marks, each once, the usual one first: ``shān,dān`` gives ``sd``."""
    firsts = [unicodedata.normalize("NFD", reading)[0] for reading in readings.split(",") if reading]
    return "".join(dict.fromkeys(letter for letter in firsts if letter.isascii() and letter.isalpha()))


def render() -> str:
    """A line for each set of letters: the letters, a space, the characters."""
    from pypinyin.pinyin_dict import pinyin_dict

    found: dict[str, list[str]] = defaultdict(list)
    for code in range(FIRST, LAST + 1):
        letters = letters_of(pinyin_dict.get(code, ""))
        if letters:
            found[letters].append(chr(code))
    return "".join(f"{letters} {''.join(characters)}\n" for letters, characters in sorted(found.items()))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tools.generated import write_or_check

    sys.exit(write_or_check(TARGET, render(), sys.argv[1:]))
