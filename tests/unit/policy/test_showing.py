"""`qinji policy show`, `diff`, and `try` with a bill told on the command line or in YAML."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qinji.entry.commands.policy import app
from tests.unit.policy.bills import POLICIES

RUNNER = CliRunner()
WUHAN = ("--region", "420100", "--on", "2024-02-20", "--person", "employee/retired/72", "--level", "1")


def run(*arguments: str, status: int = 0, given: str | None = None) -> str:
    done = RUNNER.invoke(app, list(arguments), input=given)
    assert done.exit_code == status, done.output
    return done.stdout or done.stderr


def tried(*arguments: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("try", *arguments, "--json"))
    return found


def test_show_lists_every_value_with_source_certainty_and_pack() -> None:
    told = json.loads(run("show", "武汉市", "--on", "2024-02-20", "--json"))
    values = {one["parameter"]: one for one in told["values"]}
    assert (told["region"], told["on"]) == ("420100", "2024-02-20")
    place = values["outpatient.employee.retired.ratio.1"].pop("place")
    assert re.fullmatch(
        r"420100-wuhan/outpatient\.yaml 第 \d+ 行 outpatient\.employee\.retired\.ratio\.1", place
    )
    assert values["outpatient.employee.retired.ratio.1"] == {
        "parameter": "outpatient.employee.retired.ratio.1",
        "title": "退休职工普通门诊报销比例(一级)",
        "chapter": "门诊",
        "value": "0.84",
        "unit": "ratio",
        "from": "2023-02-01",
        "document": "武政规〔2022〕24号",
        "clause": "不详",
        "certainty": "believed",
        "pack": "420100-wuhan",
        "covered": False,
    }
    assert values["mutual_aid.model"]["pack"] == "000000-national"
    printed = run("show", "420100", "--on", "2024-02-20")
    assert "退休职工普通门诊报销比例(一级):84%" in printed
    assert "武政规〔2022〕24号 不详,2023-02-01 起,较可信,未核对原文" in printed
    assert "000000-national/sharing.yaml 第 " in printed
    unsure = run("show", "420100", "--on", "2024-02-20", "--unsure")
    assert "还没有核实的数值,共 " in unsure
    assert "较可信" not in unsure
    assert "医保码有效秒数:60 秒" in unsure


def test_show_as_notice_prints_the_notice() -> None:
    assert run("show", "420102", "--on", "2024-02-20", "--as", "notice").startswith("# 武汉市医疗保险待遇")


def test_show_before_the_pack_begins_or_of_a_region_without_one_says_so() -> None:
    assert "从 2023-02-01 起适用" in run("show", "420100", "--on", "2023-01-31", status=1)
    assert "没有 120000 的政策包" in run("show", "120000", status=1)


def test_diff_is_silent_status_0_where_nothing_differs_and_1_where_something_does() -> None:
    assert "没有不同" in run("diff", "420100@2024-01-01", "420100@2024-02-01")
    told = run("diff", "420100@2023-01-31", "420100@2023-02-01", status=1)
    assert "政策包从 2023-02-01 起适用,这天还没有" in told
    assert "+ 0.84  武政规〔2022〕24号" in told
    cities = json.loads(run("diff", "990100", "990200", "--on", "2025-06-01", "--json", status=1))
    assert {one["parameter"] for one in cities} == {
        "account.own_pays",
        "mutual_aid.pays",
        "mutual_aid.relations",
    }


def test_diff_compares_two_editions_of_the_packs(tmp_path: Path) -> None:
    newer = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    path = newer / "420100-wuhan" / "outpatient.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"0.84"', '"0.85"'), encoding="utf-8")
    same = ("diff", "420100", "420100", "--on", "2024-02-20")
    run(*same)
    told = run(*same, "--folder-b", str(newer), status=1)
    assert "outpatient.employee.retired.ratio.1" in told
    assert "- 0.84" in told
    assert "+ 0.85" in told
    assert "1 项不同" in told


def test_what_cannot_be_compared_is_status_2(tmp_path: Path) -> None:
    run("diff", "420100", "120000", status=2)
    run("diff", "420100@soon", "420100", status=2)
    run("diff", "420100", "420100", "--folder-b", str(tmp_path / "nowhere"), status=2)


def test_a_bill_told_on_the_command_line_is_that_of_the_file() -> None:
    told = tried(*WUHAN, "--amount", "1200.00", "--account", "self=200", "--account", "spouse=300")
    assert (told["fund"], told["account"], told["cash"]) == ("588.00", "200.00", "112.00")
    assert told["mutual_aid"] == [{"owner": "spouse", "amount": "300.00"}]


def test_lines_accounts_and_what_was_used_may_be_told_more_than_once() -> None:
    told = tried(
        *WUHAN,
        *("--line", "A 100.00", "--line", "B 80.00 0.10", "--line", "C 35.50 device"),
        *("--line", "XC08CAA001A001010100004 8.40", "--used", "deductible_used=500"),
        *("--account", "本人=10", "--account", "父母=20", "--account", "父母=30"),
    )
    # (100+72+8.40)x84%=151.536; personal 72.36 = 8.00 + 35.50 + 28.86
    assert (told["fund"], told["account"], told["cash"]) == ("151.54", "10.00", "12.36")
    assert told["mutual_aid"] == [{"owner": "父母", "amount": "20.00"}, {"owner": "父母2", "amount": "30.00"}]


def test_a_stay_and_care_elsewhere_reach_the_rules() -> None:
    stay = ("--inpatient", "--admission", "2", "--stay-days", "9", "--away", "310000", "--filing", "referral")
    told = tried(*WUHAN, "--amount", "1200.00", *stay)
    assert told["fund"] == "0.00"  # the pack of Wuhan says nothing of stays


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--person", "employee/retired/72"), "请写账单文件,或用选项说明一张账单"),
        (("--amount", "1"), "请写账单文件"),
        ((*WUHAN, "--line", "A"), "--line 应写作"),
        ((*WUHAN, "--line", "C 1.00 food"), "--line 中的 food"),
        ((*WUHAN, "--amount", "1", "--account", "self"), "--account 应写作"),
        ((*WUHAN, "--amount", "1", "--account", "friend=1"), "accounts.relation 应为"),
        ((*WUHAN, "--amount", "1", "--used", "deductible"), "--used 应写作"),
        ((*WUHAN, "--amount", "1", "--used", "used=1"), "不认识的键 accumulators.used"),
        ((*WUHAN, "--amount", "1", "--filing", "none"), "visit.filing 应为"),
        ((*WUHAN[:4], "--person", "职工/退修", "--level", "1", "--amount", "1"), "person.status 应为"),
        ((*WUHAN[:4], "--person", "resident/chld/8", "--level", "1", "--amount", "1"), "person.status 应为"),
        ((*WUHAN[:4], "--person", "a/b/1/2", "--level", "1", "--amount", "1"), "--person 应写作"),
        (("-", "--amount", "1"), "账单写在文件里"),
    ],
)
def test_what_cannot_be_understood_is_told_in_chinese(options: tuple[str, ...], said: str) -> None:
    assert said in run("try", *options, "--json", status=1)


YAML_BILL = """
id: Y-1
region: 武汉市
date: 2024-02-20
person: {insurance: employee, status: retired}
institution_level: 1
fee_lines:
- {category: A, amount: 1200.10}
accounts:
- {owner: self, relation: self, balance: 200}
"""


def test_a_bill_in_yaml_is_read_exactly_from_a_file_and_from_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "bill.yaml"
    file.write_text(YAML_BILL, encoding="utf-8")
    told = tried(str(file))
    assert told["fund"] == "588.08"
    assert told == json.loads(run("try", "-", "--yaml", "--json", given=YAML_BILL))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: [", "第 "),
        ("id: 1\nid: 2", "第 2 行,YAML 写法有误:键 id 写了两次"),
        ("a: .inf", "第 1 行,YAML 写法有误:.inf 不是数"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(text: str, said: str) -> None:
    assert said in json.loads(run("try", "-", "--yaml", "--json", status=1, given=text))["error"]
