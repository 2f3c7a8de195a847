"""`qinji ledger audit`: look whether the books of the home's database are right."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from qinji.ledger.audit import Finding
    from qinji.platform.database import Address

app = typer.Typer(no_args_is_help=True)

PROMISES = {
    "I1": "每笔业务的过渡科目归零",
    "I2": "分录金额大于零",
    "I3": "账户余额等于分录合计",
    "I4": "账户余额不低于零",
    "I5": "各方支付合计等于总额",
    "I12": "批次的每一行只入账一次",
    "I14": "已入账的分录不改不删,与保存的支付方案一致",
}
"""What each invariant promises, as the audit tells it."""


@app.callback()
def group() -> None:
    """The commands of `qinji ledger`."""


@app.command()
def audit() -> None:
    """核对账本:不平、被改、越权的都指出;有问题时退出码为 1 · audit the books; status 1 when any is wrong."""
    from qinji.entry.condition import note_audit
    from qinji.entry.home_database import NoData, home_database
    from qinji.entry.settings import WrongSetting, read_settings
    from qinji.platform.postgres_server import NotStarted

    try:
        settings = read_settings()
        with home_database(settings) as address:
            found = asyncio.run(_findings(address))
        note_audit(settings.home.expanduser(), len(found))
    except (WrongSetting, NoData, NotStarted) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from problem
    _show(found)
    raise typer.Exit(1 if found else 0)


async def _findings(address: Address) -> list[Finding]:
    """What the audit finds, read by the role that may only read."""
    from qinji.flows import audit_books
    from qinji.platform.database import Database

    database = await Database.open(address, size=1)
    try:
        async with database.reading() as connection:
            return await audit_books.run(connection)
    finally:
        await database.close()


def _show(found: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not found:
        console.print(f"账本核对无误({'、'.join(PROMISES)} 全部成立)", style="green", highlight=False)
        return
    table = Table("承诺", "位置", "问题", show_lines=False)
    for finding in found:
        promise = PROMISES.get(finding.invariant, "")
        table.add_row(f"{finding.invariant} {promise}", finding.place, finding.chinese)
    console.print(table)
    console.print(f"发现 {len(found)} 处问题", style="bold red", highlight=False)
