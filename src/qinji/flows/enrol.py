"""Enrol people with their accounts and kin, designate institutions with their keys, employ staff.

This is how a sandbox gets its world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from qinji.flows.deps import Deps, new_id
from qinji.institution import store as institutions
from qinji.institution.model import Institution, InstitutionKey, StaffMember
from qinji.insured import queries as insured
from qinji.insured import store
from qinji.insured.model import Person
from qinji.insured.rules import has_account
from qinji.kernel.kinship import Relation
from qinji.kernel.region import city_of
from qinji.ledger import store as ledger
from qinji.ledger.chart import Account
from qinji.ledger.model import ONLY_POCKET, Transfer
from qinji.ledger.rules import balance_changes
from qinji.platform import settings


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person to enrol, with the numbers they are found by and the opening balance in fen."""

    person: Person
    certificate_number: str
    card_number: str
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Roll:
    """Everybody and everything that is enrolled together; ``name`` and ``value`` mark that it was done."""

    name: str
    value: str
    people: Sequence[Enrolment]
    kin: Sequence[tuple[UUID, UUID, Relation]]
    institutions: Sequence[Institution]
    keys: Sequence[InstitutionKey]
    staff: Sequence[StaffMember]


async def run(roll: Roll, deps: Deps) -> bool:
    """Enrol a roll in one transaction; False when it was enrolled before (safe to run twice)."""
    now = deps.clock()

    async def attempt() -> bool:
        async with deps.database.transaction() as connection:
            if not await settings.claim(connection, f"roll.{roll.name}", roll.value):
                return False
            people = [entry.person for entry in roll.people]
            await store.enrol(connection, people)
            await store.add_keys(connection, _numbers(roll, deps))
            await store.add_kinship(connection, roll.kin)
            await ledger.open_accounts(connection, [person.person_id for person in people])
            opening = [
                Transfer(
                    person=entry.person.person_id,
                    act=new_id(deps, now),
                    seq=0,
                    debit=Account.SOURCE_CONTRIBUTION,
                    credit=Account.PERSONAL,
                    amount_fen=entry.balance_fen,
                    book=city_of(entry.person.region),
                    booked_at=now,
                    pocket=ONLY_POCKET,
                )
                for entry in roll.people
                if entry.balance_fen and has_account(entry.person)
            ]
            await ledger.add_transfers(connection, opening)
            await ledger.change_balances(connection, balance_changes(opening))
            await institutions.designate(connection, roll.institutions)
            await institutions.add_keys(connection, roll.keys)
            await institutions.employ(connection, roll.staff)
            return True

    return await deps.database.repeatedly(attempt)


def _numbers(roll: Roll, deps: Deps) -> list[tuple[str, bytes, UUID]]:
    keys = []
    for entry in roll.people:
        numbers = (
            (insured.NUMBER, entry.person.number),
            (insured.CERTIFICATE, entry.certificate_number),
            (insured.CARD, entry.card_number),
        )
        keys += [(kind, deps.vault.digest(kind, number), entry.person.person_id) for kind, number in numbers]
    return keys
