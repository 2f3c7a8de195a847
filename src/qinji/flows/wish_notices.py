"""通知设置: by which ways outside one wants to be told. In the pages everybody is told of everything."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.kernel.refusal import Refused
from qinji.notice import queries, store
from qinji.notice.model import Wishes
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class WishNotices:
    """What somebody wants from now on; it holds for what has not been sent yet."""

    call: KeyedCall[Wishes]
    actor: PersonActor
    wishes: Wishes


async def run(command: WishNotices, deps: Deps) -> bytes:
    """Keep what somebody wants."""
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:

            async def work() -> Wishes | Refused:
                await store.keep_wishes(connection, command.actor.person_id, command.wishes, now)
                return command.wishes

            return await answer_call(connection, command.call, now, work, deps.vault)

    return await deps.database.repeatedly(attempt)


async def read(actor: PersonActor, deps: Deps) -> Wishes:
    """What somebody wants."""
    me = actor.person_id
    async with deps.database.reading() as connection:
        return (await queries.wishes(connection, [me])).get(me, Wishes())
