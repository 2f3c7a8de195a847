"""A file that somebody at the bureau brings: what it is for, where it stands, what it came to. Amounts are fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class FileKind(StrEnum):
    """What the rows of a file ask for."""

    CREDIT = "credit"
    CLAW_BACK = "claw_back"
    ENROL = "enrol"


KIND_CHINESE: dict[FileKind, str] = {
    FileKind.CREDIT: "个人账户划入",
    FileKind.CLAW_BACK: "多划扣回",
    FileKind.ENROL: "批量参保登记",
}


class FileState(StrEnum):
    """Where a file stands. It is checked first, entered by who brought it, approved by another, and carried out."""

    CHECKING = "checking"
    CHECKED = "checked"
    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    ENDED = "ended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATE_CHINESE: dict[FileState, str] = {
    FileState.CHECKING: "正在核对",
    FileState.CHECKED: "已核对,等录入人提交",
    FileState.WAITING: "已提交,等另一人复核",
    FileState.RUNNING: "正在办理",
    FileState.STOPPED: "已停下,办过的都算数",
    FileState.DONE: "已办完",
    FileState.ENDED: "已中止,余下的没有办",
    FileState.REFUSED: "复核没有通过",
    FileState.WITHDRAWN: "已撤回",
}

AT_WORK = frozenset({FileState.CHECKING, FileState.RUNNING})
"""States in which the service goes on with it by itself."""

OPEN = AT_WORK | {FileState.CHECKED, FileState.WAITING, FileState.STOPPED}
"""States in which something is still to come."""


CARRIED_OUT = frozenset({FileState.RUNNING, FileState.STOPPED, FileState.DONE, FileState.ENDED})
"""States in which something came of it, and is told instead of what would."""


@dataclass(frozen=True, slots=True)
class FileTerms:
    """What was chosen beside the file. ``beside``: in addition to what other files credited or took back already.

    ``credit_name`` names the crediting run of which is taken back; ``again``: what its last round did not get.
    """

    beside: bool = False
    credit_name: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as it stands in the file, with what is wrong with it and what to do, both "" where nothing is.

    ``partly``: it was carried out as far as the money went.
    """

    line: int
    cells: Sequence[str]
    what: str = ""
    advice: str = ""
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the rows that were carried out, by a heading in Chinese: a month, a class, a region."""

    name: str
    count: int
    fen: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What rows came to: carried out, carried out by the same file before, refused; ``short`` of money, by how much.

    ``earlier_fen`` is what earlier rounds took for rows that are carried out now.
    """

    rows: int = 0
    done: int = 0
    done_fen: int = 0
    before: int = 0
    before_fen: int = 0
    earlier_fen: int = 0
    short: int = 0
    missing_fen: int = 0
    refused: int = 0
    groups: tuple[Group, ...] = ()


def tally_to_json(tally: Tally) -> str:
    """A tally as its row keeps it."""
    return msgspec.json.encode(tally).decode()


def tally_from_json(stored: str) -> Tally:
    """A tally read back."""
    return msgspec.json.decode(stored, type=Tally)


@dataclass(frozen=True, slots=True)
class BulkFile:
    """One file. Its rows are divided into ``parts``, of which ``next_part`` are through in the present pass.

    ``checked`` is what would come of it, ``carried`` what came of it; ``digest`` is that of its bytes, ``moved_at``
    when something happened to it last, ``fault`` what broke in the last attempt to go on, ``round`` the round of the
    ledger that the approval of a clawback made.
    """

    file_id: UUID
    kind: FileKind
    name: str
    digest: str
    terms: FileTerms
    state: FileState
    rows: int
    parts: int
    next_part: int
    brought_by: str
    brought_at: datetime
    moved_at: datetime
    checked: Tally = Tally()
    carried: Tally = Tally()
    reason: str | None = None
    entered_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    finished_at: datetime | None = None
    forgotten_at: datetime | None = None
    fault: str | None = None
    round: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many files the service goes on with, wait for another to approve them, and broke in the last attempt.

    Those that broke are at work too: they are tried again.
    """

    at_work: int
    waiting: int
    broken: int


@dataclass(frozen=True, slots=True)
class FileAct:
    """Who said what about a file, and when: brought, entered, approved, stopped, ended. Never changed."""

    file_id: UUID
    act_id: UUID
    staff: str
    what: str
    at: datetime
