"""Revoke a key of an institution: from the commit on no message signed with it is taken, in whichever process."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.flows.deps import Deps, new_id
from qinji.institution import queries, store
from qinji.institution.model import InstitutionAct
from qinji.kernel.refusal import RefusalCode, Refused, refuse


@dataclass(frozen=True, slots=True)
class RevokeKey:
    """Which key, and who asks."""

    access_key: str
    actor: str


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    """Whose key it was, and how many valid ones are left."""

    institution: str
    left: int


async def run(command: RevokeKey, deps: Deps) -> KeyRevoked | Refused:
    """Revoke. Refused: a key that is not there or was revoked before."""
    now = deps.clock()

    async def attempt() -> KeyRevoked | Refused:
        async with deps.database.transaction() as connection:
            key = await queries.key(connection, command.access_key)
            if key is None or not await store.revoke_key(connection, command.access_key, now):
                return refuse(RefusalCode.KEY_UNKNOWN, access_key=command.access_key)
            act = InstitutionAct(
                key.institution, new_id(deps, now), command.actor, "revoke_key", command.access_key, now
            )
            await store.record_act(connection, act)
            left = await queries.valid_keys(connection, [key.institution])
            return KeyRevoked(key.institution, len(left))

    return await deps.database.repeatedly(attempt)
