"""`qinji policy check` tells what would keep bills from being settled, and what to look at."""

from datetime import date
from pathlib import Path

import pytest

from qinji.policy.check import check
from qinji.policy.load import load
from qinji.policy.remarks import Finding
from qinji.policy.scenarios import read_scenarios
from tests.unit.policy.bills import POLICIES, some_packs


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A copy of the packs that a test may spoil."""
    return some_packs(tmp_path)


def found(packs: Path) -> list[Finding]:
    return check(load(packs), read_scenarios(packs))


def test_the_packs_that_come_with_it_have_no_errors() -> None:
    assert [finding for finding in found(POLICIES) if finding.error] == []


def test_every_change_of_a_value_is_crossed_by_scenarios() -> None:
    assert [finding for finding in found(POLICIES) if "scenarios" in finding.text] == []


def test_a_change_without_scenarios_is_told(packs: Path) -> None:
    path = packs / "000000-national" / "scenarios" / "outpatient.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2024-07-25", "2024-07-24"), encoding="utf-8")
    told = next(finding for finding in found(packs) if "没有 2024-07-25 的算例" in finding.text)
    assert told.error
    assert told.place == "000000-national/sharing.yaml 第 4 行 mutual_aid.relations"


def test_a_missing_parameter_is_an_error_with_its_name_and_the_region_is_refused(packs: Path) -> None:
    path = packs / "000000-national" / "settlement.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = next(place for place, line in enumerate(lines) if line.startswith("settlement.flag_1:"))
    path.write_text("".join(lines[:start] + lines[start + 2 :]), encoding="utf-8")
    errors = [finding for finding in found(packs) if finding.error]
    book = load(POLICIES)
    cities = {pack.folder for pack in book.packs.values() if pack.region in book.regions()}
    assert {finding.place.partition(" ")[0] for finding in errors} == {
        f"{each.name}/region.yaml" for each in packs.iterdir() if each.name in cities
    }
    assert all("settlement.flag_1" in finding.text for finding in errors)
    assert not hasattr(load(packs).at("990100", date(2026, 1, 1)), "rules")


def test_a_region_without_a_catalogue_is_an_error(packs: Path) -> None:
    (packs / "000000-national" / "catalogue.yaml").unlink()
    assert any(finding.error and "目录" in finding.text for finding in found(packs))


def test_a_ratio_that_rises_with_the_level_is_told(packs: Path) -> None:
    path = packs / "990000-seed" / "outpatient.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"0.80"', '"0.50"'), encoding="utf-8")
    told = [finding for finding in found(packs) if "反而越高" in finding.text]
    assert told
    assert all(finding.error for finding in told)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("certainty: believed}", "certainty: believed, note: 原文如此}"), encoding="utf-8"
    )
    assert not any(finding.error for finding in found(packs) if "反而越高" in finding.text)


def test_a_ladder_counts_as_a_ratio(packs: Path) -> None:
    assert not any(
        finding.place == "110100-beijing" and "门诊没有写全" in finding.text for finding in found(packs)
    )
    path = packs / "110100-beijing" / "outpatient.yaml"
    written = path.read_text(encoding="utf-8")
    start = written.index("outpatient.employee.retired.bands.1:")
    path.write_text(written[:start] + written[start:].replace('"0.85"', '"0.55"', 1), encoding="utf-8")
    told = [finding.text for finding in found(packs) if finding.error]
    assert any(text.startswith("医院级别越高,报销比例反而越高:退休职工普通门诊") for text in told)


def test_unsure_values_and_what_is_not_written_are_told() -> None:
    texts = [f"{finding.place}:{finding.text}" for finding in found(POLICIES)]
    assert any("code.ttl_seconds" in text and "尚未核实" in text for text in texts)
    assert any(text.startswith("420100-wuhan:居民") for text in texts)
