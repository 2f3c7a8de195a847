"""Records: what was spent, by both sides; one's account transfer by transfer; a statement; all of one's data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from qinji.api.problem import CallRefused
from qinji.api.record_views import (
    BalanceThenView,
    BookLineView,
    GrantorUseView,
    PatientUseView,
    StatementView,
    balance_then_view,
    book_line_view,
    grantor_use_view,
    line_id,
    patient_use_view,
    statement_view,
)
from qinji.api.routes.settlements import Cursor, Side
from qinji.api.session import PAGE_DEFAULT, DepsOf, Limit, Person, identifier, shown
from qinji.api.views import Page
from qinji.flows import export_data, make_statement, read_account_book, read_uses
from qinji.flows.parts.money_words import MoneyKind
from qinji.flows.read_account_book import BookWish
from qinji.flows.read_uses import UseWish
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.money import AMOUNT_FEN_MAX
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger.chart import Account
from qinji.platform.workbook import MEDIA_TYPE
from qinji.settlement.model import PaidBy, SettlementKind

router = APIRouter(prefix="/records", tags=["记录 records"])

PDF, ZIP = "application/pdf", "application/zip"
Purse: TypeAlias = Literal["personal", "held", "wallet"]
KEEP_NOTHING = {"Cache-Control": "no-store"}
WORDS_MAX = 40
PLACE_MAX = 60

First = Annotated[date | None, Query(alias="from", description="从这一天起(含)")]
Last = Annotated[date | None, Query(alias="to", description="到这一天止(含)")]
Least = Annotated[int | None, Query(ge=0, le=AMOUNT_FEN_MAX, description="最小金额(分)")]
Most = Annotated[int | None, Query(ge=0, le=AMOUNT_FEN_MAX, description="最大金额(分)")]
Returned = Annotated[bool | None, Query(description="true 只看已退回的,false 只看没有退回的")]
Month = Annotated[str, Path(max_length=7, description="月份,如 2026-03")]
BookCursor: TypeAlias = Annotated[str | None, Query(max_length=PLACE_MAX, description="上一页的 next")]


def _told_as(kind: str) -> dict[int | str, dict[str, object]]:
    """How a file is described in the contract."""
    return {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}


@router.get("/uses")
async def uses(
    person: Person,
    deps: DepsOf,
    side: Annotated[Side, Query(alias="as")] = Side.PATIENT,
    psn_no: Annotated[
        str | None, Query(max_length=40, description="看谁的;as=grantor 时为替谁付的,不填为全部")
    ] = None,
    first: First = None,
    last: Last = None,
    least_fen: Least = None,
    most_fen: Most = None,
    place: Annotated[str, Query(max_length=WORDS_MAX, description="医药机构或地区名称中的字")] = "",
    kind: SettlementKind | None = None,
    returned: Returned = None,
    paid_by: Annotated[
        str | None, Query(max_length=40, description="fund、own、relative、cash,或付款家人的人员编号")
    ] = None,
    limit: Limit = PAGE_DEFAULT,
    after: Cursor | None = None,
) -> Page[PatientUseView] | Page[GrantorUseView]:
    """Bills that fit, newest first; ``as=grantor`` searches what my account paid for relatives instead.

    A page may be short and still have a ``next``.
    """
    payer = PaidBy(paid_by) if paid_by in set(PaidBy) else paid_by
    wish = UseWish(psn_no, first, last, least_fen, most_fen, place.strip(), kind, returned, payer)
    before = None if after is None else identifier(after)
    if side is Side.GRANTOR:
        paid = await read_uses.of_grantor(person, wish, limit, before, deps)
        if isinstance(paid, Refused):
            raise CallRefused(paid)
        return Page(items=[grantor_use_view(one) for one in paid.lines], next=_next(paid.cursor))
    found = await read_uses.of_patient(person, wish, limit, before, deps)
    if isinstance(found, Refused):
        raise CallRefused(found)
    return Page(items=[patient_use_view(one) for one in found.lines], next=_next(found.cursor))


def _next(cursor: UUID | None) -> str | None:
    return None if cursor is None else to_wire(cursor)


@router.get("/account")
async def account(
    person: Person,
    deps: DepsOf,
    first: First = None,
    last: Last = None,
    least_fen: Least = None,
    most_fen: Most = None,
    kind: MoneyKind | None = None,
    purse: Annotated[Purse | None, Query(description="只看这一处的变动")] = None,
    returns: Annotated[bool | None, Query(description="true 只看退回,false 不看退回")] = None,
    limit: Limit = PAGE_DEFAULT,
    after: BookCursor = None,
) -> Page[BookLineView]:
    """My account, money on its way and wallet, transfer by transfer, newest first, with the balances after each."""
    wish = BookWish(
        first, last, least_fen, most_fen, kind, None if purse is None else Account(purse), returns
    )
    found = await read_account_book.run(person, wish, limit, _place(after), deps)
    following = line_id(found.lines[-1]) if found.cursor is not None else None
    return Page(items=[book_line_view(line) for line in found.lines], next=following)


def _place(cursor: str | None) -> tuple[UUID, int] | None:
    """Where a page of the account book ended; what is no cursor is like one of nobody."""
    if cursor is None:
        return None
    act, _, seq = cursor.partition("-")
    found = from_wire(act)
    if found is None or not seq.isascii() or not seq.isdigit() or len(seq) > 4:
        raise CallRefused(refuse(RefusalCode.NOT_FOUND))
    return found, int(seq)


@router.get("/balance", response_model=BalanceThenView)
async def balance(
    person: Person,
    deps: DepsOf,
    at: Annotated[AwareDatetime | None, Query(description="哪个时刻,带时区;不填为现在")] = None,
) -> Response:
    """What was in my account, on its way and in my wallet at a moment, acts of that very moment included."""
    moment: datetime = deps.clock() if at is None else at
    return shown(balance_then_view(await read_account_book.at(person, moment, deps)))


@router.get("/statements/{month}", response_model=StatementView)
async def statement(month: Month, person: Person, deps: DepsOf) -> Response:
    """My statement of a month: opening + in - out = closing for each balance, who paid for whom, every transfer."""
    told = await make_statement.run(person, _month(month), deps)
    return shown(told if isinstance(told, Refused) else statement_view(told))


@router.get("/statements/{month}/pdf", response_class=Response, responses=_told_as(PDF))
async def paper(month: Month, person: Person, deps: DepsOf) -> Response:
    """The same on A4."""
    return _file(await make_statement.as_paper(person, _month(month), deps), PDF, f"statement-{month}.pdf")


@router.get("/statements/{month}/xlsx", response_class=Response, responses=_told_as(MEDIA_TYPE))
async def workbook(month: Month, person: Person, deps: DepsOf) -> Response:
    """The same as an Excel workbook; no text in it is a formula."""
    return _file(
        await make_statement.as_workbook(person, _month(month), deps), MEDIA_TYPE, f"statement-{month}.xlsx"
    )


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as wrong:
        reason = f"“{text}”不是月份,请写成 2026-03"
        raise CallRefused(refuse(RefusalCode.REQUEST_INVALID, reason=reason)) from wrong


def _file(content: bytes | Refused, kind: str, name: str) -> Response:
    if isinstance(content, Refused):
        raise CallRefused(content)
    headers = {**KEEP_NOTHING, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


@router.post("/export", response_class=Response, responses=_told_as(ZIP))
async def export(person: Person, deps: DepsOf) -> StreamingResponse:
    """Everything that the bureau keeps of me, as one zip of JSON files; that I asked for it stands in my trail."""
    headers = {**KEEP_NOTHING, "Content-Disposition": 'attachment; filename="my-data.zip"'}
    return StreamingResponse(export_data.run(person, deps), media_type=ZIP, headers=headers)
