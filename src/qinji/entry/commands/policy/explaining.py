"""`qinji policy explain`: who paid each fen of a settlement, and by what right."""

from __future__ import annotations

from typing import Annotated

import typer

from qinji.entry.commands.policy.packs import give_up


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
        give_up(str(problem))
    for line in explain_stored(stored):
        typer.echo(line)
