"""A binding that waits at the window, as its reviewer needs it: both sides, the register's word, limits and papers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action
from qinji.evidence import queries as evidence
from qinji.evidence.model import Papers
from qinji.family import queries
from qinji.family.model import Binding, BindingState, Route, Terms
from qinji.family.rules import may_review
from qinji.flows.deps import Deps
from qinji.flows.parts.sides import Side, side_of
from qinji.insured import queries as insured
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection


@dataclass(frozen=True, slots=True)
class BindingCase:
    """``known`` is what the member is to the holder by the register, None where it knows of no kinship.

    ``held`` members has the holder with this one, ``holders`` has the member. ``terms`` None: the region has no policy.
    ``hindrance`` is why the reader may not decide, None where they may.
    """

    binding: Binding
    member: Side
    holder: Side
    known: Relation | None
    terms: Terms | None
    held: int
    holders: int
    papers: Papers | None
    hindrance: Refused | None

    @property
    def grown(self) -> bool:
        """Whether the member is old enough for their own word to count."""
        return self.terms is not None and self.member.age >= self.terms.consent_age

    @property
    def readable(self) -> bool:
        """Whether there are photos that can still be looked at."""
        return self.papers is not None and self.papers.case.closed_at is None


async def run(actor: StaffActor, binding_id: UUID, deps: Deps) -> BindingCase | Refused:
    """The case, while it waits at the window; afterwards for the two clerks who made it.

    Refused: NOT_ALLOWED for a cashier; NOT_FOUND, also for what is no case of the window or another's that is over.
    """
    basis = office(actor, Action.HANDLE_BINDINGS)
    if isinstance(basis, Refused):
        return basis

    async def look() -> BindingCase | Refused:
        async with deps.database.reading() as connection:
            return await _look(actor, binding_id, connection, deps)

    return await deps.database.repeatedly(look)


def _may_see(binding: Binding, actor: StaffActor) -> bool:
    if binding.state is BindingState.PENDING:
        return binding.route is Route.WINDOW
    return actor.staff_id in (binding.entered_by, binding.decided_by)


async def _look(
    actor: StaffActor, binding_id: UUID, connection: Connection, deps: Deps
) -> BindingCase | Refused:
    binding = await queries.find(connection, binding_id)
    if binding is None or not _may_see(binding, actor):
        return refuse(RefusalCode.NOT_FOUND)
    holder, member, today = binding.holder_id, binding.person_id, local_day(deps.clock())
    people = await insured.persons(connection, [holder, member])
    known = (await insured.kinship(connection, [(holder, member)])).get((holder, member))
    policy = deps.book.at(people[holder].region, today)
    numbers = {
        who: deps.vault.decrypt(one.certificate, one.certificate_key_version) for who, one in people.items()
    }
    return BindingCase(
        binding=binding,
        member=side_of(people[member], numbers[member], today),
        holder=side_of(people[holder], numbers[holder], today),
        known=known,
        terms=None if isinstance(policy, Refused) else Terms.of(policy.family()),
        held=len(await queries.of_holder(connection, holder)),
        holders=len(await queries.of_member(connection, member)),
        papers=await evidence.latest_papers(connection, member, binding_id),
        hindrance=may_review(binding, actor.staff_id),
    )
