"""`qinji restore`: a new home from a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qinji.entry.commands.ending import in_words
from qinji.entry.commands.key_options import KEYS, PASSPHRASE, given_keys
from qinji.entry.commands.progress import show_step

app = typer.Typer()


@app.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="备份的目录 · the folder of the backup")],
    home: Annotated[Path, typer.Option(help="新的数据目录,须为空 · the new home, empty or not there yet")],
    keys: Annotated[Path | None, KEYS] = None,
    passphrase: Annotated[Path | None, PASSPHRASE] = None,
) -> None:
    """从备份恢复到新的数据目录 · make a new home from a backup."""
    with in_words():
        from qinji.entry.backup.manifest import BackupProblem
        from qinji.entry.backup.restore import restore_home

        given = given_keys(backup, keys, passphrase)
        if given is None:
            raise BackupProblem(
                "恢复需要密钥:用 --keys 指定另外保存的 keys.json,或用 --passphrase 指定口令文件。没有改动任何数据。",
                "The keys are needed: name the keys.json kept apart by --keys, or the passphrase file by --passphrase. "
                "Nothing was changed.",
            )
        manifest = restore_home(backup, home, given, show_step)
        mode = "" if manifest.mode == "sandbox" else f" QINJI_MODE={manifest.mode}"
        typer.echo(
            f"恢复完成 restored: {home}\n"
            f"  停在 as it was: {manifest.taken_at} · {sum(manifest.counts.values()):,} 行 rows\n"
            f"  启动 start it: QINJI_HOME={home}{mode} qinji serve"
        )
