"""Two relatives with a wallet each, for tests: what one sends and the other accepts or gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from qinji.entry.sandbox.model import Person
from qinji.flows import audit_books
from qinji.kernel.dates import CHINA
from tests.bureau import TODAY
from tests.household import Answer, Phone, Town

APART = "在外省的母亲与姐姐"
"""A daughter insured in 东澜 with 800.00 yuan, her mother in 武汉 with 46.00."""


@dataclass
class Pair:
    """A daughter who sends and a mother who receives, each with her own phone."""

    town: Town
    daughter: Phone
    mother: Phone

    async def send(self, fen: int, **more: Any) -> Answer:
        """The daughter sends so much."""
        body = {"receiver_psn_no": self.mother.person.number, "amount_fen": fen, **more}
        return await self.daughter.call("POST", "/wallet/transfers", body)

    async def accept(self, sent: dict[str, Any]) -> Answer:
        """The mother accepts it."""
        return await self.mother.call("POST", f"/wallet/transfers/{sent['id']}/accept")

    async def give_back(self, sent: dict[str, Any]) -> Answer:
        """The mother gives it back."""
        return await self.mother.call("POST", f"/wallet/transfers/{sent['id']}/return")

    async def money(self) -> tuple[int, int, int]:
        """The daughter's account, what is held for her, and the mother's wallet; the books are right."""
        async with self.town.bureau.runtime.database.reading() as connection:
            assert await audit_books.run(connection) == []
        mine = (await self.daughter.call("GET", "/wallet")).done
        theirs = (await self.mother.call("GET", "/wallet")).done
        assert mine["balance_fen"] == theirs["held_fen"] == 0
        assert (await self.daughter.call("GET", "/me")).done["balance_fen"] == mine["account_fen"]
        return mine["account_fen"], mine["held_fen"], theirs["balance_fen"]

    async def at(self, moment: time, day: date = TODAY) -> None:
        """It is this time of day in China; both have signed in again."""
        self.town.bureau.clock.set(datetime.combine(day, moment, CHINA))
        self.daughter = await self.town.phone(self.daughter.person)
        self.mother = await self.town.phone(self.mother.person)


async def pair_of(town: Town, sender: Person, receiver: Person, *, opened: bool = True) -> Pair:
    """Both on their phones, with their wallets open."""
    pair = Pair(town, await town.phone(sender), await town.phone(receiver))
    for phone in (pair.daughter, pair.mother) if opened else ():
        assert (await phone.call("POST", "/wallet", {})).done
    return pair


async def funded_twice(town: Town) -> Pair:
    """The daughter with 500.00 left and the mother in another province; 50.00 came into her wallet, then 250.00."""
    daughter, mother, _ = town.family(APART)
    pair = await pair_of(town, daughter, mother)
    await funded(pair, 50_00)
    town.bureau.later(seconds=1)
    await funded(pair, 250_00)
    return pair


async def funded(pair: Pair, fen: int) -> None:
    """So much is in the mother's wallet."""
    assert (await pair.accept((await pair.send(fen)).done)).done
