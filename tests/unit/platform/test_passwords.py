"""Passwords: hashed with Argon2id and a salt of their own, beside the loop, and not too many at once."""

from __future__ import annotations

import asyncio

import pytest

from qinji.platform.database import Overloaded
from qinji.platform.passwords import NOBODYS, SALT_BYTES, WAITING_MAX, Passwords

SALT = bytes(SALT_BYTES)
STRONG = "$argon2id$v=19$m=19456,t=2,p=1$"


async def test_a_password_matches_its_hash_and_no_other() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("桃花潭水深千尺", SALT)
    assert kept.startswith(STRONG)
    assert "桃" not in kept
    assert await passwords.matches(kept, "桃花潭水深千尺")
    assert not await passwords.matches(kept, "桃花潭水深千尺 ")
    assert await passwords.hashed("桃花潭水深千尺", SALT[::-1] + b"") == kept
    assert await passwords.hashed("桃花潭水深千尺", bytes(range(SALT_BYTES))) != kept


async def test_what_looks_the_same_is_the_same() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("caf\u00e9 au lait!", SALT)
    assert await passwords.matches(kept, "cafe\u0301 au lait!")


async def test_nobodys_hash_costs_as_much_and_matches_nothing() -> None:
    assert NOBODYS.startswith(STRONG)
    for password in ("", "password", NOBODYS, "\ud800"):
        assert not await Passwords().matches(NOBODYS, password)


async def test_so_many_may_wait_and_one_more_is_busy() -> None:
    passwords = Passwords()
    waiting = [asyncio.ensure_future(passwords.matches(NOBODYS, "x")) for _ in range(WAITING_MAX + 1)]
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(answer is False for answer in answers) == WAITING_MAX
    assert sum(isinstance(answer, Overloaded) for answer in answers) == 1
    with pytest.raises(Overloaded):
        raise next(answer for answer in answers if isinstance(answer, Overloaded))
    assert not await passwords.matches(NOBODYS, "x")
