"""Pure: the answer to a message that was seen before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from qinji.flows.parts.commands import Origin
from qinji.kernel.refusal import RefusalCode, Refused, refuse


class Seen(Protocol):
    """What is kept of an answered message."""

    @property
    def digest(self) -> bytes:
        """The hash of its content."""

    @property
    def reversed(self) -> bool:
        """Whether a reversal took it back."""

    @property
    def reply(self) -> bytes:
        """The bytes that were answered."""


def replayed(seen: Seen, origin: Origin, render: Callable[[Refused], bytes]) -> bytes:
    """The kept bytes for the same content; a named refusal for other content or for a reversed message."""
    if seen.reversed:
        return render(refuse(RefusalCode.MESSAGE_REVERSED))
    if seen.digest != origin.digest:
        return render(refuse(RefusalCode.MESSAGE_ALTERED, message_id=origin.message_id))
    return seen.reply
