"""How the service of a home is: gathered from its record, its three paths, its database and its files.

Nothing is started for it: of a service that is stopped only what its files tell is told.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import qinji
from qinji.bulk import queries as bulk
from qinji.entry.backup.take import LAST_BACKUP_FILE
from qinji.entry.home_database import running_database
from qinji.entry.operating_paths import FIGURES_PATH, READY_PATH
from qinji.entry.ready import HOST
from qinji.entry.revisions import newest_revision
from qinji.entry.serving import running, write_whole
from qinji.entry.settings import Settings
from qinji.entry.wiring import MODE
from qinji.entry.worker import TIMERS
from qinji.platform import leases, outbox, sizes
from qinji.platform import settings as installation
from qinji.platform.clock import system_clock
from qinji.platform.crypto import KEYS_FILE
from qinji.platform.database import Address, Database
from qinji.platform.postgres_place import data_folder

LAST_AUDIT_FILE = "last-audit.json"
ASK_SECONDS = 5
COUNTED = {"persons": "person", "settlements": "settlement", "cancellations": "cancellation"}
SHOWN_FIGURES = ("qinji_queue_length", "qinji_in_doubt_total", "qinji_replays_total", "qinji_processes")

Fact = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Condition:
    """What was found. ``facts`` are by English name, in the order in which they are shown; None is not known."""

    serving: bool
    ready: bool
    facts: dict[str, Fact]


def look(settings: Settings) -> Condition:
    """The condition of this home's service."""
    home = settings.home.expanduser().absolute()
    served = running(home)
    facts: dict[str, Fact] = {"running": served is not None}
    ready = False
    if served is not None:
        said = _ask(served.port, READY_PATH)
        ready = said is not None and said[0] == http.client.OK
        facts |= {
            "ready": ready,
            "says": None if said is None else said[1].strip(),
            "address": f"http://{HOST}:{served.port}",
            "process": served.process,
            "since": served.since,
            "uptime_seconds": int((system_clock() - served.began).total_seconds()),
            "served_version": served.version,
        }
        facts |= _figures(served.port)
    facts |= {"version": qinji.__version__, "newest_schema": newest_revision(), "home": str(home)}
    facts |= _database(settings)
    facts |= _files(home)
    return Condition(served is not None, ready, facts)


def _ask(port: int, path: str) -> tuple[int, str] | None:
    connection = http.client.HTTPConnection(HOST, port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _figures(port: int) -> dict[str, Fact]:
    said = _ask(port, FIGURES_PATH)
    found: dict[str, Fact] = {}
    for line in "" if said is None else said[1].splitlines():
        name, _, value = line.partition(" ")
        if name in SHOWN_FIGURES:
            found[name.removeprefix("qinji_").removesuffix("_total")] = int(value.partition(".")[0])
    return found


def _database(settings: Settings) -> dict[str, Fact]:
    address = running_database(settings)
    if address is None:
        return {"database": "stopped"}
    try:
        return {"database": "running"} | asyncio.run(_database_facts(address))
    except Exception:  # noqa: BLE001  -- whatever keeps it from answering, that is what is told
        return {"database": "no answer"}


async def _database_facts(address: Address) -> dict[str, Fact]:
    async with asyncio.timeout(ASK_SECONDS):
        database = await Database.open(address, size=1)
    try:
        async with database.reading() as connection:
            found: dict[str, Fact] = {
                "mode": await installation.read(connection, MODE),
                "schema": await installation.schema_revision(connection),
                "database_bytes": await sizes.database_bytes(connection),
            }
            for name, table in COUNTED.items():
                found[name] = (await sizes.rows(connection, table)).count
            if found["schema"] == newest_revision():
                ends = await leases.last_ends(connection)
                known = [ends.get(timer.name) for timer in TIMERS]
                sending = await outbox.standing(connection, system_clock())
                found |= {"messages_waiting": sending.waiting, "messages_given_up": sending.given_up}
                files = await bulk.standing(connection)
                found |= {"files_at_work": files.at_work, "files_waiting": files.waiting}
                found["files_broken"] = files.broken
                found["last_timers"] = None if None in known else min(filter(None, known)).isoformat()
    finally:
        await database.close()
    return found


def _files(home: Path) -> dict[str, Fact]:
    data = data_folder(home) if home.is_dir() else None
    place = next((folder for folder in (data, home, *home.parents) if folder and folder.exists()), home)
    backup, audit = _record(home / LAST_BACKUP_FILE), _record(home / LAST_AUDIT_FILE)
    return {
        "data": None if data is None else str(data),
        "disk_free_bytes": shutil.disk_usage(place).free,
        "keys": (home / KEYS_FILE).is_file(),
        "last_backup": _text(backup.get("taken_at")),
        "last_backup_place": _text(backup.get("place")),
        "last_audit": _text(audit.get("at")),
        "last_audit_findings": audit.get("findings") if isinstance(audit.get("findings"), int) else None,
    }


def note_audit(home: Path, findings: int) -> None:
    """Remembers for `look` that the books were audited just now."""
    if home.is_dir():
        told = {"at": system_clock().isoformat(), "findings": findings}
        write_whole(home / LAST_AUDIT_FILE, json.dumps(told))


def _record(file: Path) -> dict[str, Fact]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: Fact) -> str | None:
    return value if isinstance(value, str) else None
