"""Give an institution one more key; two are valid at once, so that the new one is in use before the old one goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from qinji.flows.deps import Deps, new_id
from qinji.institution import queries, store
from qinji.institution.model import InstitutionAct, InstitutionKey
from qinji.institution.rules import place_for_key
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.crypto import NONCE_BYTES

ACCESS_KEY_BYTES = 12
SECRET_BYTES = 24


@dataclass(frozen=True, slots=True)
class IssueKey:
    """For which institution, and who asks (a member of staff, or the account of the operating system)."""

    institution: str
    actor: str


@dataclass(frozen=True, slots=True)
class KeyIssued:
    """The key; its secret is told this once and kept as ciphertext only. ``beside`` so many other valid ones."""

    access_key: str
    secret: str = field(repr=False)
    beside: int


async def run(command: IssueKey, deps: Deps) -> KeyIssued | Refused:
    """Make a key. Refused: an institution that is not designated, and a third key beside two valid ones."""
    now = deps.clock()

    async def attempt() -> KeyIssued | Refused:
        async with deps.database.transaction() as connection:
            if await queries.by_code(connection, command.institution) is None:
                return refuse(RefusalCode.INSTITUTION_UNKNOWN, institution=command.institution)
            keys = await queries.valid_keys(connection, [command.institution])
            # Somebody else who takes the same place meanwhile makes this start again, and see the place taken.
            place = place_for_key(command.institution, keys)
            if isinstance(place, Refused):
                return place
            issued = KeyIssued(
                deps.entropy(ACCESS_KEY_BYTES).hex(), deps.entropy(SECRET_BYTES).hex(), beside=len(keys)
            )
            row = InstitutionKey(
                access_key=issued.access_key,
                institution=command.institution,
                place=place,
                secret=deps.vault.encrypt(issued.secret, deps.entropy(NONCE_BYTES)),
                secret_key_version=deps.vault.version,
                issued_at=now,
                revoked_at=None,
            )
            await store.add_keys(connection, [row])
            act = InstitutionAct(
                command.institution, new_id(deps, now), command.actor, "issue_key", issued.access_key, now
            )
            await store.record_act(connection, act)
            return issued

    return await deps.database.repeatedly(attempt)
