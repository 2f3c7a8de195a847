"""Trains the dictionaries with which replies and decisions are packed, on the bills of the sandbox's families.

    .venv/bin/python tools/train_packing.py 2      writes reply.2.zdict and decision.2.zdict

A dictionary of a release is never trained again: what was packed with it needs it. A new one gets the next number and
is added at the end of the list in `platform/inbox.py` or `settlement/packing.py`.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from random import Random

import zstandard

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qinji.entry.sandbox.model import Person  # noqa: E402
from qinji.entry.schema import migrate  # noqa: E402
from qinji.insured.model import Status  # noqa: E402
from qinji.platform.postgres_server import forget_data, start  # noqa: E402
from qinji.settlement import queries  # noqa: E402
from tests.bureau import Bureau, open_bureau  # noqa: E402
from tests.household import Town, open_town  # noqa: E402
from tests.till import BillRefused, Line, line  # noqa: E402

BYTES = 8192
ROUNDS = 6
SEED = 1
PLACES = {"reply": ROOT / "src/qinji/platform", "decision": ROOT / "src/qinji/settlement"}


async def _bill(town: Town, person: Person, chance: Random) -> None:
    """A visit or a purchase of one to six lines, once in a while taken back."""
    lines: list[Line] = [
        line(chance.choice("AABBC"), f"{chance.randint(1, 300)}.{chance.randint(0, 99):02d}")
        for _ in range(chance.randint(1, 6))
    ]
    try:
        if chance.random() < 0.5:
            bill = await town.purchase(person, lines)
        else:
            bill = await town.visit(person, lines, chance.choice("123"))
        if chance.random() < 0.1:
            await town.cancel(bill)
    except BillRefused:
        return


async def _samples(bureau: Bureau) -> dict[str, list[bytes]]:
    chance, replies = Random(SEED), list[bytes]()
    answer = bureau.gateway.answer

    async def noted(head: dict[str, str], body: bytes) -> object:
        told = await answer(head, body)
        replies.append(told.body)
        return told

    bureau.gateway.answer = noted  # type: ignore[method-assign, assignment]
    async with open_town(bureau) as town:
        for _ in range(ROUNDS):
            for person in bureau.world.people:
                if person.status is Status.NORMAL:
                    await _bill(town, person, chance)
    async with bureau.runtime.database.reading() as connection:
        ids = await connection.fetch("select settlement_id from settlement")
        found = [await queries.decision_input(connection, row["settlement_id"]) for row in ids]
    return {"reply": replies, "decision": [one for one in found if one is not None]}


async def _train(home: Path, number: int) -> None:
    server = start(home, durable=False)
    try:
        await asyncio.to_thread(migrate, server.address())
        async with open_bureau(server.address(), home) as bureau:
            samples = await _samples(bureau)
    finally:
        server.stop()
        forget_data(home)
    for name, documents in samples.items():
        trained = zstandard.train_dictionary(BYTES, list(documents))
        packer = zstandard.ZstdCompressor(level=1, dict_data=trained)
        before, after = sum(map(len, documents)), sum(len(packer.compress(one)) for one in documents)
        path = PLACES[name] / f"{name}.{number}.zdict"
        path.write_bytes(trained.as_bytes())
        print(f"{path.relative_to(ROOT)}: {len(documents)} documents, {before / after:.1f} times smaller")


def main(number: int) -> None:
    """Makes the bills and trains."""
    home = Path(tempfile.mkdtemp(prefix="qinji-train-"))
    home.chmod(0o711)
    try:
        asyncio.run(_train(home, number))
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
