"""Give a member of staff new secrets, for a lost phone or a forgotten password; who used the old ones is out."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.credential import store as credentials
from qinji.credential.first_secrets import FirstSecrets, fresh
from qinji.flows.deps import Deps, new_id
from qinji.institution import queries, store
from qinji.institution.model import StaffAct
from qinji.kernel.refusal import RefusalCode, Refused, refuse


@dataclass(frozen=True, slots=True)
class ResetStaff:
    """Whose secrets, and who asks."""

    staff_id: str
    actor: str


async def run(command: ResetStaff, deps: Deps) -> FirstSecrets | Refused:
    """Set a new first password and second factor. Refused: an id that nobody has, or whose holder has left."""
    now = deps.clock()
    kept, told = await fresh(command.staff_id, now, deps)

    async def attempt() -> FirstSecrets | Refused:
        async with deps.database.transaction() as connection:
            member = await queries.staff_member(connection, command.staff_id)
            if member is None or member.ended_at is not None:
                return refuse(RefusalCode.STAFF_UNKNOWN, staff=command.staff_id)
            await credentials.set_staff_secret(connection, kept)
            await credentials.end_bearers(connection, member.staff_id, now)
            act = StaffAct(member.staff_id, new_id(deps, now), command.actor, "reset", "", now)
            await store.record_staff_act(connection, act)
            return told

    return await deps.database.repeatedly(attempt)
