"""Packs that are made by a test, of a few values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qinji.policy.forms import Value
from qinji.policy.model import Source
from qinji.policy.pack import Dated, Pack

DAY = date(2025, 6, 1)
SINCE = date(2025, 1, 1)


def made_pack(
    values: Mapping[str, object],
    folder: str = "990100-donglan",
    region: str = "990100",
    clause: str = "第一条",
    certainty: str = "certain",
) -> Pack:
    """A pack with these values from the beginning of 2025."""
    return Pack(
        folder=folder,
        region=region,
        name="东澜市",
        since=SINCE,
        parents=(),
        documents={"d": "东澜文〔2025〕1号"},
        papers={"d": {"number": "东澜文〔2025〕1号", "title": "东澜办法"}},
        values={name: [_dated(name, value, folder, clause, certainty)] for name, value in values.items()},
        catalogue=(),
        archive=b"",
        digest=b"",
    )


def _dated(name: str, value: object, folder: str, clause: str, certainty: str) -> Dated:
    written: Value = value  # type: ignore[assignment]  # a test writes what a pack may hold
    source = Source("东澜文〔2025〕1号", clause, certainty, SINCE.isoformat(), name, str(value))
    return Dated(SINCE, written, source, f"{folder}/made.yaml 第 1 行 {name}")
