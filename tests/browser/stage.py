"""What has happened before the sweep looks at the pages: a daughter, her mother, a binding, a grant, two bills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from qinji.entry.sandbox.model import Person
from qinji.kernel.actor import StaffActor, StaffRole
from qinji.web.counter.lines import Typed
from qinji.web.counter.till import Till, Variant
from tests.browser.file_stage import files_of
from tests.browser.hand import Hand
from tests.browser.pages import Sheet
from tests.browser.window_stage import STAFF, at_window
from tests.bureau import TODAY
from tests.counter import AMOXICILLIN, Counter
from tests.household import Phone, Town, open_town
from tests.premium import BROTHER, MOTHER_AND_SON, identity_number
from tests.premium import Counter as Premiums
from tests.served import Site
from tests.till import line
from tests.wallet import APART, funded, pair_of

LIMITS: dict[str, Any] = {
    "per_use_fen": 300_00,
    "per_month_fen": 400_00,
    "per_year_fen": 2000_00,
    "floor_fen": 100_00,
}
CASHIER = StaffActor("T004", "阮小禾", StaffRole.CASHIER, "P99020000001")
"""The cashier of the pharmacy in 西澜市."""


@dataclass(frozen=True)
class Stage:
    """Who is there, and what a path may name."""

    people: dict[str, Person]
    names: dict[str, str]
    staff: dict[str, str]

    def path(self, sheet: Sheet) -> str:
        """The address of a page on this stage."""
        return sheet.path.format(**self.names)

    def enter(self, hand: Hand, who: str) -> None:
        """Sign in as whoever opens a page."""
        if who in STAFF:
            hand.sign_in_staff(STAFF[who], "/console")
        elif who in self.staff:
            hand.sign_in_staff(self.staff[who])
        elif who:
            hand.sign_in(self.people[who].number)


async def _set(site: Site) -> Stage:
    async with open_town(site.bureau) as town:
        daughter, mother = town.family("女儿与不用智能手机的母亲")
        phone, mothers = await town.phone(daughter), await town.phone(mother)
        granted = (await phone.grant(mother, **LIMITS)).done
        binding = (await phone.bind(mother, powers=["show_code", "query_cost", "query_status"])).done
        await mothers.confirm(binding)
        elder, child, *_others = town.family("三个儿女都想帮母亲出示医保码")
        asked = (await (await town.phone(child)).bind(elder)).done["id"]
        shared = await _share(town)
        paid = await _premium(town)
        returned = await town.purchase(mother, [line("A", "100.00"), line("C", "12.40")])
        town.bureau.later(minutes=1)
        bill = await town.visit(mother, [line("A", "300.00"), line("B", "66.00")])
        town.bureau.later(minutes=1)
        await town.cancel(returned)
        doubted = await _doubt(town, phone, mothers, bill.number)
        counter, receipt, given_back = await _counter(site, mother)
        waiting = await at_window(town)
        apart = await _apart(town)
        filed = await files_of(site.bureau)
        # Last, for a request waits ten minutes only.
        _bill, shown = await town.previewed(shared.people["father"], [line("A", "300.00")])
        assert shown.warning, "his daughter is asked"
    names = {
        **waiting,
        "bill": bill.number,
        "binding": binding["id"],
        "asked": asked,
        "grant": granted["id"],
        "cancelled_bill": returned.number,
        **doubted,
        "mother": mother.number,
        "elder": elder.number,
        **of_whom("mother", mother),
        **of_whom("daughter", daughter),
        **of_whom("resident", town.family(BROTHER)[0]),
        **of_whom("young", min(town.family("九岁的孩子"), key=lambda one: -one.birth.toordinal())),
        **shared.names,
        **apart.names,
        **paid.names,
        **filed,
        "receipt": receipt,
        "given_back": given_back,
    }
    people = {
        "daughter": daughter,
        "mother": mother,
        "elder": elder,
        **shared.people,
        **apart.people,
        **paid.people,
    }
    return Stage(people, names, {"cashier": counter.cashier.staff_id})


def of_whom(role: str, person: Person) -> dict[str, str]:
    """What forms are filled in with."""
    return {
        f"{role}_name": person.name,
        f"{role}_certificate": person.certificate_number,
        f"{role}_card": person.card_number,
    }


async def _share(town: Town) -> Stage:
    """A grant that may not end yet, and a child for whom both parents' accounts pay in an order."""
    hasty, father = town.family("刚授权就后悔的女儿")
    locked = await town.granted(hasty, father, confirm_above_fen=50_00)
    one, other, child = town.family("离婚的父母与共同的孩子")
    first = await town.granted(one, child, per_use_fen=60_00)
    town.bureau.later(minutes=1)
    second = await town.granted(other, child, per_use_fen=60_00)
    names = {"locked": locked["id"], "first": first["id"], "second": second["id"]}
    return Stage({"wuhan": hasty, "father": father, "child": child}, names, {})


async def _apart(town: Town) -> Stage:
    """A daughter and a mother in two provinces with a wallet each: some money came, some is on its way."""
    away, receiver, _sister = town.family(APART)
    pair = await pair_of(town, away, receiver)
    await funded(pair, 120_00)
    arriving = (await pair.send(30_00)).done["id"]
    names = {"arriving": arriving, **of_whom("receiver", receiver)}
    return Stage({"away": away, "receiver": receiver}, names, {})


async def _premium(town: Town) -> Stage:
    """A mother who has paid her son's premium, and registered a newborn whose is still to pay."""
    mother, son = town.family(MOTHER_AND_SON)
    phone, bureau = await town.phone(mother), Premiums(town)
    paid = (await bureau.order(phone, son, 2027, 330_00, "own_account")).done
    await bureau.send()
    number = identity_number(TODAY - timedelta(days=20))
    body = {"kind": "newborn", "name": "周小满", "identity_number": number}
    born = (await phone.call("POST", "/premiums/enrolments", body)).done
    receipt = (await phone.call("GET", f"/premiums/{paid['id']}/receipt")).done
    names = {"premium": paid["id"], "minor": born["psn_no"], "receipt_code": receipt["verify_code"]}
    return Stage({"guardian": mother}, names, {})


async def _doubt(town: Town, phone: Phone, mothers: Phone, bill: str) -> dict[str, str]:
    """A complaint of the mother's with something to approve, and one of the daughter's that was explained."""
    trail = await phone.items("/me/trail", limit="100")
    signed_in = next(one["id"] for one in trail if one["action"] == "sign_in")
    look = {"about": f"look:{signed_in}", "kind": "question", "text": "这是谁看的?"}
    explained = (await phone.call("POST", "/complaints", look)).done["id"]
    about = {"about": f"settlement:{bill}", "kind": "not_mine", "text": "我不知道这笔"}
    open_one = (await mothers.call("POST", "/complaints", about)).done["id"]
    reviewer = await town.clerk("R001")
    for case in (explained, open_one):
        to = {"to": "C001", "words": "由窗口同事经办"}
        assert (await reviewer.call("POST", f"/staff/complaints/{case}/hand-on", to)).status in (200, 400)
    clerk = await town.clerk("C001")
    close = {"outcome": "explained", "resolution": "是您本人登录时的记录,没有别人看过。"}
    assert (await clerk.call("POST", f"/staff/complaints/{explained}/close", close)).done
    ask = {"words": "请核对是否本人购药"}
    assert (await clerk.call("POST", f"/staff/complaints/{open_one}/ask-cancel", ask)).done
    correct = {"reason": "经核实不是本人购药"}
    assert (await clerk.call("POST", f"/staff/complaints/{open_one}/corrections", correct)).done
    return {"doubted": open_one, "explained": explained}


async def _counter(site: Site, patient: Person) -> tuple[Counter, str, str]:
    """A pharmacy's counter with one bill that stands and one that was given back."""
    counter = Counter(site.bureau, Till(site.bureau.flows, site.bureau.runtime), CASHIER)
    stands = await counter.sold(patient, Typed(AMOXICILLIN, "3"), variant=Variant.CASH)
    back = await counter.sold(patient, Typed(AMOXICILLIN))
    await counter.till.cancel(await counter.desk(), back.settlement, "stage-1")
    await counter.till.hand_over(await counter.desk(), "stage-2", 4_950, "")
    await counter.sold(patient, Typed(AMOXICILLIN), variant=Variant.CASH)
    return counter, stands.settlement, back.settlement


def set_stage(site: Site) -> Stage:
    """Let it happen."""
    return site.run(_set(site))
