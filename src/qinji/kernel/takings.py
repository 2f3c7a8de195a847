"""What a counter took and gave back: how many acts, and who paid how much of them, in fen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parts:
    """So many acts together; ``total_fen`` is the sum of the four parts."""

    count: int = 0
    total_fen: int = 0
    fund_fen: int = 0
    own_fen: int = 0
    mutual_aid_fen: int = 0
    cash_fen: int = 0

    def plus(self, other: Parts) -> Parts:
        """Both together."""
        return Parts(
            self.count + other.count,
            self.total_fen + other.total_fen,
            self.fund_fen + other.fund_fen,
            self.own_fen + other.own_fen,
            self.mutual_aid_fen + other.mutual_aid_fen,
            self.cash_fen + other.cash_fen,
        )


@dataclass(frozen=True, slots=True)
class Takings:
    """What was taken and what was given back, each as it happened; neither is taken off the other."""

    taken: Parts = Parts()
    returned: Parts = Parts()

    @property
    def drawer_fen(self) -> int:
        """The cash that should lie in the drawer, beside what lay in it before; negative when more was given back."""
        return self.taken.cash_fen - self.returned.cash_fen

    def with_act(self, parts: Parts, *, returned: bool) -> Takings:
        """With one more act."""
        if returned:
            return Takings(self.taken, self.returned.plus(parts))
        return Takings(self.taken.plus(parts), self.returned)
