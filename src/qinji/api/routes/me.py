"""Who is signed in."""

from __future__ import annotations

from fastapi import APIRouter

from qinji.api.session import DepsOf, Person
from qinji.api.views import Me, me_view
from qinji.insured import queries as insured
from qinji.ledger import queries as ledger

router = APIRouter(prefix="/me", tags=["本人 me"])


@router.get("")
async def me(person: Person, deps: DepsOf) -> Me:
    """Oneself: the number masked, the own account's balance in fen over all its pockets."""
    async with deps.database.reading() as connection:
        found = (await insured.persons(connection, [person.person_id]))[person.person_id]
        pockets = (await ledger.balances(connection, [person.person_id])).get(person.person_id, {})
    certificate = deps.vault.decrypt(found.certificate, found.certificate_key_version)
    region = deps.book.region_names().get(found.region, found.region)
    return me_view(found, certificate, region, sum(pockets.values()))
