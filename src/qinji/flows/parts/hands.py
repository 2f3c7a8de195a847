"""Pure: whose wish is carried out, and by whose hand: the person's own, or two members of staff at the window."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.kernel.actor import Channel, Session


@dataclass(frozen=True, slots=True)
class AtWindow:
    """The two members of staff, and by what right: ``staff`` carries it out, ``entered_by`` took the wish down.

    ``paper`` is the reference of the paper that was signed.
    """

    entered_by: str
    staff: str
    basis: str
    paper: str


@dataclass(frozen=True, slots=True)
class Hand:
    """``person_id`` is whose wish it is and whose own right is asked for, whoever carries it out; ``reason`` why.

    ``session`` is the one in which the person does it alone; there is none at the window.
    """

    person_id: UUID
    channel: Channel
    window: AtWindow | None = None
    reason: str | None = None
    session: Session | None = None

    def basis(self, own: str) -> str:
        """By what right it is done: the person's own (this one), or the office of who does it for them."""
        return own if self.window is None else self.window.basis
