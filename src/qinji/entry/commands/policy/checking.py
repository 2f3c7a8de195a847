"""`qinji policy check`: every fault of the packs at once, what looks wrong, and the scenarios worked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from qinji.entry.commands.policy.packs import FolderOption, JsonOption

if TYPE_CHECKING:
    from qinji.policy.book import Book
    from qinji.policy.remarks import Finding
    from qinji.policy.scenarios import Scenario

_PLACE = re.compile(r"(?P<file>.+?)(?: 第 (?P<line>\d+) 行(?: (?P<key>.+))?)?")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at and what was found; the errors stand first."""

    packs: int
    regions: int
    scenarios: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.error for finding in self.findings)


def check(folder: FolderOption = None, as_json: JsonOption = False) -> None:
    """检查全部政策包: 写法、来源、日期、缺漏、颠倒、算例; 有错误时退出码为 1 · check every pack.

    Check every pack: form, sources, dates, gaps, ladders that run backwards, scenarios; exit status 1 on errors.
    """
    from qinji.policy.load import default_folder

    checked = check_folder(folder or default_folder())
    if as_json:
        typer.echo(json.dumps(_plain(checked), ensure_ascii=False, indent=1))
    else:
        for finding in checked.findings:
            typer.echo(f"{'错误' if finding.error else '提醒'} {finding.place}:{finding.text}")
        typer.echo(
            f"政策包 {checked.packs} 个,统筹区 {checked.regions} 个,算例 {checked.scenarios} 个;"
            f"错误 {checked.errors} 处,提醒 {len(checked.findings) - checked.errors} 处"
        )
    if checked.errors:
        raise typer.Exit(1)


def check_folder(folder: Path) -> Checked:
    """Everything that can be told of the packs of a folder, also where some of them do not load."""
    from qinji.policy.book import Book
    from qinji.policy.check import check as check_book
    from qinji.policy.load import read_packs
    from qinji.policy.remarks import Finding
    from qinji.policy.scenarios import find_scenarios

    read = read_packs(folder)
    scenarios, broken = find_scenarios(folder)
    book = Book(read.usable())
    found = [Finding(fault.place, fault.reason, error=True) for fault in (*read.faults, *broken)]
    found += _worked(scenarios, book, all_there=not read.faults)
    found += check_book(book, scenarios)
    found.sort(key=lambda finding: not finding.error)
    return Checked(len(book.packs), len(book.regions()), len(scenarios), tuple(dict.fromkeys(found)))


def _worked(scenarios: list[Scenario], book: Book, *, all_there: bool) -> Iterator[Finding]:
    """The scenarios that come out otherwise; those of a region whose pack does not load are left out."""
    from qinji.flows.parts.reading import TrialInvalid
    from qinji.flows.parts.trial import try_bill
    from qinji.policy.remarks import Finding

    known = {*book.regions(), *book.region_names().values()}
    for scenario in scenarios:
        if not all_there and scenario.given.get("region") not in known:
            continue
        try:
            result = try_bill(scenario.given, book)
        except TrialInvalid as wrong:
            yield Finding(scenario.file, f"算例 {scenario.identifier}:{wrong}", error=True)
            continue
        told = {key: result.get(key) for key in scenario.expected}
        wrong_keys = [key for key in told if told[key] != scenario.expected[key]]
        if wrong_keys:
            said = ";".join(
                f"{key} 算得 {_spoken(told[key])},写的是 {_spoken(scenario.expected[key])}"
                for key in wrong_keys
            )
            text = f"算例 {scenario.identifier}:{said}。请用手再算一遍,改正政策包的数值或算例的 expected"
            yield Finding(scenario.file, text, error=True)


def _spoken(amount: object) -> str:
    """An amount, or who of the family pays how much."""
    if not isinstance(amount, list):
        return str(amount)
    shares = [f"{one.get('owner')} {one.get('amount')}" for one in amount if isinstance(one, dict)]
    return "、".join(shares) or "没有"


def _plain(checked: Checked) -> dict[str, object]:
    return {
        "packs": checked.packs,
        "regions": checked.regions,
        "scenarios": checked.scenarios,
        "errors": checked.errors,
        "findings": [
            {"kind": "error" if finding.error else "reminder", **_placed(finding.place), "text": finding.text}
            for finding in checked.findings
        ],
    }


def _placed(place: str) -> dict[str, object]:
    """Where a finding is: file, line and key as far as they are known."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return {"file": place, "line": None, "key": None}
    line = found["line"]
    return {"file": found["file"], "line": None if line is None else int(line), "key": found["key"]}
