"""Twenty thousand malformed requests at the institution door, as a server hands them over: no 5xx, memory stays.

A third comes unsigned, a third by each scheme of signatures, half of these with something wrong in their headers. What
is turned away before its content is looked at gets the body of that scheme's gateway, all else a whole envelope.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from starlette.types import Message

from qinji.flows import audit_books
from qinji.gateway.reply import INTERNAL_ERROR
from qinji.platform.database import Address
from tests.bureau import Bureau, open_bureau
from tests.crash.malformed import Post, draw

BODIES = 20_000
WARM_UP = 6_000
AT_A_TIME = 8
GROWTH_MAX = 0.05
SEED = 20260319
ENVELOPE = {
    *("infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg", "warn_msg", "output", "cainfo"),
    *("signtype", "enctype"),
}
DECODING = {"message", "success", "code"}
"""What 1162 has beside the envelope."""

TURNED_AWAY_A = {"code", "message"}
TURNED_AWAY_B = {"errcode", "errmsg"}
NOT_SIGNED = 401


def _resident_bytes() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.timeout(200)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
async def test_twenty_thousand_malformed_requests_are_answered_and_leave_nothing_behind(
    address: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, outcomes = Random(SEED), Counter[int]()
    async with open_bureau(address, tmp_path) as bureau:
        senders = ["", *(bureau.institution("990100", level) for level in ("2", "3"))]
        outcomes.update(await _storm(bureau, chance, senders, WARM_UP))
        before = _resident_bytes()
        outcomes.update(await _storm(bureau, chance, senders, BODIES - WARM_UP))
        after = _resident_bytes()
        async with bureau.runtime.database.reading() as connection:
            assert await audit_books.run(connection) == []
    growth = (after - before) * 10_000 // before
    with capsys.disabled():
        sys.stdout.write(
            f"\n{BODIES} bodies (seed {SEED}): {outcomes[NOT_SIGNED]} turned away unread, {outcomes[-1]} refused, "
            f"{outcomes[0]} answered; memory {before >> 20} MiB after {WARM_UP}, {after >> 20} MiB at the end "
            f"({growth} basis points more)\n"
        )
    assert outcomes.total() == BODIES
    assert outcomes[NOT_SIGNED] > BODIES / 20
    assert outcomes[0] > 0
    assert after <= before + before * GROWTH_MAX


async def _storm(bureau: Bureau, chance: Random, senders: list[str], count: int) -> Counter[int]:
    """So many requests, some at a time as from several institutions; how they were answered."""
    outcomes = Counter[int]()
    for turn in range(0, count, AT_A_TIME):
        posts = [draw(chance, senders[place % 3], bureau.signed) for place in range(turn, turn + AT_A_TIME)]
        outcomes.update(await asyncio.gather(*(_answered(bureau, post) for post in posts)))
    return outcomes


async def _answered(bureau: Bureau, post: Post) -> int:
    """How one malformed request was answered: its infcode, or NOT_SIGNED; the answer is whole."""
    status, raw = await _posted(bureau, post)
    told = f"seed {SEED}: {post.headers!r} {post.pieces[0][:300]!r}"
    assert status == 200, told
    answer = json.loads(raw)
    if set(answer) == TURNED_AWAY_A:
        assert answer["code"] == NOT_SIGNED, told
        return NOT_SIGNED
    assert set(answer) - DECODING - TURNED_AWAY_B == ENVELOPE, told
    infcode: int = answer["infcode"]
    assert infcode in {0, -1}, told
    assert answer["err_msg"] != INTERNAL_ERROR, told
    assert (infcode == 0) == (answer["err_msg"] is None), told
    return NOT_SIGNED if "errcode" in answer else infcode


async def _posted(bureau: Bureau, post: Post) -> tuple[int, bytes]:
    """Status and body of the answer, by the interface through which the server calls."""
    pieces = list(post.pieces)
    status, parts = 0, list[bytes]()

    async def receive() -> Message:
        if not pieces or (post.hung_up and len(pieces) < len(post.pieces)):
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            parts.append(message["body"])

    scope = {"type": "http", "method": "POST", "path": post.path, "headers": list(post.headers)}
    await bureau.gateway(scope, receive, send)
    return status, b"".join(parts)
