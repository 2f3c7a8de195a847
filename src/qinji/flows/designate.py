"""Designate an institution 定点: from now on its messages are taken, as soon as it has a key to sign them with."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.flows.deps import Deps, new_id
from qinji.institution import queries, store
from qinji.institution.model import Institution, InstitutionAct
from qinji.institution.rules import designation_refused
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode, Refused, refuse


@dataclass(frozen=True, slots=True)
class Designate:
    """Which institution, and who asks."""

    institution: Institution
    actor: str


async def run(command: Designate, deps: Deps) -> Refused | None:
    """Add it. Refused: particulars that are wrong, a region without policy, a code that is taken."""
    new = command.institution
    refused = designation_refused(new)
    if refused is not None:
        return refused
    now = deps.clock()
    policy = deps.book.at(new.region, local_day(now))
    if isinstance(policy, Refused):
        return policy

    async def attempt() -> Refused | None:
        async with deps.database.transaction() as connection:
            if await queries.by_code(connection, new.code) is not None:
                return refuse(RefusalCode.INSTITUTION_EXISTS, institution=new.code)
            await store.designate(connection, [new])
            act = InstitutionAct(
                new.code, new_id(deps, now), command.actor, "designate", f"{new.scheme} {new.name}", now
            )
            await store.record_act(connection, act)
            return None

    return await deps.database.repeatedly(attempt)
