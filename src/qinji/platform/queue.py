"""Adaptive batches: two workers take whatever is queued; no timer, a bounded queue."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from qinji.platform.database import InDoubt, Overloaded

Item = TypeVar("Item")
Answer = TypeVar("Answer")

QUEUE_MAX = 1024
BATCH_MAX = 256
WORKERS = 2


def _unwatched(_size: int) -> None:
    """Nobody watches."""


class BatchQueue(Generic[Item, Answer]):
    """``submit`` waits for the item's own answer; ``handle`` gets 1 to 256 items and answers them in order.

    An unexpected exception of a batch splits it in halves, so that one broken item cannot hurt its neighbours.
    ``taken`` is told the size of each batch as it was taken; it must be quick and not fail.
    """

    def __init__(
        self,
        handle: Callable[[list[Item]], Awaitable[list[Answer]]],
        workers: int = WORKERS,
        taken: Callable[[int], None] = _unwatched,
    ) -> None:
        self._handle = handle
        self._taken = taken
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._free = workers
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many items wait, not counting those that are being worked on."""
        return len(self._waiting)

    async def submit(self, item: Item) -> Answer:
        """The item's answer; Overloaded when the queue is full, InDoubt when its batch's commit is in doubt."""
        if len(self._waiting) >= QUEUE_MAX:
            raise Overloaded
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._wake()
        return await future

    def _wake(self) -> None:
        if self._free and self._waiting:
            self._free -= 1
            task = asyncio.create_task(self._work())
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH_MAX, len(self._waiting)))]
                self._taken(len(batch))
                await self._answer(batch)
        finally:
            self._free += 1

    async def _answer(self, batch: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._handle([item for item, _ in batch])
        except (Overloaded, InDoubt) as ended:
            # Halves of a batch that could not get its locks would wait as long again, and a half that is refused
            # as busy must not hide that the whole may have been committed.
            _fail(batch, ended)
            return
        except Exception as broken:  # noqa: BLE001  -- whatever it is, it goes to the one item that caused it
            if len(batch) == 1:
                _fail(batch, broken)
                return
            middle = len(batch) >> 1
            await self._answer(batch[:middle])
            await self._answer(batch[middle:])
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)


def _fail(batch: list[tuple[Item, asyncio.Future[Answer]]], reason: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(reason)
