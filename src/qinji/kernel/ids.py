"""Identifiers: UUIDv7 made from an injected clock and entropy; 26 characters of Crockford base32 on the wire."""

from __future__ import annotations

from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
WIRE_LENGTH = 26
RANDOM_BYTES = 10
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_PAIR_PLACES = range(10 * (WIRE_LENGTH // 2 - 1), -1, -10)


def uuid7(milliseconds: int, entropy: bytes) -> UUID:
    """A UUIDv7 of ``milliseconds`` since 1970 and ten bytes of chance; the same inputs give the same id."""
    if len(entropy) != RANDOM_BYTES:
        raise ValueError("an id needs ten bytes of chance")
    chance = int.from_bytes(entropy, "big")
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76
    value |= (chance >> 68 & 0xFFF) << 64
    value |= 0b10 << 62
    value |= chance & (1 << 62) - 1
    return UUID(int=value)


def first_of(milliseconds: int) -> UUID:
    """The least id of a moment: none that is made then or later comes before it."""
    return uuid7(milliseconds, bytes(RANDOM_BYTES))


def to_wire(identifier: UUID) -> str:
    """The id in 26 characters of Crockford base32 (``setl_id`` and ``mdtrt_id`` have room for 30)."""
    number = identifier.int
    return "".join([_PAIRS[number >> place & 1023] for place in _PAIR_PLACES])


def from_wire(text: str) -> UUID | None:
    """The id a wire text stands for, or None when it is not one of ours."""
    if len(text) != WIRE_LENGTH:
        return None
    number = 0
    for letter in text.upper():
        value = _VALUES.get(letter)
        if value is None:
            return None
        number = number << 5 | value
    return UUID(int=number) if number < 1 << 128 else None
