"""Pure: may a message be reversed, and was it done at all?"""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from qinji.flows.parts.commands import OriginalAct, ReverseMessage
from qinji.kernel.refusal import RefusalCode, Refused, refuse

_UNDONE_BY_REVERSAL = frozenset({OriginalAct.SETTLEMENT, OriginalAct.REGISTRATION})


class Original(Protocol):
    """What is kept of the message that is to be reversed."""

    @property
    def act(self) -> UUID | None:
        """What it did; nothing when it was refused."""

    @property
    def person(self) -> UUID | None:
        """For whom, where that was known."""

    @property
    def reversed(self) -> bool:
        """Whether it was reversed before."""


def act_to_undo(command: ReverseMessage, original: Original | None) -> UUID | None:
    """The settlement or visit that the original left behind; nothing where it was not done, or reversed before."""
    if original is None or original.reversed or command.act not in _UNDONE_BY_REVERSAL:
        return None
    return original.act


def may_reverse(command: ReverseMessage, original: Original | None, person: UUID | None) -> Refused | None:
    """A message of this person that was never seen, refused or reversed may be reversed, and some that were done.

    Reversing a cancellation would take the money again, so whoever wants that settles anew.
    """
    if original is None:
        return None
    if original.person is not None and original.person != person:
        return refuse(RefusalCode.REVERSAL_OTHER_PERSON, message_id=command.original_id)
    if original.reversed or command.act in _UNDONE_BY_REVERSAL:
        return None
    if original.act is None and command.act is not OriginalAct.SIGN:
        return None
    return refuse(
        RefusalCode.REVERSAL_NOT_SERVED, message_number=command.original_number, instead=command.instead
    )
