"""What a backup says of itself: from which program, of which moment, how much, and the hash of each of its parts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from qinji.entry.revisions import NewerSchema, known_revisions

MANIFEST_FILE = "manifest.json"
DATABASE_FILE = "database.dump"
KEYS_FILE = "keys.sealed"
FORMAT = 1
CHUNK_BYTES = 1024 * 1024
MANIFEST_BYTES_MAX = 1024 * 1024


class BackupProblem(Exception):
    """A backup cannot be taken, verified or restored; one sentence in Chinese and one in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
        self.chinese = chinese
        self.english = english


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a backup."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest. ``keys`` are fingerprints by name: which keys belong to these data, without telling them."""

    format: int
    version: str
    schema: str
    mode: str
    taken_at: str
    postgres: str
    counts: dict[str, int]
    keys: dict[str, str]
    parts: dict[str, Part]

    def text(self) -> str:
        """As it is written."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def part_of(file: Path) -> Part:
    """The size and the hash of a file."""
    hashed = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            hashed.update(chunk)
    return Part(file.stat().st_size, hashed.hexdigest())


def read_manifest(backup: Path) -> Manifest:
    """The manifest of a backup that this program can use and whose parts are whole.

    Raises BackupProblem where it is none, is of a newer kind, or where a part is missing or was altered; NewerSchema
    where its data are of a newer program.
    """
    manifest = _parsed(backup)
    for name, told in manifest.parts.items():
        file = backup / name
        if Path(name).name != name or not file.is_file():
            raise BackupProblem(
                f"备份 {backup} 缺少文件 {name}。没有改动任何数据。请换一份备份。",
                f"The backup {backup} lacks its file {name}. Nothing was changed: please use another one.",
            )
        if part_of(file) != told:
            raise BackupProblem(
                f"备份文件 {file} 与清单中的校验值不符:它已损坏或被改动。没有改动任何数据。请换一份备份。",
                f"{file} differs from its hash in the manifest: it is broken or was altered. Nothing was changed: "
                "please use another backup.",
            )
    if DATABASE_FILE not in manifest.parts:
        raise _no_backup(backup, DATABASE_FILE)
    if manifest.schema not in known_revisions():
        raise NewerSchema(manifest.schema)
    return manifest


def _parsed(backup: Path) -> Manifest:
    file = backup / MANIFEST_FILE
    if not file.is_file() or file.stat().st_size > MANIFEST_BYTES_MAX:
        raise _no_backup(backup, MANIFEST_FILE)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["format"] > FORMAT:
            raise BackupProblem(
                f"备份 {backup} 的格式是 {found['format']},本程序只认识到 {FORMAT}。请用更新的 qinji。",
                f"The backup {backup} is of format {found['format']}, newer than {FORMAT}: use a newer qinji.",
            )
        parts = {str(name): Part(**part) for name, part in found.pop("parts").items()}
        return Manifest(**found, parts=parts)
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise _no_backup(backup, MANIFEST_FILE) from wrong


def _no_backup(backup: Path, file: str) -> BackupProblem:
    return BackupProblem(
        f"{backup} 不是完整的备份({file} 缺失或无法读取)。没有改动任何数据。",
        f"{backup} is not a whole backup ({file} is missing or cannot be read). Nothing was changed.",
    )
