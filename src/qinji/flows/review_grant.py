"""A grant that waits for the bureau's filing (备案), as the clerk who decides needs it, with the region's rule."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action
from qinji.flows.deps import Deps
from qinji.flows.parts.records import by_paper
from qinji.flows.parts.sharing_terms import party_of, terms_of
from qinji.flows.parts.sides import Side, side_of
from qinji.insured import queries as insured
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries
from qinji.mutual_aid.model import Grant, GrantState, Terms
from qinji.mutual_aid.rules import may_file
from qinji.platform.database import Connection


@dataclass(frozen=True, slots=True)
class GrantCase:
    """``known`` is what the beneficiary is to the grantor by the register. ``terms`` None: the region has no policy.

    ``hindrance`` is why it cannot be taken into the files today, None where it can.
    """

    grant: Grant
    grantor: Side
    beneficiary: Side
    known: Relation | None
    terms: Terms | None
    hindrance: Refused | None


async def run(actor: StaffActor, grant_id: UUID, deps: Deps) -> GrantCase | Refused:
    """The case of a filing, while it waits. Refused: NOT_ALLOWED for a cashier, NOT_FOUND for what waits no more."""
    basis = office(actor, Action.HANDLE_FILINGS)
    if isinstance(basis, Refused):
        return basis

    async def look() -> GrantCase | Refused:
        async with deps.database.reading() as connection:
            return await _look(grant_id, connection, deps)

    return await deps.database.repeatedly(look)


async def _look(grant_id: UUID, connection: Connection, deps: Deps) -> GrantCase | Refused:
    now = deps.clock()
    grant = await queries.find(connection, grant_id, now)
    if grant is None or grant.state is not GrantState.FILED:
        return refuse(RefusalCode.NOT_FOUND)
    today, pair = local_day(now), (grant.grantor_id, grant.person_id)
    people = await insured.persons(connection, pair)
    grantor, beneficiary = people[grant.grantor_id], people[grant.person_id]
    known = (await insured.kinship(connection, [pair])).get(pair)
    consents = await insured.consents(connection, grant.person_id, grant.grant_id)
    relation = known or (grant.relation if by_paper(consents) else None)
    terms = terms_of(deps.book, grantor.region, today)
    hindrance: Refused | None = (
        terms
        if isinstance(terms, Refused)
        else may_file(grant, party_of(grantor, deps.book), party_of(beneficiary, deps.book), relation, terms)
    )
    numbers = {
        who: deps.vault.decrypt(one.certificate, one.certificate_key_version) for who, one in people.items()
    }
    return GrantCase(
        grant=grant,
        grantor=side_of(grantor, numbers[grant.grantor_id], today),
        beneficiary=side_of(beneficiary, numbers[grant.person_id], today),
        known=known,
        terms=None if isinstance(terms, Refused) else terms,
        hindrance=hindrance,
    )
