"""`qinji verify`: restores a backup into a throw-away server, counts, and audits the books there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qinji.entry.commands.ending import in_words
from qinji.entry.commands.key_options import KEYS, PASSPHRASE, given_keys
from qinji.entry.commands.progress import show_step

app = typer.Typer()


@app.command()
def verify(
    backup: Annotated[Path, typer.Argument(help="备份的目录 · the folder of the backup")],
    keys: Annotated[Path | None, KEYS] = None,
    passphrase: Annotated[Path | None, PASSPHRASE] = None,
) -> None:
    """检验备份:真的恢复一次并核对账本 · try a backup out: restore it for a moment and audit its books."""
    with in_words():
        from qinji.entry.backup.restore import try_out

        proof = try_out(backup, given_keys(backup, keys, passphrase), typer.echo, show_step)
        counts = proof.manifest.counts
        typer.echo(
            f"  参保人 persons {counts.get('person', 0):,} · 结算 settlements {counts.get('settlement', 0):,} · "
            f"撤销 cancellations {counts.get('cancellation', 0):,} · 分录 transfers {counts.get('transfer', 0):,}"
        )
        if proof.opened is None:
            typer.echo("没有检验密钥(未给 --keys 或 --passphrase)· the keys were not tried")
        else:
            typer.echo(f"密钥打开了全部 {proof.opened:,} 份留存的答复 · the keys open every kept reply")
        for finding in proof.findings:
            typer.echo(f"  {finding.invariant} {finding.place}: {finding.chinese}", err=True)
        if proof.findings:
            typer.echo(f"账本有 {len(proof.findings)} 处问题 · the books are wrong", err=True)
            raise typer.Exit(1)
        typer.echo("账本核对无误 the books are right\n备份可用 this backup can be used")
