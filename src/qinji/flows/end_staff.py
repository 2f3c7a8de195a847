"""A member of staff leaves: from the commit on none of their calls is taken, in whichever process."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.credential import store as credentials
from qinji.flows.deps import Deps, new_id
from qinji.institution import queries, store
from qinji.institution.model import StaffAct, StaffMember
from qinji.kernel.refusal import RefusalCode, Refused, refuse


@dataclass(frozen=True, slots=True)
class EndStaff:
    """Who leaves, and who asks."""

    staff_id: str
    actor: str


async def run(command: EndStaff, deps: Deps) -> StaffMember | Refused:
    """End the employment. Refused: an id that nobody has, or whose holder has left before. What they did stays."""
    now = deps.clock()

    async def attempt() -> StaffMember | Refused:
        async with deps.database.transaction() as connection:
            member = await queries.staff_member(connection, command.staff_id)
            if member is None or not await store.end_employment(connection, command.staff_id, now):
                return refuse(RefusalCode.STAFF_UNKNOWN, staff=command.staff_id)
            await credentials.end_bearers(connection, member.staff_id, now)
            act = StaffAct(member.staff_id, new_id(deps, now), command.actor, "end", "", now)
            await store.record_staff_act(connection, act)
            return member

    return await deps.database.repeatedly(attempt)
