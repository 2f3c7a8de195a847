"""Read the scenarios beside a pack: bills worked by hand, in the form of the worked examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from qinji.policy.written import Fault, PackInvalid

RESULT_KEYS = ("fund", "large_amount", "catastrophic", "account", "mutual_aid", "cash")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One bill and what a person worked out for it. ``given`` is tried, ``expected`` is compared."""

    pack: str
    file: str
    identifier: str
    day: date | None
    given: dict[str, object]
    expected: dict[str, object]


def read_scenarios(folder: Path) -> list[Scenario]:
    """Every scenario below a folder of packs; raises PackInvalid with the place of what cannot be read."""
    return [
        scenario
        for path in sorted(folder.glob("*/scenarios/*.yaml"))
        for scenario in _file(path, path.parents[1].name)
    ]


def _file(path: Path, pack: str) -> Iterator[Scenario]:
    place = f"{pack}/scenarios/{path.name}"
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise PackInvalid(Fault(place, f"YAML 写法有误:{wrong}")) from wrong
    if not isinstance(rows, list):
        raise PackInvalid(Fault(place, "应为算例的列表"))
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not isinstance(row.get("expected"), dict):
            raise PackInvalid(
                Fault(place, f"第 {number} 个算例应有 expected(fund、account、mutual_aid、cash)")
            )
        yield _scenario(place, pack, row)


def _scenario(place: str, pack: str, row: dict[str, object]) -> Scenario:
    expected = row["expected"]
    given = {key: value for key, value in row.items() if key != "expected"}
    try:
        day = date.fromisoformat(str(row["date"])) if "date" in row else None
    except ValueError as wrong:
        raise PackInvalid(Fault(place, f"{row.get('id')}:date 应为日期,如 2025-03-17")) from wrong
    if day is not None:
        given["date"] = day.isoformat()
    wanted = {str(key): value for key, value in expected.items()} if isinstance(expected, dict) else {}
    if set(wanted) - set(RESULT_KEYS):
        raise PackInvalid(Fault(place, f"{row.get('id')}:expected 只能有 {'、'.join(RESULT_KEYS)}"))
    return Scenario(pack, place, str(row.get("id", "")), day, given, wanted)
