"""A backup taken while bills are settled is one moment, can be tried out, and becomes a home that goes on."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from qinji.entry.throwaway import free_port, sandbox_environment
from qinji.flows import audit_books
from qinji.platform.database import Address, Database
from qinji.platform.postgres_server import DATABASE_NAME, PORT
from tests.crash.bills import Customer, Sent
from tests.startup.conftest import QINJI, clear, served
from tests.startup.tills import Outside

SECONDS = 110
CODE_SECONDS = 60
"""For how long a code is good that was shown."""


def run(*arguments: str, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command, beside whatever runs."""
    environment = {**sandbox_environment(home, free_port()), **settings}
    return subprocess.run(
        [QINJI, *arguments], env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def ok(*arguments: str, home: Path, **settings: str) -> str:
    """One command that succeeds; what it said."""
    done = run(*arguments, home=home, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass(frozen=True)
class Kept:
    """A home with a backup that was taken while bills were settled, stopped now."""

    home: Path
    backup: Path
    passphrase: Path
    before: list[tuple[Sent, str]]
    code: tuple[Customer, str]
    shown_at: float
    grant: str
    said: str


def _family(outside: Outside) -> tuple[Customer, Customer, str]:
    """Two of a family of whom the first may let the second spend, and what the second is to the first."""
    by_number = {customer.person.number: customer for customer in outside.customers}
    for customer in outside.customers:
        for kin in customer.person.kin:
            other = by_number.get(kin.number)
            same = other is not None and other.person.region == customer.person.region
            if same and other and customer.person.balance_fen and kin.relation.value in {"parent", "spouse"}:
                return customer, other, kin.relation.value
    raise AssertionError


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """Settles, grants and shows a code; then takes the backup while another till goes on settling."""
    home = Path(tempfile.mkdtemp(prefix="qinji-backup-"))
    home.chmod(0o711)
    passphrase = home / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text("correct horse battery\n")
    try:
        with served(home) as running:
            outside = Outside(running.port)
            before = [outside.settle() for _ in range(5)]
            bill, reply = before[0]
            cancelled = outside.cancel(bill.customer, reply)
            before.append((cancelled, outside.tell(cancelled)))
            grantor, relative, relation = _family(outside)
            grant = outside.call(
                "/mutual-aid/grants",
                {"beneficiary_psn_no": relative.person.number, "relation": relation},
                outside.sign_in(grantor.person),
            )["id"]
            shown_at = time.monotonic()
            shown = outside.call("/credential/codes", {"psn_no": None}, outside.sign_in(relative.person))[
                "code"
            ]
            over = threading.Event()
            other = threading.Thread(target=_go_on, args=(running.port, over))
            other.start()
            try:
                said = ok("backup", str(home / "kept"), "--with-keys", str(passphrase), home=home)
            finally:
                over.set()
                other.join()
        (backup,) = (home / "kept").iterdir()
        yield Kept(home, backup, passphrase, before, (relative, shown), shown_at, grant, said)
    finally:
        clear(home)


def _go_on(port: int, over: threading.Event) -> None:
    outside = Outside(port, first=500)
    while not over.is_set():
        outside.settle()


@pytest.fixture
def new_home() -> Iterator[Path]:
    """A place for a home that is not there yet, in a folder that other accounts can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="qinji-restored-"))
    folder.chmod(0o711)
    home = folder / "home"
    yield home
    clear(home)
    shutil.rmtree(folder, ignore_errors=True)


def test_a_backup_says_what_it_is_and_only_its_owner_can_read_it(kept: Kept) -> None:
    manifest = json.loads((kept.backup / "manifest.json").read_text())
    assert manifest["mode"] == "sandbox"
    assert manifest["counts"]["person"] > 50
    # The other till may have settled more by then.
    assert manifest["counts"]["settlement"] >= 5
    assert kept.backup.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in kept.backup.iterdir()} == {0o600}
    assert "备份完成" in kept.said


def test_neither_a_key_nor_a_number_of_a_person_stands_in_a_backup(kept: Kept) -> None:
    keys = json.loads((kept.home / "keys.json").read_text())
    persons = [customer.person.certificate_number for customer in Outside(0).customers]
    dump = kept.home / "unpacked.sql"
    _unpack(kept.backup / "database.dump", dump)
    text = dump.read_bytes() + b"".join(file.read_bytes() for file in kept.backup.iterdir())
    for secret in (keys["lookup_key"], keys["cipher_keys"]["1"], *persons):
        assert secret.encode() not in text


def _unpack(source: Path, target: Path) -> None:
    from qinji.platform.postgres_tools import client_programs

    command = [str(client_programs() / "pg_restore"), "--file", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)


def test_verify_restores_it_for_a_moment_and_audits_its_books(kept: Kept) -> None:
    said = ok("verify", str(kept.backup), "--passphrase", str(kept.passphrase), home=kept.home)
    for sentence in ("校验值无误", "密钥相配", "行数相同", "账本核对无误", "备份可用"):
        assert sentence in said


def test_a_restored_home_goes_on_where_the_backup_stood(kept: Kept, new_home: Path) -> None:
    said = ok("restore", str(kept.backup), "--home", str(new_home), "--keys", str(kept.home), home=kept.home)
    assert f"QINJI_HOME={new_home}" in said
    assert (new_home / "keys.json").stat().st_mode & 0o777 == 0o600
    with served(new_home) as running:
        outside = Outside(running.port, first=900)
        for sent, reply in kept.before:
            assert outside.tell(sent) == reply
        outside.settle()
        relative, code = kept.code
        person = relative.person
        scan = outside.bill(relative)
        body = json.loads(scan.body)
        body["input"]["druginfo"] |= {"mdtrt_cert_type": "01", "mdtrt_cert_no": code}
        paid = json.loads(outside.post("/fsi/api/x", json.dumps(body).encode())[1])
        # The code is good for a minute, which a busy machine may have spent on the backup and on restoring it.
        too_late = time.monotonic() - kept.shown_at > CODE_SECONDS and "已过期" in paid["err_msg"]
        assert paid["infcode"] == 0 or too_late, paid["err_msg"]
        grants = outside.get_as(outside.sign_in(person), "/mutual-aid/grants")
        assert kept.grant in grants
        asyncio.run(_audited(new_home))


async def _audited(home: Path) -> None:
    folder = json.loads((home / "postgres.json").read_text())["socket"]
    database = await Database.open(Address(host=folder, port=PORT, name=DATABASE_NAME), size=1)
    try:
        async with database.reading() as connection:
            assert await audit_books.run(connection) == []
    finally:
        await database.close()


def test_a_home_that_is_not_empty_is_not_written_over(kept: Kept, new_home: Path) -> None:
    new_home.mkdir()
    (new_home / "mine").write_text("mine")
    done = run("restore", str(kept.backup), "--home", str(new_home), "--keys", str(kept.home), home=kept.home)
    assert done.returncode == 2
    assert "不是空目录" in done.stderr
    assert [file.name for file in new_home.iterdir()] == ["mine"]


@pytest.mark.parametrize("arguments", [(), ("--keys", "manifest.json"), ("--passphrase", "wrong")])
def test_without_the_right_keys_nothing_is_restored(
    kept: Kept, new_home: Path, arguments: tuple[str, ...]
) -> None:
    wrong = kept.home / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("another horse battery")
    named = [
        str(wrong) if one == "wrong" else str(kept.backup / one) if "." in one else one for one in arguments
    ]
    done = run("restore", str(kept.backup), "--home", str(new_home), *named, home=kept.home)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 2
    assert not new_home.exists()
    assert list(new_home.parent.iterdir()) == []


def test_a_broken_part_is_refused_by_verify_and_by_restore(kept: Kept, new_home: Path) -> None:
    broken = kept.home / "broken"
    shutil.copytree(kept.backup, broken, dirs_exist_ok=True)
    with (broken / "database.dump").open("r+b") as file:
        file.seek(5_000)
        file.write(b"\x00\x01\x02")
    for command in (
        ("verify", str(broken)),
        ("restore", str(broken), "--home", str(new_home), "--keys", str(kept.home)),
    ):
        done = run(*command, home=kept.home)
        assert done.returncode == 2
        assert "校验值不符" in done.stderr
    assert not new_home.exists()


def test_a_stopped_home_is_backed_up_too_and_old_backups_stay(kept: Kept) -> None:
    folder = kept.home / "cold"
    for _ in range(2):
        ok("backup", str(folder), home=kept.home)
    older, newer = sorted(folder.iterdir())
    ok("backup", str(folder), "--keep", "2", home=kept.home)
    assert len(list(folder.iterdir())) == 2
    assert newer.exists()
    assert not older.exists()
    assert not (kept.home / "pgdata" / "postmaster.pid").exists()


def test_a_backup_that_is_stopped_leaves_nothing(kept: Kept) -> None:
    folder = kept.home / "stopped"
    environment = sandbox_environment(kept.home, free_port())
    process = subprocess.Popen(
        [QINJI, "backup", str(folder)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + SECONDS
    while not list(folder.glob(".qinji-*/database.dump")) and time.monotonic() < deadline:
        os.sched_yield()
    process.send_signal(signal.SIGTERM)
    assert process.wait(SECONDS) == 128 + signal.SIGTERM
    assert list(folder.iterdir()) == []


def test_a_home_in_which_nothing_was_served_has_no_backup(kept: Kept, new_home: Path) -> None:
    done = run("backup", home=new_home)
    assert done.returncode == 2
    assert "没有数据" in done.stderr
