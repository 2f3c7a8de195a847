"""The scenarios of the packs, through the national messages: registered, uploaded, previewed, settled, to the fen.

What no message carries yet (stays, filings, a chosen institution, a signed doctor …) is tried without the door only.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from qinji.entry.sandbox.load import enrolment_of
from qinji.entry.sandbox.model import Person, PersonStatus
from qinji.flows import designate, enrol
from qinji.flows.deps import new_id
from qinji.institution.model import Institution
from qinji.insured.model import Insurance, Status
from qinji.kernel.ids import from_wire
from qinji.kernel.kinship import Relation, inverse
from qinji.kernel.money import parse_yuan
from qinji.platform.database import Address
from qinji.policy.book import RegionPolicy
from qinji.policy.load import default_folder, load
from qinji.policy.scenarios import Scenario, read_scenarios
from qinji.settlement import store as settlements
from qinji.settlement.model import DayChange, YearChange
from tests.bureau import open_bureau
from tests.household import Town, open_town
from tests.till import Line, Paid

pytestmark = pytest.mark.asyncio(loop_scope="module")
Given = Mapping[str, Any]
ITEMS = {
    ("A", ""): "XM01AEB001A001010100008",
    ("A", "essential"): "XJ01CAA001A001010100006",
    ("B", ""): "XC10AAA001B001010100005",
    ("C", ""): "001101000010000-110100001",
    ("C", "category_c"): "001101000010000-110100001",
    ("C", "device"): "C02030200100000000002",
    ("C", "disinfectant"): "W00010001",
    ("C", "checkup"): "001210000010000-121000001",
    ("C", "tcm_pieces"): "T000400205",
    ("C", "aesthetic"): "003305000010000-330501001",
}
"""Items of the sample catalogue that are what a scenario's line is."""

KEYS = {
    "id",
    "name",
    "region",
    "date",
    "person",
    "visit",
    "institution_level",
    "accumulators",
    "fee_lines",
    "accounts",
}
LABELS = {"hand", "source", "certainty", "pack"}
CURRENT = "current_year"
USED = {"deductible_used", "fund_paid_year", "fund_paid_day", "in_scope_year"}
LINE_KEYS = {"category", "amount", "prior_self_pay_ratio", "name", "own_expense_as", "essential"}
ACCOUNT_KEYS = {"owner", "relation", "balance", "kind", "status", "retain", "limit_per_tx", "limit_year_left"}
AGES = {"in_service": 40, "retired": 62, "adult": 40, "child": 9, "student": 15, "": 40}


def _line_has_an_item(row: Given) -> bool:
    key = (str(row.get("category")), _kind(row))
    ratio = str(row.get("prior_self_pay_ratio", "0"))
    wanted = {"A": ("0", "0.00"), "B": ("0.10",), "C": ("0", "0.00", "0.10")}.get(key[0], ())
    return set(row) <= LINE_KEYS and key in ITEMS and ratio in wanted


def _kind(row: Given) -> str:
    return "essential" if row.get("essential") else str(row.get("own_expense_as", ""))


def has_messages(scenario: Scenario) -> bool:
    """Whether the national messages carry all that the scenario tells."""
    given: Given = scenario.given
    person, visit = given.get("person", {}), given.get("visit", {})
    return (
        set(given) <= KEYS | LABELS
        and set(person) <= {"insurance", "status", "age"}
        and set(visit) <= {"type"}
        and given.get("institution_level") in ("1", "2", "3", "pharmacy")
        and set(given.get("accumulators", {})) <= USED
        and all(_line_has_an_item(row) for row in given["fee_lines"])
        and all(
            set(row) <= ACCOUNT_KEYS and row.get("status", "normal") == "normal"
            for row in given.get("accounts", [])
        )
        and not (person.get("insurance") == "resident" and _own(given))
    )


def _own(given: Given) -> list[Given]:
    return [row for row in given.get("accounts", []) if row["owner"] == "self"]


SCENARIOS = [scenario for scenario in read_scenarios(default_folder()) if has_messages(scenario)]


@dataclass(frozen=True, slots=True)
class Place:
    """A town, and how many people were enrolled in it, so that each has a number of their own."""

    town: Town
    seen: list[str]

    async def institution(self, region: str, level: str) -> str:
        """An institution of a region and level, designated when it is first needed."""
        code = f"{'P' if level == 'pharmacy' else 'H'}{region}{'9' if level == 'pharmacy' else level}0001"
        if code not in self.seen:
            new = Institution(
                code, "算例医药机构", level, region, "99999999999999999X", "none", tell_payers=False
            )
            assert await designate.run(designate.Designate(new, "test"), self.town.bureau.runtime) is None
            self.seen.append(code)
        return code

    async def enrolled(self, scenario: Scenario) -> tuple[Person, dict[str, Person]]:
        """The patient, with their history of the year, and the owners of the relatives' accounts."""
        given: Given = scenario.given
        told = given.get("person", {})
        own = _own(given)
        patient = self._person(
            given["region"],
            Insurance(told["insurance"]),
            told.get("status", "") or "adult",
            int(told.get("age", 0)) or AGES[told.get("status", "")],
            sum(parse_yuan(str(row["balance"])) for row in own if row.get("kind") != CURRENT),
            scenario.day or date(2026, 1, 1),
        )
        relatives = {
            row["owner"]: self._person(
                given["region"],
                Insurance.EMPLOYEE,
                "in_service",
                45,
                0 if row.get("kind") == CURRENT else parse_yuan(str(row["balance"])),
                scenario.day or date(2026, 1, 1),
            )
            for row in given.get("accounts", [])
            if row["owner"] != "self"
        }
        await self._enrol(patient, relatives, given)
        return patient, relatives

    def _person(
        self, region: str, insurance: Insurance, status: PersonStatus, age: int, balance: int, day: date
    ) -> Person:
        self.seen.append("person")
        number = f"9999{len(self.seen):026d}"
        return Person(
            number=number,
            name="算例人",
            certificate_number=f"9999{len(self.seen):014d}",
            card_number=f"A{len(self.seen):08d}",
            birth=date(day.year - age, 1, 1),
            sex="female",
            ethnicity="01",
            region=region,
            insurance=insurance,
            person_status=status,
            status=Status.NORMAL,
            balance_fen=balance,
            employer="",
            insured_since=date(2010, 1, 1),
            suspended_since=None,
            kin=(),
        )

    async def _enrol(self, patient: Person, relatives: Mapping[str, Person], given: Given) -> None:
        deps = self.town.bureau.runtime
        ids = {one.number: new_id(deps, deps.clock()) for one in (patient, *relatives.values())}
        told = {
            row["owner"]: Relation(row["relation"])
            for row in given.get("accounts", [])
            if row["owner"] != "self"
        }
        kin = []
        for owner, relative in relatives.items():
            kin.append((ids[patient.number], ids[relative.number], told[owner]))
            kin.append((ids[relative.number], ids[patient.number], inverse(told[owner])))
        roll = enrol.Roll(
            name=f"scenario-{len(self.seen)}",
            value="1",
            people=[enrolment_of(one, ids[one.number], deps) for one in (patient, *relatives.values())],
            kin=kin,
            institutions=[],
            keys=[],
            staff=[],
        )
        assert await enrol.run(roll, deps)
        await self._history(ids[patient.number], patient, given)

    async def _history(self, who: UUID, patient: Person, given: Given) -> None:
        """What the year's earlier bills used, and the current year's balance, as they would have left them."""
        used = {key: parse_yuan(str(value)) for key, value in given.get("accumulators", {}).items()}
        day, level = date.fromisoformat(given["date"]), given["institution_level"]
        deps = self.town.bureau.runtime
        policy = deps.book.at(patient.region, day)
        assert isinstance(policy, RegionPolicy)
        year = policy.settlement().benefit_year_of(day)
        current = sum(parse_yuan(str(row["balance"])) for row in _own(given) if row.get("kind") == CURRENT)
        async with deps.database.transaction() as connection:
            change = YearChange(
                who,
                patient.insurance,
                year,
                used.get("deductible_used", 0),
                used.get("fund_paid_year", 0),
                used.get("in_scope_year", 0),
            )
            await settlements.add_to_years(connection, [change])
            await settlements.add_to_days(
                connection, [DayChange(who, day, level, used.get("fund_paid_day", 0))]
            )
            if current:
                await connection.execute(
                    "insert into personal_account (person_id, pocket, balance_fen) values ($1, 1, $2) "
                    "on conflict (person_id, pocket) do update set balance_fen = excluded.balance_fen",
                    who,
                    current,
                )


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def place(module_address: Address, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """One bureau for all scenarios; each enrols people of its own."""
    async with (
        open_bureau(module_address, tmp_path_factory.mktemp("home")) as bureau,
        open_town(bureau) as town,
    ):
        yield Place(town, [])


def _lines(given: Given) -> list[Line]:
    return [Line(ITEMS[str(row["category"]), _kind(row)], str(row["amount"])) for row in given["fee_lines"]]


def _expected(scenario: Scenario) -> Paid:
    expected: Given = scenario.expected
    shared = sum(parse_yuan(str(row["amount"])) for row in expected.get("mutual_aid", []))
    own, cash = parse_yuan(str(expected["account"])), parse_yuan(str(expected["cash"]))
    return Paid(parse_yuan(str(expected["fund"])), own, shared, cash)


async def _grant(town: Town, given: Given, patient: Person, relatives: Mapping[str, Person]) -> None:
    """Each relative grants with the limits that the scenario tells; one whose relation is not allowed cannot."""
    for row in given.get("accounts", []):
        if row["owner"] == "self":
            continue
        limits = {
            name: parse_yuan(str(row[key]))
            for name, key in (
                ("per_use_fen", "limit_per_tx"),
                ("per_year_fen", "limit_year_left"),
                ("floor_fen", "retain"),
            )
            if key in row
        }
        phone = await town.phone(relatives[row["owner"]])
        answer = await phone.grant(patient, inverse(Relation(row["relation"])).value, **limits)
        if answer.status < 400:
            await _filing_confirmed(town, answer.done["id"])


async def _filing_confirmed(town: Town, grant: str) -> None:
    """Where a region wants a filing first (北京), the bureau has confirmed it before the bill."""
    async with town.bureau.runtime.database.transaction() as connection:
        await connection.execute(
            "update mutual_aid_grant set state = 'active' where grant_id = $1 and state = 'filed'",
            from_wire(grant),
        )


async def _settled(town: Town, scenario: Scenario, patient: Person, place: str) -> Paid:
    given: Given = scenario.given
    kind = given.get("visit", {}).get("type", "11")
    lines = _lines(given)
    if given["institution_level"] == "pharmacy":
        return (await town.purchase(patient, lines, at=place)).paid
    bill = await town.visit(patient, lines, at=place, medical_type=kind)
    assert bill.previewed == bill.paid
    return bill.paid


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: f"{one.pack}-{one.identifier}")
async def test_a_scenario_settles_through_the_messages_as_it_was_worked_by_hand(
    place: Place, scenario: Scenario
) -> None:
    given: Given = scenario.given
    assert scenario.day is not None
    with place.town.on(scenario.day):
        where = await place.institution(given["region"], given["institution_level"])
        patient, relatives = await place.enrolled(scenario)
        await _grant(place.town, given, patient, relatives)
        assert await _settled(place.town, scenario, patient, where) == _expected(scenario)


async def test_every_pack_of_a_pooling_area_has_scenarios_that_pass_through_the_messages() -> None:
    book = load(default_folder())
    areas = {pack.folder for pack in book.packs.values() if pack.region in book.regions()}
    assert areas <= {scenario.pack for scenario in SCENARIOS}
