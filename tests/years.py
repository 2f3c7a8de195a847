"""A table of years of a family's money, worked out by hand, and a family that lives it step by step.

The table says what is done, who pays each bill, and every month's statement; this module reads it and does the steps.
Amounts of the table are yuan, here they are fen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import yaml

from qinji.entry.sandbox.model import Person
from qinji.entry.worker import Worker
from qinji.flows import credit_accounts, designate, roll_over_balances, send_premiums
from qinji.flows.credit_accounts import CreditAccounts
from qinji.flows.parts.crediting import CreditFile, CreditRow
from qinji.institution.model import Institution
from qinji.kernel.dates import CHINA, first_of_month
from qinji.kernel.money import parse_yuan
from qinji.ledger.model import LineKind
from qinji.platform.database import Address
from tests.household import Phone, Town
from tests.premium import Counter
from tests.tax_bureau import LittleTaxBureau
from tests.till import ITEM_OF, Bill, Json, Line

Step: TypeAlias = Mapping[str, Any]
Table: TypeAlias = Mapping[str, Any]
DEVICE = "C02030200100000000002"
ITEMS = {**ITEM_OF, "device": DEVICE}
LIMITS = {
    **{name: f"{name}_fen" for name in ("per_use", "per_day", "per_month", "per_year")},
    "floor": "floor_fen",
}
MOVED_TO = {"hospital": "H33010000001", "pharmacy": "P33010000001"}
"""Two institutions of the town that the daughter moves to, which has none in the sandbox world."""


def table_of(path: Path) -> Table:
    """The table, every value of it as it is written."""
    # The base loader makes nothing but text, lists and mappings: no amount becomes a float.
    found: Table = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return found


def month_of(told: Mapping[str, Any]) -> date:
    """The first day of a month of the table."""
    return date.fromisoformat(f"{told['month']}-01")


def moment_of(month: date, step: Step) -> datetime:
    """When a step is done: a day of its month and a time, in China."""
    day, at = str(step["at"]).split()
    hour, minute = at.split(":")
    return datetime(month.year, month.month, int(day), int(hour), int(minute), tzinfo=CHINA)


def lines_of(step: Step) -> list[Line]:
    """The lines of a bill: a category or a kind of item, and how much."""
    return [Line(ITEMS[kind], yuan) for kind, yuan in (line.split() for line in step["lines"])]


def fen_of(told: Mapping[str, str]) -> dict[str, int]:
    """Amounts by name."""
    return {name: parse_yuan(yuan) for name, yuan in told.items()}


def limits_of(told: Mapping[str, str]) -> dict[str, int]:
    """The limits of a grant as the JSON door takes them."""
    return {LIMITS[name]: fen for name, fen in fen_of(told).items()}


@dataclass
class Household:
    """The people by their role in the table, and what was made so far under its name there."""

    town: Town
    address: Address
    people: dict[str, Person]
    grants: dict[str, Json] = field(default_factory=dict)
    bills: dict[str, Bill] = field(default_factory=dict)
    sent: dict[str, Json] = field(default_factory=dict)
    receiver: dict[str, str] = field(default_factory=dict)

    async def do(self, month: date, step: Step) -> None:
        """The clock goes to the moment of the step, and it is done."""
        self.town.bureau.clock.set(moment_of(month, step))
        doings: Mapping[str, Callable[[Step], Awaitable[None]]] = {
            "credit": self._credit,
            "visit": self._bill,
            "pharmacy": self._bill,
            "cancel": self._cancel,
            "grant": self._grant,
            "change": self._change,
            "pause": self._pause,
            "resume": self._pause,
            "revoke": self._revoke,
            "open": self._open,
            "send": self._send,
            "accept": self._answer,
            "give back": self._answer,
            "premium": self._premium,
            "tax bureau": self._tax_bureau,
            "move": self._move,
            "timers": self._timers,
        }
        await doings[step["do"]](step)

    async def _phone(self, role: str) -> Phone:
        return await self.town.phone(self.people[role])

    async def _credit(self, step: Step) -> None:
        """A month's crediting file of all who have an account."""
        deps = self.town.bureau.runtime
        month = first_of_month(self.town.bureau.clock().astimezone(CHINA).date())
        rows = [
            CreditRow(place, self.people[role].number, month, fen, _kind(self.people[role]))
            for place, (role, fen) in enumerate(fen_of(step["yuan"]).items(), start=2)
        ]
        file = CreditFile(f"{month}", "os:test", supplement=False)
        run = await credit_accounts.begin(file, deps)
        made = await credit_accounts.run(CreditAccounts(run, file, rows), deps)
        assert len(made.booked) == len(rows), made

    async def _bill(self, step: Step) -> None:
        """A visit or a purchase; who paid it is what the table says."""
        patient, lines = self.people[step["who"]], lines_of(step)
        moved = patient.region != patient.number[: len(patient.region)]
        hospital, pharmacy = (MOVED_TO["hospital"], MOVED_TO["pharmacy"]) if moved else ("", "")
        if step["do"] == "visit":
            bill = await self.town.visit(patient, lines, step["level"], at=hospital)
        else:
            bill = await self.town.purchase(patient, lines, at=pharmacy)
        told = fen_of(step["paid"])
        wanted = (
            told.get("fund", 0),
            told.get("own", 0) + told.get("wallet", 0),
            told.get("relatives", 0),
            told.get("cash", 0),
        )
        paid = bill.paid
        assert (paid.fund, paid.account, paid.mutual_aid, paid.cash) == wanted, step
        if "name" in step:
            self.bills[step["name"]] = bill

    async def _cancel(self, step: Step) -> None:
        await self.town.cancel(self.bills[step["bill"]])

    async def _grant(self, step: Step) -> None:
        phone = await self._phone("daughter")
        asked = await phone.grant(self.people[step["to"]], None, **limits_of(step["limits"]))
        self.grants[step["to"]] = asked.done

    async def _change(self, step: Step) -> None:
        phone = await self._phone("daughter")
        assert (await phone.change(self.grants[step["whose"]], **limits_of(step["limits"]))).done

    async def _pause(self, step: Step) -> None:
        phone = await self._phone("daughter")
        assert (await phone.change(self.grants[step["whose"]], paused=step["do"] == "pause")).done

    async def _revoke(self, step: Step) -> None:
        phone = await self._phone("daughter")
        assert (await phone.revoke(self.grants[step["whose"]])).done

    async def _open(self, step: Step) -> None:
        assert (await (await self._phone(step["who"])).call("POST", "/wallet", {})).done

    async def _send(self, step: Step) -> None:
        body = {"receiver_psn_no": self.people[step["to"]].number, "amount_fen": parse_yuan(step["yuan"])}
        answer = await (await self._phone("daughter")).call("POST", "/wallet/transfers", body)
        if "refused" in step:
            assert answer.refused == step["refused"]
            return
        self.sent[step["name"]], self.receiver[step["name"]] = answer.done, step["to"]

    async def _answer(self, step: Step) -> None:
        phone = await self._phone(self.receiver[step["sent"]])
        act = "accept" if step["do"] == "accept" else "return"
        assert (await phone.call("POST", f"/wallet/transfers/{self.sent[step['sent']]['id']}/{act}")).done

    async def _premium(self, step: Step) -> None:
        """A year's premium is ordered, for oneself or a child."""
        phone, whose = await self._phone(step["by"]), self.people[step["whose"]]
        number = None if step["whose"] == step["by"] else whose.number
        ordered = Counter(self.town).order
        assert (await ordered(phone, number, int(step["year"]), parse_yuan(step["yuan"]), step["payer"])).done

    async def _tax_bureau(self, step: Step) -> None:
        """The tax bureau says its word about what was ordered."""
        answering = LittleTaxBureau(refuses=step.get("refuses", ""))
        assert await send_premiums.run(self.town.bureau.runtime, answering) == 1

    async def _move(self, step: Step) -> None:
        """The register is changed behind the doors, by the owner of its tables: none of today's acts does it."""
        bureau, region, where = self.town.bureau, str(step["to"]), self.address
        identifier = await bureau.person_id(self.people["daughter"].number)
        owner = await asyncpg.connect(
            host=where.host, port=where.port, user="qinji_owner", database=where.name
        )
        await owner.execute("update person set region = $2 where person_id = $1", identifier, region)
        await owner.close()
        self.people["daughter"] = replace(self.people["daughter"], region=region)
        for code, level in ((MOVED_TO["hospital"], "1"), (MOVED_TO["pharmacy"], "pharmacy")):
            place = Institution(code, "测试机构", level, region, "", "none", tell_payers=False)
            assert await designate.run(designate.Designate(place, "os:test"), bureau.runtime) is None

    async def _timers(self, step: Step) -> None:
        """What a serving process looks after once a minute; a look goes on with one pooling area's year."""
        bureau = self.town.bureau
        worker = Worker(bureau.runtime)
        for _ in range(1 + len(roll_over_balances.due(bureau.runtime))):
            await worker.look()
            bureau.later(minutes=1)


def _kind(person: Person) -> LineKind:
    return LineKind.RETIRED if person.person_status == "retired" else LineKind.CONTRIBUTION
