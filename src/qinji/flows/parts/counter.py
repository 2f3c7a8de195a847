"""What the bureau's own counter asks of the flows beyond the messages of institutions, and under which names.

The counter's messages are remembered beside those of the institution's own software: the same institution, names that
no message of the national interface has, and keys of the counter's forms as message ids. Neither can meet the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from qinji.flows.parts.commands import Origin
from qinji.institution.model import HandOver
from qinji.kernel.refusal import Refused
from qinji.kernel.takings import Takings
from qinji.settlement.model import CounterAct
from qinji.settlement.rules import takings_of


class CounterMessage(StrEnum):
    """The acts of a counter, by the name under which each is remembered."""

    SCAN = "counter.scan"
    PREVIEW = "counter.preview"
    REGISTER = "counter.register"
    UPLOAD = "counter.upload"
    WITHDRAW = "counter.withdraw"
    SETTLE = "counter.settle"
    CANCEL = "counter.cancel"
    REVERSE = "counter.reverse"
    HAND_OVER = "counter.hand_over"


LATE = timedelta(days=1)
"""An act is booked before it is there to be read; by so much it may come after a hand-over that it is older than."""

ACTS_MAX = 10_000
"""Acts of one hand-over; what is beyond them is in the next one."""

LISTED_MAX = 100
"""Acts and hand-overs of one list, the newest first."""


@dataclass(frozen=True, slots=True)
class HandOverShift:
    """A cashier ends a shift: the cash that was counted, in fen, and a remark. ``origin.cashier`` is who does it."""

    origin: Origin
    counted_fen: int
    note: str
    render: Callable[[HandOver | Refused], bytes]


@dataclass(frozen=True, slots=True)
class Shift:
    """What a cashier has taken since the last hand-over; ``since`` None where there was none."""

    since: datetime | None
    takings: Takings
    acts: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CounterBill:
    """A bill that a counter took, with the kept answers of its settling and of its giving back, if there was one.

    ``cancelled_at`` is set however it was given back, ``cancel_reply`` only where the counter did.
    """

    settlement: str
    visit: str
    person_number: str
    message_id: str
    cashier: str
    reply: bytes
    cancelled_at: datetime | None
    cancel_reply: bytes | None


@dataclass(frozen=True, slots=True)
class KnownSale:
    """What is known of a form that was sent: its kept answer, whether it was reversed, and the bill that it made."""

    reply: bytes
    reversed: bool
    bill: CounterBill | None


@dataclass(frozen=True, slots=True)
class CounterDay:
    """A day of an institution's counters: each cashier with name and takings, and the latest acts."""

    cashiers: tuple[tuple[str, str, Takings], ...]
    acts: tuple[CounterAct, ...]


def shift_of(last: HandOver | None, acts: Sequence[CounterAct], handed_over: set[UUID]) -> Shift:
    """The shift that these acts make, less what an earlier hand-over covers.

    By name and not by the clock: an act that was committed after a hand-over, but booked before it, is in the next.
    """
    fresh = [act for act in acts if act.act not in handed_over]
    return Shift(None if last is None else last.at, takings_of(fresh), tuple(act.act for act in fresh))
