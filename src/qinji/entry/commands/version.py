"""`qinji version`."""

from __future__ import annotations

import typer

import qinji

app = typer.Typer()


@app.command()
def version() -> None:
    """版本 · the version."""
    typer.echo(f"qinji {qinji.__version__}")
