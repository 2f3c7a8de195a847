"""City over province over nation; each value by its latest day of effect; the pack that was used can be kept."""

import hashlib
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import UseClass
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.policy.book import RegionPolicy
from qinji.policy.load import load
from qinji.policy.model import Case
from tests.unit.policy.bills import POLICIES

BOOK = load(POLICIES)
DAY = date(2026, 3, 1)
NARROW, WIDE, WUHAN = "990100", "990200", "420100"


def policy(region: str, day: date = DAY) -> RegionPolicy:
    found = BOOK.at(region, day)
    assert isinstance(found, RegionPolicy)
    return found


def test_a_district_is_ruled_by_its_city() -> None:
    assert policy("990101") is policy(NARROW)


@pytest.mark.parametrize(
    ("region", "day"), [("110000", DAY), (NARROW, date(2024, 12, 31)), (WUHAN, date(2023, 1, 31))]
)
def test_a_region_without_a_pack_on_that_day_is_refused(region: str, day: date) -> None:
    found = BOOK.at(region, day)
    assert isinstance(found, Refused)
    assert found.code is RefusalCode.REGION_WITHOUT_POLICY


def test_a_value_changes_on_its_day_and_not_before() -> None:
    assert Relation.SIBLING not in policy(WUHAN, date(2024, 7, 25)).sharing().relations
    assert Relation.SIBLING in policy(WUHAN, date(2024, 7, 26)).sharing().relations
    assert policy(WUHAN, date(2024, 12, 30)).sharing().scope == "same_pool"
    assert policy(WUHAN, date(2024, 12, 31)).sharing().scope == "province"


def test_a_policy_is_made_once_for_all_days_between_two_changes() -> None:
    assert policy(WUHAN, date(2023, 3, 1)) is policy(WUHAN, date(2023, 8, 31))
    assert policy(WUHAN, date(2024, 7, 25)) is not policy(WUHAN, date(2024, 7, 26))


def test_the_city_goes_before_the_province_and_the_nation() -> None:
    assert policy(NARROW).sharing().relations == {Relation.SPOUSE, Relation.PARENT, Relation.CHILD}
    wide = policy(WIDE).sharing().relations
    assert {Relation.GRANDPARENT, Relation.SIBLING, Relation.DAUGHTERS_CHILD} <= wide
    assert not {Relation.SPOUSE_PARENT, Relation.CHILD_SPOUSE, Relation.OTHER} & wide


def test_only_in_the_wide_city_do_accounts_pay_category_c() -> None:
    for region, allowed in ((NARROW, False), (WIDE, True)):
        rules = policy(region).rules(Case("employee", "in_service", 40, "1", "11"))
        assert (UseClass.CATEGORY_C in rules.own_pays) is allowed
        assert (UseClass.CATEGORY_C in policy(region).sharing().pays) is allowed


@pytest.mark.parametrize(
    ("level", "ratio", "cap"),
    [("1", "0.8", 30_000), ("2", "0.7", 80_000), ("3", "0.6", 130_000)],
)
def test_the_seed_figures_of_employees(level: str, ratio: str, cap: int) -> None:
    rules = policy(NARROW).rules(Case("employee", "in_service", 40, level, "11"))
    assert (rules.deductible_fen, rules.bands[0].ratio, rules.day_fund_cap_fen) == (
        10_000,
        Fraction(ratio),
        cap,
    )


@pytest.mark.parametrize("status", ["adult", "child", "student"])
@pytest.mark.parametrize("level", ["1", "2", "3"])
def test_every_resident_is_paid_at_sixty_per_cent_without_a_deductible(status: str, level: str) -> None:
    rules = policy(WIDE).rules(Case("resident", status, 9, level, "11"))
    assert (rules.deductible_fen, rules.bands[0].ratio, rules.fund_pays) == (0, Fraction("0.6"), True)


@pytest.mark.parametrize("level", ["1", "3", "pharmacy"])
def test_while_payments_are_stopped_no_fund_pays_and_the_rule_that_lets_the_account_pay_is_named(
    level: str,
) -> None:
    paying = Case("employee", "in_service", 40, level, "11")
    rules = policy(NARROW).rules(replace(paying, lapsed=True))
    assert (rules.fund_pays, rules.lapsed) == (False, True)
    assert rules.sources["fund_pays"].parameter == "employee_gap.account_usable"
    assert rules.own_pays == policy(NARROW).rules(paying).own_pays
    assert not policy(NARROW).rules(paying).lapsed


def test_a_bill_in_a_break_is_settled_where_the_region_says_so_and_somebody_checked_it() -> None:
    assert policy(NARROW).settles_lapsed
    careful = BOOK.admitting(()).at(NARROW, DAY)
    assert isinstance(careful, RegionPolicy)
    assert not careful.settles_lapsed


@pytest.mark.parametrize("level", ["pharmacy", "none"])
def test_the_fund_pays_nothing_in_a_pharmacy_or_a_place_that_is_not_designated(level: str) -> None:
    assert not policy(NARROW).rules(Case("employee", "in_service", 40, level, "41")).fund_pays


@pytest.mark.parametrize(
    ("status", "level", "deductible", "ratio", "cap"),
    [
        ("in_service", "1", 70_000, "0.80", 350_000),
        ("in_service", "2", 70_000, "0.60", 350_000),
        ("in_service", "3", 70_000, "0.50", 350_000),
        ("retired", "1", 50_000, "0.84", 400_000),
        ("retired", "2", 50_000, "0.68", 400_000),
        ("retired", "3", 50_000, "0.60", 400_000),
    ],
)
def test_wuhan_as_published(status: str, level: str, deductible: int, ratio: str, cap: int) -> None:
    rules = policy(WUHAN).rules(Case("employee", status, 70, level, "11"))
    assert (rules.deductible_fen, rules.bands[0].ratio, rules.year_fund_cap_fen) == (
        deductible,
        Fraction(ratio),
        cap,
    )
    assert rules.sources["ratio"].certainty == "believed"
    assert policy(WUHAN).sharing().lock_days == 90


def test_every_value_that_a_bill_uses_has_its_source() -> None:
    rules = policy(NARROW).rules(Case("employee", "in_service", 40, "2", "11"))
    assert {"deductible", "ratio", "day_fund_cap"} <= set(rules.sources)
    assert all(source.document and source.clause for source in rules.sources.values())


def test_the_family_account_is_one_service_for_the_nation() -> None:
    terms = policy(NARROW).family()
    assert terms == policy(WUHAN).family()
    assert (terms.max_members, terms.max_holders_per_member, terms.face_age, terms.code_ttl_seconds) == (
        5,
        2,
        16,
        60,
    )


def test_a_pack_is_archived_as_the_bytes_its_digest_stands_for() -> None:
    assert policy(NARROW).digest != policy(WIDE).digest
    assert len(policy(NARROW).digest) == hashlib.sha256().digest_size
    assert "亲济省规〔2025〕1号" in policy(NARROW).archive.decode()
    assert policy(NARROW, date(2025, 1, 1)).digest == policy(NARROW).digest


def test_the_catalogue_has_every_category_and_is_listed_by_code() -> None:
    items = policy(NARROW).items()
    assert {item.category.value for item in items} == {"A", "B", "C"}
    assert [item.code for item in items] == sorted(item.code for item in items)
    assert all(policy(NARROW).item(item.code) is item for item in items)
    assert policy(NARROW).item("nothing") is None
    assert any(item.restricted for item in items)
    assert any(item.ceiling_price is not None for item in items)


def test_a_benefit_year_is_named_by_the_year_in_which_it_begins() -> None:
    terms = policy(NARROW).settlement()
    assert terms.benefit_year_of(date(2025, 12, 31)) == 2025
    assert terms.benefit_year_of(date(2026, 1, 1)) == 2026
    assert terms.identity_number_draws
