"""`qinji policy new` begins a pack that loads: what a city decides is copied, all unsure; nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from qinji.entry.commands.policy import app
from qinji.policy.forms import Value
from qinji.policy.load import load
from qinji.policy.sketch import written
from tests.unit.policy.bills import some_packs

RUNNER = CliRunner()
FOLDER = "420500-宜昌市"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A copy of the packs to which a region is added."""
    return some_packs(tmp_path)


def begun(packs: Path, *more: str, status: int = 0) -> str:
    options = more or ("420500", "--from", "420100", "--name", "宜昌市", "--on", "2025-01-01")
    done = RUNNER.invoke(app, ["new", *options, "--folder", str(packs)])
    assert done.exit_code == status, done.output
    return done.stderr if status else done.stdout


def test_the_new_pack_loads_with_every_value_unsure_and_check_only_reminds(packs: Path) -> None:
    begun(packs)
    pack = load(packs).lineage("420500")[0]
    assert (pack.folder, pack.name, pack.parents) == (FOLDER, "宜昌市", ("000000-national",))
    sources = [dated.source for history in pack.values.values() for dated in history]
    assert {(one.certainty, one.document, one.clause) for one in sources} == {("unsure", "待填", "待填")}
    checked = RUNNER.invoke(app, ["check", "--folder", str(packs)])
    assert checked.exit_code == 0
    assert f"提醒 {FOLDER}/account.yaml" in checked.stdout
    assert f"{len(sources)} 项数值尚未核实" in checked.stdout


def test_its_values_are_those_of_the_model_on_that_day(packs: Path) -> None:
    begun(packs)
    difference = RUNNER.invoke(
        app, ["diff", "420100", "420500", "--on", "2025-01-01", "--folder", str(packs), "--json"]
    )
    names = [one["parameter"] for one in yaml.safe_load(difference.stdout)]
    assert names == []


def test_it_copies_what_a_city_decides_and_leaves_national_services_to_the_nation(packs: Path) -> None:
    begun(packs)
    written = set(load(packs).lineage("420500")[0].values)
    assert {"outpatient.employee.retired.ratio.3", "mutual_aid.relations", "balance.order"} <= written
    national = ("family_account.", "code.", "visit_type.", "settlement.")
    assert [name for name in written if name.startswith(national)] == []


def test_the_province_of_the_new_region_is_its_parent_and_the_models_is_copied(packs: Path) -> None:
    begun(packs, "990300", "--from", "东澜市", "--name", "北澜市", "--on", "2025-01-01")
    pack = load(packs).lineage("990300")[0]
    assert pack.parents == ("990000-seed", "000000-national")
    begun(packs, "420600", "--from", "东澜市", "--on", "2025-01-01")
    elsewhere = load(packs).lineage("420600")[0]
    assert (elsewhere.folder, elsewhere.parents) == ("420600", ("000000-national",))
    assert "outpatient.resident.ratio.3" in elsewhere.values


def test_it_overwrites_nothing(packs: Path) -> None:
    begun(packs)
    assert "已有政策包 420500-宜昌市,没有改动" in begun(
        packs, "420500", "--from", "420100", "--name", "宜昌", status=1
    )
    (packs / "420700-鄂州市").mkdir()
    (packs / "420700-鄂州市" / "region.yaml").write_text(
        (packs / "420100-wuhan" / "region.yaml").read_text("utf-8")
    )
    assert begun(packs, "420700", "--from", "420100", "--name", "鄂州市", status=1)
    assert "武汉市" in (packs / "420700-鄂州市" / "region.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("42050", "--from", "420100"), "六位数字"),
        (("420502", "--from", "420100"), "统筹区用市的代码 420500"),
        (("420000", "--from", "420100"), "直辖市用 420100"),
        (("420500", "--from", "999900"), "没有 999900 的政策包。已有:"),
        (("420500", "--from", "420100", "--name", "../x"), "名称应为"),
        (("420500", "--from", "420100", "--on", "2020-01-01"), "从 2023-02-01 起才有政策"),
        (("420500", "--from", "420100", "--on", "soon"), "日期应写作"),
    ],
)
def test_what_cannot_be_begun_is_refused_and_nothing_is_written(
    packs: Path, options: tuple[str, ...], said: str
) -> None:
    before = sorted(packs.iterdir())
    assert said in begun(packs, *options, status=1)
    assert sorted(packs.iterdir()) == before


def test_the_scenario_that_is_sketched_is_one_once_its_marks_are_taken_away(packs: Path) -> None:
    begun(packs)
    path = packs / FOLDER / "scenarios" / "outpatient.yaml"
    head, _, rest = path.read_text(encoding="utf-8").partition("#\n# - id")
    path.write_text(head + f"- id{rest}".replace("\n# ", "\n"), encoding="utf-8")
    checked = RUNNER.invoke(app, ["check", "--folder", str(packs)])
    assert checked.exit_code == 1
    assert "算例 420500-01:fund 算得 588.00,写的是 0.00" in checked.stdout


def test_a_value_called_certain_whose_document_is_still_to_be_filled_is_an_error(packs: Path) -> None:
    begun(packs)
    path = packs / FOLDER / "outpatient.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("unsure}", "certain}", 1), encoding="utf-8")
    checked = RUNNER.invoke(app, ["check", "--folder", str(packs)])
    assert checked.exit_code == 1
    assert f"错误 {FOLDER}/outpatient.yaml 第 " in checked.stdout
    assert "certainty 已是 certain,但文件或条款还写着“待填”" in checked.stdout


def test_each_choice_is_begun_with_the_words_that_it_may_be(packs: Path) -> None:
    begun(packs)
    text = (packs / FOLDER / "outpatient.yaml").read_text(encoding="utf-8")
    assert "#   可写:year 按年、visit 按次" in text


def test_a_value_stands_in_its_file_with_its_title_its_words_and_all_to_be_filled(packs: Path) -> None:
    begun(packs)
    lines = (packs / FOLDER / "account.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[0] == (
        "# 个人账户。改好一项:value、from 照文件写,document 写文件的简称,clause 写条款,certainty 改为 certain。"
    )
    place = lines.index("balance.kinds:")
    assert lines[place - 2].startswith("# ")
    assert lines[place - 2].endswith(")")
    assert lines[place - 1] == "#   可写:single 不分当年、历年、current_and_history 分当年、历年"
    assert lines[place + 1] == (
        "  - {from: 2025-01-01, value: single, unit: choice, document: to-fill, "
        'clause: "待填", certainty: unsure}'
    )
    head = (packs / FOLDER / "region.yaml").read_text(encoding="utf-8").splitlines()
    assert head[0] == ("# 宜昌市。数值抄自 420100 武汉市,逐项对照本地文件改好之前都是 unsure(未核实)。")
    assert head[2:6] == [
        'region: "420500"',
        'name: "宜昌市"',
        "effective_from: 2025-01-01",
        "parents: [000000-national]",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        ("single", "single"),
        ("yes", '"yes"'),
        ("100.00", '"100.00"'),
        ("东澜", '"东澜"'),
        (["spouse", "child"], "[spouse, child]"),
        ([{"upto": None, "ratio": "0.90"}], '[{upto: null, ratio: "0.90"}]'),
    ],
    ids=str,
)
def test_a_value_is_written_as_a_pack_writes_it(value: Value, text: str) -> None:
    assert written(value) == text
