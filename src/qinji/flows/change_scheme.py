"""Let an institution sign its messages in another way; counts from its next message on."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.flows.deps import Deps, new_id
from qinji.institution import queries, store
from qinji.institution.model import InstitutionAct
from qinji.institution.rules import scheme_refused
from qinji.kernel.refusal import RefusalCode, Refused, refuse


@dataclass(frozen=True, slots=True)
class ChangeScheme:
    """Which institution, how it signs from now on (none, A or B), and who asks."""

    institution: str
    scheme: str
    actor: str


@dataclass(frozen=True, slots=True)
class SchemeChanged:
    """How many valid keys the institution has to sign with."""

    keys: int


async def run(command: ChangeScheme, deps: Deps) -> SchemeChanged | Refused:
    """Change it. Refused: a scheme that there is not, an institution that is not designated.

    ``none`` is allowed in production too: such an institution is refused at the door until it signs again.
    """
    refused = scheme_refused(command.scheme)
    if refused is not None:
        return refused
    now = deps.clock()

    async def attempt() -> SchemeChanged | Refused:
        async with deps.database.transaction() as connection:
            if not await store.change_scheme(connection, command.institution, command.scheme):
                return refuse(RefusalCode.INSTITUTION_UNKNOWN, institution=command.institution)
            act = InstitutionAct(
                command.institution, new_id(deps, now), command.actor, "change_scheme", command.scheme, now
            )
            await store.record_act(connection, act)
            return SchemeChanged(len(await queries.valid_keys(connection, [command.institution])))

    return await deps.database.repeatedly(attempt)
