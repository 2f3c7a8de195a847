"""What tills of hospitals were shown, counted a second way: a visit is paid once, and as it was shown last."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.booked import Result
from tests.simulation.bounding import insist
from tests.simulation.operations import Ask, Cancel, Operation, Settle


@dataclass(slots=True)
class Tills:
    """By the number of a visit: what the last preview said, and the number of the settlement that is live."""

    shown: dict[int, Result] = field(default_factory=dict)
    live: dict[int, int] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    begun: int = 0
    settled: int = 0

    def follow(self, operation: Operation, result: Result, begun: int) -> None:
        """What was shown, settled or taken back; ``begun`` is how many visits there are now."""
        match operation:
            case Ask(visit=visit) if begun > self.begun or visit is not None:
                number = begun - 1 if visit is None else visit
                insist(number not in self.live or isinstance(result, str), "a visit is paid once")
                if not isinstance(result, str):
                    self.shown[number] = result
            case Settle(visit=visit):
                self._settled(visit, result)
            case Cancel(number) if not isinstance(result, str):
                self.live = {one: settled for one, settled in self.live.items() if settled != number}
        self.begun = begun

    def _settled(self, visit: int | None, result: Result) -> None:
        if isinstance(result, str):
            return
        if visit is not None:
            insist(visit not in self.live, "a visit is paid once", visit=visit)
            shown = self.shown.get(visit, result)
            insist(shown[2:] == result[2:], "who pays is as it was shown", shown=shown, paid=result)
            self.live[visit] = self.settled
            self.seen["visit settled as it was shown"] += 1
        self.settled += 1
