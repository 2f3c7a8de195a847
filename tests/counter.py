"""A counter of a bureau, for tests: who stands behind it, and who comes to it."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.access.model import PersonActor
from qinji.entry.sandbox.model import Person
from qinji.flows import show_code
from qinji.institution import store as institutions
from qinji.institution.model import StaffMember
from qinji.kernel.actor import StaffActor, StaffRole
from qinji.web.counter.desk import Desk
from qinji.web.counter.lines import Typed
from qinji.web.counter.outcomes import Receipt
from qinji.web.counter.tickets import Ticket
from qinji.web.counter.till import Preview, Till, Variant
from tests.bureau import Bureau

AMOXICILLIN = "XJ01CAA001A001010100006"
CHECK_UP = "001210000010000-121000001"


@dataclass
class Counter:
    """A cashier at the counter of one institution."""

    bureau: Bureau
    till: Till
    cashier: StaffActor

    async def desk(self) -> Desk:
        """The desk at this moment."""
        found = await self.till.desk(self.cashier)
        assert isinstance(found, Desk)
        return found

    async def scanned(self, patient: Person, shower: Person | None = None) -> Ticket:
        """A new sale for whoever shows a code; a relative may show it."""
        desk = await self.desk()
        found = await self.till.scan(desk, self.till.begin(desk), await self.code(patient, shower))
        assert isinstance(found, Ticket), found
        return found

    async def code(self, patient: Person, shower: Person | None = None) -> str:
        """A code of the patient, shown by themselves or by a relative."""
        shower = shower or patient
        actor = PersonActor(await self.bureau.person_id(shower.number))
        whom = None if shower is patient else patient.number
        shown = await show_code.run(show_code.ShowCode(actor, whom), self.bureau.runtime)
        assert isinstance(shown, show_code.CodeShown), shown
        return shown.code

    async def with_lines(self, ticket: Ticket, *lines: Typed) -> Ticket:
        """The sale with further lines."""
        desk = await self.desk()
        for line in lines:
            added = self.till.add(desk, ticket, line)
            assert isinstance(added, Ticket), added
            ticket = added
        return ticket

    async def previewed(self, ticket: Ticket) -> Preview:
        """The ways to pay."""
        found = await self.till.preview(await self.desk(), ticket)
        assert isinstance(found, Preview), found
        return found

    async def sold(self, patient: Person, *lines: Typed, variant: Variant = Variant.EVERYONE) -> Receipt:
        """A whole sale."""
        ticket = await self.with_lines(await self.scanned(patient), *(lines or (Typed(AMOXICILLIN),)))
        shown = await self.previewed(ticket)
        receipt = await self.till.settle(await self.desk(), shown.ticket, variant)
        assert isinstance(receipt, Receipt), receipt
        return receipt


async def open_counter(bureau: Bureau, region: str, level: str, name: str = "王晓梅") -> Counter:
    """The counter of an institution, with a cashier of its own."""
    code = bureau.institution(region, level)
    staff_id = f"K-{code}-{next(bureau.numbers)}"
    async with bureau.runtime.database.transaction() as connection:
        await institutions.employ(connection, [StaffMember(staff_id, name, StaffRole.CASHIER, code)])
    actor = StaffActor(staff_id, name, StaffRole.CASHIER, code)
    return Counter(bureau, Till(bureau.flows, bureau.runtime), actor)
