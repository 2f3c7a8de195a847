"""What a member of staff gets to sign in with for the first time: a password for one use, and a second factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from qinji.credential.model import StaffSecret
from qinji.credential.rules import FIRST_PASSWORD_LIFE
from qinji.credential.second_factor import SECRET_BYTES, otpauth_uri
from qinji.platform.crypto import Vault
from qinji.platform.passwords import PASSWORDS, SALT_BYTES

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without letters and digits that are read for each other."""

_GROUPS, _LETTERS = 4, 4


class Chance(Protocol):
    """What making secrets needs: the installation's keys, and chance."""

    @property
    def vault(self) -> Vault:
        """The keys that seal the second factor."""

    @property
    def entropy(self) -> Callable[[int], bytes]:
        """Chance."""


@dataclass(frozen=True, slots=True)
class FirstSecrets:
    """Told this once and kept nowhere in this form."""

    password: str = field(repr=False)
    uri: str = field(repr=False)
    good_until: datetime


async def fresh(staff_id: str, now: datetime, chance: Chance) -> tuple[StaffSecret, FirstSecrets]:
    """New secrets of a member of staff: as they are kept, and as they are told."""
    password = "-".join(_group(chance.entropy) for _ in range(_GROUPS))
    second = chance.entropy(SECRET_BYTES)
    kept = StaffSecret(
        staff_id=staff_id,
        password_hash=await PASSWORDS.hashed(password, chance.entropy(SALT_BYTES)),
        first_until=now + FIRST_PASSWORD_LIFE,
        second_factor=chance.vault.seal(second, f"staff {staff_id}"),
        used_step=0,
        set_at=now,
    )
    return kept, FirstSecrets(password, otpauth_uri(second, staff_id), now + FIRST_PASSWORD_LIFE)


def _group(entropy: Callable[[int], bytes]) -> str:
    """A few letters; 8 bytes a group, so that no letter is noticeably likelier than another."""
    number = int.from_bytes(entropy(8), "big")
    letters = []
    for _ in range(_LETTERS):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)
