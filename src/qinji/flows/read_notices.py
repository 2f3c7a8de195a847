"""消息: what one was told of, newest first, in words made now; and one of them, which is read by opening it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.flows.parts.kin import kin_names
from qinji.flows.parts.notice_words import Everybody, NoticeTold, people_in, places_in, told
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.notice import queries, store
from qinji.notice.model import Group, Notice
from qinji.notice.wording import kinds_of
from qinji.platform import outbox
from qinji.platform.database import Connection
from qinji.platform.outbox import OutboxMessage


@dataclass(frozen=True, slots=True)
class Asked:
    """Which notices: ``group`` None is every kind; ``before`` continues a page."""

    limit: int
    before: UUID | None = None
    group: Group | None = None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class OneNotice:
    """A notice, and how it fares outside."""

    told: NoticeTold
    sent: Sequence[OutboxMessage]


async def run(actor: PersonActor, asked: Asked, deps: Deps) -> list[NoticeTold]:
    """One's own notices, newest first; only one's own can be asked for."""
    kinds = None if asked.group is None else kinds_of(asked.group)
    async with deps.database.reading() as connection:
        found = await queries.listing(
            connection, actor.person_id, asked.limit, asked.before, kinds, unread=asked.unread
        )
        return await in_words(found, actor.person_id, connection, deps)


async def one(actor: PersonActor, event: UUID, deps: Deps, *, opens: bool = True) -> OneNotice | Refused:
    """One notice; whoever ``opens`` it has read it from now on. Refused: NOT_FOUND for anybody else's."""
    me, now = actor.person_id, deps.clock()

    async def attempt() -> OneNotice | Refused:
        async with deps.database.transaction() as connection:
            notice = await queries.one(connection, me, event)
            if notice is None:
                return refuse(RefusalCode.NOT_FOUND)
            (words,) = await in_words([notice], me, connection, deps)
            sent = await outbox.of_person(connection, me, [event])
            if opens and notice.read_at is None:
                await store.read(connection, me, [event], now)
            return OneNotice(words, sent)

    return await deps.database.repeatedly(attempt)


async def unread(actor: PersonActor, deps: Deps) -> int:
    """How many of one's newest notices are unread."""
    async with deps.database.reading() as connection:
        return await queries.unread(connection, actor.person_id)


async def in_words(
    found: Sequence[Notice], reader: UUID, connection: Connection, deps: Deps
) -> list[NoticeTold]:
    """Notices of one person in words for them."""
    if not found:
        return []
    who, codes = sorted(people_in(found) | {reader}), sorted(places_in(found))
    people = await insured.persons(connection, who)
    kinship = await insured.kinship(connection, [(reader, other) for other in who])
    places = await institutions.by_codes(connection, codes) if codes else []
    everybody = Everybody(
        kin_names(people, reader, kinship),
        {place.code: place.name for place in places},
        deps.book.region_names(),
    )
    return [told(notice, everybody) for notice in found]
