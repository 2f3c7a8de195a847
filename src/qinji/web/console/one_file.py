"""One file of many rows: how far it is, what would or did come of it, and what may be said about it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from qinji.bulk.model import KIND_CHINESE, STATE_CHINESE, BulkFile, FileKind, FileRow, FileState
from qinji.bulk.rules import (
    is_open,
    may_check_again,
    may_decide,
    may_end,
    may_stop,
    may_withdraw,
    percent,
    seems_stuck,
)
from qinji.flows import decide_file, read_files
from qinji.flows.decide_file import FileVerdict
from qinji.flows.parts.bulk_rows import COLUMNS, report_titles
from qinji.flows.parts.crediting import CreditFile
from qinji.flows.read_files import FileCase
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.platform.workbook import harmless
from qinji.web.answers import HEADERS, go
from qinji.web.console.desk import desk_page, problem
from qinji.web.console.file_words import BEFORE, DID, DONE, WOULD
from qinji.web.console.files import BACK
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.texts import _

CARRIED_OUT = frozenset({FileState.RUNNING, FileState.STOPPED, FileState.DONE, FileState.ENDED})
"""States in which it is told what came of it, not what would."""


async def one(visit: StaffVisit) -> Response:
    """The file; of one that is at work only the part that changes, where that is asked for."""
    return await _show(visit, 200)


async def decide(visit: StaffVisit) -> Response:
    """What somebody says about it."""
    form = await read_form(visit)
    file_id, answer, reason = _file(visit), form.text("answer"), form.text("reason")
    if file_id is None or answer not in set(FileVerdict):
        return problem(visit, refuse(RefusalCode.NOT_FOUND), BACK)
    verdict = FileVerdict(answer)

    async def act(call: KeyedCall[BulkFile]) -> bytes:
        command = decide_file.DecideFile(call, visit.staff, file_id, verdict, reason)
        return await decide_file.run(command, visit.deps)

    told = await carry_out(visit, visit.staff, form, act)
    if told.refused:
        return await _show(visit, 422, told.refused, reason)
    return go(visit, f"{BACK}/{to_wire(file_id)}?done={verdict}")


async def refused(visit: StaffVisit) -> Response:
    """Every row that was not carried out, as a CSV that spreadsheets open as it is."""
    file_id = _file(visit)
    case = (
        refuse(RefusalCode.NOT_FOUND)
        if file_id is None
        else await read_files.one(visit.staff, file_id, visit.deps)
    )
    if isinstance(case, Refused) or file_id is None:
        return problem(visit, case if isinstance(case, Refused) else refuse(RefusalCode.NOT_FOUND), BACK)
    rows = await read_files.refused(visit.staff, file_id, visit.deps)
    if isinstance(rows, Refused):
        return problem(visit, rows, BACK)
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="refused.csv"'}
    pieces = _written(case.file.kind, rows)
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)


async def _written(kind: FileKind, rows: AsyncIterator[Sequence[FileRow]]) -> AsyncIterator[bytes]:
    yield "\ufeff".encode() + _lines([report_titles(COLUMNS[kind])])
    async for some in rows:
        yield _lines([(str(row.line), *row.cells, row.what, row.advice) for row in some])


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


async def _show(visit: StaffVisit, status: int, error: str = "", reason: str = "") -> Response:
    file_id = _file(visit)
    found = (
        refuse(RefusalCode.NOT_FOUND)
        if file_id is None
        else await read_files.one(visit.staff, file_id, visit.deps)
    )
    if isinstance(found, Refused):
        return problem(visit, found, BACK)
    template = "parts_file.html" if visit.partial else "file.html"
    done = DONE.get(visit.request.query_params.get("done", ""), "")
    shown = _shown(visit, found)
    return desk_page(
        visit, template, status, done=_(done) if done else "", error=error, reason=reason, **shown
    )


def _shown(visit: StaffVisit, case: FileCase) -> dict[str, object]:
    file, staff = case.file, visit.staff.staff_id
    carried_out = file.state in CARRIED_OUT
    return {
        "file": file,
        "case": case,
        "key": to_wire(file.file_id),
        "kind": file.kind,
        "kinds": FileKind,
        "states": FileState,
        "title": KIND_CHINESE[file.kind],
        "state": STATE_CHINESE[file.state],
        "at_work": file.state in (FileState.CHECKING, FileState.RUNNING),
        "open": is_open(file),
        "percent": percent(file),
        "stuck": seems_stuck(file, visit.deps.clock()),
        "tally": file.carried if carried_out else file.checked,
        "carried_out": carried_out,
        "of_money": file.kind is not FileKind.ENROL,
        "done_word": (DID if carried_out else WOULD)[file.kind],
        "before_word": BEFORE[file.kind],
        "run_name": CreditFile(file.digest, "", file.terms.beside).name,
        "mine": file.brought_by == staff,
        "may_check_again": may_check_again(file, staff) is None,
        "may_enter": may_check_again(file, staff) is None and file.checked.done > 0,
        "may_decide": may_decide(file, staff) is None,
        "may_withdraw": may_withdraw(file, staff) is None,
        "may_stop": may_stop(file) is None,
        "may_end": may_end(file) is None,
    }


def _file(visit: StaffVisit) -> UUID | None:
    return from_wire(visit.request.path_params["file"])
