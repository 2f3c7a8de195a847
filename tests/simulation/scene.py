"""A bureau with its cast, and hands to do things: for tests of the flows on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from qinji.flows import audit_books, settle
from qinji.flows.parts.commands import AccountUse, Credential, CredentialKind, SettleVisit
from qinji.kernel.bill import Approval
from qinji.kernel.refusal import Refused
from qinji.ledger.audit import Finding
from qinji.ledger.model import ONLY_POCKET
from qinji.mutual_aid.model import Limits
from qinji.platform.database import Address
from tests.bureau import Bureau, open_bureau
from tests.simulation.booked import DONE
from tests.simulation.books import Books, cast_of
from tests.simulation.cast import Cast
from tests.simulation.operations import Give, Line, Pair, Revoke, Settle


@dataclass(slots=True)
class Scene:
    """A bureau with its cast, and hands to do things."""

    bureau: Bureau
    cast: Cast
    books: Books

    def bill(self, person: UUID, quantity: int = 10_000) -> Settle:
        """A bill of one item of category A at a hospital of the person's region."""
        region = self.cast.people[person].region
        place = next(i.code for i in self.cast.institutions.values() if i.region == region and i.level == "1")
        policy = self.bureau.runtime.book.at(region, self.bureau.clock().date())
        assert not isinstance(policy, Refused)
        item = next(one for one in policy.items() if one.category == "A" and not one.restricted)
        return Settle(
            person, place, (Line(item.code, item.price, quantity, Approval.APPROVED),), AccountUse.OWN, None
        )

    async def pairs(self, wanted: int) -> list[Pair]:
        """(grantor, beneficiary) of different families, the latter without an account, in a region without a lock."""
        found: list[Pair] = []
        taken: set[UUID] = set()
        for (grantor, beneficiary), relation in sorted(self.cast.kin.items()):
            people = self.cast.people
            if {grantor, beneficiary} & taken or people[beneficiary].insurance != "resident":
                continue
            if people[grantor].region != people[beneficiary].region:
                continue
            if await self.books.do(Give(grantor, beneficiary, relation, Limits())) == DONE and (
                await self.books.do(Revoke(grantor, beneficiary, grantor)) == DONE
            ):
                found.append((grantor, beneficiary))
                taken |= {grantor, beneficiary}
            if len(found) == wanted:
                break
        return found

    async def grant(self, grantor: UUID, beneficiary: UUID, limits: Limits | None = None) -> UUID:
        """A live grant of these two."""
        relation = self.cast.kin[grantor, beneficiary]
        assert await self.books.do(Give(grantor, beneficiary, relation, limits or Limits())) == DONE
        grant = await self.books.live_grant(grantor, beneficiary)
        assert grant is not None
        return grant.grant_id

    async def balance(self, person: UUID) -> int:
        """The own account's balance in fen."""
        async with self.bureau.runtime.database.reading() as connection:
            found: int = await connection.fetchval(
                "select balance_fen from personal_account where person_id = $1 and pocket = $2",
                person,
                ONLY_POCKET,
            )
        return found

    async def audit(self) -> list[Finding]:
        """What the audit finds."""
        async with self.bureau.runtime.database.reading() as connection:
            return await audit_books.run(connection)

    def card(self, person: UUID) -> Credential:
        """The person's social-security card."""
        number = self.cast.people[person].number
        return Credential(CredentialKind.CARD, self.bureau.world.person(number).card_number)

    async def ready(self, bill: Settle) -> settle.Item:
        """A bill with its visit open and its lines uploaded, ready to be settled."""
        (item,) = await self.books.prepare([bill])
        assert not isinstance(item, str)
        return item

    def again(self, item: settle.Item) -> settle.Item:
        """The same bill in a fresh message."""
        command = item.command
        origin = self.books.origin(command.origin.institution, command.origin.message_number)
        return replace(item, command=replace(command, origin=origin))

    async def answer(self, item: settle.Item) -> bytes:
        """Settle one bill."""
        return (await settle.run([item], self.bureau.runtime))[0]

    async def preview(self, item: settle.Item) -> bytes:
        """Preview one bill, in a message of its own."""
        shown = self.again(item)
        return await settle.preview(
            replace(shown, command=replace(shown.command, preview=True)), self.bureau.runtime
        )

    async def dawdle(self, count: int) -> None:
        """Let so many short transactions pass: a delay that grows with the load of the machine, as its rival does."""
        for _ in range(count):
            async with self.bureau.runtime.database.reading() as connection:
                await connection.fetchval("select 1")


@asynccontextmanager
async def open_scene(address: Address, home: Path) -> AsyncIterator[Scene]:
    """A bureau with the sandbox world on this database."""
    async with open_bureau(address, home) as bureau:
        cast = await cast_of(bureau)
        yield Scene(bureau, cast, Books(bureau, cast))


def with_credential(command: object, credential: Credential) -> SettleVisit:
    """The command of a visit with this credential in it."""
    assert isinstance(command, SettleVisit)
    return replace(command, credential=credential)


async def turns(count: int) -> None:
    """Let others run for so many turns of the loop."""
    for _ in range(count):
        await asyncio.sleep(0)
