"""The log: one JSON object a line on standard error. What identifies a person is masked here, in one place.

Nothing else in the program writes to the log but through structlog, so nothing reaches it unmasked.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Literal

import structlog

LogLevel = Literal["debug", "info", "warning", "error"]

# Identity numbers (18, the last may be X), codes shown on a phone (28) and card numbers: long runs of digits.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{14,}[\dXx]?(?![0-9A-Za-z])")
_SECRET = re.compile(r"secret|token|password|authorization|signature|cookie", re.IGNORECASE)
_HIDDEN = "***"
_SHOWN_DIGITS = 4


def masked_text(text: str) -> str:
    """The text with every long number cut to its first four digits."""
    return _NUMBER.sub(lambda found: found.group()[:_SHOWN_DIGITS] + _HIDDEN, text)


def _masked(key: str, value: object) -> object:
    if _SECRET.search(key):
        return _HIDDEN
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        text = str(value)
        return masked_text(text) if _NUMBER.fullmatch(text) else value
    if isinstance(value, Mapping):
        return {name: _masked(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(key, inner) for inner in value]
    return value if value is None or isinstance(value, bool) else masked_text(str(value))


def mask(_logger: object, _method: str, event: MutableMapping[str, object]) -> Mapping[str, object]:
    """The structlog step that masks every value of a log line, however deep."""
    return {key: _masked(key, value) for key, value in event.items()}


def configure_log(level: LogLevel = "info") -> None:
    """Sets the log up for this process; called once, by `entry`."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
