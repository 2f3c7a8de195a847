"""The tree is the map, and the map is enforced: layers, rooms and their furniture."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "qinji"
STATEFUL_ROOMS = (
    *("insured", "institution", "credential", "family", "evidence", "mutual_aid", "wallet", "notice"),
    *("premium", "window", "complaint", "bulk", "settlement", "ledger"),
)
FURNITURE = ("model", "rules", "tables", "store", "queries")
EXTRAS_MAX = 3
MONEY_FLOWS = ("settle", "cancel", "reverse")


def _contracts() -> list[dict[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, object]] = settings["tool"]["importlinter"]["contracts"]
    return contracts


def _layer_names() -> set[str]:
    """The names in the layers contract that are not optional."""
    contract = next(one for one in _contracts() if one["type"] == "layers")
    layers = contract["layers"]
    assert isinstance(layers, list)
    return {
        name.strip() for layer in layers for name in str(layer).split("|") if not name.strip().startswith("(")
    }


def _packages() -> set[str]:
    return {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def test_every_package_has_its_place_in_the_layers_and_no_layer_is_empty() -> None:
    assert _packages() == _layer_names()


@pytest.mark.parametrize("room", STATEFUL_ROOMS)
def test_a_stateful_room_has_its_five_files_and_few_others(room: str) -> None:
    modules = {path.stem for path in (PACKAGE / room).glob("*.py")} - {"__init__"}
    assert set(FURNITURE) <= modules
    assert len(modules - set(FURNITURE)) <= EXTRAS_MAX


def test_a_room_with_tables_is_named_among_the_stateful_rooms() -> None:
    with_tables = {path.parent.name for path in PACKAGE.glob("*/tables.py")} - {"platform"}
    assert with_tables == set(STATEFUL_ROOMS)


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_flow_that_moves_money_knows_the_family() -> None:
    contract = next(one for one in _contracts() if one["id"] == "family-moves-no-money")
    sources = contract["source_modules"]
    assert isinstance(sources, list)
    there = {f"qinji.flows.{name}" for name in MONEY_FLOWS if (PACKAGE / "flows" / f"{name}.py").exists()}
    assert there <= set(sources)


def test_a_flow_opens_its_own_transactions_and_never_commits_by_hand() -> None:
    for path in (PACKAGE / "flows").glob("*.py"):
        assert not re.search(r"\.commit\(|\.rollback\(", path.read_text(encoding="utf-8")), path


def test_an_act_stays_inside_the_transaction_that_its_flow_opened() -> None:
    for path in (PACKAGE / "flows" / "acts").glob("*.py"):
        assert not re.search(r"\.transaction\(|\.reading\(", path.read_text(encoding="utf-8")), path


def test_flows_write_trails_only_where_notices_are_written_with_them() -> None:
    """``acts.act`` keeps a row and its notice together; a flow that wrote rows past it would tell nobody."""
    past = [
        path.name
        for path in sorted((PACKAGE / "flows").rglob("*.py"))
        if "record_audit(" in path.read_text(encoding="utf-8")
    ]
    assert past == ["act.py"]
