"""Settled bills: one's own, a member's with that power, and each use of one's account as a grantor."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, Basis, PersonActor, Right
from qinji.api.bills import (
    BillDetail,
    BillView,
    SharedUseView,
    bill_detail,
    bill_view,
    shared_use_view,
)
from qinji.api.problem import CallRefused
from qinji.api.session import PAGE_DEFAULT, DepsOf, Limit, Person, identifier, shown
from qinji.api.usage_views import OwnUsageView, UsageView, own_usage_view, usage_view
from qinji.api.views import Page, page
from qinji.flows import explain_bill, note_reading
from qinji.flows.deps import Deps
from qinji.flows.kept.shared_uses import uses_told
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.platform.database import Connection
from qinji.settlement import queries
from qinji.settlement.model import SettlementRow

router = APIRouter(prefix="/settlements", tags=["结算 settlements"])


class Side(StrEnum):
    """As whom one looks: the patient, or the grantor whose account paid."""

    PATIENT = "patient"
    GRANTOR = "grantor"


Cursor = Annotated[str, Query(max_length=26, description="上一页的 next")]
PersonOf = Annotated[str | None, Query(max_length=40, description="人员编号,不填为本人")]


async def _subject(person: PersonActor, number: str | None, deps: Deps) -> UUID:
    """Whose bills are asked for, after the question whether they may be seen; a look at another's is noted."""
    async with deps.database.reading() as connection:
        subject, basis = await _allowed(connection, person, number, deps)
    if basis.right is not Right.OWN:
        await note_reading.run(person.person_id, subject, Action.SEE_COSTS, basis.text, deps)
    return subject


async def _allowed(
    connection: Connection, person: PersonActor, number: str | None, deps: Deps
) -> tuple[UUID, Basis]:
    subject = person.person_id if number is None else await by_number(connection, number, deps.vault)
    if subject is None:
        raise CallRefused(refuse(RefusalCode.NOT_FOUND))
    basis = await authorize(connection, person, subject, Action.SEE_COSTS)
    if isinstance(basis, Refused):
        raise CallRefused(basis)
    return subject, basis


async def _places(connection: Connection, codes: set[str]) -> dict[str, str]:
    return {place.code: place.name for place in await institutions.by_codes(connection, sorted(codes))}


def _named(row: SettlementRow) -> set[UUID]:
    shower = row.settlement.shown_by
    return {row.settlement.person} | ({shower} if shower is not None else set())


@router.get("")
async def listing(
    person: Person,
    deps: DepsOf,
    side: Annotated[Side, Query(alias="as")] = Side.PATIENT,
    psn_no: PersonOf = None,
    limit: Limit = PAGE_DEFAULT,
    after: Cursor | None = None,
) -> Page[BillView] | Page[SharedUseView]:
    """Bills, newest first; ``as=grantor`` lists each use of my account for a relative instead."""
    before = None if after is None else identifier(after)
    if side is Side.GRANTOR:
        async with deps.database.reading() as connection:
            return await _shared(connection, person, limit, before, deps)
    subject = await _subject(person, psn_no, deps)
    async with deps.database.reading() as connection:
        rows = await queries.listing(connection, subject, limit, before)
        ids: set[UUID] = set().union(*(_named(row) for row in rows))
        people = await insured.persons(connection, sorted(ids))
        places = await _places(connection, {row.settlement.institution for row in rows})
    cursor = to_wire(rows[-1].settlement.settlement) if rows else None
    return page([bill_view(row, people, places) for row in rows], limit, cursor)


async def _shared(
    connection: Connection, person: PersonActor, limit: int, before: UUID | None, deps: Deps
) -> Page[SharedUseView]:
    found = await ledger.shared_by(connection, person.person_id, limit, before)
    allowed = await _shared_with(connection, person, {use.beneficiary for use in found})
    uses = [use for use in found if use.beneficiary in allowed]
    people = await insured.persons(connection, sorted(allowed))
    used = await uses_told(connection, uses, deps.book.region_names())
    items = [shared_use_view(use, people, used[use.settlement]) for use in uses]
    return Page(items=items, next=to_wire(found[-1].settlement) if len(found) >= limit else None)


async def _shared_with(connection: Connection, person: PersonActor, beneficiaries: set[UUID]) -> set[UUID]:
    """Those for whom a grant, also an ended one, lets this grantor see the amounts."""
    bases = {
        one: await authorize(connection, person, one, Action.SEE_SHARED_AMOUNTS) for one in beneficiaries
    }
    return {one for one, basis in bases.items() if not isinstance(basis, Refused)}


@router.get("/{settlement_id}")
async def one(settlement_id: str, person: Person, deps: DepsOf, psn_no: PersonOf = None) -> BillDetail:
    """One bill with its payers and why each fen went where; somebody else's is like a missing one."""
    subject = await _subject(person, psn_no, deps)
    async with deps.database.reading() as connection:
        row = await queries.one(connection, subject, identifier(settlement_id))
        if row is None:
            raise CallRefused(refuse(RefusalCode.NOT_FOUND))
        people = await insured.persons(connection, sorted(_named(row)))
        places = await _places(connection, {row.settlement.institution})
    return bill_detail(row, people, places, person.person_id)


@router.get("/{settlement_id}/explanation", response_model=UsageView | OwnUsageView)
async def explanation(
    settlement_id: str,
    person: Person,
    deps: DepsOf,
    side: Annotated[Side, Query(alias="as")] = Side.PATIENT,
    psn_no: PersonOf = None,
) -> Response:
    """用款说明: by what right, in which order and within which limits it was paid, and who showed the code where.

    ``as=grantor`` tells a grantor their own part alone.
    """
    settlement = identifier(settlement_id)
    if side is Side.GRANTOR:
        mine = await explain_bill.for_grantor(person, settlement, deps)
        return shown(mine if isinstance(mine, Refused) else own_usage_view(mine))
    whole = await explain_bill.for_family(person, settlement, psn_no, deps)
    return shown(whole if isinstance(whole, Refused) else usage_view(whole))
