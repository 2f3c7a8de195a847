"""Which schema revisions this program knows, read from the migrations' own text: nothing of them is loaded."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import qinji

_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_BEFORE = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


def migrations_folder() -> Path:
    """The migrations: package data of a wheel, or the checkout's folder."""
    packaged = Path(qinji.__file__).parent / "_data" / "migrations"
    return packaged if packaged.is_dir() else Path(qinji.__file__).parents[2] / "migrations"


@cache
def known_revisions() -> frozenset[str]:
    """Every revision that this program can bring up to date."""
    return frozenset(found for text in _texts() for found in _REVISION.findall(text))


@cache
def newest_revision() -> str:
    """The revision of a database that is up to date: the one that no other builds on."""
    before = {found for text in _texts() for found in _BEFORE.findall(text)}
    (newest,) = known_revisions() - before
    return newest


def _texts() -> list[str]:
    return [file.read_text(encoding="utf-8") for file in (migrations_folder() / "versions").glob("*.py")]


class NewerSchema(Exception):
    """The database was made by a newer program; one sentence in Chinese and one in English."""

    def __init__(self, found: str) -> None:
        newest = newest_revision()
        self.chinese = (
            f"数据库的结构版本是 {found},本程序只认识到 {newest}:它由更新的 qinji 使用过。数据没有改动。"
            f"请改用原来(更新)的版本启动,或恢复升级前的备份。"
        )
        self.english = (
            f"The database's schema is {found}, this program knows up to {newest}: a newer qinji has used it. Nothing "
            "was changed. Start it with that newer version, or restore the backup taken before the upgrade."
        )
        super().__init__(f"{self.chinese}\n{self.english}")
