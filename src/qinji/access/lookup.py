"""Finding the person of a number, or the people of many; shared by flows."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.platform.crypto import Vault
from qinji.platform.database import Connection


async def by_key(connection: Connection, kind: str, number: str, vault: Vault) -> UUID | None:
    """The person of this person number, identity number or card number (``kind`` is one of the keys), or None."""
    digest = vault.digest(kind, number)
    return (await insured.find(connection, kind, [digest])).get(digest)


async def by_number(connection: Connection, number: str, vault: Vault) -> UUID | None:
    """The person of this person number, or None."""
    return await by_key(connection, insured.NUMBER, number, vault)


async def people_of(numbers: Sequence[str], connection: Connection, vault: Vault) -> dict[str, Person]:
    """The people of these person numbers, by number; a number that nobody has is not in the result."""
    digests = {vault.digest(insured.NUMBER, number): number for number in numbers}
    found = await insured.find(connection, insured.NUMBER, list(digests))
    people = await insured.persons(connection, list(found.values()))
    return {digests[digest]: people[person] for digest, person in found.items() if person in people}
