"""医保钱包 at one glance: whether one's region offers it, what is in it, what may still be sent today and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.flows.parts.wallet_postings import available
from qinji.flows.parts.wallet_terms import sending_terms
from qinji.insured import queries as insured
from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger.model import HELD_POCKET
from qinji.platform.database import Connection
from qinji.wallet import queries
from qinji.wallet.model import Purse, Terms, Wallet
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
