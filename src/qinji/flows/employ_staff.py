"""Employ a member of staff: they sign in with a first password, which they change, and a second factor."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.credential import store as credentials
from qinji.credential.first_secrets import FirstSecrets, fresh
from qinji.flows.deps import Deps, new_id
from qinji.institution import queries, store
from qinji.institution.model import StaffAct, StaffMember
from qinji.institution.rules import employment_refused
from qinji.kernel.refusal import RefusalCode, Refused, refuse


@dataclass(frozen=True, slots=True)
class EmployStaff:
    """Who begins, and who asks (the account of the operating system)."""

    member: StaffMember
    actor: str


async def run(command: EmployStaff, deps: Deps) -> FirstSecrets | Refused:
    """Employ. Refused: particulars that are wrong, a cashier's institution that is not there, an id that is taken.

    An id is never given twice, also after its first holder has left: consents and audit rows name it.
    """
    new = command.member
    refused = employment_refused(new)
    if refused is not None:
        return refused
    now = deps.clock()
    kept, told = await fresh(new.staff_id, now, deps)

    async def attempt() -> FirstSecrets | Refused:
        async with deps.database.transaction() as connection:
            if new.institution is not None and await queries.by_code(connection, new.institution) is None:
                return refuse(RefusalCode.INSTITUTION_UNKNOWN, institution=new.institution)
            if await queries.staff_member(connection, new.staff_id) is not None:
                return refuse(RefusalCode.STAFF_EXISTS, staff=new.staff_id)
            await store.employ(connection, [new])
            await credentials.set_staff_secret(connection, kept)
            act = StaffAct(new.staff_id, new_id(deps, now), command.actor, "employ", new.role, now)
            await store.record_staff_act(connection, act)
            return told

    return await deps.database.repeatedly(attempt)
