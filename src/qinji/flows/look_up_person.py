"""Staff look a person up, with a reason that the person can read. The note and what is seen are one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.lookup import by_key
from qinji.access.model import Action, actor_text
from qinji.family import queries as family
from qinji.family.model import Binding
from qinji.flows.acts.act import keep_look
from qinji.flows.deps import Deps, new_id
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import CARD_KEY, CERTIFICATE_KEY, NUMBER_KEY, AuditEntry, Insurance, Person
from qinji.kernel.actor import StaffActor
from qinji.kernel.identity import masked_number
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import Grant
from qinji.platform.database import Connection
from qinji.platform.rates import Rate, seconds_to_wait
from qinji.premium import queries as premiums
from qinji.settlement import queries as settlements
from qinji.settlement.model import SettlementRow
from qinji.wallet import queries as wallets
from qinji.wallet.model import Wallet, WalletTransfer
from qinji.window import queries as window
from qinji.window.model import WindowAct
from qinji.window.rules import sound_words

LOOK_UP_RATE = Rate("look_up", 60, timedelta(hours=1))
"""How many people one member of staff looks up in an hour; numbers that nobody has count too."""

LINKS_MAX = 50
BILLS_MAX = 10
"""How many bindings, grants and arriving transfers, and how many of the latest bills, one look shows."""


class FoundBy(StrEnum):
    """By which number a person is found."""

    PERSON_NUMBER = "person_number"
    IDENTITY_NUMBER = "identity_number"
    CARD = "card"


_KEYS: dict[FoundBy, str] = {
    FoundBy.PERSON_NUMBER: NUMBER_KEY,
    FoundBy.IDENTITY_NUMBER: CERTIFICATE_KEY,
    FoundBy.CARD: CARD_KEY,
}


@dataclass(frozen=True, slots=True)
class LookUpPerson:
    """``reason`` is kept in the person's trail, in the words of the member of staff."""

    actor: StaffActor
    found_by: FoundBy
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonFile:
    """What a look shows: how somebody is insured, both directions of both kinds of links, the latest bills.

    The identity number is masked; no balance is part of it, nor what was treated. ``waiting`` are window acts,
    ``arriving`` is money for the person's wallet that waits to be accepted, ``spared_noted`` whether papers are known
    by which a resident need not wait for benefits: not which.
    """

    person: Person
    identity_number: str
    region_name: str
    bindings: Sequence[Binding]
    grants: Sequence[Grant]
    bills: Sequence[SettlementRow]
    waiting: Sequence[WindowAct]
    wallet: Wallet | None
    arriving: Sequence[WalletTransfer]
    people: Mapping[UUID, Person]
    places: Mapping[str, str]
    spared_noted: bool


async def run(command: LookUpPerson, deps: Deps) -> PersonFile | Refused:
    """Note the look with its reason in the person's trail, then show.

    Refused: NOT_ALLOWED for a cashier, a reason that says nothing, NOT_FOUND for a number nobody has, TOO_MANY_TRIES.
    """

    async def attempt() -> PersonFile | Refused:
        async with deps.database.transaction() as connection:
            return await _look(command, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _look(command: LookUpPerson, connection: Connection, deps: Deps) -> PersonFile | Refused:
    basis = office(command.actor, Action.LOOK_UP_PERSON)
    if isinstance(basis, Refused):
        return basis
    refusal = sound_words(command.reason)
    if refusal is not None:
        return refusal
    now = deps.clock()
    wait = await seconds_to_wait(connection, LOOK_UP_RATE, command.actor.staff_id, now)
    if wait:
        return refuse(RefusalCode.TOO_MANY_TRIES, seconds=wait)
    subject = await by_key(connection, _KEYS[command.found_by], command.number.strip(), deps.vault)
    if subject is None:
        return refuse(RefusalCode.NOT_FOUND)
    row = AuditEntry(
        person_id=subject,
        audit_id=new_id(deps, now),
        actor=actor_text(command.actor),
        action=Action.LOOK_UP_PERSON,
        basis=basis.text,
        subject_id=None,
        at=now,
        reason=command.reason.strip(),
    )
    await keep_look(connection, [row], deps)
    return await _file(subject, connection, deps)


async def _file(subject: UUID, connection: Connection, deps: Deps) -> PersonFile:
    bindings = await family.listing(connection, subject, LINKS_MAX)
    now = deps.clock()
    grants = await mutual_aid.listing(connection, subject, LINKS_MAX, now)
    bills = await settlements.listing(connection, subject, BILLS_MAX)
    waiting = await window.waiting_of(connection, subject, now)
    arriving = await wallets.received(connection, subject, LINKS_MAX, waiting=True)
    named = {subject, *(act.told.other_id for act in waiting if act.told.other_id)}
    named |= {who for one in bindings for who in (one.person_id, one.holder_id)}
    named |= {who for one in grants for who in (one.person_id, one.grantor_id)}
    named |= {one.person_id for one in arriving}
    named |= {row.settlement.shown_by for row in bills if row.settlement.shown_by}
    people = await insured.persons(connection, sorted(named))
    codes = sorted({row.settlement.institution for row in bills})
    person = people[subject]
    certificate = deps.vault.decrypt(person.certificate, person.certificate_key_version)
    return PersonFile(
        person=person,
        identity_number=masked_number(certificate),
        region_name=deps.book.region_names().get(person.region, person.region),
        bindings=bindings,
        grants=grants,
        bills=bills,
        waiting=waiting,
        wallet=(await wallets.wallets(connection, [subject])).get(subject),
        arriving=arriving,
        people=people,
        places={place.code: place.name for place in await institutions.by_codes(connection, codes)},
        spared_noted=await _spared_noted(person, connection),
    )


async def _spared_noted(person: Person, connection: Connection) -> bool:
    if person.insurance is not Insurance.RESIDENT:
        return False
    enrolment = await premiums.enrolment(connection, person.person_id)
    return enrolment is not None and bool(enrolment.grounds)
