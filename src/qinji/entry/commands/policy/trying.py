"""`qinji policy try`: who pays what of a bill, and why, before it is paid."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from qinji.entry.commands.policy.bill_options import (
    AccountOption,
    AdmissionOption,
    AmountOption,
    AwayOption,
    DayOption,
    DaysOption,
    FileArgument,
    FilingOption,
    InpatientOption,
    LevelOption,
    LineOption,
    PersonOption,
    RegionOption,
    TypeOption,
    UsedOption,
    YamlOption,
)
from qinji.entry.commands.policy.packs import FolderOption, JsonOption, give_up, load_book

if TYPE_CHECKING:
    from rich.console import Console

    from qinji.flows.parts.trial import Json
    from qinji.policy.book import Book

FILE_BYTES_MAX = 16 * 1024 * 1024
TRIALS_MAX = 10_000
_YAML = (".yaml", ".yml")
_LAYERS = {"large_amount": "大额医疗费用补助", "catastrophic": "大病保险"}


def try_bills(
    file: FileArgument = None,
    as_json: JsonOption = False,
    as_yaml: YamlOption = False,
    region: RegionOption = "",
    day: DayOption = "",
    person: PersonOption = "",
    level: LevelOption = "",
    amount: AmountOption = "",
    line: LineOption = None,
    account: AccountOption = None,
    used: UsedOption = None,
    medical_type: TypeOption = "",
    inpatient: InpatientOption = False,
    admission: AdmissionOption = 1,
    stay_days: DaysOption = 0,
    away: AwayOption = "",
    filing: FilingOption = "",
    folder: FolderOption = None,
) -> None:
    """试算:基金、本人账户、家庭共济、现金各付多少,依据是什么 · who pays what, and why.

    qinji policy try bill.yaml

    qinji policy try --region 420100 --on 2024-02-20 --person employee/retired/72 --level 1 --amount 1200.00
    --account self=200 --account spouse=300
    """
    from qinji.flows.parts.reading import TrialInvalid

    told = {"person": person, "level": level, "amount": amount, "type": medical_type, "away": away}
    told |= {"filing": filing, "inpatient": "1" if inpatient else ""}
    stay = {"admission": admission, "stay_days": stay_days}
    lists = (line or [], account or [], used or [])
    if file is not None and (any(told.values()) or any(lists)):
        give_up("账单写在文件里,就不要再用 --person、--amount 等选项说明", as_json=as_json)
    try:
        given = _spoken(told, stay, lists) if file is None else _read(file, as_yaml=as_yaml)
    except TrialInvalid as wrong:
        give_up(str(wrong), as_json=as_json)
    except (OSError, ValueError, RecursionError) as wrong:
        give_up(f"无法读取 {file}:{wrong}", as_json=as_json)
    many = given if isinstance(given, list) else [given]
    if len(many) > TRIALS_MAX:
        give_up(f"最多 {TRIALS_MAX} 个对象,现有 {len(many)} 个", as_json=as_json)
    placed = [_placed(one, region, day) for one in many]
    book = None if all(_has_rules(one) for one in placed) else load_book(folder, as_json=as_json)
    results = [_try_one(one, book) for one in placed]
    if as_json:
        told_as = results if isinstance(given, list) else results[0]
        typer.echo(json.dumps(told_as, ensure_ascii=False, indent=1))
    else:
        _print_trials(results)
    if any("error" in result for result in results):
        raise typer.Exit(1)


def _spoken(
    told: Mapping[str, str], stay: Mapping[str, int], lists: tuple[Sequence[str], ...]
) -> dict[str, object]:
    """The bill that the options tell."""
    from qinji.flows.parts.reading import TrialInvalid
    from qinji.flows.parts.trial_words import accounts_of, line_of, person_of, used_of

    lines, accounts, used = lists
    if not told["person"] or not (told["amount"] or lines):
        raise TrialInvalid(
            "请写账单文件,或用选项说明一张账单:--region 420100 --on 2024-02-20 --person employee/retired/72 "
            "--level 1 --amount 1200.00"
        )
    visit: dict[str, object] = {"type": told["type"], "region": told["away"]}
    visit |= {"treatment": "inpatient", **stay} if told["inpatient"] else {}
    visit |= {"filing": told["filing"]} if told["filing"] else {}
    first = [{"category": "A", "amount": told["amount"]}] if told["amount"] else []
    return {
        "person": person_of(told["person"]),
        "visit": {key: value for key, value in visit.items() if value},
        "institution_level": told["level"],
        "fee_lines": [*first, *(line_of(one) for one in lines)],
        "accounts": accounts_of(accounts),
        "accumulators": used_of(used),
    }


def _read(file: Path, *, as_yaml: bool) -> object:
    """The bills of a file; numbers stay exact decimals."""
    content = sys.stdin.buffer.read(FILE_BYTES_MAX + 1) if str(file) == "-" else file.read_bytes()
    if len(content) > FILE_BYTES_MAX:
        raise ValueError(f"超过 {FILE_BYTES_MAX} 字节")
    if as_yaml or file.suffix.lower() in _YAML:
        from qinji.policy.written import read_exactly

        return read_exactly(content.decode("utf-8"))
    result: object = json.loads(content, parse_float=Decimal, parse_constant=_no_constant)
    return result


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} 不是数")


def _placed(one: object, region: str, day: str) -> object:
    """The object with the region and day of the command line, whose policy then stands in for its own rules."""
    if not isinstance(one, Mapping) or not (region or day):
        return one
    kept = {key: value for key, value in one.items() if key != "rules"}
    return kept | ({"region": region} if region else {}) | ({"date": day} if day else {})


def _has_rules(one: object) -> bool:
    return isinstance(one, Mapping) and "rules" in one


def _try_one(one: object, book: Book | None) -> dict[str, Json]:
    from qinji.flows.parts.reading import TrialInvalid
    from qinji.flows.parts.trial import try_bill

    try:
        return try_bill(one, book)
    except TrialInvalid as wrong:
        identifier = one.get("id") if isinstance(one, Mapping) else None
        return {"id": identifier if isinstance(identifier, str | int) else None, "error": str(wrong)}


def _print_trials(results: list[dict[str, Json]]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for result in results:
        _print_trial(console, result)


def _print_trial(console: Console, result: dict[str, Json]) -> None:
    from rich.markup import escape
    from rich.table import Table

    title = escape(str(result.get("id") or "试算"))
    if "error" in result:
        console.print(f"[bold red]{title}[/]:{escape(str(result['error']))}")
        return
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("统筹基金", str(result["fund"]))
    for layer, name in _LAYERS.items():
        if layer in result:
            table.add_row(name, str(result[layer]))
    table.add_row("本人账户", str(result["account"]))
    shared = result["mutual_aid"]
    for share in shared if isinstance(shared, list) else []:
        if isinstance(share, dict):
            table.add_row(f"家庭共济 {escape(str(share['owner']))}", str(share["amount"]))
    table.add_row("现金", str(result["cash"]), style="bold")
    console.print(table)
    steps = result["trace"]
    for number, step in enumerate(steps if isinstance(steps, list) else [], 1):
        if isinstance(step, dict):
            console.print(f"  {number}. {escape(str(step['text']))}")
    console.print()
