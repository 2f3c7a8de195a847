"""What the packs of the cities need of the engine: readings of a border, waived filings, rewards, limits of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qinji.flows.parts.trial import try_bill
from qinji.kernel.refusal import Refused
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.load import load
from qinji.policy.model import Accumulated, Basis, Case, Filing
from qinji.policy.split import split
from tests.unit.policy.bills import POLICIES, line, some_packs

BOOK = load(POLICIES)
STAY = {"treatment": "inpatient"}


def policy(region: str, day: date, book: Book = BOOK) -> RegionPolicy:
    found = book.at(region, day)
    assert not isinstance(found, Refused)
    return found


def bill(region: str, day: str, amount: str, **more: object) -> dict[str, object]:
    return {
        "region": region,
        "date": day,
        "person": {"insurance": "employee", "status": "in_service"},
        "institution_level": "3",
        "fee_lines": [{"category": "A", "amount": amount}],
        **more,
    }


def steps(result: Mapping[str, object]) -> list[dict[str, object]]:
    trace = result["trace"]
    assert isinstance(trace, list)
    return trace


def texts(result: Mapping[str, object]) -> list[str]:
    return [str(step["text"]) for step in steps(result)]


def test_both_readings_of_beijings_border_can_be_written_and_differ() -> None:
    """19,930 yuan paid of 30,000 yuan in scope: by payments 100 yuan are left at 70 %, by cost none."""
    case = Case("employee", "in_service", 40, "3")
    by_paid = policy("110100", date(2024, 5, 6)).rules(case)
    by_cost = replace(
        by_paid,
        bands=tuple(replace(band, basis=Basis.IN_SCOPE_INCLUDING_DEDUCTIBLE) for band in by_paid.bands),
    )
    used = Accumulated(deductible_used_fen=180_000, fund_paid_year_fen=1_993_000, in_scope_year_fen=3_000_000)
    assert split([line(100_000)], by_paid, used).fund_fen == 61_000
    assert split([line(100_000)], by_cost, used).fund_fen == 60_000


@pytest.mark.parametrize(("place", "waived"), [("120100", True), ("420100", False)])
def test_a_waived_filing_is_told_with_its_source(place: str, waived: bool) -> None:
    result = try_bill(bill("110100", "2024-05-06", "2000.00", visit={"region": place}), BOOK)
    told = [text for text in texts(result) if "不需要备案" in text]
    assert len(told) == waived
    assert all("京津冀免备案" in text and "未核实" in text for text in told)


def test_an_exempt_area_that_nobody_verified_decides_no_bill_in_production() -> None:
    beijing = policy("110100", date(2024, 5, 6), BOOK.admitting([]))

    def unverified(place: str, filing: Filing) -> tuple[str, ...]:
        case = Case("employee", "in_service", 40, "3", away=beijing.away(place, filing))
        return beijing.unverified(beijing.rules(case).sources)

    assert "remote.exempt_areas" in unverified("120100", Filing.UNFILED)
    assert "remote.exempt_areas" not in unverified("120100", Filing.LONG_TERM)
    assert "remote.exempt_areas" not in unverified("420100", Filing.UNFILED)


def test_where_no_filing_is_needed_the_parameter_that_says_so_is_the_source(tmp_path: Path) -> None:
    packs = some_packs(tmp_path)
    path = packs / "000000-national" / "remote.yaml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace("value: true", "value: false", 1), encoding="utf-8")
    result = try_bill(bill("110100", "2024-05-06", "2000.00", visit={"region": "420100"}), load(packs))
    assert result["fund"] == "140.00"
    assert "remote.other_province.filing_needed" in [step.get("parameter") for step in steps(result)]


@pytest.mark.parametrize(
    ("day", "years", "claimed", "paid"),
    [
        ("2024-12-31", 9, False, "20000.00"),
        ("2025-01-01", 4, True, "20000.00"),
        ("2025-01-01", 6, True, "22000.00"),
        ("2025-01-01", 6, False, "23000.00"),
        ("2025-01-01", 9, False, "24000.00"),
    ],
    ids=["before", "four years", "two more", "and no claim", "a fifth at most"],
)
def test_the_nations_rewards_raise_a_citys_cap(
    tmp_path: Path, day: str, years: int, claimed: bool, paid: str
) -> None:
    """With a cap of 20,000: 1,000 for each year after the fourth and for one without a claim, a fifth at most."""
    packs = some_packs(tmp_path)
    path = packs / "110100-beijing" / "second_layer.yaml"
    written = path.read_text(encoding="utf-8")
    assert written.count("value: null, unit: yuan") == 1
    path.write_text(
        written.replace("value: null, unit: yuan", 'value: "20000.00", unit: yuan'), encoding="utf-8"
    )
    person = {
        "insurance": "resident",
        "status": "adult",
        "age": 40,
        "continuous_years": years,
        "claimed_last_year": claimed,
    }
    used = {"catastrophic_base": "100000"}
    given = bill("110100", day, "201300.00", person=person, visit=STAY, accumulators=used)
    assert try_bill(given, load(packs))["catastrophic"] == paid


def test_a_regions_limit_of_a_day_holds_for_one_bill_too() -> None:
    father = {"owner": "father", "relation": "parent", "balance": "9000.00", "kind": "history"}
    mother = {"owner": "mother", "relation": "parent", "balance": "900.00", "kind": "history"}
    result = try_bill(bill("330100", "2024-06-01", "7000.00", accounts=[father, mother]), BOOK)
    # (7000-1000) x 76% = 4560; the person's 2440 stay below the limit
    assert result["mutual_aid"] == [{"owner": "father", "amount": "2440.00"}]
    own_expense = [{"category": "C", "amount": "5500.00"}]
    result = try_bill(
        bill("330100", "2024-06-01", "1.00", accounts=[father, mother]) | {"fee_lines": own_expense}, BOOK
    )
    assert result["mutual_aid"] == [
        {"owner": "father", "amount": "5000.00"},
        {"owner": "mother", "amount": "500.00"},
    ]
