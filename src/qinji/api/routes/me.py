"""Who is signed in, who looked at their things and showed their code, and how a bound member is insured."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, Right
from qinji.api.problem import CallRefused
from qinji.api.session import PAGE_DEFAULT, DepsOf, Limit, Person, identifier
from qinji.api.trail_views import CodeShownView, TrailItemView, code_shown_view, trail_item_view
from qinji.api.views import Me, Page, StatusView, me_view, page, status_view
from qinji.flows import list_codes, note_reading, read_trail
from qinji.insured import queries as insured
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger.model import own_balance

router = APIRouter(tags=["本人 me"])


@router.get("/me")
async def me(person: Person, deps: DepsOf) -> Me:
    """Oneself: the number masked, the own account's balance in fen over all its pockets."""
    async with deps.database.reading() as connection:
        found = (await insured.persons(connection, [person.person_id]))[person.person_id]
        pockets = (await ledger.balances(connection, [person.person_id])).get(person.person_id, {})
    certificate = deps.vault.decrypt(found.certificate, found.certificate_key_version)
    region = deps.book.region_names().get(found.region, found.region)
    return me_view(found, certificate, region, own_balance(pockets))


@router.get("/me/trail")
async def trail(
    person: Person,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[TrailItemView]:
    """谁看过我的信息: each access and change about me, newest first: relatives, staff with their reason, institutions."""
    items = await read_trail.run(person, limit, None if after is None else identifier(after), deps)
    cursor = to_wire(items[-1].item_id) if items else None
    return page([trail_item_view(item) for item in items], limit, cursor)


@router.get("/me/codes")
async def codes(
    person: Person,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[CodeShownView]:
    """谁出示过我的码: codes of mine that were scanned or that somebody else showed, and what became of each."""
    found = await list_codes.run(person, limit, after, deps)
    return Page(items=[code_shown_view(code) for code in found.codes], next=found.cursor)


@router.get("/family/members/{psn_no}")
async def member(psn_no: Annotated[str, Path(max_length=40)], person: Person, deps: DepsOf) -> StatusView:
    """How a bound member is insured, with the power to see it; nothing of their account."""
    async with deps.database.reading() as connection:
        subject = await by_number(connection, psn_no, deps.vault)
        if subject is None:
            raise CallRefused(refuse(RefusalCode.NOT_FOUND))
        basis = await authorize(connection, person, subject, Action.SEE_STATUS)
        if isinstance(basis, Refused):
            raise CallRefused(basis)
        found = (await insured.persons(connection, [subject]))[subject]
    if basis.right is not Right.OWN:
        await note_reading.run(person.person_id, subject, Action.SEE_STATUS, basis.text, deps)
    return status_view(found, deps.book.region_names().get(found.region, found.region))
