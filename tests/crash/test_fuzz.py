"""Twenty thousand malformed bodies: each is answered with a whole envelope, none breaks anything, memory stays."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from qinji.flows import audit_books
from qinji.gateway.reply import INTERNAL_ERROR
from qinji.platform.database import Address
from tests.bureau import Bureau, open_bureau
from tests.crash.malformed import draw

BODIES = 20_000
WARM_UP = 6_000
GROWTH_MAX = 0.05
SEED = 20260319
ENVELOPE = {
    *("infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg", "warn_msg", "output", "cainfo"),
    *("signtype", "enctype"),
}
DECODING = {"message", "success", "code"}
"""What 1162 has beside the envelope."""


def _resident_bytes() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.timeout(200)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
async def test_twenty_thousand_malformed_bodies_are_answered_and_leave_nothing_behind(
    address: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, outcomes = Random(SEED), Counter[int]()
    async with open_bureau(address, tmp_path) as bureau:
        for _ in range(WARM_UP):
            outcomes[await _answered(bureau, chance)] += 1
        before = _resident_bytes()
        for _ in range(BODIES - WARM_UP):
            outcomes[await _answered(bureau, chance)] += 1
        after = _resident_bytes()
        async with bureau.runtime.database.reading() as connection:
            assert await audit_books.run(connection) == []
    growth = (after - before) * 10_000 // before
    with capsys.disabled():
        sys.stdout.write(
            f"\n{BODIES} bodies (seed {SEED}): {outcomes[-1]} refused, {outcomes[0]} answered; memory "
            f"{before >> 20} MiB after {WARM_UP}, {after >> 20} MiB at the end ({growth} basis points more)\n"
        )
    assert outcomes.total() == BODIES
    assert after <= before + before * GROWTH_MAX


async def _answered(bureau: Bureau, chance: Random) -> int:
    """The infcode of the answer to one malformed body, whose envelope is whole."""
    content_type, body = draw(chance)
    raw = (await bureau.gateway.answer({"content-type": content_type}, body)).body
    answer = json.loads(raw)
    told = f"seed {SEED}: {content_type!r} {body[:300]!r}"
    assert set(answer) - DECODING == ENVELOPE, told
    infcode: int = answer["infcode"]
    assert infcode in {0, -1}, told
    assert answer["err_msg"] != INTERNAL_ERROR, told
    assert (infcode == 0) == (answer["err_msg"] is None), told
    return infcode
