"""One town for the stories of a file: each story has families of its own, so the order does not matter."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.household import Town, open_town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(module_address: Address, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """The bureau of this file with both doors open."""
    async with (
        open_bureau(module_address, tmp_path_factory.mktemp("bureau")) as bureau,
        open_town(bureau) as opened,
    ):
        yield opened
