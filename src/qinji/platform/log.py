"""The log: one JSON object a line on standard error. What identifies a person is masked here, in one place.

Everything that is logged comes through here: our own lines, those of libraries, warnings, and exceptions that nobody
caught. Of an exception only its type and the places in the code are told, never its text: a driver's text holds the
row that it refused, and nobody can list in advance what the text of the next library holds.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Literal, TypeAlias

import structlog

LogLevel = Literal["debug", "info", "warning", "error"]

# Identity numbers (18, the last may be X), codes shown on a phone (28) and card numbers: long runs of digits.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{14,}[\dXx]?(?![0-9A-Za-z])")
# An identity number that stands against letters, as in a message id that a vendor made of it.
_IDENTITY = re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)")
# What the national interface puts after the code: a time and four digits. No identity number begins like that.
_STAMP = re.compile(r"20\d{2}[01]\d[0-3]\d[0-2]\d[0-5]\d[0-5]\d\d{4}")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\([^)]*\)|<[^>]*>|=\S+")
_SECRET = re.compile(r"secret|token|password|authorization|signature|cookie", re.IGNORECASE)
_HIDDEN = "***"
_SHOWN_DIGITS = 4
_CAUSES_MAX = 5
_FRAMES_MAX = 30
_LINE_MAX = 300
"""Characters of a library's line."""

_PACKAGES = ("site-packages/", "qinji/", "lib/python")
ToldException: TypeAlias = dict[str, object]


def masked_text(text: str) -> str:
    """The text with every long number cut to its first four digits."""
    cut = _NUMBER.sub(_first_digits, text)
    return _IDENTITY.sub(_first_digits, cut)


def _first_digits(found: re.Match[str]) -> str:
    return found.group()[:_SHOWN_DIGITS] + _HIDDEN


def message_name(institution: str, message_id: str) -> str:
    """A message id for the log: after the institution's code may stand what a vendor made of a patient's number."""
    own = message_id.startswith(institution)
    rest = message_id[len(institution) :] if own else message_id
    if own and _STAMP.fullmatch(rest):
        return message_id
    return (institution if own else "") + masked_text(rest)


def masked_foreign(text: str) -> str:
    """What a library says: its first line, without anything that looks like a value."""
    line = text.partition("\n")[0][:_LINE_MAX]
    return _NOT_ASCII.sub(_HIDDEN, masked_text(_QUOTED.sub(_HIDDEN, line)))


def _masked(key: str, value: object) -> object:
    if _SECRET.search(key):
        return _HIDDEN
    if isinstance(value, str):
        # Our own lines are in English; what is not ASCII came from outside, and may be somebody's name.
        return _NOT_ASCII.sub(_HIDDEN, masked_text(value))
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


def told_exception(raised: BaseException) -> ToldException:
    """What the log tells of an exception: its type, the database's codes for it, the places, and what it came from."""
    told: ToldException = {}
    inner: BaseException | None = raised
    part = told
    for _ in range(_CAUSES_MAX):
        if inner is None:
            break
        part |= _one_exception(inner)
        if isinstance(inner, BaseExceptionGroup):
            part["members"] = [_one_exception(member) for member in inner.exceptions[:_CAUSES_MAX]]
        inner = inner.__cause__ or (None if inner.__suppress_context__ else inner.__context__)
        if inner is not None:
            below: ToldException = {}
            part["from"] = below
            part = below
    return told


def _one_exception(raised: BaseException) -> ToldException:
    kind = type(raised)
    told: ToldException = {"type": f"{kind.__module__}.{kind.__qualname__}"}
    for name in ("sqlstate", "table_name", "column_name", "constraint_name"):
        value = getattr(raised, name, None)
        if isinstance(value, str):
            told[name] = value
    frames = traceback.extract_tb(raised.__traceback__)[-_FRAMES_MAX:]
    told["at"] = [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return told


def _place(filename: str) -> str:
    for package in _PACKAGES:
        _, found, inner = filename.rpartition(package)
        if found:
            return inner if package != "qinji/" else found + inner
    return Path(filename).name


def _tell_exception(
    _logger: object, _method: str, event: MutableMapping[str, object]
) -> MutableMapping[str, object]:
    """The structlog step that puts the told exception in the place of ``exc_info``."""
    given = event.pop("exc_info", None)
    raised = given[1] if isinstance(given, tuple) else given if isinstance(given, BaseException) else None
    if given is True:
        raised = sys.exc_info()[1]
    if raised is not None:
        event["exception"] = told_exception(raised)
    return event


class _Libraries(logging.Handler):
    """Brings what libraries log into the one log."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line of a library."""
        try:
            structlog.get_logger().log(
                record.levelno,
                masked_foreign(record.getMessage()),
                library=record.name,
                exc_info=record.exc_info if record.exc_info and record.exc_info[1] else None,
            )
        except Exception:  # noqa: BLE001  -- a line that cannot be written must not end what wrote it
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  -- the name is logging's
        """Says that a line was lost, without what was in it."""
        sys.stderr.write(f'{{"event": "a line was lost", "library": "{record.name}"}}\n')


def _uncaught(kind: type[BaseException], raised: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger().error("uncaught", exc_info=(kind, raised, trace))


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None:
        _uncaught(found.exc_type, found.exc_value, found.exc_traceback)


def _unraisable(found: sys.UnraisableHookArgs) -> None:
    if found.exc_value is not None:
        _uncaught(found.exc_type, found.exc_value, found.exc_traceback)


LIBRARY_LOGGERS: dict[str, dict[str, object]] = {"_granian": {"handlers": [], "propagate": True}}
"""For a library that sets its own loggers up: they hand everything on to the one log."""


def configure_log(level: LogLevel = "info") -> None:
    """Sets the log up for this process and those it forks; called by `entry`, once in each process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tell_exception,
            mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread
