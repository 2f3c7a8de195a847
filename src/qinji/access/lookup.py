"""Finding the person of a number; shared by the flows of people's own acts."""

from __future__ import annotations

from uuid import UUID

from qinji.insured import queries as insured
from qinji.platform.crypto import Vault
from qinji.platform.database import Connection


async def by_key(connection: Connection, kind: str, number: str, vault: Vault) -> UUID | None:
    """The person of this person number, identity number or card number (``kind`` is one of the keys), or None."""
    digest = vault.digest(kind, number)
    return (await insured.find(connection, kind, [digest])).get(digest)


async def by_number(connection: Connection, number: str, vault: Vault) -> UUID | None:
    """The person of this person number, or None."""
    return await by_key(connection, insured.NUMBER, number, vault)
