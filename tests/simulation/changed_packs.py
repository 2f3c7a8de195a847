"""The packs of the project with some values written otherwise, for tests of what a change of policy does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from qinji.policy.book import Book
from qinji.policy.forms import Value
from qinji.policy.model import Source
from qinji.policy.pack import Dated
from qinji.policy.parameters import PARAMETERS
from tests.simulation.cast import packs

SEED = "990000-seed"
CHANGED = Source("测试文件", "第九条", "certain", "2025-01-01")


def changed(values: Mapping[str, Value], folder: str = SEED, certainty: str = "certain") -> Book:
    """The packs in which this one says these values from 2025 on, whatever it said before."""
    for name, value in values.items():
        PARAMETERS[name].form.check(value)
    pack = packs().packs[folder]
    dated = {
        name: [
            Dated(
                date(2025, 1, 1),
                value,
                replace(CHANGED, parameter=name, value=str(value), certainty=certainty),
            )
        ]
        for name, value in values.items()
    }
    return Book({**packs().packs, folder: replace(pack, values={**pack.values, **dated})})
