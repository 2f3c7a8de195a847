"""Passwords at rest (Argon2id), hashed beside the event loop so that signing in holds up no settlement."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from qinji.platform.database import Overloaded

Result = TypeVar("Result")

SALT_BYTES = 16
WAITING_MAX = 16
"""Passwords that wait or are hashed at the moment in one process; one more is answered 系统繁忙."""

NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$hHXJSGu/8QqwZDzGMry96Q$5x8vw6DvGDLx6icdQsRrAC2H4tWFGT68SH4nwzLHAVE"
"""The hash of a password that was thrown away: whoever is unknown is checked against it, and takes as long."""


class Passwords:
    """One password at a time, in a thread: 19 MiB and two passes each, a tenth of a second of one core."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="password")
        self._waiting = 0

    async def hashed(self, password: str, salt: bytes) -> str:
        """What is kept of a password; Overloaded when too many wait."""
        return await self._beside(lambda: self._hasher.hash(_canonical(password), salt=salt))

    async def matches(self, kept: str, password: str) -> bool:
        """Whether the password is the one that was hashed; Overloaded when too many wait."""
        return await self._beside(lambda: self._verified(kept, password))

    def _verified(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, _canonical(password))
        except VerifyMismatchError:
            return False

    async def _beside(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= WAITING_MAX:
            raise Overloaded
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1


def _canonical(password: str) -> bytes:
    """The same bytes for what looks the same; what is no text (a lone surrogate) becomes one all the same."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")


PASSWORDS = Passwords()
"""Of this process; its thread begins with the first password, after the processes were forked."""
