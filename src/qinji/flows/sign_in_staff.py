"""A member of staff signs in with password and second factor; the sandbox also lets one be picked by name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from qinji.credential import queries as credentials
from qinji.credential import store
from qinji.credential.model import BearerFacts, StaffSecret
from qinji.credential.rules import BEARER_IDLE, may_sign_in_staff, password_refused
from qinji.credential.second_factor import SECRET_BYTES, matching_step
from qinji.flows.deps import Deps, new_id
from qinji.institution import queries as institutions
from qinji.institution import store as institution_store
from qinji.institution.model import StaffAct, StaffMember
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.platform.passwords import NOBODYS, PASSWORDS, SALT_BYTES
from qinji.platform.rates import Rate, seconds_to_wait

BEARER = "bearer"
STAFF_SIGN_IN = "staff_sign_in"
TOKEN_ENTROPY = 32
STAFF_RATE = Rate("staff_sign_in", 10, timedelta(minutes=15))
"""How often somebody may try to sign in under one staff id, right or wrong; then it is locked until the time is up."""


@dataclass(frozen=True, slots=True)
class SignInStaff:
    """``name`` is the staff id; without a password it is whom the sandbox picks, by name or id.

    ``new_password`` replaces the first password, which is good for nothing else, or a later one.
    """

    name: str
    password: str | None = field(default=None, repr=False)
    code: str = field(default="", repr=False)
    new_password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StaffSignedIn:
    """The token, told once, and whose it is."""

    token: str = field(repr=False)
    expires_at: datetime
    member: StaffMember


@dataclass(frozen=True, slots=True)
class _Proof:
    """What was found out before the transaction: the secrets that were read, and what the caller's agree with."""

    secret: StaffSecret | None
    password_right: bool
    step: int | None
    new_hash: str | None


async def run(command: SignInStaff, deps: Deps) -> StaffSignedIn | Refused:
    """Sign in as a member of staff.

    Refused, all alike: an id nobody has, one whose holder has left, a wrong password, wrong or used digits. Refused by
    themselves: too many tries, a first password that is not changed, and picking somebody in production.
    """
    if command.password is None:
        return refuse(RefusalCode.SANDBOX_ONLY) if deps.production else await _picked(command.name, deps)
    weak = None if command.new_password is None else password_refused(command.new_password, command.password)
    if weak is not None:
        return weak
    command = replace(command, name=command.name.strip().upper())
    proof = await _proof(command, command.password or "", deps)

    async def attempt() -> StaffSignedIn | Refused:
        async with deps.database.transaction() as connection:
            return await _sign_in(command, proof, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _proof(command: SignInStaff, password: str, deps: Deps) -> _Proof:
    """Takes as long for somebody unknown as for somebody known, and touches nothing."""
    async with deps.database.reading() as connection:
        secret = await credentials.staff_secret(connection, command.name)
    right = await PASSWORDS.matches(secret.password_hash if secret else NOBODYS, password)
    second = deps.vault.unseal(secret.second_factor) if secret else bytes(SECRET_BYTES)
    step = matching_step(second, command.code, deps.clock())
    new_hash = None
    if command.new_password is not None:
        new_hash = await PASSWORDS.hashed(command.new_password, deps.entropy(SALT_BYTES))
    return _Proof(secret, right, step, new_hash)


async def _sign_in(
    command: SignInStaff, proof: _Proof, connection: Connection, deps: Deps
) -> StaffSignedIn | Refused:
    now = deps.clock()
    subject = deps.vault.digest(STAFF_SIGN_IN, command.name).hex()
    wait = await seconds_to_wait(connection, STAFF_RATE, subject, now)
    if wait:
        return refuse(RefusalCode.TOO_MANY_TRIES, seconds=wait)
    member = await institutions.staff_member(connection, command.name)
    employed = member is not None and member.ended_at is None
    refusal = may_sign_in_staff(
        proof.secret,
        employed=employed,
        password_right=proof.password_right,
        step=proof.step,
        changes_password=proof.new_hash is not None,
        now=now,
    )
    if refusal is not None:
        return refusal
    if member is None or proof.secret is None or proof.step is None:
        return refuse(RefusalCode.STAFF_SIGN_IN_WRONG)
    # The digits are used up where they still are: of two that come with the same ones, one is let in.
    if not await store.use_step(connection, proof.secret, proof.step):
        return refuse(RefusalCode.STAFF_SIGN_IN_WRONG)
    if proof.new_hash is not None:
        await store.set_password(connection, member.staff_id, proof.new_hash, now)
        await store.end_bearers(connection, member.staff_id, now)
    act = "sign_in" if proof.new_hash is None else "sign_in_new_password"
    row = StaffAct(member.staff_id, new_id(deps, now), f"staff:{member.staff_id}", act, "", now)
    await institution_store.record_staff_act(connection, row)
    return await _let_in(member, now, connection, deps)


async def _let_in(member: StaffMember, now: datetime, connection: Connection, deps: Deps) -> StaffSignedIn:
    token, until = deps.entropy(TOKEN_ENTROPY).hex(), now + BEARER_IDLE
    await store.add_bearer(
        connection, BearerFacts(deps.vault.digest(BEARER, token), None, member.staff_id, until)
    )
    return StaffSignedIn(token, until, member)


async def _picked(name: str, deps: Deps) -> StaffSignedIn | Refused:
    """The sandbox's way. Refused: a name that nobody who is employed has."""

    async def attempt() -> StaffSignedIn | Refused:
        async with deps.database.transaction() as connection:
            everybody = await institutions.staff(connection)
            employed = [one for one in everybody if one.ended_at is None]
            member = next((one for one in employed if name in (one.name, one.staff_id)), None)
            if member is None:
                return refuse(RefusalCode.NOT_FOUND)
            return await _let_in(member, deps.clock(), connection, deps)

    return await deps.database.repeatedly(attempt)
