"""批量办理: the files of many rows that were brought, and bringing another one."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.responses import Response

from qinji.bulk.model import KIND_CHINESE, STATE_CHINESE, BulkFile, FileKind, FileState, FileTerms
from qinji.bulk.rules import percent
from qinji.flows import bring_file, read_files
from qinji.flows.bring_file import BYTES_MAX, ROWS_MAX
from qinji.flows.parts.bulk_rows import COLUMNS
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.platform.workbook import MEDIA_TYPE, Sheet, workbook
from qinji.web.answers import HEADERS, go
from qinji.web.console.desk import desk_page, problem
from qinji.web.console.file_words import BESIDE, PURPOSES, columns_of
from qinji.web.forms import Form, carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.texts import _

PAGE_ITEMS = 20
BACK = "/console/files"


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, with its faults by field. ``credit`` names the crediting file of which is taken back."""

    credit: str = ""
    beside: bool = False
    again: bool = False
    errors: dict[str, str] = field(default_factory=dict)


async def front(visit: StaffVisit) -> Response:
    """What is open, or everything, the newest first."""
    asked = visit.request.query_params
    everything = asked.get("show") == "all"
    after = from_wire(asked.get("after", ""))
    found = await read_files.listing(visit.staff, PAGE_ITEMS, after, visit.deps, open_only=not everything)
    if isinstance(found, Refused):
        return problem(visit, found)
    return desk_page(
        visit,
        "files.html",
        found=found,
        everything=everything,
        more=to_wire(found[-1].file_id) if len(found) == PAGE_ITEMS else "",
        later=after is not None,
        purposes=PURPOSES,
        kind_words=KIND_CHINESE,
        state_words=STATE_CHINESE,
        states=FileState,
        percent=percent,
        wire=to_wire,
    )


async def begin(visit: StaffVisit) -> Response:
    """An empty form for a file of one kind."""
    kind = _kind(visit)
    if kind is None:
        return problem(visit, refuse(RefusalCode.NOT_FOUND), BACK)
    return await _form(visit, kind, Filled(credit=visit.request.query_params.get("credit", "")), 200)


async def send(visit: StaffVisit) -> Response:
    """Take a file in."""
    form, kind = await read_form(visit), _kind(visit)
    if kind is None:
        return problem(visit, refuse(RefusalCode.NOT_FOUND), BACK)
    filled = _filled(form, kind)
    files = form.files("file")
    if not files:
        filled.errors["file"] = _("请选一个文件")
    if filled.errors:
        return await _form(visit, kind, filled, 422)
    name, content = files[0].filename or "", await files[0].read()
    terms = FileTerms(filled.beside, filled.credit or None, filled.again)

    async def act(call: KeyedCall[BulkFile]) -> bytes:
        command = bring_file.BringFile(call, visit.staff, kind, name, content, terms)
        return await bring_file.run(command, visit.deps)

    told = await carry_out(visit, visit.staff, form, act, lambda file: to_wire(file.file_id))
    if told.refused:
        return await _form(visit, kind, filled, 422, told.refused)
    return go(visit, f"{BACK}/{told.shown}?done=brought")


async def empty(visit: StaffVisit) -> Response:
    """An empty sheet with the columns of a kind, every one of them text, to be filled in."""
    kind = _kind(visit)
    if kind is None:
        return problem(visit, refuse(RefusalCode.NOT_FOUND), BACK)
    titles = COLUMNS[kind]
    content = workbook([Sheet(KIND_CHINESE[kind], titles, [])], visit.deps.clock(), KIND_CHINESE[kind])
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _filled(form: Form, kind: FileKind) -> Filled:
    filled = Filled(
        credit=form.whole("credit") if kind is FileKind.CLAW_BACK else "",
        beside=form.text("beside") == "yes" and kind in BESIDE,
        again=form.text("again") == "yes" and kind is FileKind.CLAW_BACK,
    )
    if kind is FileKind.CLAW_BACK and not filled.credit:
        filled.errors["credit"] = _("请选当初多划了的那个文件")
    return filled


async def _form(visit: StaffVisit, kind: FileKind, filled: Filled, status: int, error: str = "") -> Response:
    runs: list[read_files.Credit] | Refused = []
    if kind is FileKind.CLAW_BACK:
        runs = await read_files.credit_runs(visit.staff, visit.deps, filled.credit)
    if isinstance(runs, Refused):
        return problem(visit, runs, BACK)
    return desk_page(
        visit,
        "file_new.html",
        status,
        kind=kind,
        kinds=FileKind,
        title=KIND_CHINESE[kind],
        purpose=PURPOSES[kind],
        columns=columns_of(kind),
        beside=BESIDE.get(kind, ""),
        runs=runs,
        entry=filled,
        error=error,
        megabytes=BYTES_MAX // 1024 // 1024,
        rows_max=ROWS_MAX,
    )


def _kind(visit: StaffVisit) -> FileKind | None:
    asked = visit.request.path_params["kind"]
    return FileKind(asked) if asked in set(FileKind) else None
