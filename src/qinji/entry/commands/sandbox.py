"""`qinji sandbox`: a whole bureau with invented people on this machine, kept in the home or thrown away at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def sandbox(
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="用一个结束时删除的临时数据目录 · in a home that is gone at the end"),
    ] = False,
) -> None:
    """启动沙箱:虚构的家庭、医院和药店,Ctrl-C 停止 · invented families, hospitals and pharmacies until Ctrl-C."""
    from qinji.entry.commands.serve import serve

    # The worker reads its settings by itself, so what is chosen here goes the way of every setting.
    os.environ["QINJI_MODE"] = "sandbox"
    if not fresh:
        serve()
        return
    with _thrown_away() as home:
        os.environ["QINJI_HOME"] = str(home)
        serve()


@contextmanager
def _thrown_away() -> Iterator[Path]:
    from qinji.platform.postgres_server import forget_data

    os.environ.pop("QINJI_DSN", None)
    home = Path(tempfile.mkdtemp(prefix="qinji-sandbox-"))
    # Started by root, the database runs under another account, which has to pass through this folder of ours.
    home.chmod(0o711)
    try:
        yield home
    finally:
        forget_data(home)
        shutil.rmtree(home, ignore_errors=True)
