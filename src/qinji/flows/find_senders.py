"""Which institutions send, how they sign and with which keys: read as it stands, never remembered.

A revoked key, another scheme and an institution that was struck off count from the very next message
(ARCHITECTURE 5.6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qinji.flows.deps import Deps
from qinji.flows.parts.commands import InstitutionCard, Sender
from qinji.institution import queries
from qinji.institution.model import Institution

UNSIGNED = "none"


async def run(codes: Sequence[str], decrypt: Callable[[bytes, int], str], deps: Deps) -> list[Sender | None]:
    """The sender of each code, None for one that is no institution; one statement for each table."""

    async def attempt() -> list[Sender | None]:
        async with deps.database.reading() as connection:
            found = await queries.by_codes(connection, list(set(codes)))
            signing = [one.code for one in found if one.scheme != UNSIGNED]
            keys = await queries.valid_keys(connection, signing) if signing else []
        secrets: dict[str, dict[str, str]] = {}
        for key in keys:
            secret = decrypt(key.secret, key.secret_key_version)
            secrets.setdefault(key.institution, {})[key.access_key] = secret
        senders = {one.code: _sender(one, secrets.get(one.code, {})) for one in found}
        return [senders.get(code) for code in codes]

    return await deps.database.repeatedly(attempt)


def _sender(institution: Institution, secrets: dict[str, str]) -> Sender:
    card = InstitutionCard(
        institution.code,
        institution.name,
        institution.level,
        institution.region,
        institution.credit_code,
    )
    return Sender(card, institution.scheme, secrets)
