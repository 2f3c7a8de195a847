"""What can come instead of a result, and what to do then. Only ``Unknown`` leaves open what happened.

Every problem carries the message it is about: sent again as it is, it gets the answer that it would have got.
"""

from __future__ import annotations

from qinji.client.message import Prepared


class Problem(Exception):
    """A message that brought no result; ``text`` is for the person at the counter."""

    def __init__(self, text: str, message: Prepared[object]) -> None:
        super().__init__(text)
        self.text = text
        self.message = message


class Refused(Problem):
    """The bureau said no (infcode -1): nothing was done. The text names the cause and what to do next."""


class Busy(Problem):
    """系统繁忙: this attempt did nothing. Wait, then send the same message again."""


class NotSigned(Problem):
    """The gateway did not accept the signature: nothing was done. Check key, secret and the clock of this machine."""


class Unreachable(Problem):
    """No connection came about: nothing was sent. Send the same message again later."""


class Unknown(Problem):
    """结果未知: sent, and nobody knows whether it was done. Neither take money nor give it back.

    Keep ``message.body`` and send it again, or reverse it: ``Client.resolve`` does both. Never bill anew meanwhile.
    """


class Reversed(Problem):
    """``resolve`` ended in a reversal: nobody paid, and the message will be refused should it still arrive.

    To bill all the same, prepare a new message (it gets a new id).
    """
