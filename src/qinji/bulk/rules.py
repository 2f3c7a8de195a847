"""Pure rules of files: what may be done with one as it stands, by whom, and how what parts came to is added up."""

from __future__ import annotations

from datetime import datetime, timedelta

from qinji.bulk.model import (
    CARRIED_OUT,
    KIND_CHINESE,
    OPEN,
    STATE_CHINESE,
    BulkFile,
    FileKind,
    FileState,
    FileTerms,
    Group,
    Tally,
)
from qinji.kernel.reasons import sound_reason
from qinji.kernel.refusal import RefusalCode, Refused, refuse

PART_ROWS = 1000
"""Rows of a part, which is one transaction: so long a settlement of one of these persons waits."""

NAME_MAX = 100

KEPT = timedelta(days=30)
"""So long the rows of a file that is over are kept, for the report of those that were refused."""

AFTER_FAULT = timedelta(seconds=30)
"""So long a file in which something broke stays back, so that it does not hold up the others."""

QUIET = timedelta(minutes=3)
"""A file that is at work and has not moved for so long has met something."""


def added(first: Tally, second: Tally) -> Tally:
    """Two tallies as one; groups of the same name become one."""
    groups: dict[str, Group] = {}
    for one in (*first.groups, *second.groups):
        known = groups.get(one.name, Group(one.name, 0, 0))
        groups[one.name] = Group(one.name, known.count + one.count, known.fen + one.fen)
    return Tally(
        rows=first.rows + second.rows,
        done=first.done + second.done,
        done_fen=first.done_fen + second.done_fen,
        before=first.before + second.before,
        before_fen=first.before_fen + second.before_fen,
        earlier_fen=first.earlier_fen + second.earlier_fen,
        short=first.short + second.short,
        missing_fen=first.missing_fen + second.missing_fen,
        refused=first.refused + second.refused,
        groups=tuple(groups[name] for name in sorted(groups)),
    )


def sound_terms(kind: FileKind, terms: FileTerms) -> Refused | None:
    """Whether what was chosen beside a file belongs to its kind; what would be passed over in silence is refused."""
    if kind is not FileKind.CLAW_BACK and (terms.credit_name is not None or terms.again):
        wrong = f"{KIND_CHINESE[kind]}不指明从哪个划入文件扣回,也不分是否再扣一轮"
        return refuse(RefusalCode.REQUEST_INVALID, reason=wrong)
    if kind is FileKind.ENROL and terms.beside:
        wrong = f"{KIND_CHINESE[kind]}不分是否在已办之外再办"
        return refuse(RefusalCode.REQUEST_INVALID, reason=wrong)
    return None


def may_enter(file: BulkFile, staff: str, reason: str) -> Refused | None:
    """Who brought a checked file hands it to another, with a reason. Refused: one in which nothing can be done."""
    refusal = _own(file, staff, {FileState.CHECKED}, "提交复核") or sound_reason(reason)
    if refusal is None and not file.checked.done:
        return refuse(RefusalCode.BULK_STATE, state="里没有能办的行", action="提交复核")
    return refusal


def may_decide(file: BulkFile, staff: str) -> Refused | None:
    """Another than who brought it approves or refuses a file that waits."""
    if file.state is not FileState.WAITING:
        return _not_now(file, "复核")
    return refuse(RefusalCode.SAME_CLERK) if file.brought_by == staff else None


def may_check_again(file: BulkFile, staff: str) -> Refused | None:
    """Who brought it has it looked at anew, once what was missing is put right, before it is entered."""
    return _own(file, staff, {FileState.CHECKED}, "重新核对")


def may_withdraw(file: BulkFile, staff: str) -> Refused | None:
    """Who brought it takes it back while nothing was carried out; before it is entered, any colleague too.

    Otherwise somebody who is away would keep everybody from bringing the same file.
    """
    if file.state in {FileState.CHECKING, FileState.CHECKED}:
        return None
    return _own(file, staff, {FileState.WAITING}, "撤回")


def may_stop(file: BulkFile) -> Refused | None:
    """Anybody of the bureau stops a file that is being carried out: what is done stays."""
    return None if file.state is FileState.RUNNING else _not_now(file, "停下")


def may_go_on(file: BulkFile, staff: str) -> Refused | None:
    """Another than who brought it lets a stopped file go on: it may have been stopped for a good reason."""
    if file.state is not FileState.STOPPED:
        return _not_now(file, "继续")
    return refuse(RefusalCode.SAME_CLERK) if file.brought_by == staff else None


def may_end(file: BulkFile) -> Refused | None:
    """Anybody of the bureau ends a stopped file for good: the rest is not carried out."""
    return None if file.state is FileState.STOPPED else _not_now(file, "中止")


def _own(file: BulkFile, staff: str, states: set[FileState], action: str) -> Refused | None:
    if file.state not in states:
        return _not_now(file, action)
    return None if file.brought_by == staff else refuse(RefusalCode.NOT_ALLOWED, action=f"替别人{action}")


def _not_now(file: BulkFile, action: str) -> Refused:
    return refuse(RefusalCode.BULK_STATE, state=STATE_CHINESE[file.state], action=action)


def is_open(file: BulkFile) -> bool:
    """Whether something is still to come of it."""
    return file.state in OPEN


def tally_of(file: BulkFile) -> Tally:
    """What came of it; before it is carried out, what would."""
    return file.carried if file.state in CARRIED_OUT else file.checked


def percent(file: BulkFile) -> int:
    """How many rows of a hundred are through in the present pass."""
    return 100 * tally_of(file).rows // file.rows


def seems_stuck(file: BulkFile, now: datetime) -> bool:
    """Whether a file that the service should be going on with has not moved for a while."""
    return file.state in {FileState.CHECKING, FileState.RUNNING} and now - file.moved_at > QUIET
