"""`qinji account …`: what happens to many accounts at once: crediting, its correction and enrolment by file.

Beside a bureau that serves or alone. Each run is noted with the account of the operating system that began it.
"""

from __future__ import annotations

import typer

from qinji.entry.commands.account.clawing import claw_back
from qinji.entry.commands.account.crediting import credit
from qinji.entry.commands.account.enrolling import enrol
from qinji.entry.commands.account.rolling import roll_over

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """The commands of `qinji account`."""


app.command()(credit)
app.command("claw-back")(claw_back)
app.command()(enrol)
app.command("roll-over")(roll_over)
