"""`qinji policy check` names every fault that is planted in a pack: which file, which line, what would be right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qinji.entry.commands.policy import app
from tests.unit.policy.bills import POLICIES, some_packs

RUNNER = CliRunner()
SEED, DONGLAN, NATION = "990000-seed", "990100-donglan", "000000-national"
OUTPATIENT, SHARING = f"{SEED}/outpatient.yaml", f"{DONGLAN}/sharing.yaml"
REGION, CATALOGUE = f"{DONGLAN}/region.yaml", f"{NATION}/catalogue.yaml"
SCENARIO = "990100-donglan/scenarios/outpatient.yaml"
ROW = 'unit: {unit}, document: {document}, clause: "第九条", certainty: believed}}'


def value(name: str, written: str, unit: str, since: str = "2025-01-01", document: str = "seed-op") -> str:
    """A parameter with one value, as it stands in a pack."""
    row = ROW.format(unit=unit, document=document)
    return f"{name}:\n  - {{from: {since}, value: {written}, {row}\n"


@dataclass(frozen=True)
class Planted:
    """A fault: in which file ``old`` becomes ``new``, and what has to be told of it, at which line.

    Where ``old`` is empty, ``new`` is added and the line is that of its first value.
    """

    file: str
    old: str
    new: str
    line: int
    told: tuple[str, ...]
    place: str = ""


def added(file: str, text: str, *told: str) -> Planted:
    return Planted(file, "", text, 0, told)


FAULTS = {
    "a misspelt parameter, with the one that was meant": Planted(
        OUTPATIENT,
        "in_service.deductible:",
        "in_service.deductable:",
        3,
        ("没有这个参数", "是不是", "deductible"),
    ),
    "a value without source": Planted(OUTPATIENT, ", document: seed-op", "", 4, ("没有来源",)),
    "a document that is not in region.yaml": Planted(
        OUTPATIENT, "document: seed-op", "document: hearsay", 4, ("没有来源", "region.yaml", "seed-op")
    ),
    "a value without clause": Planted(OUTPATIENT, ', clause: "第三条"', "", 4, ("clause", "不详")),
    "a wrong unit": Planted(OUTPATIENT, "unit: yuan", "unit: fen", 4, ("unit 应为 yuan",)),
    "a number without quotes": Planted(OUTPATIENT, '"100.00"', "100.00", 4, ("带引号", '"100.00"')),
    "a ratio without quotes": Planted(OUTPATIENT, '"0.80"', "0.8", 6, ("带引号", '"0.80"')),
    "a certainty that does not exist": Planted(
        OUTPATIENT, "certainty: believed", "certainty: sure", 4, ("certain、believed、unsure",)
    ),
    "days of effect that do not ascend": Planted(
        f"{NATION}/sharing.yaml", "from: 2024-07-26", "from: 2021-04-01", 4, ("由早到晚",)
    ),
    "a day that no calendar has": Planted(
        OUTPATIENT, "from: 2025-01-01", "from: 2025-02-30", 4, ("没有 2025-02-30 这一天",)
    ),
    "a key that is written twice": Planted(
        OUTPATIENT, "in_service.ratio.2:", "in_service.ratio.1:", 7, ("写了两次",)
    ),
    "a parameter in two files": Planted(
        f"{SEED}/settlement.yaml",
        "",
        value("mutual_aid.scope", "province", "choice"),
        2,
        ("写在两个文件中",),
        f"{SEED}/sharing.yaml",
    ),
    "a bracket that is not closed": Planted(
        SHARING, "spouse, parent, child]", "spouse, parent, child", 2, ("YAML",)
    ),
    "goods that no account may pay": Planted(
        SHARING, "[over_limit, prior", "[health_food, over_limit, prior", 4, ("health_food", "保健食品")
    ),
    "bands whose ends fall": added(
        OUTPATIENT,
        value(
            "outpatient.resident.elder.bands.3",
            '[{upto: "900.00", ratio: "0.5"}, {upto: "300.00", ratio: "0.6"}]',
            "bands",
        ),
        "由低到高",
        "300.00",
    ),
    "a change without a case on the day before and the day": added(
        SHARING,
        value("mutual_aid.unbind_min_days", "90", "days", "2025-07-01", "donglan-aid"),
        "2025-07-01 起有值改变",
        "2025-06-30、2025-07-01",
    ),
    "a higher level that is paid more": Planted(
        OUTPATIENT, 'value: "0.70"', 'value: "0.90"', 8, ("医院级别越高,报销比例反而越高", "二级", "一级")
    ),
    "a pensioner paid less than the working": Planted(
        OUTPATIENT,
        'employee.retired.ratio.3:\n  - {from: 2025-01-01, value: "0.60"',
        'employee.retired.ratio.3:\n  - {from: 2025-01-01, value: "0.50"',
        24,
        ("退休职工的待遇不应低于在职职工", "0.50"),
    ),
    "an elder pensioner paid less than the others": added(
        OUTPATIENT,
        value("outpatient.employee.retired_elder.ratio.3", '"0.55"', "ratio"),
        "高龄退休职工的待遇不应低于其他退休职工",
    ),
    "a second stay that costs more than the first": added(
        OUTPATIENT,
        value("inpatient.employee.deductible.village", '["40.00", "80.00"]', "yuan"),
        "再次住院的起付线反而更高",
    ),
    "a missing parameter": Planted(
        f"{NATION}/settlement.yaml",
        "settlement.flag_1:\n  - {from: 2021-04-22, value: own_then_grants",
        "# settlement.flag_1:\n#  - {from: 2021-04-22, value: own_then_grants",
        5,
        ("缺少参数 settlement.flag_1(账户使用标志 1)",),
        REGION,
    ),
    "care away from home that is lowered by nothing": added(
        SHARING,
        value("remote.unfiled.mode", "points", "choice", document="donglan-aid"),
        "但没有数值",
        "remote.unfiled.value",
    ),
    "a factor of a wage that is not written": added(
        OUTPATIENT,
        value("outpatient.employee.year_fund_cap_wage_factor", '"0.06"', "factor"),
        "没有平均工资",
        "wage.average_year",
    ),
    "a second layer without threshold": Planted(
        f"{SEED}/layers.yaml",
        "catastrophic.employee.threshold:",
        "catastrophic.employee.zero_claim_cap_bonus:",
        5,
        ("没有起付标准", "catastrophic.employee.threshold"),
    ),
    "amounts without any ratio": added(
        OUTPATIENT,
        value("without_referral.resident.year_fund_cap", '"150000.00"', "yuan"),
        "没有任何一级的报销比例",
    ),
    "a region code of a district": Planted(REGION, '"990100"', '"990102"', 2, ("是区县", "990100")),
    "a parent that is not there": Planted(
        REGION, "990000-seed", "990000-sead", 5, ("990000-sead 不存在或写错",)
    ),
    "an item of the catalogue twice": Planted(
        CATALOGUE, "001102000010000-110200001", "001101000010000-110100001", 11, ("编码重复",)
    ),
    "a scenario that comes out otherwise": Planted(
        SCENARIO, "fund: '", "fund: '9", 2, ("算例", "fund 算得", "写的是")
    ),
    "a scenario file that is broken": Planted(
        SCENARIO, "  region: '990100'", "   region: '990100'", 4, ("YAML",)
    ),
    "a scenario with a misspelt key": Planted(
        SCENARIO, "institution_level:", "institution_levels:", 2, ("不认识的键 institution_levels",)
    ),
}


def line_of(fault: Planted) -> int:
    return fault.line or (POLICIES / fault.file).read_text(encoding="utf-8").count("\n") + 2


def plant(packs: Path, fault: Planted) -> None:
    path = packs / fault.file
    text = path.read_text(encoding="utf-8")
    assert fault.old in text
    path.write_text(
        text.replace(fault.old, fault.new, 1) if fault.old else text + fault.new, encoding="utf-8"
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named_with_file_and_line(tmp_path: Path, name: str) -> None:
    packs = some_packs(tmp_path)
    fault = FAULTS[name]
    plant(packs, fault)
    done = RUNNER.invoke(app, ["check", "--folder", str(packs), "--json"])
    assert done.exit_code == 1
    found_all = json.loads(done.stdout)["findings"]
    errors = [one for one in found_all if one["kind"] == "error"]
    wanted = fault.place or fault.file
    named = [one for one in errors if (one["file"], one["line"]) == (wanted, line_of(fault))]
    assert named, errors
    assert any(all(part in one["text"] for part in fault.told) for one in named), named


def test_all_faults_are_told_at_once_also_those_of_packs_that_load(tmp_path: Path) -> None:
    packs = some_packs(tmp_path)
    for name in ("a wrong unit", "an item of the catalogue twice", "a region code of a district"):
        plant(packs, FAULTS[name])
    wuhan = packs / "420100-wuhan" / "outpatient.yaml"
    wuhan.write_text(wuhan.read_text(encoding="utf-8").replace('"0.84"', '"0.64"'), encoding="utf-8")
    done = RUNNER.invoke(app, ["check", "--folder", str(packs)])
    assert done.exit_code == 1
    for file in (OUTPATIENT, REGION, CATALOGUE):
        assert f"错误 {file} 第 " in done.stdout
    # The nation's catalogue is broken, so that of Wuhan's pack nothing more can be said.
    assert "420100-wuhan/outpatient" not in done.stdout


def test_packs_without_faults_pass(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["check", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["errors"] == 0


def test_amounts_without_ratio_that_are_not_verified_yet_are_only_reminded_of(tmp_path: Path) -> None:
    packs = some_packs(tmp_path)
    plant(packs, FAULTS["amounts without any ratio"])
    path = packs / OUTPATIENT
    head, _, last = path.read_text(encoding="utf-8").rpartition("certainty: believed")
    path.write_text(f"{head}certainty: unsure{last}", encoding="utf-8")
    done = RUNNER.invoke(app, ["check", "--folder", str(packs)])
    assert done.exit_code == 0
    assert "但成年居民、老年居民、少年儿童、在校学生没有任何一级的报销比例" in done.stdout
