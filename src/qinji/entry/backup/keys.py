"""The keys beside a backup: which ones belong to it, and how they travel inside it under a passphrase.

Without the home's `keys.json` the identity numbers and the kept replies of a backup cannot be read, by nobody. So they
are apart from it by default: who steals the one has nothing. Sealed inside, they are as safe as the passphrase.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from qinji.entry.backup.manifest import KEYS_FILE, BackupProblem
from qinji.platform.crypto import KEYS_FILE as HOME_KEYS_FILE

SCRYPT_COST = 2**16
SCRYPT_BLOCK = 8
SCRYPT_LANES = 1
SALT_BYTES = 16
NONCE_BYTES = 12
CONTEXT = b"qinji keys 1"
PASSPHRASE_MIN = 12
"""Characters. scrypt makes each guess dear; a short passphrase makes few guesses enough."""


def read_keys(file: Path) -> bytes:
    """The keys of a home or of a copy of its `keys.json`; raises BackupProblem."""
    path = file / HOME_KEYS_FILE if file.is_dir() else file
    try:
        keys = path.read_bytes()
        fingerprints(keys)
    except OSError as problem:
        raise BackupProblem(
            f"无法读取密钥文件 {path}({problem.strerror})。",
            f"The key file {path} could not be read ({problem.strerror}).",
        ) from problem
    except (ValueError, KeyError, AttributeError, TypeError) as problem:
        raise BackupProblem(
            f"{path} 不是密钥文件(应为数据目录中的 keys.json)。",
            f"{path} is not a key file (the keys.json of a home).",
        ) from problem
    return keys


def fingerprints(keys: bytes) -> dict[str, str]:
    """A fingerprint of each key: tells whether two are equal, and nothing about the key."""
    kept = json.loads(keys)
    named = {f"cipher {version}": key for version, key in kept["cipher_keys"].items()}
    named["lookup"] = kept["lookup_key"]
    return {
        name: hashlib.sha256(b"qinji key\n" + bytes.fromhex(key)).hexdigest()[:32]
        for name, key in named.items()
    }


def check_keys(keys: bytes, wanted: dict[str, str]) -> None:
    """Raises BackupProblem unless these are the keys of the backup. A later key beside them does no harm."""
    found = fingerprints(keys)
    if any(found.get(name) != fingerprint for name, fingerprint in wanted.items()):
        raise BackupProblem(
            "密钥与备份不配:用它读不出证件号和留存的答复。没有改动任何数据。请找到同一数据目录的 keys.json。",
            "These keys do not belong to the backup: identity numbers and kept replies could not be read with them. "
            "Nothing was changed: please find the keys.json of the same home.",
        )


def read_passphrase(file: Path) -> bytes:
    """The passphrase in a file that only its owner can read; raises BackupProblem."""
    try:
        mode = file.stat().st_mode
        passphrase = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise BackupProblem(
            f"无法读取口令文件 {file}。", f"The passphrase file {file} could not be read."
        ) from problem
    if stat.S_IMODE(mode) & 0o077:
        raise BackupProblem(
            f"口令文件 {file} 其他账户也能读取,请先执行 chmod 600 {file}。",
            f"Other accounts can read the passphrase file {file}: chmod 600 it first.",
        )
    if len(passphrase) < PASSPHRASE_MIN:
        raise BackupProblem(
            f"口令太短,至少 {PASSPHRASE_MIN} 个字符。",
            f"The passphrase is too short: {PASSPHRASE_MIN} characters at least.",
        )
    return passphrase.encode()


def seal_keys(keys: bytes, passphrase: bytes) -> bytes:
    """The keys under a passphrase: scrypt, then AES-256-GCM."""
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, keys, CONTEXT)
    document = {"kdf": "scrypt", "salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}
    return (json.dumps(document) + "\n").encode()


def unseal_keys(backup: Path, passphrase: bytes) -> bytes:
    """The keys inside a backup; raises BackupProblem where there are none or the passphrase is another."""
    file = backup / KEYS_FILE
    if not file.is_file():
        raise BackupProblem(
            f"备份 {backup} 中没有密钥,请用 --keys 指定单独保存的 keys.json。",
            f"There are no keys in the backup {backup}: name the keys.json that was kept apart by --keys.",
        )
    try:
        found = json.loads(file.read_bytes())
        key = _key(passphrase, bytes.fromhex(found["salt"]))
        return AESGCM(key).decrypt(bytes.fromhex(found["nonce"]), bytes.fromhex(found["sealed"]), CONTEXT)
    except (InvalidTag, ValueError, KeyError, TypeError) as problem:
        raise BackupProblem(
            "口令不正确,打不开备份中的密钥。没有改动任何数据。",
            "The passphrase is wrong: it does not open the keys of the backup. Nothing was changed.",
        ) from problem


def _key(passphrase: bytes, salt: bytes) -> bytes:
    return Scrypt(salt, 32, SCRYPT_COST, SCRYPT_BLOCK, SCRYPT_LANES).derive(passphrase)
