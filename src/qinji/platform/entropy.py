"""Chance. The only place that asks the operating system for it; everything else is given a source of bytes."""

from __future__ import annotations

import hashlib
import os


def system_entropy(count: int) -> bytes:
    """So many bytes that nobody can foresee."""
    return os.urandom(count)


class SeededEntropy:
    """The same bytes for the same seed, without end; for tests, simulations and the sandbox world only."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._drawn = 0

    def __call__(self, count: int) -> bytes:
        """The next so many bytes of the sequence."""
        self._drawn += 1
        return hashlib.shake_256(self._seed + self._drawn.to_bytes(8, "big")).digest(count)
