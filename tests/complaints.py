"""A family with a bill that one of them doubts, for tests: who opens a case, and the clerks who work on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qinji.entry.sandbox.model import Person
from qinji.flows import audit_books
from tests.household import Answer, Phone, Session, Town
from tests.till import Bill, line, scanned

FAMILY = "女儿与不用智能手机的母亲"
CLERK, REVIEWER = "C001", "R001"
AMOUNTS = (420_00, 0)
"""The daughter's and the mother's account after the bill of 20.00 and 80.00."""

WORDS = "已与机构核对,情况属实"


@dataclass
class Doubt:
    """The daughter lets her mother spend and shows her code; a bill was paid from both accounts."""

    town: Town
    daughter: Phone
    mother: Phone
    grant: dict[str, Any]
    binding: dict[str, Any]
    bill: Bill

    async def opened(self, phone: Phone, about: str = "", **more: Any) -> dict[str, Any]:
        """A case of this person, about the bill unless something else is named."""
        return (await self.open(phone, about, **more)).done

    async def open(self, phone: Phone, about: str = "", kind: str = "not_mine", **more: Any) -> Answer:
        """The attempt."""
        body = {"about": about or f"settlement:{self.bill.number}", "kind": kind, **more}
        return await phone.call("POST", "/complaints", body)

    async def clerk_of(self, case: dict[str, Any]) -> Session:
        """The clerk who looks after a case."""
        reviewer = await self.town.clerk(REVIEWER)
        told = (await reviewer.call("GET", f"/staff/complaints/{case['id']}")).done
        return await self.town.clerk(told["clerk"])

    async def work(self, case: dict[str, Any], act: str, **body: Any) -> Answer:
        """Its clerk does something in a case."""
        clerk = await self.clerk_of(case)
        return await clerk.call("POST", f"/staff/complaints/{case['id']}/{act}", body)

    async def approved(self, measure: dict[str, Any], staff: str = REVIEWER) -> Answer:
        """Another member of staff approves a measure."""
        session = await self.town.clerk(staff)
        return await session.call("POST", f"/staff/complaints/measures/{measure['id']}/approve")

    async def closed(self, case: dict[str, Any], outcome: str, resolution: str = WORDS) -> Answer:
        """Its clerk closes a case."""
        return await self.work(case, "close", outcome=outcome, resolution=resolution)

    async def money(self) -> tuple[int, int]:
        """What is in the daughter's and in the mother's account; the books are right."""
        async with self.town.bureau.runtime.database.reading() as connection:
            assert await audit_books.run(connection) == []
        return await self.town.balance(self.daughter.person), await self.town.balance(self.mother.person)


async def doubted(town: Town) -> Doubt:
    """A bill of 100.00: 20.00 from the mother's own account, 80.00 from the daughter's, who showed the code."""
    daughter, mother = two(town)
    phone, mothers = await town.phone(daughter), await town.phone(mother)
    grant = (await phone.grant(mother)).done
    binding = (await phone.bind(mother, powers=["show_code", "query_status"])).done
    await mothers.confirm(binding)
    shown = scanned((await phone.code(mother)).done)
    bill = await town.purchase(mother, [line("A", "100.00")], shown=shown)
    return Doubt(town, phone, mothers, grant, binding, bill)


def two(town: Town) -> tuple[Person, Person]:
    """The daughter and her mother."""
    daughter, mother = town.family(FAMILY)
    return daughter, mother
