"""`qinji policy …`: make, check, show and compare packs; try a bill; explain a settlement; replay past ones."""

from __future__ import annotations

import typer

from qinji.entry.commands.policy.beginning import new
from qinji.entry.commands.policy.checking import check
from qinji.entry.commands.policy.differing import diff
from qinji.entry.commands.policy.explaining import explain
from qinji.entry.commands.policy.replaying import replay
from qinji.entry.commands.policy.showing import show
from qinji.entry.commands.policy.trying import try_bills

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """The commands of `qinji policy`."""


app.command("try")(try_bills)
app.command("check")(check)
app.command("show")(show)
app.command("diff")(diff)
app.command("new")(new)
app.command("explain")(explain)
app.command("replay")(replay)
