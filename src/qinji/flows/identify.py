"""Who stands behind a credential; 1101 and 1162.

The first message that carries a 医保码 redeems it here, in a committed step of its own, into a code session of that
institution and that patient. The same institution with the same code always comes to the same session.
"""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from qinji.credential import queries as credentials
from qinji.credential import store
from qinji.credential.model import CodeFacts, SessionFacts
from qinji.credential.rules import is_code, is_token, may_read, may_redeem, not_a_code, token_of
from qinji.family import queries as family
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.arrears_standing import may_come, settles_alone
from qinji.flows.parts.commands import (
    CodeDecoded,
    Credential,
    CredentialKind,
    IdentifyPerson,
    Origin,
    PersonCard,
    Shower,
)
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.facts import Presented
from qinji.flows.parts.identity import (
    KEY_KINDS,
    card_of,
    identity_agrees,
    insured_here,
    presented_by_number,
    session_usable,
)
from qinji.flows.parts.trail import CREDENTIAL
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.insured.model import AuditEntry, Person
from qinji.kernel.dates import CHINA, local_day, milliseconds
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import first_of
from qinji.kernel.kinship import CHINESE, inverse
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger.model import own_balance
from qinji.platform import inbox
from qinji.platform.crypto import Vault
from qinji.platform.database import Connection, lock_persons
from qinji.platform.inbox import MessageKey

CODE = "code"
TOKEN = "token"  # noqa: S105 - the name of a kind of keyed hash
INDEX = "index"
INDEX_LENGTH = 32
CHANNEL = "QINJI"


async def present(origin: Origin, credential: Credential, deps: Deps) -> Presented:
    """Who is behind the credential of a message; a refusal is part of the answer.

    A message that was answered before redeems nothing and names nobody: its stored answer is all that is needed.
    """
    number = credential.number.strip()
    if credential.kind is not CredentialKind.CODE:
        return await _by_number(credential.kind, number, deps)
    if is_code(number):
        return await _by_code(origin, number, deps)
    if is_token(number):
        return await _by_token(origin, number, deps)
    return _refused(not_a_code(number))


def _refused(refusal: Refused) -> Presented:
    return Presented(None, None, CredentialKind.CODE, refusal)


async def _by_number(kind: CredentialKind, number: str, deps: Deps) -> Presented:
    name = KEY_KINDS[kind]
    digest = deps.vault.digest(name, number)
    async with deps.database.reading() as connection:
        person = (await insured.find(connection, name, [digest])).get(digest)
    return presented_by_number(kind, person)


async def _by_code(origin: Origin, number: str, deps: Deps) -> Presented:
    key = MessageKey(origin.institution, origin.message_number, origin.message_id)
    async with deps.database.reading() as connection:
        if await inbox.recall(connection, [key], deps.vault):
            return Presented(None, None, CredentialKind.CODE)
    digest = deps.vault.digest(CODE, number)

    async def attempt() -> Presented:
        async with deps.database.transaction() as connection:
            return await _redeem(digest, origin.institution, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _redeem(digest: bytes, institution: str, connection: Connection, deps: Deps) -> Presented:
    """Lock the patient, read again, and open the code's one session or find the one that is open."""
    code = await credentials.code(connection, digest)
    if code is not None:
        await lock_persons(connection, [code.person_id])
        code = await credentials.code(connection, digest)
    now = deps.clock()
    refusal = may_redeem(code, institution, now)
    if refusal is not None or code is None:
        return _refused(refusal or refuse(RefusalCode.CODE_WRONG))
    if code.session_id is None:
        session = await _open(code, institution, now, connection, deps)
    else:
        pair = (code.person_id, code.session_id)
        session = (await credentials.sessions(connection, [pair]))[pair]
    return _of_session(session, institution, now)


async def _open(
    code: CodeFacts, institution: str, now: datetime, connection: Connection, deps: Deps
) -> SessionFacts:
    patient = code.person_id
    person = (await insured.persons(connection, [patient]))[patient]
    session = SessionFacts(
        patient,
        new_id(deps, now),
        institution,
        code.shown_by,
        local_day(now),
        None,
        voided=False,
        own_money_only=code.own_money_only,
    )
    await store.open_session(connection, code.digest, session, now)
    token = _token(session.session_id, person.region, deps.vault)
    key = (credentials.SESSION, deps.vault.digest(credentials.SESSION, token), patient)
    await insured_store.add_keys(connection, [key])
    return session


def _token(session: UUID, region: str, vault: Vault) -> str:
    return token_of(region, vault.digest(TOKEN, session.hex))


def _of_session(session: SessionFacts, institution: str, now: datetime) -> Presented:
    refusal = may_read(session, institution, local_day(now))
    return Presented(session.person_id, session.session_id, CredentialKind.CODE, refusal)


async def _by_token(origin: Origin, token: str, deps: Deps) -> Presented:
    digest = deps.vault.digest(credentials.SESSION, token)
    async with deps.database.reading() as connection:
        person = (await insured.find(connection, credentials.SESSION, [digest])).get(digest)
        if person is None:
            return _refused(refuse(RefusalCode.CODE_WRONG))
        latest = await credentials.latest_sessions(connection, person)
    region = token[:6]
    for session in latest:
        if _token(session.session_id, region, deps.vault) == token:
            return _of_session(session, origin.institution, deps.clock())
    return _refused(refuse(RefusalCode.CODE_SESSION_OVER))


async def person_card(person_id: UUID, connection: Connection, deps: Deps) -> PersonCard:
    """What an institution may be told of this person, with the own account's balance (0 without one)."""
    person = (await insured.persons(connection, [person_id]))[person_id]
    certificate = deps.vault.decrypt(person.certificate, person.certificate_key_version)
    pockets = (await ledger.balances(connection, [person_id])).get(person_id, {})
    return card_of(person, certificate, own_balance(pockets), local_day(deps.clock()))


async def _note(institution: str, presented: Presented, person: UUID, deps: Deps) -> None:
    """That an institution read who somebody is, once a day; a scan of a code stands in the trail by itself."""
    now = deps.clock()
    actor, basis = f"institution:{institution}", f"{CREDENTIAL}:{presented.kind}"
    day_began = datetime.combine(local_day(now), time(), CHINA)
    async with deps.database.reading() as connection:
        since = first_of(milliseconds(day_began))
        if await insured.noted_since(connection, person, actor, DeedKind.IDENTIFY, since):
            return
    row = AuditEntry(person, new_id(deps, now), actor, DeedKind.IDENTIFY, basis, None, now)

    async def attempt() -> None:
        async with deps.database.transaction() as connection:
            await keep_trail(connection, [row], [], deps)

    await deps.database.repeatedly(attempt)


async def identify(command: IdentifyPerson, deps: Deps) -> PersonCard | CodeDecoded | Refused:
    """1101 and 1162: the person behind the credential; 1162 takes codes and session tokens only.

    An institution's look by card or identity number is noted in the person's trail, once a day. Refused: an unusable
    credential, a claimed person number that is somebody else's, identity fields that differ.
    """
    number = command.credential.number.strip()
    scanned = command.credential.kind is CredentialKind.CODE and (is_code(number) or is_token(number))
    if command.scan_only and not scanned:
        return not_a_code(number)
    presented = await present(command.origin, command.credential, deps)
    if presented.refusal is not None or presented.person is None:
        return presented.refusal or refuse(RefusalCode.CREDENTIAL_REQUIRED)
    async with deps.database.reading() as connection:
        person = (await insured.persons(connection, [presented.person]))[presented.person]
        card = await person_card(presented.person, connection, deps)
        shower = await _at_counter(command, presented, person, connection, deps)
    if isinstance(shower, Refused):
        return shower
    claimed = command.claimed
    if claimed.person_number and claimed.person_number != person.number:
        return refuse(RefusalCode.CREDENTIAL_OTHER_PERSON, field="person_number", label="人员编号")
    refusal = identity_agrees(claimed, person, card.certificate_number)
    if refusal is not None:
        return refusal
    if presented.session is None:
        await _note(command.origin.institution, presented, person.person_id, deps)
    if not command.scan_only or presented.session is None:
        return card
    return CodeDecoded(
        person=card,
        token=_token(presented.session, person.region, deps.vault),
        index_number=deps.vault.digest(INDEX, person.person_id.hex).hex().upper()[:INDEX_LENGTH],
        channel=CHANNEL,
        code=number if is_code(number) else "",
        shown_by=shower,
    )


async def _at_counter(
    command: IdentifyPerson, presented: Presented, person: Person, connection: Connection, deps: Deps
) -> Shower | Refused | None:
    """Who showed the code, where that was not the patient; or why nothing can be settled here with what was shown.

    Another door asks for neither: its 2207 or 2102 is told in time.
    """
    if not command.at_counter:
        return None
    institution = await institutions.by_code(connection, command.origin.institution)
    if institution is None:
        return refuse(RefusalCode.INSTITUTION_UNKNOWN, institution=command.origin.institution)
    today = local_day(deps.clock())
    refusal = insured_here(person, institution, deps.book.region_names()) or may_come(
        person, today, alone=settles_alone(person, today, deps.book)
    )
    if refusal is not None or presented.session is None:
        return refusal
    key = (person.person_id, presented.session)
    session = (await credentials.sessions(connection, [key])).get(key)
    refusal = session_usable(session, institution.code, today, settling=True)
    if refusal is not None or session is None or session.shown_by == person.person_id:
        return refusal
    holder = (await insured.persons(connection, [session.shown_by]))[session.shown_by]
    binding = await family.between(connection, session.shown_by, person.person_id)
    relation = CHINESE[inverse(binding.relation)] if binding is not None else ""
    return Shower(masked_name(holder.name), relation)
