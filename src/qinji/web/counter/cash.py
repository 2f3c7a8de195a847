"""Cash over the counter, in fen: what is received, and what goes back. The bureau never sees either."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.kernel.ensure import ensure

_NOTES_FEN = (100, 500, 1_000, 2_000, 5_000, 10_000)
"""One yuan to a hundred."""


@dataclass(frozen=True, slots=True)
class Cash:
    """Cash that was received for what is due."""

    due_fen: int
    received_fen: int

    @property
    def change_fen(self) -> int:
        """What goes back; 0 while it is not enough."""
        return max(0, self.received_fen - self.due_fen)

    @property
    def missing_fen(self) -> int:
        """What is still missing; 0 when it is enough."""
        return max(0, self.due_fen - self.received_fen)


def tendered(due_fen: int) -> list[int]:
    """What somebody who owes this may lay down: the sum itself, then the next sums that notes come to."""
    ensure(due_fen >= 0, "nobody owes less than nothing", due_fen=due_fen)
    if due_fen == 0:
        return []
    return sorted({due_fen, *(-(-due_fen // note) * note for note in _NOTES_FEN)})
