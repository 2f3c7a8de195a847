"""A cashier hands a shift over: what was taken and given back since the last time, and the cash that was counted."""

from __future__ import annotations

from datetime import UTC, datetime

from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.counter import ACTS_MAX, LATE, HandOverShift, Shift, shift_of
from qinji.flows.parts.replay import replayed
from qinji.institution import queries as institutions
from qinji.institution import store
from qinji.institution.model import HandOver
from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection
from qinji.platform.inbox import Answer, Message, MessageKey, answer_once
from qinji.settlement import counter_queries as counters

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


async def run(command: HandOverShift, deps: Deps) -> bytes:
    """Append the hand-over with the acts that it covers. Two at the same time share nothing: the second finds less."""
    origin = command.origin
    key = MessageKey(origin.institution, origin.message_number, origin.message_id)
    message = Message(key, origin.digest, lambda seen: replayed(seen, origin, command.render))

    async def attempt() -> bytes:
        now = deps.clock()
        async with deps.database.transaction() as connection:

            async def work() -> Answer:
                shift = await _shift(origin.institution, origin.cashier or "", connection)
                row = _hand_over(command, shift, now, deps)
                await store.add_hand_over(connection, row, shift.acts)
                return Answer(command.render(row), kept=True, act=row.hand_over_id)

            return await answer_once(connection, message, None, now, work, deps.vault)

    return await deps.database.repeatedly(attempt)


async def open_shift(institution: str, cashier: str, deps: Deps) -> Shift:
    """What a hand-over at this moment would cover; nothing is written."""

    async def attempt() -> Shift:
        async with deps.database.reading() as connection:
            return await _shift(institution, cashier, connection)

    return await deps.database.repeatedly(attempt)


async def _shift(institution: str, cashier: str, connection: Connection) -> Shift:
    last = next(iter(await institutions.hand_overs(connection, institution, 1, cashier)), None)
    since = BEGINNING if last is None else last.at - LATE
    acts = await counters.acts_of(connection, institution, (since, None), ACTS_MAX, cashier=cashier)
    covered = await institutions.handed_over(connection, institution, [act.act for act in acts])
    return shift_of(last, acts, covered)


def _hand_over(command: HandOverShift, shift: Shift, now: datetime, deps: Deps) -> HandOver:
    cashier = command.origin.cashier
    ensure(cashier is not None, "a shift is a cashier's", institution=command.origin.institution)
    return HandOver(
        command.origin.institution,
        new_id(deps, now),
        cashier or "",
        shift.since,
        now,
        shift.takings,
        command.counted_fen,
        command.note,
    )
