"""What a backup is made of: keys that only the passphrase opens, a manifest that notices every change."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qinji.entry.backup.keys import (
    check_keys,
    fingerprints,
    read_keys,
    read_passphrase,
    seal_keys,
    unseal_keys,
)
from qinji.entry.backup.manifest import (
    DATABASE_FILE,
    FORMAT,
    KEYS_FILE,
    MANIFEST_FILE,
    BackupProblem,
    Manifest,
    part_of,
    read_manifest,
)
from qinji.entry.backup.take import backups_in
from qinji.entry.revisions import NewerSchema, known_revisions, newest_revision
from qinji.platform.crypto import open_vault

PASSPHRASE = b"correct horse battery"


@pytest.fixture
def keys(tmp_path: Path) -> bytes:
    """The keys of a fresh home."""
    open_vault(tmp_path)
    return read_keys(tmp_path)


def _backup(folder: Path, keys: bytes, **changed: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / DATABASE_FILE).write_bytes(b"rows")
    manifest = Manifest(
        format=FORMAT,
        version="1",
        schema=newest_revision(),
        mode="sandbox",
        taken_at="2026-03-17T04:00:00+00:00",
        postgres="18.6",
        counts={"person": 1},
        keys=fingerprints(keys),
        parts={DATABASE_FILE: part_of(folder / DATABASE_FILE)},
    )
    (folder / MANIFEST_FILE).write_text(replace(manifest, **changed).text())  # type: ignore[arg-type]
    return folder


def test_the_passphrase_opens_the_keys_and_another_does_not(tmp_path: Path, keys: bytes) -> None:
    sealed = seal_keys(keys, PASSPHRASE)
    for key in (json.loads(keys)["lookup_key"], json.loads(keys)["cipher_keys"]["1"]):
        assert key.encode() not in sealed
    (tmp_path / KEYS_FILE).write_bytes(sealed)
    assert unseal_keys(tmp_path, PASSPHRASE) == keys
    with pytest.raises(BackupProblem, match="口令不正确"):
        unseal_keys(tmp_path, b"another horse battery")


def test_two_sealings_of_the_same_keys_share_nothing(keys: bytes) -> None:
    first, second = (json.loads(seal_keys(keys, PASSPHRASE)) for _ in range(2))
    assert all(first[name] != second[name] for name in ("salt", "nonce", "sealed"))


def test_a_backup_without_keys_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(BackupProblem, match="--keys"):
        unseal_keys(tmp_path, PASSPHRASE)


@pytest.mark.parametrize(("text", "mode"), [("short", 0o600), ("long enough a text", 0o644)])
def test_a_passphrase_that_is_short_or_open_to_others_is_refused(
    tmp_path: Path, text: str, mode: int
) -> None:
    file = tmp_path / "passphrase"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(BackupProblem):
        read_passphrase(file)


def test_a_passphrase_is_read_without_its_line_end(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(PASSPHRASE + b"\n")
    file.chmod(0o600)
    assert read_passphrase(file) == PASSPHRASE


def test_other_keys_are_refused_and_a_later_key_beside_the_old_one_is_not(
    tmp_path: Path, keys: bytes
) -> None:
    (tmp_path / "other").mkdir()
    open_vault(tmp_path / "other")
    with pytest.raises(BackupProblem, match="不配"):
        check_keys(read_keys(tmp_path / "other"), fingerprints(keys))
    later = json.loads(keys)
    later["cipher_keys"]["2"] = "00" * 16
    check_keys(json.dumps(later).encode(), fingerprints(keys))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cipher_keys": {"1": "xy"}, "lookup_key": ""}'])
def test_what_is_no_key_file_is_told_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises(BackupProblem, match="不是密钥文件"):
        read_keys(tmp_path)


def test_a_whole_backup_is_read(tmp_path: Path, keys: bytes) -> None:
    assert read_manifest(_backup(tmp_path / "b", keys)).counts == {"person": 1}


def test_a_changed_byte_is_noticed(tmp_path: Path, keys: bytes) -> None:
    backup = _backup(tmp_path / "b", keys)
    (backup / DATABASE_FILE).write_bytes(b"rowz")
    with pytest.raises(BackupProblem, match="校验值不符"):
        read_manifest(backup)


def test_a_missing_part_is_noticed(tmp_path: Path, keys: bytes) -> None:
    backup = _backup(tmp_path / "b", keys)
    (backup / DATABASE_FILE).unlink()
    with pytest.raises(BackupProblem, match="缺少"):
        read_manifest(backup)


def test_a_part_outside_of_the_backup_is_not_looked_at(tmp_path: Path, keys: bytes) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"rows")
    backup = _backup(tmp_path / "b", keys, parts={"../secret": part_of(secret)})
    with pytest.raises(BackupProblem):
        read_manifest(backup)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', "{"])
def test_a_folder_that_is_no_backup_is_told_so(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST_FILE).write_text(text)
    with pytest.raises(BackupProblem, match="不是完整的备份"):
        read_manifest(tmp_path)


def test_data_of_a_newer_program_are_refused(tmp_path: Path, keys: bytes) -> None:
    with pytest.raises(NewerSchema):
        read_manifest(_backup(tmp_path / "b", keys, schema="9999"))
    with pytest.raises(BackupProblem, match="更新的 qinji"):
        read_manifest(_backup(tmp_path / "b", keys, format=FORMAT + 1))
    assert "9999" not in known_revisions()


def test_an_unfinished_backup_is_not_listed(tmp_path: Path, keys: bytes) -> None:
    for name in ("qinji-20260102T000000Z", "qinji-20260101T000000Z", ".qinji-1.part"):
        _backup(tmp_path / name, keys)
    assert [found.name for found in backups_in(tmp_path)] == [
        "qinji-20260101T000000Z",
        "qinji-20260102T000000Z",
    ]
