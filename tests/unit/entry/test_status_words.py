"""A fact of `qinji status` is shown as a person reads it."""

from __future__ import annotations

import pytest

from qinji.entry.commands.status import shown
from qinji.entry.condition import Fact


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("running", True, "是 yes"),
        ("database_bytes", 3 * 1024 * 1024, "3 MiB"),
        ("uptime_seconds", 3 * 86_400 + 2 * 3_600 + 5 * 60, "3 天 days 02:05"),
        ("uptime_seconds", 59, "00:00"),
        ("persons", 1_234_567, "1,234,567"),
        ("process", 12_345, "12345"),
        ("last_backup", None, "从未 never"),
        ("last_audit", "2026-03-17T04:00:00+00:00", "2026-03-17 12:00:00"),
        ("mode", "production", "正式环境 production"),
        ("mode", None, ""),
    ],
)
def test_a_fact_is_shown_in_words(name: str, value: Fact, words: str) -> None:
    assert shown(name, value) == words
