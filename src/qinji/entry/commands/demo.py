"""`qinji demo`: the stories of the source texts, over HTTP, in the terminal."""

from __future__ import annotations

import typer

app = typer.Typer()


@app.command()
def demo() -> None:
    """走一遍亲情账户与家庭共济的故事 · walk the stories."""
