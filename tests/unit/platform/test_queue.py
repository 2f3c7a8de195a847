"""The batch queue tells whoever watches it how large its batches are, and how many wait."""

from __future__ import annotations

import asyncio

from qinji.platform.queue import BatchQueue


async def test_the_size_of_each_batch_is_told_as_it_is_taken() -> None:
    taken: list[int] = []
    begun, free = asyncio.Event(), asyncio.Event()

    async def handle(items: list[int]) -> list[int]:
        begun.set()
        await free.wait()
        return items

    queue: BatchQueue[int, int] = BatchQueue(handle, workers=1, taken=taken.append)
    first = asyncio.create_task(queue.submit(1))
    await begun.wait()
    others = [asyncio.create_task(queue.submit(item)) for item in (2, 3, 4)]
    await asyncio.sleep(0)
    assert len(queue) == 3
    free.set()
    assert await asyncio.gather(first, *others) == [1, 2, 3, 4]
    assert taken == [1, 3]
    assert len(queue) == 0
