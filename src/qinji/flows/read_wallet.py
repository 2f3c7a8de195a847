"""医保钱包 at one glance: whether one's region offers it, what is in it, what may still be sent today and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.kin import KinName, kin_names
from qinji.flows.parts.trail import person_of
from qinji.flows.parts.wallet_postings import available
from qinji.flows.parts.wallet_terms import sending_terms
from qinji.flows.parts.wallet_words import movement_words
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry
from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger.chart import Account
from qinji.ledger.model import HELD_POCKET
from qinji.platform.database import Connection
from qinji.wallet import queries
from qinji.wallet.model import Purse, Terms, Wallet, WalletTransfer
from qinji.wallet.rules import closed


@dataclass(frozen=True, slots=True)
class WalletState:
    """``wallet`` None: not opened; ``terms`` None: not offered here, and ``why_not`` says so. Amounts are fen.

    ``held_fen`` is what one has sent and nobody has accepted yet.
    """

    wallet: Wallet | None
    terms: Terms | None
    why_not: str
    balance_fen: int
    held_fen: int
    account_fen: int
    sent_today: int
    closed_now: bool

    @property
    def left_today(self) -> int:
        """How often one may still send today."""
        return 0 if self.terms is None else max(0, self.terms.per_day - self.sent_today)


async def run(actor: PersonActor, deps: Deps) -> WalletState:
    """One's own wallet; a balance stays one's own where the region has stopped offering wallets."""
    now = deps.clock()

    async def look() -> WalletState:
        async with deps.database.reading() as connection:
            return await _look(actor, connection, now, deps)

    return await deps.database.repeatedly(look)


TRANSFERS_MAX, MOVEMENTS_MAX, WANTED_MAX = 20, 100, 5
"""How many transfers of each direction, movements, and notes of relatives who wanted to send are told at once."""
WANTED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TransferCard:
    """A transfer as one of its two sides sees it: ``other`` is the relative on the other side."""

    transfer: WalletTransfer
    other: KinName
    incoming: bool


@dataclass(frozen=True, slots=True)
class WalletHome:
    """All that one's wallet page tells. ``wanted`` are relatives who could not send, with what is missing."""

    state: WalletState
    arriving: tuple[TransferCard, ...]
    sent: tuple[TransferCard, ...]
    wanted: tuple[tuple[KinName, str], ...]


@dataclass(frozen=True, slots=True)
class MovementTold:
    """One movement of one's wallet, in words; amounts are fen."""

    act: UUID
    at: datetime
    what: str
    change_fen: int
    before_fen: int
    after_fen: int


async def home(actor: PersonActor, deps: Deps) -> WalletHome:
    """One's own wallet with what waits on either side."""
    now, me = deps.clock(), actor.person_id

    async def look() -> WalletHome:
        async with deps.database.reading() as connection:
            state = await _look(actor, connection, now, deps)
            arriving = await queries.received(connection, me, TRANSFERS_MAX, waiting=True)
            sent = await queries.sent(connection, me, TRANSFERS_MAX)
            rows = [] if state.wallet else await _wanted(connection, me, now)
            others = {one.person_id for one in arriving} | {one.receiver_id for one in sent}
            others |= {who for row in rows if (who := person_of(row.actor))}
            names = await _names(connection, me, others)
            return WalletHome(
                state,
                tuple(TransferCard(one, names[one.person_id], incoming=True) for one in arriving),
                tuple(TransferCard(one, names[one.receiver_id], incoming=False) for one in sent),
                tuple((names[who], row.reason or "") for row in rows if (who := person_of(row.actor))),
            )

    return await deps.database.repeatedly(look)


async def _wanted(connection: Connection, me: UUID, now: datetime) -> list[AuditEntry]:
    rows = await insured.latest_of(connection, me, DeedKind.WALLET_WANTED, WANTED_MAX)
    latest = {row.actor: row for row in reversed(rows) if now - row.at <= WANTED_FOR}
    return list(latest.values())


async def _names(connection: Connection, me: UUID, others: set[UUID]) -> dict[UUID, KinName]:
    people = await insured.persons(connection, sorted(others))
    return kin_names(people, me, await insured.kinship(connection, [(me, one) for one in sorted(others)]))


async def one(actor: PersonActor, transfer_id: UUID, deps: Deps) -> TransferCard | None:
    """One transfer of one's own, in either direction; None for anybody else's."""
    me = actor.person_id
    async with deps.database.reading() as connection:
        found = await queries.one(connection, transfer_id, me)
        if found is None:
            return None
        incoming = found.receiver_id == me
        other = found.person_id if incoming else found.receiver_id
        return TransferCard(found, (await _names(connection, me, {other}))[other], incoming=incoming)


async def movements(actor: PersonActor, deps: Deps) -> list[MovementTold]:
    """What came into one's wallet and what left it, newest first, each with what was in it before and after."""
    me = actor.person_id
    async with deps.database.reading() as connection:
        rows = await ledger.movements(connection, me, Account.WALLET, MOVEMENTS_MAX)
        names = await _names(connection, me, {row.other_person for row in rows if row.other_person})
        codes = sorted({row.institution for row in rows if row.institution})
        places = {one.code: one.name for one in await institutions.by_codes(connection, codes)}
    return [
        MovementTold(
            row.act,
            row.booked_at,
            movement_words(row, names, places),
            row.change_fen,
            row.after_fen - row.change_fen,
            row.after_fen,
        )
        for row in rows
    ]


async def _look(actor: PersonActor, connection: Connection, now: datetime, deps: Deps) -> WalletState:
    me, today = actor.person_id, local_day(now)
    person = (await insured.persons(connection, [me]))[me]
    pockets = (await ledger.balances(connection, [me])).get(me, {})
    terms = sending_terms(deps.book, person.region, today)
    return WalletState(
        wallet=(await queries.wallets(connection, [me])).get(me),
        terms=None if isinstance(terms, Refused) else terms,
        why_not=terms.text if isinstance(terms, Refused) else "",
        balance_fen=pockets.get(WALLET_POCKET, 0),
        held_fen=pockets.get(HELD_POCKET, 0),
        account_fen=available(Purse.ACCOUNT, pockets),
        sent_today=await queries.sent_on(connection, me, today),
        closed_now=not isinstance(terms, Refused) and closed(now, terms),
    )
