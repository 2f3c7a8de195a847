"""One's own money, transfer by transfer: with the balance after each, and what was there at any moment.

Only one's own can be asked for: a balance is told to nobody else, whatever powers or grants they hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.flows.parts.kin import KinName, kin_names
from qinji.flows.parts.money_words import MoneyKind, pairs_of
from qinji.flows.parts.statement_words import BookLine, Told, asked_bills, book_line
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.search import FIRST_YEAR, LAST_YEAR, Terms, span_of
from qinji.ledger import record_queries as ledger
from qinji.ledger.chart import STORED, Account
from qinji.ledger.model import HELD_POCKET, Moved, MovedSearch, own_balance
from qinji.platform.database import Connection
from qinji.settlement import record_queries as settlements

INSTANT = timedelta(microseconds=1)
BEGIN, END = datetime(FIRST_YEAR, 1, 2, tzinfo=UTC), datetime(LAST_YEAR, 12, 31, tzinfo=UTC)
"""Nothing was booked before, nothing will be after."""


@dataclass(frozen=True, slots=True)
class BookWish:
    """What is looked for; both days count, amounts are fen. ``purse``: only what moved this stored account."""

    first: date | None = None
    last: date | None = None
    least_fen: int | None = None
    most_fen: int | None = None
    kind: MoneyKind | None = None
    purse: Account | None = None
    returns: bool | None = None


@dataclass(frozen=True, slots=True)
class BookPage:
    """A page, newest first; ``cursor`` continues it, None at the end."""

    lines: Sequence[BookLine]
    cursor: tuple[UUID, int] | None


@dataclass(frozen=True, slots=True)
class BalanceThen:
    """What was there at a moment, acts of that very moment included, in fen."""

    at: datetime
    account_fen: int
    held_fen: int
    wallet_fen: int


async def run(
    actor: PersonActor, wish: BookWish, limit: int, before: tuple[UUID, int] | None, deps: Deps
) -> BookPage:
    """A page of one's own transfers that fit."""
    me = actor.person_id
    since, until = span_of(wish.first, wish.last)
    search = MovedSearch(
        Terms(
            since=since,
            until=until,
            least_fen=wish.least_fen,
            most_fen=wish.most_fen,
            returned=wish.returns,
        ),
        STORED if wish.purse is None else (wish.purse,),
        None if wish.kind is None else pairs_of(wish.kind),
    )
    async with deps.database.reading() as connection:
        found = await ledger.movements(connection, me, search, limit, before)
        names = await _told(connection, me, found)
    cursor = (found[-1].transfer.act, found[-1].transfer.seq) if len(found) == limit else None
    return BookPage([book_line(one, names) for one in found], cursor)


async def at(actor: PersonActor, moment: datetime, deps: Deps) -> BalanceThen:
    """What was in one's own account, on its way and in one's wallet at a moment: a sum of transfers, nothing stored."""
    known = min(max(moment, BEGIN), END)
    async with deps.database.reading() as connection:
        pockets: Mapping[int, int] = await ledger.standing(connection, actor.person_id, known + INSTANT)
    return BalanceThen(
        moment, own_balance(pockets), pockets.get(HELD_POCKET, 0), pockets.get(WALLET_POCKET, 0)
    )


async def _told(connection: Connection, me: UUID, found: Sequence[Moved]) -> Told:
    """The names and bills that these transfers are told by."""
    others = sorted({one.transfer.other_person for one in found if one.transfer.other_person is not None})
    kin: Mapping[UUID, KinName] = {}
    if others:
        people = await insured.persons(connection, others)
        kin = kin_names(people, me, await insured.kinship(connection, [(me, other) for other in others]))
    bills = await settlements.kinds(connection, asked_bills(found)) if found else {}
    codes = sorted({one.transfer.institution for one in found if one.transfer.institution})
    places = await institutions.by_codes(connection, codes) if codes else []
    return Told(kin, bills, {place.code: place.name for place in places})
