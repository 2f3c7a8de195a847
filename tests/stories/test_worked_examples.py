"""The worked examples of the seed pack and of 武汉, at designated institutions, through the institution door."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qinji.entry.sandbox.model import Person
from qinji.insured.model import Status
from qinji.kernel.money import parse_yuan
from tests.household import Town
from tests.till import Paid, line

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = Path(__file__).parents[1] / "unit" / "policy" / "worked_examples.json"
REGIONS = ("SEED", "湖北武汉")
NOT_DESIGNATED = "WE-12"
FAMILY = {"WE-07": "九岁的孩子与先后授权的父母"}
"""The family of an example is the one that has its number in its title, but for this one."""


@dataclass(frozen=True, slots=True)
class Told:
    """One example as it is written down."""

    facts: dict[str, Any]

    @property
    def identifier(self) -> str:
        return str(self.facts["id"])

    @property
    def day(self) -> date:
        return date.fromisoformat(self.facts["date"])

    @property
    def relatives(self) -> list[dict[str, str]]:
        return [one for one in self.facts["accounts"] if one["owner"] != "self"]

    @property
    def expected(self) -> Paid:
        said = self.facts["expected"]
        shared = sum(parse_yuan(one["amount"]) for one in said["mutual_aid"])
        own, cash = parse_yuan(said["account"]), parse_yuan(said["cash"])
        return Paid(parse_yuan(said["fund"]), own, shared, cash)


def _told() -> list[Told]:
    every = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return [Told(one) for one in every if one["region"] in REGIONS and one["id"] != NOT_DESIGNATED]


async def _grant(town: Town, told: Told, patient: Person, relatives: list[Person]) -> None:
    """Each relative of the example grants, in its order; one that is suspended was insured when they granted."""
    for person, account in zip(relatives, told.relatives, strict=False):
        await town.set_status(person, Status.NORMAL)
        assert await town.balance(person) == parse_yuan(account["balance"])
        limits = {
            name: parse_yuan(account[key])
            for name, key in (("per_use_fen", "limit_per_tx"), ("per_year_fen", "limit_year_left"))
            if key in account
        }
        await town.granted(person, patient, **limits)
        if account.get("status") == "suspended":
            await town.set_status(person, Status.ARREARS)


@pytest.mark.parametrize("told", _told(), ids=lambda told: told.identifier)
async def test_a_worked_example_is_settled_to_the_fen(town: Town, told: Told) -> None:
    patient, *relatives = town.family(FAMILY.get(told.identifier, told.identifier))
    owners = dict(zip((one["owner"] for one in told.relatives), relatives, strict=False))
    with town.on(told.day):
        await _grant(town, told, patient, relatives)
        level = told.facts["institution_level"]
        used = told.facts["accumulators"].get("deductible_used", "0")
        if parse_yuan(used):
            await town.deductible_used(patient, f"{parse_yuan(used) // 100}.00", level)
        lines = [line(one["category"], one["amount"]) for one in told.facts["fee_lines"]]
        bill = await town.visit(patient, lines, level)
        payers = (await (await town.phone(patient)).bill(bill))["payers"]

    assert bill.paid == told.expected
    assert bill.previewed == bill.paid
    shared = [(one["name"], one["amount_fen"]) for one in payers if one["kind"] == "grantor"]
    assert shared == [
        (owners[one["owner"]].name, parse_yuan(one["amount"])) for one in told.facts["expected"]["mutual_aid"]
    ]
    detail = told.facts["expected_detail"]
    for name, field in (
        ("total", "medfee_sumamt"),
        ("own_expense_C", "fulamt_ownpay_amt"),
        ("prior_self_pay", "preselfpay_amt"),
        ("in_scope", "inscp_scp_amt"),
        ("deductible_applied", "act_pay_dedc"),
    ):
        assert bill.fen(field) == parse_yuan(detail[name])


async def test_every_example_of_the_two_packs_is_told() -> None:
    assert [told.identifier for told in _told()] == [
        "WE-01",
        "WE-02",
        "WE-04",
        "WE-06",
        "WE-07",
        "WE-09",
        "WE-10",
        "WE-13",
    ]
