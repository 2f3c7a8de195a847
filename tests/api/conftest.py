"""A bureau with its JSON door, fresh for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.door import Door, open_door


@pytest.fixture
async def door(address: Address, tmp_path: Path) -> AsyncIterator[Door]:
    """The door, with the sandbox world behind it."""
    async with open_bureau(address, tmp_path) as bureau, open_door(bureau) as opened:
        yield opened
