"""Find the stored decision of a settlement for `qinji policy explain`."""

from __future__ import annotations

from qinji.entry.home_database import NoData, home_database
from qinji.entry.settings import WrongSetting, read_settings
from qinji.kernel.ids import from_wire
from qinji.platform.database import Database
from qinji.platform.postgres_place import NotStarted
from qinji.settlement import queries


class NotExplained(Exception):
    """There is no such settlement, or no database to look in; the text says which and what to do."""


async def stored_decision(settlement: str) -> bytes:
    """The stored input of a settlement by its id on the wire; raises NotExplained."""
    identifier = from_wire(settlement)
    if identifier is None:
        raise NotExplained(f"{settlement} 不是结算ID:应为 26 位字母和数字")
    try:
        with home_database(read_settings()) as address:
            database = await Database.open(address, size=1)
            try:
                async with database.reading() as connection:
                    found = await queries.decision_input(connection, identifier)
            finally:
                await database.close()
    except (NoData, NotStarted, WrongSetting) as problem:
        raise NotExplained(str(problem)) from problem
    if found is None:
        raise NotExplained(f"结算ID {settlement} 不存在,请核对 2207 或 2102 返回的结算ID")
    return found
