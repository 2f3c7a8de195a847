"""Premiums in tests: who orders for whom, the tax bureau that collects, and what the books say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from qinji.entry.sandbox.model import Person
from qinji.flows import audit_books, send_premiums
from qinji.insured import store as insured_store
from qinji.insured.model import Status
from qinji.kernel.dates import CHINA
from qinji.kernel.identity import check_character
from qinji.ledger import queries as ledger
from qinji.ledger.model import HELD_POCKET
from tests.household import Answer, Phone, Town
from tests.tax_bureau import LittleTaxBureau

MOTHER_AND_SON = "今天满十六岁的儿子"
"""A mother insured in 东澜 with 330.00 yuan, and her son of sixteen, a resident whose premium is 330.00."""

BROTHER = "没有续保的弟弟"
"""A brother in 武汉 whose insurance has stopped, his sister with 412.30 yuan; the premium is 400.00."""


def identity_number(birth: date, order: int = 1) -> str:
    """The number of an invented person of an unassigned division."""
    first = f"999901{birth:%Y%m%d}{order:03d}"
    return first + check_character(first)


@dataclass
class Counter:
    """The doors and the tax bureau of a town."""

    town: Town
    bureau: LittleTaxBureau = field(default_factory=LittleTaxBureau)

    async def order(
        self, phone: Phone, member: Person | str | None, year: int, fen: int, payer: str, **more: Any
    ) -> Answer:
        """Somebody orders a year's premium."""
        number = member.number if isinstance(member, Person) else member
        body = {"psn_no": number, "year": year, "amount_fen": fen, "payer": payer, **more}
        return await phone.call("POST", "/premiums", body)

    async def preview(self, phone: Phone, member: Person | str | None = None) -> Answer:
        """What may be paid for somebody today."""
        number = member.number if isinstance(member, Person) else member
        return await phone.call("GET", "/premiums/preview", query={"psn_no": number} if number else {})

    async def send(self) -> int:
        """The timer runs once."""
        return await send_premiums.run(self.town.bureau.runtime, self.bureau)

    async def state(self, phone: Phone, order: Any) -> str:
        """How an order stands."""
        return str((await phone.call("GET", f"/premiums/{order['id']}")).done["state"])

    async def money(self, person: Person) -> tuple[int, int]:
        """Somebody's account and what is held for them; the books are right."""
        runtime = self.town.bureau.runtime
        identifier = await self.town.bureau.person_id(person.number)
        async with runtime.database.reading() as connection:
            assert await audit_books.run(connection) == []
            pockets = (await ledger.balances(connection, [identifier]))[identifier]
        return pockets[0], pockets.get(HELD_POCKET, 0)

    async def at(self, day: date, moment: time = time(12)) -> None:
        """It is this day in China."""
        self.town.bureau.clock.set(datetime.combine(day, moment, CHINA))

    async def stopped(self, person: Person, since: date) -> None:
        """The register says that somebody's insurance stopped on this day."""
        runtime = self.town.bureau.runtime
        identifier = await self.town.bureau.person_id(person.number)
        async with runtime.database.transaction() as connection:
            await insured_store.set_status(connection, identifier, Status.STOPPED, since)
