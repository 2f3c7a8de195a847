"""`qinji backup`: a whole backup of the home, also while it serves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qinji.entry.commands.ending import in_words
from qinji.entry.commands.progress import show_step

app = typer.Typer()
MIB = 1024 * 1024


@app.command()
def backup(
    target: Annotated[
        Path | None,
        typer.Argument(help="备份放在哪个目录,默认为数据目录中的 backups · the folder for backups"),
    ] = None,
    with_keys: Annotated[
        Path | None,
        typer.Option(help="口令文件:密钥加密后放进备份 · a passphrase file: the keys travel inside, sealed"),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="成功后只留最新的几份,默认全部保留 · keep so many, all unless told"),
    ] = None,
) -> None:
    """备份数据(服务运行中也可以) · back the home up, also while it serves."""
    with in_words():
        from qinji.entry.backup.keys import read_passphrase
        from qinji.entry.backup.take import take
        from qinji.entry.settings import read_settings

        passphrase = None if with_keys is None else read_passphrase(with_keys)
        taken = take(read_settings(), target, passphrase, keep, show_step)
        rows = sum(taken.manifest.counts.values())
        typer.echo(
            f"备份完成 done: {taken.place}\n"
            f"  {rows:,} 行 rows · {taken.size / MIB:.1f} MiB · {taken.seconds:.1f} s · "
            f"qinji {taken.manifest.version} · {taken.manifest.mode}"
        )
        if with_keys is None:
            typer.echo(
                "  密钥不在备份中:请把数据目录中的 keys.json 另外保存一份,没有它备份无法使用。\n"
                "  The keys are not inside: keep the home's keys.json elsewhere; no backup is of use without it."
            )
        if target is None:
            typer.echo(
                "  备份与数据在同一处:请再复制到另一台机器。Copy it to another machine: it lies beside the data."
            )
