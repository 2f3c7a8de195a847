"""A code as pictures to be scanned: a QR code, and a barcode for scanners that know no other (ISO/IEC 15417, set C).

Always black on white, also where the page is dark: a scanner needs the contrast and the quiet zone.
"""

from __future__ import annotations

import re
from functools import lru_cache

import segno
from markupsafe import Markup

QUIET_MODULES = 4
BARCODE_QUIET = 10

PAPER_MASK = 7
"""Which of the eight patterns is laid over a code for paper. To try them all and weigh each, as is done for the small
codes of a phone, takes forty milliseconds for a receipt, 77 by 77 modules. Signed text is as good as chance: none is
much better than this one.
"""

_DARK = re.compile(rb"\x01+")
START_C, CODES = 105, 103
STOP = "2331112"
# Bar and space widths of the values 0 to 105 in turn, six each; the standard's table.
_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232"
)


def qr(digits: str, label: str) -> Markup:
    """A QR code as inline SVG; ``label`` is what a screen reader says instead of it."""
    return _qr(segno.make(digits, error="m", micro=False), label)


def _qr(code: segno.QRCode, label: str) -> Markup:
    size = int(code.symbol_size(border=QUIET_MODULES)[0])
    runs: list[str] = []
    for row, modules in enumerate(code.matrix, QUIET_MODULES):
        for dark in _DARK.finditer(modules):
            column, length = dark.start() + QUIET_MODULES, len(dark[0])
            runs.append(f"M{column} {row}h{length}v1h-{length}z")
    return _svg("qr", size, size, "".join(runs), label)


def paper_qr(text: str, label: str) -> Markup:
    """A QR code for paper, where much has to fit in and nobody's hand shakes."""
    return _qr(segno.make(text, error="l", micro=False, mask=PAPER_MASK), label)


def barcode(digits: str, label: str) -> Markup:
    """A CODE128 barcode of an even number of digits as inline SVG, as wide as its box."""
    widths = barcode_widths(digits)
    position, bars = BARCODE_QUIET, []
    for place, width in enumerate(widths):
        if place % 2 == 0:
            bars.append(f"M{position} 0h{width}v1h-{width}z")
        position += width
    total = position + BARCODE_QUIET
    return _svg("barcode", total, 1, "".join(bars), label)


def barcode_widths(digits: str) -> list[int]:
    """Widths of bars and spaces in turn, in modules. Refused: an odd number of digits, which set C cannot write."""
    if len(digits) % 2 or not digits.isascii() or not digits.isdigit():
        raise ValueError("a barcode of set C holds an even number of digits")
    values = [START_C, *(int(digits[place : place + 2]) for place in range(0, len(digits), 2))]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % CODES
    patterns = _patterns()
    return [int(width) for value in (*values, check) for width in patterns[value]] + [int(w) for w in STOP]


@lru_cache(maxsize=1)
def _patterns() -> list[str]:
    return [_WIDTHS[place : place + 6] for place in range(0, len(_WIDTHS), 6)]


def _svg(kind: str, width: int, height: int, path: str, label: str) -> Markup:
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}" preserveAspectRatio="none" '
        'shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="{}"/></svg>'
    ).format(kind, width, height, label, path)
