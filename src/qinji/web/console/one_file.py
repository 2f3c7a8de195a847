"""One file of many rows: how far it is, what would or did come of it, and what may be said about it."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response, StreamingResponse

from qinji.bulk.model import AT_WORK, CARRIED_OUT, KIND_CHINESE, STATE_CHINESE, BulkFile, FileKind, FileState
from qinji.bulk.rules import (
    is_open,
    may_check_again,
    may_decide,
    may_end,
    may_go_on,
    may_stop,
    may_withdraw,
    percent,
    seems_stuck,
    tally_of,
)
from qinji.flows import decide_file, read_files
from qinji.flows.decide_file import FileVerdict
from qinji.flows.parts.crediting import CreditFile
from qinji.flows.read_files import FileCase
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import HEADERS, go
from qinji.web.console.desk import desk_page, problem
from qinji.web.console.file_words import BEFORE, DID, DONE, SAID, WOULD
from qinji.web.console.files import BACK
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.texts import _

LEFT = frozenset({FileState.STOPPED, FileState.ENDED})
"""States in which rows may be left that were not reached."""


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
    pieces = (
        refuse(RefusalCode.NOT_FOUND)
        if file_id is None
        else await read_files.report(visit.staff, file_id, visit.deps)
    )
    if isinstance(pieces, Refused):
        return problem(visit, pieces, BACK)
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="refused.csv"'}
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)


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
        "at_work": file.state in AT_WORK,
        "open": is_open(file),
        "percent": percent(file),
        "stuck": seems_stuck(file, visit.deps.clock()),
        "tally": tally_of(file),
        "carried_out": carried_out,
        "unreached": file.rows - file.carried.rows if file.state in LEFT else 0,
        "said": SAID,
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
        "may_go_on": may_go_on(file, staff) is None,
        "may_end": may_end(file) is None,
    }


def _file(visit: StaffVisit) -> UUID | None:
    return from_wire(visit.request.path_params["file"])
