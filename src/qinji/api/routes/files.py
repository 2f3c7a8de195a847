"""批量办理 at the JSON door: one brings a file of many rows, another approves, the service carries it out."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field
from starlette.requests import ClientDisconnect

from qinji.access.model import Action
from qinji.api.file_views import (
    AccountYearsView,
    CreditRunsView,
    FileCaseView,
    FileView,
    account_year_view,
    case_view,
    credit_run_view,
    file_shown,
    file_view,
)
from qinji.api.problem import CallRefused
from qinji.api.session import (
    PAGE_DEFAULT,
    DepsOf,
    Keyed,
    KeyedOf,
    KeyOf,
    Limit,
    Staff,
    answer,
    identifier,
    in_office,
    keyed_bytes,
)
from qinji.api.shapes import Asked
from qinji.api.views import Page, page
from qinji.bulk.model import FileKind, FileTerms
from qinji.flows import bring_file, decide_file, read_account_years, read_files
from qinji.flows.decide_file import FileVerdict
from qinji.flows.deps import Deps
from qinji.kernel.actor import StaffActor
from qinji.kernel.ids import to_wire
from qinji.kernel.reasons import REASON_MAX, REASON_MIN
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.workbook import MEDIA_TYPE

router = APIRouter(prefix="/staff", tags=["批量办理 files"])

PLAIN = r"^[^\x00-\x1f\x7f]*$"
CSV = "text/csv"
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": f"文件本身,最大 {bring_file.BYTES_MAX} 字节;是哪一种由 name 的结尾决定,与 Content-Type 无关",
        "content": {CSV: BINARY, MEDIA_TYPE: BINARY},
    }
}
REPORT_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

FileName = Annotated[
    str,
    Query(min_length=1, max_length=255, pattern=PLAIN, description="文件名,如 2026-03.csv 或 2026-03.xlsx"),
]
Beside = Annotated[bool, Query(description="在其他文件已划入(或已扣回)的之外再办")]
CreditRun = Annotated[
    str | None,
    Query(max_length=200, pattern=PLAIN, description="扣回哪个划入文件,见 GET /staff/credit-runs"),
]
Again = Annotated[bool, Query(description="上一轮没有扣到的,再扣一轮")]


class FileReasonAsk(Asked):
    """Why a file is entered or refused; whoever money is taken back from reads why it was entered."""

    reason: Annotated[str, Field(min_length=REASON_MIN, max_length=REASON_MAX, description="事由")]


@router.post(
    "/files",
    status_code=201,
    response_model=FileView,
    openapi_extra=FILE_BODY,
    dependencies=[in_office(Action.HANDLE_FILES)],
)
async def bring(
    request: Request,
    staff: Staff,
    key: KeyOf,
    deps: DepsOf,
    kind: FileKind,
    name: FileName,
    beside: Beside = False,
    credit_run: CreditRun = None,
    again: Again = False,
) -> Response:
    """Bring a file of many rows, for crediting, for taking back or for enrolment; the service checks it from now on.

    Nothing of it is carried out before who brought it has entered it and another has approved it.
    """
    terms = FileTerms(beside, credit_run or None, again)
    asked = json.dumps([kind, name, terms.beside, terms.credit_name, terms.again])
    content = await _content(request)
    keyed = await asyncio.to_thread(keyed_bytes, key, asked, content)
    command = bring_file.BringFile(
        call=keyed.call("file.bring", staff, file_shown(deps.clock()), 201),
        actor=staff,
        kind=kind,
        name=name,
        content=content,
        terms=terms,
    )
    return answer(await bring_file.run(command, deps))


async def _content(request: Request) -> bytes:
    """The whole file; it is read here and no earlier, when it is known who brings it."""
    try:
        return await request.body()
    except ClientDisconnect as gone:
        raise CallRefused(refuse(RefusalCode.REQUEST_INVALID, reason="文件没有传完")) from gone


@router.get("/files")
async def listing(
    staff: Staff,
    deps: DepsOf,
    open_only: Annotated[bool, Query(alias="open", description="只看还没有办完的")] = False,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[FileView]:
    """Files that anybody of the bureau brought, newest first."""
    before = None if after is None else identifier(after)
    found = await read_files.listing(staff, limit, before, deps, open_only=open_only)
    if isinstance(found, Refused):
        raise CallRefused(found)
    cursor = to_wire(found[-1].file_id) if found else None
    return page([file_view(one, deps.clock()) for one in found], limit, cursor)


@router.get("/files/{file}")
async def one(file: str, staff: Staff, deps: DepsOf) -> FileCaseView:
    """Where a file stands, what came of it, the first rows that were not carried out, and who said what."""
    found = await read_files.one(staff, identifier(file), deps)
    if isinstance(found, Refused):
        raise CallRefused(found)
    return case_view(found, deps.clock())


@router.get("/files/{file}/refused", response_class=Response, responses={200: {"content": {CSV: BINARY}}})
async def refused(file: str, staff: Staff, deps: DepsOf) -> StreamingResponse:
    """Every row that was not carried out, as a CSV for a spreadsheet: what is wrong with it, and what to do.

    No text in it is a formula; identity numbers are masked.
    """
    identified = identifier(file)
    found = await read_files.report(staff, identified, deps)
    if isinstance(found, Refused):
        raise CallRefused(found)
    name = f'attachment; filename="refused-{to_wire(identified)}.csv"'
    return StreamingResponse(found, media_type=CSV, headers=REPORT_HEADERS | {"Content-Disposition": name})


async def _decide(
    file: str, verdict: FileVerdict, staff: StaffActor, keyed: Keyed, deps: Deps, reason: str = ""
) -> Response:
    command = decide_file.DecideFile(
        call=keyed.call(f"file.{verdict.value}", staff, file_shown(deps.clock())),
        actor=staff,
        file_id=identifier(file),
        verdict=verdict,
        reason=reason,
    )
    return answer(await decide_file.run(command, deps))


@router.post("/files/{file}/enter", response_model=FileView)
async def enter(file: str, ask: FileReasonAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Whoever brought it hands it, once it is checked, to another to approve."""
    return await _decide(file, FileVerdict.ENTER, staff, keyed, deps, ask.reason)


@router.post("/files/{file}/check-again", response_model=FileView)
async def check_again(file: str, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Whoever brought it has it checked anew, once what its rows lacked is put right; not after it is entered."""
    return await _decide(file, FileVerdict.CHECK_AGAIN, staff, keyed, deps)


@router.post("/files/{file}/withdraw", response_model=FileView)
async def withdraw(file: str, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Whoever brought it takes it back before it is approved; before it is entered, a colleague does too."""
    return await _decide(file, FileVerdict.WITHDRAW, staff, keyed, deps)


@router.post("/files/{file}/approve", response_model=FileView)
async def approve(file: str, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """A second member of staff approves it; from now on the service carries it out. Whoever brought it is refused."""
    return await _decide(file, FileVerdict.APPROVE, staff, keyed, deps)


@router.post("/files/{file}/refuse", response_model=FileView)
async def decline(file: str, ask: FileReasonAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """A second member of staff refuses it: nothing of it is carried out."""
    return await _decide(file, FileVerdict.REFUSE, staff, keyed, deps, ask.reason)


@router.post("/files/{file}/stop", response_model=FileView)
async def stop(file: str, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Anybody of the bureau stops it while it is carried out; what is done stays."""
    return await _decide(file, FileVerdict.STOP, staff, keyed, deps)


@router.post("/files/{file}/go-on", response_model=FileView)
async def go_on(file: str, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Another than who brought it lets a stopped file go on where it was."""
    return await _decide(file, FileVerdict.GO_ON, staff, keyed, deps)


@router.post("/files/{file}/end", response_model=FileView)
async def end(file: str, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Anybody of the bureau ends a stopped file: what is done stays, the rest is never carried out."""
    return await _decide(file, FileVerdict.END, staff, keyed, deps)


@router.get("/credit-runs")
async def credit_runs(staff: Staff, deps: DepsOf) -> CreditRunsView:
    """The latest crediting files of which may be taken back, newest first."""
    found = await read_files.credit_runs(staff, deps)
    if isinstance(found, Refused):
        raise CallRefused(found)
    return CreditRunsView(items=[credit_run_view(one) for one in found])


@router.get("/account-years")
async def account_years(staff: Staff, deps: DepsOf) -> AccountYearsView:
    """年度结转 of every pooling area: the account year that ended last, and how far its roll-over is."""
    found = await read_account_years.run(staff, deps)
    if isinstance(found, Refused):
        raise CallRefused(found)
    return AccountYearsView(items=[account_year_view(one) for one in found])
