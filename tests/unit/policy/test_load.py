"""A pack without sources, with an unknown key or of another form does not load, and says where and why."""

from collections.abc import Callable
from pathlib import Path

import pytest

from qinji.policy.load import default_folder, load, load_pack
from qinji.policy.scenarios import read_scenarios
from qinji.policy.written import PackInvalid
from tests.unit.policy.bills import POLICIES, some_packs

OUTPATIENT = "990000-seed/outpatient.yaml"
REGION = "990100-donglan/region.yaml"
CATALOGUE = "000000-national/catalogue.yaml"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A copy of the packs that a test may spoil."""
    return some_packs(tmp_path)


Spoil = Callable[[str, str, str], None]


@pytest.fixture
def spoil(packs: Path) -> Spoil:
    """Replaces a text, once, in a file of the copy."""

    def replace(file: str, old: str, new: str) -> None:
        path = packs / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def refused(packs: Path) -> str:
    with pytest.raises(PackInvalid) as found:
        load(packs)
    return str(found.value)


def test_the_packs_of_the_checkout_are_the_default_and_load() -> None:
    assert default_folder() == POLICIES
    regions = load(default_folder()).regions()
    assert {"110100", "310100", "320500", "330100", "420100", "990100", "990200"} <= set(regions)
    assert not {"000000", "320000", "330000", "990000"} & set(regions)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", document: seed-op", "", "没有来源:document"),
        ("document: seed-op", "document: hearsay", "没有来源:document"),
        (', clause: "第三条"', "", "没有来源:clause"),
        ("certainty: believed", "certainty: sure", "certainty 应为"),
        (", certainty: believed", "", "certainty 应为"),
        ("from: 2025-01-01, ", "", "from 应为"),
        ("from: 2025-01-01", "from: soon", "from 应为"),
        ("unit: yuan", "unit: fen", "unit 应为 yuan"),
        ('value: "100.00", ', "", "缺少 value"),
        ('value: "100.00"', "value: 100.00", "带引号的"),
        ('value: "100.00"', 'value: "-1.00"', "不能小于 0"),
        ('value: "100.00"', "value: null", "带引号的"),
        ('value: "100.00"', 'value: "1.005"', "元"),
        ('value: "0.80"', "value: 0.80", "带引号的"),
        ('value: "0.80"', 'value: "1.80"', "0 到 1"),
        ("unit: yuan", "unit: yuan, remark: x", "不认识的键 remark"),
        (
            "outpatient.employee.in_service.deductible:",
            "outpatient.employee.in_service.deductable:",
            "没有这个参数",
        ),
    ],
)
def test_a_value_without_source_or_of_another_form_does_not_load(
    packs: Path, spoil: Spoil, old: str, new: str, said: str
) -> None:
    spoil(OUTPATIENT, old, new)
    told = refused(packs)
    assert said in told
    assert OUTPATIENT in told


def test_the_line_of_the_key_is_told(packs: Path, spoil: Spoil) -> None:
    spoil(OUTPATIENT, "document: seed-op", "document: hearsay")
    assert "第 4 行 outpatient.employee.in_service.deductible" in refused(packs)


def test_a_pack_that_demands_the_grantors_presence_does_not_load_with_that_reason(
    packs: Path, spoil: Spoil
) -> None:
    key = "mutual_aid.grantor_presence_required:\n  - {from: 2021-04-22, value: "
    spoil("000000-national/sharing.yaml", f"{key}false", f"{key}true")
    told = refused(packs)
    assert "授权人到场" in told
    assert "R-036" in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('region: "990100"', "region: 990100", "六位"),
        ('region: "990100"', 'region: "99010"', "六位"),
        ("name: 东澜市", "title: 东澜市", "title"),
        ("effective_from: 2025-01-01\n", "", "effective_from"),
        ("parents: [990000-seed]", "parents: [990000-sead]", "990000-sead"),
        ("parents: [990000-seed]", "parents: 990000-seed", "parents"),
        ("name: 东澜市", "name: 东澜市\nname: 西澜市", "写了两次"),
        ("name: 东澜市", "name: [", "YAML"),
        ("effective_from: 2025-01-01", "effective_from: 2025-02-30", "YAML"),
        ('region: "990100"', 'region: "990200"', "已有政策包 990100-donglan"),
        ('region: "990100"', 'region: "990101"', "区县"),
        ("parents: [990000-seed]", "parents: [000000-national, 990000-seed]", "近的优先"),
        ("parents: [990000-seed]", "parents: [420100-wuhan]", "不是 东澜市 的上级"),
        ("parents: [990000-seed]", "parents: [990100-donglan]", "不是 东澜市 的上级"),
        (
            "number: 东澜医保规〔2025〕1号, title: 东澜市个人账户与家庭共济实施细则(虚构), ",
            "",
            "number(文号)",
        ),
    ],
)
def test_the_head_of_a_pack_is_checked(packs: Path, spoil: Spoil, old: str, new: str, said: str) -> None:
    spoil(REGION, old, new)
    assert said in refused(packs)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    document: qinji-catalogue\n", "", "没有来源"),
        ("    unit: yuan\n", "    unit: fen\n", "unit"),
        ("category: C,", "category: D,", "缺少或写错"),
        ('price: "1.00"', 'price: "1.0000001"', "缺少或写错"),
        ('price: "1.00"', 'price: "-1.00"', "不能小于 0"),
        ("restricted: true", "restricted: maybe", "restricted"),
        ("category: C,", "categorie: C,", "categorie"),
        ("001102000010000-110200001", "001101000010000-110100001", "编码重复"),
    ],
)
def test_the_catalogue_is_checked(packs: Path, spoil: Spoil, old: str, new: str, said: str) -> None:
    spoil(CATALOGUE, old, new)
    assert said in refused(packs)


def test_values_of_one_parameter_stand_in_the_order_of_their_days(packs: Path, spoil: Spoil) -> None:
    spoil("000000-national/sharing.yaml", "from: 2024-07-26", "from: 2021-04-22")
    assert "由早到晚" in refused(packs)


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    assert "没有政策包" in refused(tmp_path)
    assert "没有这个目录" in refused(tmp_path / "nowhere")


def test_a_folder_that_would_silently_not_count_is_refused(packs: Path) -> None:
    (packs / REGION).rename(packs / "990100-donglan" / "regoin.yaml")
    assert "缺少 region.yaml" in refused(packs)


def test_a_file_that_is_not_utf_8_is_refused(packs: Path) -> None:
    (packs / REGION).write_bytes("名称".encode("gbk"))
    assert REGION in refused(packs)


@pytest.mark.parametrize("text", ["{}", "- {id: x}", "- [", "- {id: x, expected: {found: '1'}}"])
def test_a_scenario_of_another_form_is_refused(packs: Path, text: str) -> None:
    (packs / "990100-donglan" / "scenarios" / "wrong.yaml").write_text(text)
    with pytest.raises(PackInvalid, match=r"scenarios/wrong\.yaml"):
        read_scenarios(packs)


def test_a_pack_read_by_itself_is_refused_for_any_fault(packs: Path, spoil: Spoil) -> None:
    folder = packs / "990100-donglan"
    assert load_pack(folder).region == "990100"
    spoil(REGION, "documents:", "documentz: {}\ndocuments:")
    with pytest.raises(PackInvalid, match="documentz"):
        load_pack(folder)
