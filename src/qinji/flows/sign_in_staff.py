"""A member of staff signs in; the sandbox lets one be picked by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qinji.credential import store
from qinji.credential.model import BearerFacts
from qinji.credential.rules import BEARER_IDLE
from qinji.flows.deps import Deps
from qinji.institution import queries as institutions
from qinji.institution.model import StaffMember
from qinji.kernel.refusal import RefusalCode, Refused, refuse

BEARER = "bearer"
TOKEN_ENTROPY = 32


@dataclass(frozen=True, slots=True)
class SignInStaff:
    """Who is picked, by name or staff id."""

    name: str


@dataclass(frozen=True, slots=True)
class StaffSignedIn:
    """The token, told once, and whose it is."""

    token: str
    expires_at: datetime
    member: StaffMember


async def run(command: SignInStaff, deps: Deps) -> StaffSignedIn | Refused:
    """Sign in as a member of staff. Refused: in production, and for a name nobody has."""
    if deps.production:
        return refuse(RefusalCode.SANDBOX_ONLY)

    async def attempt() -> StaffSignedIn | Refused:
        async with deps.database.transaction() as connection:
            everybody = await institutions.staff(connection)
            member = next((one for one in everybody if command.name in (one.name, one.staff_id)), None)
            if member is None:
                return refuse(RefusalCode.NOT_FOUND)
            token, until = deps.entropy(TOKEN_ENTROPY).hex(), deps.clock() + BEARER_IDLE
            digest = deps.vault.digest(BEARER, token)
            await store.add_bearer(connection, BearerFacts(digest, None, member.staff_id, until))
            return StaffSignedIn(token, until, member)

    return await deps.database.repeatedly(attempt)
