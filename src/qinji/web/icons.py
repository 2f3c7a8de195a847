"""Inline drawings: no font and no further request is needed. Each only decorates the word beside it."""

from __future__ import annotations

from markupsafe import Markup

_PATHS: dict[str, str] = {
    "code": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2v2h-2zM14 18h2v2h-2zM18 18h2v2h-2z",
    "family": "M8.5 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM16 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 19c0-3 2.5-5.5 5.5-5.5"
    "S14 16 14 19M14.5 14.6c2.9-.8 6 1.2 6 4.4",
    "purse": "M4 8.5A2.5 2.5 0 0 1 6.500 6H17v3M4 8.5V17a2.500 2.500 0 0 0 2.500 2.500H20V9H6.500M16.500 14.300h.01",
    "records": "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
    "me": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c0-3.600 3.400-6 7.500-6s7.500 2.400 7.500 6",
    "help": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.500 9.500a2.500 2.500 0 1 1 3.600 2.300c-.8.4-1.100.9-1.100 1.700"
    "M12 17h.01",
    "warning": "M12 4 2.800 20h18.400zM12 10v4.500M12 17.500h.01",
    "stop": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 8l8 8",
    "done": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.300l2.800 2.800L16 9.500",
    "back": "M15 5l-7 7 7 7",
    "next": "M9 5l7 7-7 7",
    "up": "M12 19V5M6 11l6-6 6 6",
    "down": "M12 5v14M6 13l6 6 6-6",
    "speak": "M4 10v4h3.500L12 18V6l-4.500 4zM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11",
    "again": "M20 12a8 8 0 1 1-2.400-5.700M20 4v4.500h-4.500",
    "camera": "M4 8h3.500L9 5.500h6L16.500 8H20v11H4zM12 16.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z",
    "lock": "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
    "print": "M7 8V4h10v4M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "search": "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20 20",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l1.500 2h-15zM10 20.500h4",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2",
}


def icon(name: str) -> Markup:
    """The drawing of this name, as large as the text around it; hidden from screen readers."""
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>'
    ).format(_PATHS[name])
