"""What decides a bill is among its sources, so an unsure value is seen; the nearer value decides."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from qinji.kernel.bill import TraceStep
from qinji.policy.book import RegionPolicy
from qinji.policy.gaps import gaps
from qinji.policy.load import load
from qinji.policy.model import Accumulated, Case, Filing, RemoteMode, Rules, Source
from qinji.policy.pack import Values
from qinji.policy.split import split
from qinji.policy.trace import render, render_step
from tests.unit.policy.bills import POLICIES, line
from tests.unit.policy.made_packs import DAY, made_pack

BOOK = load(POLICIES)
ABOVE = BOOK.lineage("990100")[1:]
WORKER = Case("employee", "in_service", 40, "1")


def region(values: Mapping[str, object], certainty: str = "certain") -> RegionPolicy:
    """A city of the seed province that writes only these values."""
    return RegionPolicy((made_pack(values, certainty=certainty), *ABOVE), DAY, admits_unsure=False)


STAYS = {"inpatient.employee.deductible.1": ["100.00"]}
STAY = Case("employee", "in_service", 40, "1", inpatient=True, stay_days=95)


@pytest.mark.parametrize(
    ("name", "value", "case"),
    [
        ("pharmacy.fund_pays", True, Case("employee", "in_service", 40, "pharmacy")),
        ("inpatient.long_stay_days", 90, STAY),
        (
            "inpatient.transfer_merges_deductible",
            True,
            Case("employee", "in_service", 40, "1", inpatient=True, transferred=True),
        ),
        ("unselected.employee.fund_pays", False, Case("employee", "in_service", 40, "1", selected=False)),
        ("balance.current_pays", [], WORKER),
        ("balance.order", "history_first", WORKER),
        ("order.self_position", "last", WORKER),
    ],
)
def test_an_unsure_value_that_decides_a_bill_is_seen(name: str, value: object, case: Case) -> None:
    unsure = {name: value, "outpatient.employee.selection_required": True, **STAYS}
    policy = region(unsure, certainty="unsure")
    assert name in policy.unverified(policy.rules(case).sources)


def test_an_unsure_way_to_reduce_a_bill_is_seen_where_only_the_amount_is_sure() -> None:
    policy = region({"remote.unfiled.mode": "points"}, certainty="unsure")
    away = policy.away("420100", Filing.UNFILED)
    sources = policy.rules(Case("employee", "in_service", 40, "1", away=away)).sources
    assert "remote.unfiled.mode" in policy.unverified(sources)


def test_which_account_may_be_shared_is_among_the_sources_of_sharing() -> None:
    policy = region({"balance.shared": ["single"]}, certainty="unsure")
    assert "balance.shared" in policy.unverified(policy.sharing().sources)


@pytest.mark.parametrize(
    ("city", "above", "cap_fen"),
    [
        ({"outpatient.employee.year_fund_cap_wage_factor": "0.05"}, {"year_fund_cap": "8000.00"}, 500_000),
        ({"outpatient.employee.year_fund_cap": "8000.00"}, {"year_fund_cap_wage_factor": "0.05"}, 800_000),
        (
            {"outpatient.employee.in_service.year_fund_cap_wage_factor": "0.06"},
            {"year_fund_cap": "1.00"},
            600_000,
        ),
        ({"outpatient.employee.year_fund_cap": None}, {"year_fund_cap_wage_factor": "0.05"}, None),
    ],
)
def test_the_nearer_cap_of_the_year_holds_be_it_an_amount_or_a_factor(
    city: dict[str, object], above: dict[str, object], cap_fen: int | None
) -> None:
    wide = {f"outpatient.employee.{what}": value for what, value in above.items()}
    province = made_pack(wide | {"wage.average_year": "100000.00"}, "990000-made", "990000")
    policy = RegionPolicy((made_pack(city), province, *ABOVE), DAY)
    rules = policy.rules(WORKER)
    assert rules.year_fund_cap_fen == cap_fen
    assert rules.sources["year_fund_cap"].parameter == next(iter(city))


def test_essential_drugs_bear_their_share_of_what_is_paid_before_them_elsewhere() -> None:
    rules = Rules(
        deductible_fen=60_000,
        essential_without_deductible=True,
        remote_mode=RemoteMode.PRIOR_SELF_PAY,
        remote_value=Fraction(1, 10),
    )
    made = split([line(50_000, essential=True), line(50_000)], rules, Accumulated())
    # 1000 less 10% is 900 in scope, half of it for essential drugs: 450 are left for the deductible of 600.
    assert (made.in_scope_fen, made.deductible_fen) == (90_000, 45_000)


@pytest.mark.parametrize("filing", [Filing.UNFILED, Filing.TEMPORARY, Filing.REFERRAL])
def test_where_no_filing_is_needed_nobody_is_paid_less_for_having_filed(filing: Filing) -> None:
    beijing = BOOK.at("110100", date(2024, 7, 7))
    assert isinstance(beijing, RegionPolicy)
    rules = beijing.rules(Case("employee", "in_service", 40, "3", away=beijing.away("120100", filing)))
    assert rules.remote_mode is RemoteMode.NONE
    told = render(split([line(10_000)], rules, Accumulated()).trace)
    assert any("异地就医(视同备案):报销比例与参保地相同" in text for text in told)


def test_another_way_to_reduce_needs_a_number_of_its_own() -> None:
    city, nation = "remote.unfiled.mode", BOOK.lineage("110100")[-1]
    told = [
        finding
        for finding in gaps(made_pack({}), Values((made_pack({city: "factor"}), nation), DAY))
        if finding.error and finding.place.endswith(city)
    ]
    assert any("数值是上级政策包为另一种方式写的" in finding.text for finding in told)
    same = gaps(
        made_pack({}), Values((made_pack({"remote.other_province.unfiled.mode": "points"}), nation), DAY)
    )
    assert not [finding for finding in same if "另一种方式" in finding.text]


def test_the_catalogue_has_a_name_where_it_is_not_verified() -> None:
    policy = RegionPolicy(BOOK.lineage("420100"), DAY, admits_unsure=False)
    assert "医保目录" in policy.unverified(policy.rules(WORKER).sources)


def test_a_value_is_counted_once_however_often_the_trace_names_it() -> None:
    unsure = Source("文件", "不详", "unsure", "2025-01-01", "outpatient.employee.bands.1")
    wuhan = BOOK.at("110100", DAY)
    assert isinstance(wuhan, RegionPolicy)
    rules = wuhan.rules(Case("employee", "in_service", 40, "3"))
    made = split(
        [line(5_000_000)],
        Rules(bands=rules.bands, sources={"ratio": unsure}),
        Accumulated(),
    )
    assert [step.code for step in made.trace].count("band") == 2
    assert "用到 1 项未核实的政策数值" in render_step(made.trace[-1])


def test_a_pack_that_says_nothing_is_not_told_as_a_rule_that_the_fund_does_not_pay() -> None:
    silent = split([line(10_000)], Rules(fund_pays=False), Accumulated())
    assert "没有这类费用的报销比例" in " ".join(render(silent.trace))
    ruled = Rules(fund_pays=False, sources={"fund_pays": Source("文件", "第一条", "certain", "2025-01-01")})
    assert "统筹基金不支付这类费用〔依据:文件 第一条" in " ".join(
        render(split([line(10_000)], ruled, Accumulated()).trace)
    )


def test_an_unknown_clause_is_told_as_unknown() -> None:
    step = TraceStep("fund_pays_not", {}, "fund_pays", "文件", "不详", "unsure")
    assert render_step(step).endswith("〔依据:文件 条款不详,未核实〕")


def test_a_deductible_that_was_lowered_to_nothing_says_so() -> None:
    assert render_step(TraceStep("deductible", {"amount_fen": 0, "less_fen": 30_000})) == (
        "起付线已减 300.00 元,没有剩下的"
    )
