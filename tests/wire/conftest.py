"""One bureau with the sandbox world for the wire tests of a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from qinji.platform.database import Address
from tests.bureau import Bureau, open_bureau


@pytest_asyncio.fixture
async def bureau(address: Address, tmp_path: Path) -> AsyncIterator[Bureau]:
    """A bureau of its own for one test."""
    async with open_bureau(address, tmp_path) as opened:
        yield opened
