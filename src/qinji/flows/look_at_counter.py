"""The counter reads: what became of a form, a bill to reprint or give back, the day. Nothing is written."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from qinji.flows.deps import Deps
from qinji.flows.parts.counter import LISTED_MAX, CounterBill, CounterDay, CounterMessage, KnownSale
from qinji.institution import queries as institutions
from qinji.institution.model import HandOver
from qinji.insured import queries as insured
from qinji.kernel.dates import CHINA
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.takings import Takings
from qinji.platform import inbox
from qinji.platform.database import Connection
from qinji.platform.inbox import MessageKey
from qinji.settlement import counter_queries as counters
from qinji.settlement import queries as settlements
from qinji.settlement.model import SettlementRow


async def sale(institution: str, key: str, deps: Deps) -> KnownSale | None:
    """What became of the settling that a form asked for; None where it never arrived, and may be sent again.

    Only the same key sent again, or a reversal of it, makes sure that it does not arrive later.
    """

    async def attempt() -> KnownSale | None:
        async with deps.database.reading() as connection:
            wanted = MessageKey(institution, CounterMessage.SETTLE, key)
            seen = (await inbox.recall(connection, [wanted], deps.vault)).get(wanted)
            if seen is None:
                return None
            found = None
            if seen.act is not None and seen.person is not None:
                found = await settlements.one(connection, seen.person, seen.act)
            told = None if found is None else await _bill(found, seen.reply, connection, deps)
            return KnownSale(seen.reply, seen.reversed, told)

    return await deps.database.repeatedly(attempt)


async def bill(institution: str, settlement: str, deps: Deps) -> CounterBill | None:
    """A bill that a counter of this institution took; one of its own software, or another's, is like a missing one."""

    async def attempt() -> CounterBill | None:
        identifier = from_wire(settlement)
        async with deps.database.reading() as connection:
            row = None if identifier is None else await settlements.find(connection, identifier)
            if row is None or row.settlement.institution != institution or row.settlement.cashier is None:
                return None
            key = MessageKey(institution, CounterMessage.SETTLE, row.settlement.message_id)
            reply = (await inbox.recall(connection, [key], deps.vault))[key].reply
            return await _bill(row, reply, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _bill(row: SettlementRow, reply: bytes, connection: Connection, deps: Deps) -> CounterBill:
    settled = row.settlement
    person = (await insured.persons(connection, [settled.person]))[settled.person]
    undone = await counters.cancellation(connection, settled.person, settled.settlement)
    cancel_reply = None
    if undone is not None:
        key = MessageKey(settled.institution, CounterMessage.CANCEL, undone.message_id)
        seen = (await inbox.recall(connection, [key], deps.vault)).get(key)
        cancel_reply = None if seen is None else seen.reply
    return CounterBill(
        to_wire(settled.settlement),
        to_wire(settled.visit),
        person.number,
        settled.message_id,
        settled.cashier or "",
        reply,
        row.cancelled_at,
        cancel_reply,
    )


async def day(institution: str, wanted: date, deps: Deps) -> CounterDay:
    """What each cashier took and gave back on a day, cashiers who did nothing too, and the latest acts."""

    async def attempt() -> CounterDay:
        begins = datetime.combine(wanted, time(), CHINA)
        span = (begins, begins + timedelta(days=1))
        async with deps.database.reading() as connection:
            takings = await counters.takings_by_cashier(connection, institution, span)
            staff = await institutions.cashiers(connection, institution)
            acts = await counters.acts_of(connection, institution, span, LISTED_MAX, newest_first=True)
        names = {one.staff_id: one.name for one in staff} | {
            cashier: cashier for cashier in takings if cashier not in {one.staff_id for one in staff}
        }
        rows = [(cashier, name, takings.get(cashier, Takings())) for cashier, name in sorted(names.items())]
        return CounterDay(tuple(rows), tuple(acts))

    return await deps.database.repeatedly(attempt)


async def hand_overs(institution: str, deps: Deps) -> list[HandOver]:
    """The latest shifts that were handed over at an institution."""

    async def attempt() -> list[HandOver]:
        async with deps.database.reading() as connection:
            return await institutions.hand_overs(connection, institution, LISTED_MAX)

    return await deps.database.repeatedly(attempt)
