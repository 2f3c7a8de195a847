"""Where the keys of a backup come from, for the commands that open one."""

from __future__ import annotations

from pathlib import Path

import typer

KEYS = typer.Option(help="另外保存的 keys.json · the keys.json that was kept apart")
PASSPHRASE = typer.Option(
    help="打开备份中密钥的口令文件 · the passphrase file for the keys inside the backup"
)


def given_keys(backup: Path, keys: Path | None, passphrase: Path | None) -> bytes | None:
    """The keys that the caller named, or None; raises BackupProblem where they cannot be read."""
    from qinji.entry.backup.keys import read_keys, read_passphrase, unseal_keys

    if keys is not None:
        return read_keys(keys)
    return None if passphrase is None else unseal_keys(backup, read_passphrase(passphrase))
