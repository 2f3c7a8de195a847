"""Every form in which a pack may write a value does what it says, in invented packs whose figures are certain.

Most values of real cities nobody has verified yet; were they the engine's only test, tests would cement wrong law.
"""

from datetime import date
from pathlib import Path

import pytest

from qinji.flows.parts.reading import TrialInvalid
from qinji.flows.parts.sharing_terms import terms_of, user_orders
from qinji.flows.parts.trial import try_bill
from qinji.funding.model import Payer
from qinji.funding.order import order
from qinji.kernel.bill import PayerKind
from qinji.kernel.kinship import Relation
from qinji.kernel.refusal import Refused
from qinji.policy.book import RegionPolicy
from qinji.policy.check import check
from qinji.policy.groups import GROUPS, LEVELS, TREATMENTS
from qinji.policy.load import load
from qinji.policy.model import ALL_CLASSES, Case
from qinji.policy.parameters import PARAMETERS
from qinji.policy.scenarios import Scenario, read_scenarios
from tests.unit.policy.bills import Example

FOLDER = Path(__file__).parent / "fixture_packs"
BOOK = load(FOLDER)
SCENARIOS = read_scenarios(FOLDER)
DAY = date(2025, 6, 2)
SHAPES, VARIANTS = "998800", "998900"


def policy_of(region: str) -> RegionPolicy:
    found = BOOK.at(region, DAY)
    assert not isinstance(found, Refused)
    return found


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.identifier)
def test_a_shape_comes_out_to_the_cent(scenario: Scenario) -> None:
    result = try_bill(scenario.given, BOOK)
    assert {key: result[key] for key in scenario.expected} == scenario.expected


def test_the_packs_of_shapes_have_no_errors_and_nothing_unsure() -> None:
    told = check(BOOK, SCENARIOS)
    assert [finding for finding in told if finding.error or "尚未核实" in finding.text] == []


def _shape(name: str) -> str:
    """The name without the place: no group, no level, and outpatient for all that is not inpatient."""
    head, *rest = name.split(".")
    longest = max((g for g in GROUPS if ".".join(rest).startswith(g + ".")), key=len, default="")
    what = ".".join(rest).removeprefix(f"{longest}.") if longest else ".".join(rest)
    if head in TREATMENTS:
        head = head if head == "inpatient" else "outpatient"
    end = what.rpartition(".")
    return f"{head}.{end[0] if end[2] in LEVELS else what}"


def test_every_shape_of_a_benefit_is_written_in_them() -> None:
    heads = {*TREATMENTS, "large_amount", "catastrophic"}
    wanted = {_shape(name) for name in PARAMETERS if name.split(".")[0] in heads}
    written = {_shape(name) for pack in BOOK.packs.values() for name in pack.values}
    # These are read by the same code as their neighbours that are written, only under another name.
    read_alike = {
        "inpatient.fund_pays",
        "inpatient.visit_fund_cap",
        "inpatient.month_fund_cap",
        "inpatient.year_fund_cap_wage_factor",
        "inpatient.bonus.signed_doctor",
        "inpatient.bonus.low_income",
        "inpatient.bonus.continuous_years",
        "inpatient.bonus.continuous_from_year",
        "outpatient.fund_pays",
        *(f"large_amount.{what}" for what in ("band_basis", "low_income_threshold_factor")),
        *(f"large_amount.{what}" for what in ("low_income_ratio_bonus", "no_cap_for_low_income")),
        *(f"large_amount.{what}" for what in ("continuous_from_year", "continuous_ratio_bonus")),
        *(f"large_amount.{what}" for what in ("continuous_cap_bonus", "zero_claim_cap_bonus")),
        "large_amount.continuous_ratio_from_year",
        "large_amount.bonus_share_of_cap",
    }
    assert wanted - written == read_alike


def bill(region: str, **more: object) -> Example:
    return {
        "region": region,
        "date": DAY.isoformat(),
        "person": {"insurance": "employee", "status": "in_service"},
        "institution_level": "1",
        "fee_lines": [{"category": "A", "amount": "120.00"}],
        **more,
    }


def test_a_chronic_disease_visit_is_refused_by_name_until_it_is_configured() -> None:
    with pytest.raises(TrialInvalid, match=r"visit\.type 14"):
        try_bill(bill(SHAPES, visit={"type": "14"}), BOOK)


def test_a_factor_of_the_wage_is_told_with_the_wage_in_the_trace() -> None:
    accumulators = {"deductible_used_level": "100.00", "fund_paid_year": "2950.00"}
    retired = {"insurance": "employee", "status": "retired"}
    steps = try_bill(bill(SHAPES, person=retired, accumulators=accumulators), BOOK)["trace"]
    assert isinstance(steps, list)
    assert any(
        isinstance(step, dict) and "3000.00 元(平均工资 60000.00 元的 5%)" in str(step["text"])
        for step in steps
    )


def test_the_history_balance_pays_first_where_the_region_says_so() -> None:
    accounts = [
        {"owner": "self", "balance": "50.00", "kind": "current_year"},
        {"owner": "self", "balance": "80.00", "kind": "history"},
    ]
    result = try_bill(bill(VARIANTS, accounts=accounts), BOOK)
    steps = result["trace"]
    assert isinstance(steps, list)
    paid = [str(step["text"]) for step in steps if isinstance(step, dict) and step["step"] == "paid"]
    # (120-100) x 80% = 16; of the person's 104 the history balance pays its 80, this year's the other 24.
    assert result["account"] == "104.00"
    assert [("80.00" in text, "24.00" in text) for text in paid] == [(True, False), (False, True)]


def test_the_next_day_end_and_the_lock_reach_the_rules_of_mutual_aid() -> None:
    terms = terms_of(BOOK, VARIANTS, DAY)
    assert not isinstance(terms, Refused)
    assert (terms.ends_next_day, terms.lock_days) == (True, 90)
    usual = terms_of(BOOK, SHAPES, DAY)
    assert not isinstance(usual, Refused)
    assert (usual.ends_next_day, usual.lock_days) == (False, 0)


def test_a_family_that_forms_one_group_is_told_so() -> None:
    sharing = policy_of(VARIANTS).sharing()
    assert (sharing.group, sharing.max_grantors) == (True, 1)
    assert Relation.SPOUSE_PARENT in sharing.relations
    assert not policy_of(SHAPES).sharing().group


@pytest.mark.parametrize(("region", "first"), [(VARIANTS, ["b", "a", "self"]), (SHAPES, ["self", "a", "b"])])
def test_the_order_that_people_set_holds_only_where_the_region_leaves_it_to_them(
    region: str, first: list[str]
) -> None:
    settlement = policy_of(region).settlement()
    payers = [
        Payer(PayerKind.OWN, "self", "", 0, 100, ALL_CLASSES),
        Payer(PayerKind.GRANTOR, "a", "", 0, 100, ALL_CLASSES, grant="a", rank=2, since="2025-01-01"),
        Payer(PayerKind.GRANTOR, "b", "", 0, 100, ALL_CLASSES, grant="b", rank=1, since="2025-02-01"),
    ]
    stood = order(payers, settlement.self_position, settlement.grantor_order)
    assert [payer.person for payer in stood] == first
    assert user_orders(BOOK, region, DAY) is (region == VARIANTS)


def test_what_must_stay_in_a_grantors_account_names_the_wage_among_its_sources() -> None:
    sharing = policy_of(SHAPES).sharing()
    assert sharing.retained_balance_fen == 6_000
    assert sharing.sources["wage.average_year"].document == "形制规〔2025〕1号"
    assert "wage.average_year" not in policy_of(VARIANTS).sharing().sources


def test_a_group_that_a_pack_does_not_write_has_the_values_of_the_wider_one() -> None:
    elder = policy_of(SHAPES).rules(Case("employee", "retired", 70, "3"))
    retired = policy_of(SHAPES).rules(Case("employee", "retired", 60, "3"))
    assert (elder.bands, elder.deductible_fen) == (retired.bands, retired.deductible_fen)
    assert elder.group == "employee.retired_elder"
