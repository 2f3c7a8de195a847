"""What has happened before the sweep looks at the pages: a daughter, her mother, a binding, a grant, two bills."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.entry.sandbox.model import Person
from tests.browser.hand import Hand
from tests.browser.pages import Sheet
from tests.household import open_town
from tests.served import Site
from tests.till import line


@dataclass(frozen=True)
class Stage:
    """Who is there, and what a path may name."""

    people: dict[str, Person]
    names: dict[str, str]

    def path(self, sheet: Sheet) -> str:
        """The address of a page on this stage."""
        return sheet.path.format(**self.names)

    def enter(self, hand: Hand, who: str) -> None:
        """Sign in as whoever opens a page."""
        if who:
            hand.sign_in(self.people[who].number)


async def _set(site: Site) -> Stage:
    async with open_town(site.bureau) as town:
        daughter, mother = town.family("女儿与不用智能手机的母亲")
        phone, mothers = await town.phone(daughter), await town.phone(mother)
        granted = (await phone.grant(mother)).done
        binding = (await phone.bind(mother, powers=["show_code", "query_cost", "query_status"])).done
        await mothers.confirm(binding)
        elder, child, *_others = town.family("三个儿女都想帮母亲出示医保码")
        asked = (await (await town.phone(child)).bind(elder)).done["id"]
        returned = await town.purchase(mother, [line("A", "100.00"), line("C", "12.40")])
        bill = await town.visit(mother, [line("A", "300.00"), line("B", "66.00")])
        await town.cancel(returned)
    names = {
        "bill": bill.number,
        "binding": binding["id"],
        "asked": asked,
        "grant": granted["id"],
        "mother": mother.number,
    }
    return Stage({"daughter": daughter, "mother": mother, "elder": elder}, names)


def set_stage(site: Site) -> Stage:
    """Let it happen."""
    return site.run(_set(site))
