"""Whoever runs the service is told how many files are at work, wait for somebody, or have met something."""

from __future__ import annotations

from pathlib import Path

import pytest

from qinji.bulk import queries
from qinji.bulk.model import FileKind, Standing
from qinji.bulk.rules import AFTER_FAULT
from qinji.flows import work_files
from qinji.flows.acts import crediting
from qinji.flows.decide_file import FileVerdict
from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.clawing import CLERK, REVIEWER, WHY
from tests.filing import Desk

CREDIT = FileKind.CREDIT


async def test_files_are_counted_by_who_has_to_do_with_them_next(
    address: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_bureau(address, tmp_path) as bureau:
        desk = Desk(bureau.runtime)

        async def standing() -> Standing:
            async with bureau.runtime.database.reading() as connection:
                return await queries.standing(connection)

        assert await standing() == Standing(0, 0, 0)
        number = next(one.number for one in bureau.world.people if one.insurance == "employee")
        file = await desk.checked(CREDIT, f"{number},2026-03,1,在职")
        assert await standing() == Standing(0, 0, 0)
        assert await desk.said(FileVerdict.ENTER, file.file_id, CLERK, WHY) == ""
        await desk.brought(CREDIT, f"{number},2026-02,1,在职")
        assert await standing() == Standing(1, 1, 0)
        await desk.worked()
        assert await desk.said(FileVerdict.APPROVE, file.file_id, REVIEWER) == ""
        with monkeypatch.context() as broken:
            broken.setattr(crediting, "credit", None)
            with pytest.raises(TypeError):
                await work_files.run(bureau.runtime)
        assert await standing() == Standing(1, 0, 1)
        bureau.clock.move(AFTER_FAULT)
        await desk.worked()
        assert await standing() == Standing(0, 0, 0)
