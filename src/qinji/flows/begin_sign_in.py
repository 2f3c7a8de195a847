"""Begin to sign in, or to prove anew who one is: six digits are made that the second step asks for.

In production they leave by SMS after their transaction, to the phone that the bureau's gateway knows, and stand nowhere
but in that letter; a sandbox tells them. In production a number of nobody is answered and counted as any other, after
the same work, and nobody who signs in waits for the gateway: neither words nor time tell whose number is somebody's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from qinji.access.lookup import by_number
from qinji.access.model import PersonActor
from qinji.credential import queries, store
from qinji.credential.model import SignInFacts
from qinji.credential.rules import SIGN_IN_DIGITS, SIGN_IN_LIFE, digits
from qinji.flows.deps import Deps, Letter, new_id
from qinji.flows.parts.sign_in_codes import DEVICE, SIGN_IN, STEP_UP, code_text, letter_text
from qinji.insured import queries as insured
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.notice.model import Outside
from qinji.platform.database import Connection
from qinji.platform.outbox import OutboxState
from qinji.platform.rates import Rate, seconds_to_wait

SIGN_IN_ENTROPY = 8
NOBODYS_ENTROPY = 32
SIGN_IN_RATE = Rate("sign_in", 20, timedelta(minutes=1))
"""How many sign-ins may be begun for one person in a minute; a step-up counts as one."""

SENT_RATES = (
    Rate("sign_in_sent", 1, timedelta(minutes=1)),
    Rate("sign_in_sent_day", 20, timedelta(days=1)),
)
"""Each is an SMS, which costs and which nobody wants by the dozen; so few bound guessing too (five tries each)."""


log = structlog.get_logger("qinji.sign_in")


@dataclass(frozen=True, slots=True)
class BeginSignIn:
    """Somebody says that they are the person of this number; ``device``: the secret that the device has of before."""

    person_number: str
    device: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class BeginStepUp:
    """Who is signed in is to prove anew who they are."""

    actor: PersonActor


@dataclass(frozen=True, slots=True)
class SignInBegun:
    """``code`` is told by a sandbox only, and empty where a text message carries it."""

    sign_in_id: UUID
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Made:
    """``letter`` is None where nothing is to be sent: in a sandbox, and for a number of nobody."""

    begun: SignInBegun
    letter: Letter | None = None


async def run(command: BeginSignIn | BeginStepUp, deps: Deps) -> SignInBegun | Refused:
    """Make the digits, and send them where this is no sandbox.

    Refused: SANDBOX_ONLY in production without a gateway of SMS; TOO_MANY_TRIES; DIGITS_NOT_SENT where it did not take
    the letter of a step-up (before a sign-in that would tell whose number is somebody's); in a sandbox NOT_FOUND for a
    number of nobody.
    """
    if deps.production and deps.letters is None:
        return refuse(RefusalCode.SANDBOX_ONLY)

    async def attempt() -> _Made | Refused:
        async with deps.database.transaction() as connection:
            return await _begin(command, connection, deps)

    made = await deps.database.repeatedly(attempt)
    if isinstance(made, Refused):
        return made
    if made.letter is None or deps.letters is None:
        return made.begun
    if isinstance(command, BeginSignIn):
        deps.letters.leave(made.letter)
        return made.begun
    delivered = await deps.letters.send(made.letter)
    if delivered.state is OutboxState.SENT:
        return made.begun
    log.warning("digits were not sent", problem=delivered.problem)
    return refuse(RefusalCode.DIGITS_NOT_SENT)


async def _begin(command: BeginSignIn | BeginStepUp, connection: Connection, deps: Deps) -> _Made | Refused:
    now = deps.clock()
    if isinstance(command, BeginStepUp):
        person: UUID | None = command.actor.person_id
        subject = str(person)
    else:
        person = await by_number(connection, command.person_number, deps.vault)
        subject = await _subject(command, person or new_id(deps, now), connection, deps)
    for rate in SENT_RATES if deps.production else (SIGN_IN_RATE,):
        wait = await seconds_to_wait(connection, rate, subject, now)
        if wait:
            return refuse(RefusalCode.TOO_MANY_TRIES, seconds=wait)
    code = digits(deps.entropy(SIGN_IN_ENTROPY), SIGN_IN_DIGITS)
    sign_in_id = new_id(deps, now)
    if person is None:
        return await _as_if(sign_in_id, connection, deps)
    kind = STEP_UP if isinstance(command, BeginStepUp) else SIGN_IN
    digest = deps.vault.digest(kind, code_text(sign_in_id, code))
    begun = SignInFacts(sign_in_id, person, digest, now + SIGN_IN_LIFE, 0, used=False)
    await store.begin_sign_in(connection, begun)
    if not deps.production:
        return _Made(SignInBegun(sign_in_id, code, begun.expires_at))
    number = (await insured.persons(connection, [person]))[person].number
    text = letter_text(code, SIGN_IN_LIFE, widens=isinstance(command, BeginStepUp))
    letter = Letter(Outside.SMS, number, text, f"{kind}:{sign_in_id}")
    return _Made(SignInBegun(sign_in_id, "", begun.expires_at), letter)


async def _as_if(sign_in_id: UUID, connection: Connection, deps: Deps) -> _Made | Refused:
    """A number of nobody: in production the same work is done, for digits that nobody can type."""
    if not deps.production:
        return refuse(RefusalCode.NOT_FOUND)
    now = deps.clock()
    nobody, digest = new_id(deps, now), deps.vault.digest(SIGN_IN, deps.entropy(NOBODYS_ENTROPY).hex())
    begun = SignInFacts(sign_in_id, nobody, digest, now + SIGN_IN_LIFE, 0, used=False)
    await store.begin_sign_in(connection, begun)
    await insured.persons(connection, [nobody])
    return _Made(SignInBegun(sign_in_id, "", begun.expires_at))


async def _subject(command: BeginSignIn, person: UUID, connection: Connection, deps: Deps) -> str:
    """Whose tries are counted: the number as it was written, kept as a keyed hash, whether or not it is anybody's.

    A device on which the person has signed in before is counted by itself: a stranger who asks again and again for
    somebody's number keeps nobody from their own phone.
    """
    number = deps.vault.digest(insured.NUMBER, command.person_number).hex()
    if not command.device:
        return number
    device = deps.vault.digest(DEVICE, command.device)
    known = await queries.knows_device(connection, person, device)
    return f"{number}:{device.hex()}" if known else number
