"""Puts photos into the case of a binding, which is opened with the first of them; called by flows only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from qinji.evidence import store
from qinji.evidence.model import Case, Papers, Photo
from qinji.evidence.rules import kind_of
from qinji.evidence.sealing import seal, wrapped
from qinji.kernel.dates import milliseconds
from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.ids import RANDOM_BYTES, uuid7
from qinji.platform.crypto import KEY_BYTES, NONCE_BYTES, Vault
from qinji.platform.database import Connection


class Secrets(Protocol):
    """What sealing needs: the installation's keys, and chance."""

    @property
    def vault(self) -> Vault:
        """The keys that seal a case's key."""

    @property
    def entropy(self) -> Callable[[int], bytes]:
        """Chance."""


@dataclass(frozen=True, slots=True)
class Filing:
    """Photos to keep, by their SHA-256, for a member's binding; ``by`` is the actor as audit rows name them."""

    person_id: UUID
    binding_id: UUID
    contents: Mapping[bytes, bytes]
    by: str
    at: datetime


async def keep(connection: Connection, filing: Filing, papers: Papers | None, secrets: Secrets) -> Papers:
    """Add photos that ``rules.may_keep`` let pass to the open case, or to a new one where there is none."""
    case = papers.case if papers else await _opened(connection, filing, secrets)
    earlier = papers.photos if papers else ()
    added = tuple(
        _photo(case, digest, content, len(earlier) + place, filing, secrets)
        for place, (digest, content) in enumerate(filing.contents.items(), 1)
    )
    contents = filing.contents.values()
    pairs = [
        (photo, seal(case, photo, content, secrets.entropy(NONCE_BYTES), secrets.vault))
        for photo, content in zip(added, contents, strict=True)
    ]
    await store.add(connection, pairs)
    return Papers(case, earlier + added)


async def _opened(connection: Connection, filing: Filing, secrets: Secrets) -> Case:
    case_id = _new_id(filing.at, secrets)
    key = wrapped(case_id, secrets.entropy(KEY_BYTES), secrets.vault)
    case = Case(filing.person_id, case_id, filing.binding_id, key, filing.at, None, None)
    await store.open_case(connection, case)
    return case


def _photo(case: Case, digest: bytes, content: bytes, place: int, filing: Filing, secrets: Secrets) -> Photo:
    kind = kind_of(content)
    if kind is None:
        raise InvariantBroken("what is kept is a photo")
    return Photo(
        person_id=case.person_id,
        case_id=case.case_id,
        photo_id=_new_id(filing.at, secrets),
        place=place,
        kind=kind,
        size_bytes=len(content),
        digest=digest,
        added_by=filing.by,
        added_at=filing.at,
    )


def _new_id(at: datetime, secrets: Secrets) -> UUID:
    return uuid7(milliseconds(at), secrets.entropy(RANDOM_BYTES))
