"""9001 and 9002: an operator of an institution signs in or out."""

from __future__ import annotations

from qinji.flows.deps import Deps
from qinji.flows.parts.commands import Done, SignInstitution
from qinji.flows.parts.replay import replayed
from qinji.institution import store
from qinji.platform.inbox import Answer, Message, MessageKey, answer_once

SIGN_SPACE = 10**6


async def run(command: SignInstitution, deps: Deps) -> bytes:
    """Record the sign-in and answer with its number; the same message gets the same number."""
    origin = command.origin
    key = MessageKey(origin.institution, origin.message_number, origin.message_id)
    message = Message(key, origin.digest, lambda seen: replayed(seen, origin, command.render))
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:

            async def work() -> Answer:
                number = command.sign_number or f"{int.from_bytes(deps.entropy(8), 'big') % SIGN_SPACE:06d}"
                if command.leaving:
                    await store.sign_out(connection, origin.institution, number, now)
                else:
                    await store.sign_in(connection, origin.institution, number, command.operator, now)
                return Answer(command.render(Done(now, number)), kept=True)

            return await answer_once(connection, message, None, now, work, deps.vault)

    return await deps.database.repeatedly(attempt)
