"""Every worked example, and every scenario of the packs, comes out to the cent."""

import copy
import json
from pathlib import Path

import pytest

from qinji.flows.parts.trial import try_bill
from qinji.policy.load import load
from qinji.policy.scenarios import Scenario, read_scenarios
from tests.unit.policy.bills import POLICIES, Example

EXAMPLES = json.loads((Path(__file__).parent / "worked_examples.json").read_text(encoding="utf-8"))
SCENARIOS = read_scenarios(POLICIES)
BOOK = load(POLICIES)
SEEDS = {"SEED": "990200", "湖北武汉": "420100"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_a_worked_example_comes_out_to_the_cent(example: Example) -> None:
    result = try_bill(example)
    assert {key: result[key] for key in example["expected"]} == example["expected"]
    detail = result["detail"]
    assert isinstance(detail, dict)
    assert example["expected_detail"].items() <= detail.items()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_what_an_example_expects_is_never_read(example: Example) -> None:
    lying = copy.deepcopy(example) | {"expected": 1, "expected_detail": [], "hand": {"x": 1}}
    assert try_bill(lying) == try_bill(example)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: f"{scenario.pack}-{scenario.identifier}")
def test_a_scenario_of_a_pack_comes_out_to_the_cent(scenario: Scenario) -> None:
    result = try_bill(scenario.given, BOOK)
    assert {key: result[key] for key in scenario.expected} == scenario.expected


def test_every_pack_of_a_pooling_area_has_scenarios() -> None:
    with_cases = {scenario.pack for scenario in SCENARIOS}
    assert {pack.folder for pack in BOOK.packs.values() if pack.region in BOOK.regions()} <= with_cases


@pytest.mark.parametrize(
    "example",
    [one for one in EXAMPLES if one["region"] in SEEDS and one["id"] != "WE-06"],
    ids=lambda one: one["id"],
)
def test_an_example_of_the_seed_and_of_wuhan_holds_by_the_packs_too(example: Example) -> None:
    by_pack = {key: value for key, value in example.items() if key != "rules"}
    result = try_bill(by_pack | {"region": SEEDS[str(example["region"])]}, BOOK)
    assert {key: result[key] for key in example["expected"]} == example["expected"]
