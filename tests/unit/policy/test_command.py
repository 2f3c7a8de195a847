"""`qinji policy try` and `qinji policy check` on the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qinji.entry.commands.policy import app
from tests.unit.policy.bills import some_packs

EXAMPLES = Path(__file__).parent / "worked_examples.json"
RUNNER = CliRunner()
BAD = {"id": "bad", "fee_lines": [{"category": "A", "amount": "1"}], "rules": {"band": []}}


def written(tmp_path: Path, content: object) -> str:
    file = tmp_path / "bill.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def examples() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def test_a_list_gives_a_list_in_the_same_order() -> None:
    done = RUNNER.invoke(app, ["try", str(EXAMPLES), "--json"])
    assert done.exit_code == 0
    assert [one["id"] for one in json.loads(done.stdout)] == [one["id"] for one in examples()]


def test_an_object_gives_an_object_with_the_four_amounts_and_the_trace(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["try", written(tmp_path, examples()[2]), "--json"])
    result = json.loads(done.stdout)
    assert (result["fund"], result["account"], result["cash"]) == ("105.60", "20.00", "0.00")
    assert result["mutual_aid"] == [
        {"owner": "father", "amount": "50.00"},
        {"owner": "mother", "amount": "59.90"},
    ]
    assert result["trace"]


def test_what_fails_stands_in_its_place_and_the_status_is_1(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["try", written(tmp_path, [examples()[0], BAD, 3]), "--json"])
    assert done.exit_code == 1
    first, second, third = json.loads(done.stdout)
    assert first["fund"] == "200.00"
    assert set(second) == set(third) == {"id", "error"}
    assert second["id"] == "bad"
    assert "rules.band" in second["error"]


def test_a_single_object_that_fails_gives_its_error_and_status_1(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["try", written(tmp_path, BAD), "--json"])
    assert done.exit_code == 1
    assert set(json.loads(done.stdout)) == {"id", "error"}


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"id": 1e999999}', "[" * 100_000, "\xff"])
def test_what_is_no_bill_is_refused_in_one_object(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bill.json"
    file.write_bytes(text.encode("latin-1"))
    done = RUNNER.invoke(app, ["try", str(file), "--json"])
    assert done.exit_code == 1
    assert set(json.loads(done.stdout)) == {"id", "error"}


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    file = tmp_path / "bill.json"
    file.write_text(
        '{"fee_lines": [{"category": "A", "amount": 0.07}], "rules": {"bands": [{"ratio": 1.0}]}}'
    )
    assert json.loads(RUNNER.invoke(app, ["try", str(file), "--json"]).stdout)["fund"] == "0.07"


def test_a_bill_may_come_by_standard_input() -> None:
    done = RUNNER.invoke(app, ["try", "-", "--json"], input=json.dumps(examples()[0]))
    assert json.loads(done.stdout)["fund"] == "200.00"


def test_the_region_and_day_of_the_command_line_stand_in_for_rules(tmp_path: Path) -> None:
    file = written(tmp_path, examples()[2])
    done = RUNNER.invoke(app, ["try", file, "--json", "--region", "990100", "--day", "2025-03-17"])
    assert json.loads(done.stdout)["cash"] == "35.50"


def test_people_read_a_table_and_the_reasons(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["try", written(tmp_path, examples()[2])])
    assert done.exit_code == 0
    assert "家庭共济 mother" in done.stdout
    assert "本次再付 60.00 元" in done.stdout


def test_check_is_content_with_the_packs() -> None:
    done = RUNNER.invoke(app, ["check"])
    assert done.exit_code == 0
    assert "错误 0 处" in done.stdout


def test_check_names_a_scenario_that_comes_out_otherwise_and_a_pack_that_does_not_load(
    tmp_path: Path,
) -> None:
    packs = some_packs(tmp_path)
    path = packs / "990000-seed" / "outpatient.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"300.00"', '"299.00"'), encoding="utf-8")
    assert RUNNER.invoke(app, ["check", "--folder", str(packs)]).exit_code == 0
    path.write_text(path.read_text(encoding="utf-8").replace('"0.80"', '"0.75"'), encoding="utf-8")
    done = RUNNER.invoke(app, ["check", "--folder", str(packs)])
    assert done.exit_code == 1
    assert "算例 WE-01" in done.stdout
    path.write_text("what: is this", encoding="utf-8")
    done = RUNNER.invoke(app, ["check", "--folder", str(packs)])
    assert done.exit_code == 1
    assert "错误 990000-seed/outpatient.yaml 第 1 行 what:没有这个参数" in done.stdout


def test_explain_of_what_is_no_settlement_id_says_so() -> None:
    done = RUNNER.invoke(app, ["explain", "123"])
    assert done.exit_code == 1
    assert "不是结算ID" in done.stderr


def test_explain_where_nothing_was_ever_served_says_what_to_do_and_makes_no_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINJI_HOME", str(tmp_path / "home"))
    done = RUNNER.invoke(app, ["explain", "01M85RP4W1EPZR57X04EDA1JTE"])
    assert done.exit_code == 1
    assert "没有数据" in done.stderr
    assert not (tmp_path / "home").exists()
