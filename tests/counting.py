"""How many statements a piece of work sends: what a page may cost is a promise like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

from qinji.platform.database import Connection, Database

FRAME = ("BEGIN", "COMMIT", "ROLLBACK")
"""The frame of a transaction is not counted."""

OF_THE_DRIVER = ("typeinfo_tree", "set_config('jit'")
"""Nor what the driver asks about types, once for each connection."""


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent inside, in order."""
    sent: list[str] = []

    def note(record: Any) -> None:
        query: str = record.query
        of_the_driver = any(words in query for words in OF_THE_DRIVER)
        if not query.lstrip().upper().startswith(FRAME) and not of_the_driver:
            sent.append(query)

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
