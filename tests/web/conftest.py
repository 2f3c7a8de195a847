"""A bureau with its pages, fresh for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qinji.platform.database import Address
from tests.bureau import Bureau, open_bureau
from tests.household import Town, open_town
from tests.reader import Reader, open_reader


@pytest.fixture
async def bureau(address: Address, tmp_path: Path) -> AsyncIterator[Bureau]:
    """The bureau, with the sandbox world."""
    async with open_bureau(address, tmp_path) as opened:
        yield opened


@pytest.fixture
async def reader(bureau: Bureau) -> AsyncIterator[Reader]:
    """Somebody before the pages, not signed in."""
    async with open_reader(bureau) as opened:
        yield opened


@pytest.fixture
async def town(bureau: Bureau) -> AsyncIterator[Town]:
    """Everything that goes on around the pages: phones at the JSON door, tills of hospitals and pharmacies."""
    async with open_town(bureau) as opened:
        yield opened
