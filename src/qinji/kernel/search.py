"""What is looked for among records of money: the terms that every room's search shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """Narrow a search; a term that is None does not. Amounts are fen, both bounds count.

    ``since`` counts and ``until`` does not; ``institutions`` are codes, an empty sequence finds nothing;
    ``returned`` True finds what was taken back, False what was not.
    """

    since: datetime | None = None
    until: datetime | None = None
    least_fen: int | None = None
    most_fen: int | None = None
    institutions: Sequence[str] | None = None
    returned: bool | None = None
