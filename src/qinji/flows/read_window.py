"""What the window's staff see: acts that wait, one act, and the slip of what was done. Nothing is written."""

from __future__ import annotations

from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action
from qinji.family import queries as family
from qinji.family.model import Binding, BindingState, Route
from qinji.flows.deps import Deps
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.slips import Slip, WindowBinding, act_slip, binding_slip
from qinji.insured import queries as insured
from qinji.kernel.actor import StaffActor
from qinji.kernel.kinship import inverse
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.window import queries
from qinji.window.model import WindowAct
from qinji.window.rules import may_see


async def listing(
    actor: StaffActor, limit: int, after: UUID | None, deps: Deps, *, mine: bool = False
) -> list[WithPeople[WindowAct]] | Refused:
    """Acts that wait for a second person, oldest first; or (``mine``) those that I entered or decided, newest first.

    Refused for a cashier.
    """
    basis = office(actor, Action.ACT_AT_WINDOW)
    if isinstance(basis, Refused):
        return basis
    async with deps.database.reading() as connection:
        if mine:
            found = await queries.of_staff(connection, actor.staff_id, limit, after)
        else:
            found = await queries.waiting(connection, deps.clock(), limit, after)
        ids = {person for act in found for person in _named(act)}
        people = await insured.persons(connection, sorted(ids))
    return [WithPeople(act, people) for act in found]


def _named(act: WindowAct) -> set[UUID]:
    return {act.person_id, act.told.other_id or act.person_id}


async def one(actor: StaffActor, act_id: UUID, deps: Deps) -> WithPeople[WindowAct] | Refused:
    """An act that waits, or one that this member of staff entered or decided. Refused: NOT_FOUND, NOT_ALLOWED."""
    async with deps.database.reading() as connection:
        return await _one(actor, act_id, connection, deps)


async def _one(
    actor: StaffActor, act_id: UUID, connection: Connection, deps: Deps
) -> WithPeople[WindowAct] | Refused:
    basis = office(actor, Action.ACT_AT_WINDOW)
    if isinstance(basis, Refused):
        return basis
    act = await queries.find(connection, act_id)
    if act is None:
        return refuse(RefusalCode.NOT_FOUND)
    people = await insured.persons(connection, sorted(_named(act)))
    return may_see(act, actor.staff_id, deps.clock()) or WithPeople(act, people)


async def slip(actor: StaffActor, act_id: UUID, deps: Deps) -> Slip | Refused:
    """The slip of an act that was carried out, as often as its two clerks print it."""
    found = await one(actor, act_id, deps)
    if isinstance(found, Refused):
        return found
    return act_slip(found.thing, found.people[found.thing.person_id], deps.clock())


async def slip_of_binding(actor: StaffActor, binding_id: UUID, deps: Deps) -> Slip | Refused:
    """The slip of a binding that two clerks made, for those two. Refused: NOT_FOUND, NOT_ALLOWED."""
    basis = office(actor, Action.HANDLE_BINDINGS)
    if isinstance(basis, Refused):
        return basis
    async with deps.database.reading() as connection:
        binding = await family.find(connection, binding_id)
        if binding is None or actor.staff_id not in (binding.entered_by, binding.decided_by):
            return refuse(RefusalCode.NOT_FOUND)
        people = await insured.persons(connection, [binding.person_id, binding.holder_id])
    bound = _bound(WithPeople(binding, people))
    return refuse(RefusalCode.NOT_FOUND) if bound is None else binding_slip(bound)


def _bound(found: WithPeople[Binding]) -> WindowBinding | None:
    """The binding as its slip tells it; None for one that two clerks did not make."""
    binding, people = found.thing, found.people
    made = binding.route is Route.WINDOW and binding.state is BindingState.ACTIVE
    if not made or binding.active_at is None or not binding.entered_by or not binding.decided_by:
        return None
    return WindowBinding(
        binding_id=binding.binding_id,
        holder=people[binding.holder_id],
        member=people[binding.person_id],
        relation=inverse(binding.relation),
        powers=binding.powers,
        entered_by=binding.entered_by,
        decided_by=binding.decided_by,
        active_at=binding.active_at,
        paper_reference=binding.evidence_reference or "",
        reason=binding.reason or "",
    )
