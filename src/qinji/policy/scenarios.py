"""Read the scenarios beside a pack: bills worked by hand, in the form of the worked examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from qinji.policy.written import Fault, PackInvalid, read_tree

RESULT_KEYS = ("fund", "large_amount", "catastrophic", "account", "mutual_aid", "cash")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One bill and what a person worked out for it. ``given`` is tried, ``expected`` is compared.

    ``file`` is file and line, for a person who looks for it.
    """

    pack: str
    file: str
    identifier: str
    day: date | None
    given: dict[str, object]
    expected: dict[str, object]


def read_scenarios(folder: Path) -> list[Scenario]:
    """Every scenario below a folder of packs; raises PackInvalid with the places of all that cannot be read."""
    found, faults = find_scenarios(folder)
    if faults:
        raise PackInvalid(*faults)
    return found


def find_scenarios(folder: Path) -> tuple[list[Scenario], list[Fault]]:
    """Every scenario that can be read, and what is wrong with the others. A file of comments alone holds none."""
    found: list[Scenario] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*/scenarios/*.y*ml")):
        for made in _file(path, path.parents[1].name):
            if isinstance(made, Scenario):
                found.append(made)
            else:
                faults.append(made)
    return found, faults


def _file(path: Path, pack: str) -> Iterator[Scenario | Fault]:
    place = f"{pack}/scenarios/{path.name}"
    read = read_tree(path, place)
    if isinstance(read, Fault):
        yield read
        return
    node, rows = read
    if node is None:
        return
    if not isinstance(node, yaml.SequenceNode) or not isinstance(rows, list):
        yield Fault(f"{place} 第 1 行", "应为算例的列表,每个以“- id:”开头")
        return
    for written, row in zip(node.value, rows, strict=True):
        yield _scenario(f"{place} 第 {written.start_mark.line + 1} 行", pack, row)


def _scenario(place: str, pack: str, row: object) -> Scenario | Fault:
    if not isinstance(row, dict) or not isinstance(row.get("expected"), dict):
        return Fault(place, "算例应有 expected(手工算得的 fund、account、mutual_aid、cash)")
    identifier, expected = str(row.get("id", "")), row["expected"]
    given = {str(key): value for key, value in row.items() if key != "expected"}
    try:
        day = date.fromisoformat(str(row["date"])) if "date" in row else None
    except ValueError:
        return Fault(place, f"算例 {identifier}:date 应为日期,如 2025-03-17")
    if day is not None:
        given["date"] = day.isoformat()
    wanted = {str(key): value for key, value in expected.items()}
    unknown = [key for key in wanted if key not in RESULT_KEYS]
    if unknown or not wanted:
        return Fault(place, f"算例 {identifier}:expected 只能有 {'、'.join(RESULT_KEYS)}")
    return Scenario(pack, place, identifier, day, given, wanted)
