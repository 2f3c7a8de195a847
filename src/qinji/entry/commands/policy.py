"""`qinji policy …`: try a bill, check the packs, explain a settlement, replay past ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from qinji.entry.commands.policy_replay import replay

if TYPE_CHECKING:
    from rich.console import Console

    from qinji.flows.parts.trial import Json
    from qinji.policy.book import Book

app = typer.Typer(no_args_is_help=True)
app.command()(replay)
FILE_BYTES_MAX = 16 * 1024 * 1024
TRIALS_MAX = 10_000
FolderOption = Annotated[
    Path | None,
    typer.Option(help="政策包目录,默认用随程序的 · folder of the packs, by default those that come with it"),
]


@app.callback()
def group() -> None:
    """The commands of `qinji policy`."""


@app.command("try")
def try_file(
    file: Annotated[
        Path,
        typer.Argument(help="JSON:一张账单或一组账单,“-”为标准输入 · a bill or a list of bills, - for stdin"),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
    region: Annotated[
        str, typer.Option(help="用此参保地的政策,不用文件中的 rules · use this region's policy")
    ] = "",
    day: Annotated[str, typer.Option(help="就诊日期,如 2025-03-17 · day of service")] = "",
    folder: FolderOption = None,
) -> None:
    """试算:基金、本人账户、家庭共济、现金各付多少,依据是什么 · who pays what, and why."""
    try:
        given = _read(file)
    except (OSError, ValueError, RecursionError) as wrong:
        _give_up(f"无法读取 {file}:{wrong}", as_json=as_json)
    many = given if isinstance(given, list) else [given]
    if len(many) > TRIALS_MAX:
        _give_up(f"最多 {TRIALS_MAX} 个对象,现有 {len(many)} 个", as_json=as_json)
    placed = [_placed(one, region, day) for one in many]
    book = None if all(_has_rules(one) for one in placed) else _load(folder, as_json=as_json)
    results = [_try_one(one, book) for one in placed]
    if as_json:
        typer.echo(
            json.dumps(results if isinstance(given, list) else results[0], ensure_ascii=False, indent=1)
        )
    else:
        _print_trials(results)
    if any("error" in result for result in results):
        raise typer.Exit(1)


@app.command()
def check(folder: FolderOption = None) -> None:
    """检查全部政策包:写法、来源、日期、算例 · check every pack: form, sources, dates, scenarios."""
    from qinji.policy.check import Finding
    from qinji.policy.check import check as check_book
    from qinji.policy.load import default_folder
    from qinji.policy.scenarios import read_scenarios
    from qinji.policy.written import PackInvalid

    book = _load(folder, as_json=False)
    try:
        scenarios = read_scenarios(folder or default_folder())
    except PackInvalid as wrong:
        _give_up(f"错误 {wrong}", as_json=False)
    found = check_book(book, scenarios)
    for scenario in scenarios:
        result = _try_one(scenario.given, book)
        told = {key: result.get(key) for key in scenario.expected}
        if told != scenario.expected:
            said = result.get("error") or f"算得 {told},应为 {scenario.expected}"
            found.insert(0, Finding(scenario.file, f"算例 {scenario.identifier}:{said}", error=True))
    for finding in found:
        typer.echo(f"{'错误' if finding.error else '提醒'} {finding.place}:{finding.text}")
    errors = sum(finding.error for finding in found)
    typer.echo(
        f"政策包 {len(book.packs)} 个,统筹区 {len(book.regions())} 个,算例 {len(scenarios)} 个;"
        f"错误 {errors} 处,提醒 {len(found) - errors} 处"
    )
    if errors:
        raise typer.Exit(1)


@app.command()
def explain(
    settlement: Annotated[str, typer.Argument(help="结算ID · the settlement's id")],
) -> None:
    """说明一笔结算:每一分钱由谁、凭什么支付 · who paid each fen of a settlement, and by what right."""
    import asyncio

    from qinji.entry.explaining import NotExplained, stored_decision
    from qinji.flows.parts.explaining import explain as explain_stored

    try:
        stored = asyncio.run(stored_decision(settlement))
    except NotExplained as problem:
        _give_up(str(problem), as_json=False)
    for line in explain_stored(stored):
        typer.echo(line)


def _read(file: Path) -> object:
    """The JSON of a file; numbers stay exact decimals."""
    content = sys.stdin.buffer.read(FILE_BYTES_MAX + 1) if str(file) == "-" else file.read_bytes()
    if len(content) > FILE_BYTES_MAX:
        raise ValueError(f"超过 {FILE_BYTES_MAX} 字节")
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


def _load(folder: Path | None, *, as_json: bool) -> Book:
    from qinji.policy.load import default_folder, load
    from qinji.policy.written import PackInvalid

    try:
        return load(folder or default_folder())
    except PackInvalid as wrong:
        _give_up(f"错误 {wrong}", as_json=as_json)


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


def _give_up(text: str, *, as_json: bool) -> NoReturn:
    if as_json:
        typer.echo(json.dumps({"id": None, "error": text}, ensure_ascii=False))
    else:
        typer.echo(text, err=True)
    raise typer.Exit(1)


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
