"""Refusals are a closed list: each door has a table of its own that answers every one of them."""

from collections.abc import Mapping
from importlib import import_module

import pytest

from qinji.kernel.refusal import RefusalCode


@pytest.mark.parametrize("module", ["qinji.gateway.infcode", "qinji.api.problem"])
def test_a_door_has_an_answer_for_every_refusal(module: str) -> None:
    tables = [
        table
        for table in vars(import_module(module)).values()
        if isinstance(table, Mapping) and RefusalCode.BUSY in table
    ]
    assert tables
    for table in tables:
        assert set(table) == set(RefusalCode)
