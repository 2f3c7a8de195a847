"""Take note of the nonces that signed messages bring, and say which of them came for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from qinji.flows.deps import Deps
from qinji.flows.parts.commands import UsedNonce
from qinji.platform import nonces
from qinji.platform.database import InDoubt, Overloaded

KEPT = timedelta(minutes=10)
"""How long after its message's own time a nonce is kept: twice the window within which the message would be taken, so
that a process whose clock is behind does not take a message whose nonce another one has forgotten."""


async def run(used: Sequence[UsedNonce], deps: Deps) -> list[bool]:
    """Whether each came for the first time; of two that are the same the first one did.

    Overloaded also where the commit is in doubt: no message was looked at, and each brings a new nonce when sent again.
    """
    forget_before = deps.clock() - KEPT

    async def attempt() -> list[bool]:
        async with deps.database.transaction() as connection:
            earliest = {(one.access_key, one.value): one.at for one in reversed(used)}
            rows = [(access_key, value, at) for (access_key, value), at in earliest.items()]
            fresh = await nonces.remember(connection, rows, forget_before)
        return _first_of_each(used, fresh)

    try:
        return await deps.database.repeatedly(attempt)
    except InDoubt as doubt:
        raise Overloaded from doubt


def _first_of_each(used: Sequence[UsedNonce], fresh: set[tuple[str, str]]) -> list[bool]:
    """The first of each fresh value, in the order in which they came."""
    left = set(fresh)
    answers = []
    for one in used:
        pair = (one.access_key, one.value)
        answers.append(pair in left)
        left.discard(pair)
    return answers
