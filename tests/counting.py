"""How many statements a piece of work sends: what a page may cost is a promise like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from qinji.platform.database import Connection, Database

FRAME = ("BEGIN", "COMMIT", "ROLLBACK")
"""The frame of a transaction is not counted."""


@asynccontextmanager
async def counted(database: Database) -> AsyncIterator[list[str]]:
    """The statements that are sent inside, in order."""
    sent: list[str] = []

    def note(record: Any) -> None:
        if not record.query.lstrip().upper().startswith(FRAME):
            sent.append(record.query)

    def watched(opened: AbstractAsyncContextManager[Connection]) -> AbstractAsyncContextManager[Connection]:
        @asynccontextmanager
        async def lent() -> AsyncIterator[Connection]:
            async with opened as connection:
                with connection.query_logger(note):
                    yield connection

        return lent()

    reading, transaction = database.reading, database.transaction
    vars(database).update(reading=lambda: watched(reading()), transaction=lambda: watched(transaction()))
    try:
        yield sent
    finally:
        del vars(database)["reading"], vars(database)["transaction"]
