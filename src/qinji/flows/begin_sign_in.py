"""Begin to sign in, or to prove anew who one is: six digits are made that the second step asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qinji.access.lookup import by_number
from qinji.access.model import PersonActor
from qinji.credential import store
from qinji.credential.model import SignInFacts
from qinji.credential.rules import SIGN_IN_DIGITS, SIGN_IN_LIFE, digits
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.sign_in_codes import SIGN_IN, code_text
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.platform.rates import Rate, seconds_to_wait

SIGN_IN_ENTROPY = 8
SIGN_IN_RATE = Rate("sign_in", 20, timedelta(minutes=1))
"""How many sign-ins may be begun for one person in a minute; a step-up counts as one."""


@dataclass(frozen=True, slots=True)
class BeginSignIn:
    """Somebody says that they are the person of this number."""

    person_number: str


@dataclass(frozen=True, slots=True)
class BeginStepUp:
    """Who is signed in is to prove anew who they are."""

    actor: PersonActor


@dataclass(frozen=True, slots=True)
class SignInBegun:
    """``code`` is what a text message would carry; the sandbox tells it in the reply."""

    sign_in_id: UUID
    code: str
    expires_at: datetime


async def run(command: BeginSignIn | BeginStepUp, deps: Deps) -> SignInBegun | Refused:
    """Make the digits. Refused: in production (picking a person is for the sandbox), an unknown number, too many."""
    if deps.production:
        return refuse(RefusalCode.SANDBOX_ONLY)

    async def attempt() -> SignInBegun | Refused:
        async with deps.database.transaction() as connection:
            return await _begin(command, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _begin(
    command: BeginSignIn | BeginStepUp, connection: Connection, deps: Deps
) -> SignInBegun | Refused:
    now = deps.clock()
    if isinstance(command, BeginStepUp):
        person: UUID | None = command.actor.person_id
    else:
        person = await by_number(connection, command.person_number, deps.vault)
    if person is None:
        return refuse(RefusalCode.NOT_FOUND)
    wait = await seconds_to_wait(connection, SIGN_IN_RATE, str(person), now)
    if wait:
        return refuse(RefusalCode.TOO_MANY_TRIES, seconds=wait)
    code = digits(deps.entropy(SIGN_IN_ENTROPY), SIGN_IN_DIGITS)
    sign_in_id = new_id(deps, now)
    digest = deps.vault.digest(SIGN_IN, code_text(sign_in_id, code))
    begun = SignInFacts(sign_in_id, person, digest, now + SIGN_IN_LIFE, 0, used=False)
    await store.begin_sign_in(connection, begun)
    return SignInBegun(sign_in_id, code, begun.expires_at)
