"""Who is signed in, and how a bound member is insured."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, Right
from qinji.api.problem import CallRefused
from qinji.api.session import DepsOf, Person
from qinji.api.views import Me, StatusView, me_view, status_view
from qinji.flows import note_reading
from qinji.insured import queries as insured
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger

router = APIRouter(tags=["本人 me"])


@router.get("/me")
async def me(person: Person, deps: DepsOf) -> Me:
    """Oneself: the number masked, the own account's balance in fen over all its pockets."""
    async with deps.database.reading() as connection:
        found = (await insured.persons(connection, [person.person_id]))[person.person_id]
        pockets = (await ledger.balances(connection, [person.person_id])).get(person.person_id, {})
    certificate = deps.vault.decrypt(found.certificate, found.certificate_key_version)
    region = deps.book.region_names().get(found.region, found.region)
    return me_view(found, certificate, region, sum(pockets.values()))


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
