"""When no reply comes to a settlement: the state chart of docs/guides/connect-a-hospital.md, as one conversation.

Three rules hold throughout: a settlement without a reply is neither done nor not done; it is only ever sent again as
the same message; and what nobody wants any more is reversed, whether or not it was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from qinji.client import messages
from qinji.client.desk import Desk
from qinji.client.message import Prepared
from qinji.client.problems import Busy, NotSigned, Problem, Refused, Reversed, Unknown, Unreachable
from qinji.client.results import Settlement
from qinji.client.steps import Conversation, Pause

T = TypeVar("T")

WAITS_SECONDS = (2.0, 4.0, 8.0)
"""How long to wait before each further attempt; their number is the number of further attempts."""


def settle_safely(
    desk: Desk, message: Prepared[Settlement], *, waits: Sequence[float] = WAITS_SECONDS
) -> Conversation[Settlement]:
    """Settles (2207, 2102) and does not leave the outcome open: send, the same again, query, reverse.

    Store ``message.body`` before. Raises Refused: not settled, the text says why. Reversed: no reply came, so the
    bill was reversed and nobody paid. Busy, Unreachable, NotSigned: none of the attempts did anything. Unknown: not
    even the reversal was answered; call this or ``resolve`` again later with the same message.
    """
    try:
        return (yield from insist(desk, message, waits))
    except Unknown:
        return (yield from resolve(desk, message, waits=waits))


def resolve(
    desk: Desk, message: Prepared[Settlement], *, keep: bool = True, waits: Sequence[float] = WAITS_SECONDS
) -> Conversation[Settlement]:
    """Ends a doubt: the settlement that 5203 finds or, where it finds none, a reversal (2601) and Reversed.

    ``keep`` False: the patient is gone, so it is reversed also when it was done. Raises Unknown when nothing was
    answered, or when the reversal was refused and a person has to look into it.
    """
    if keep:
        found = yield from _found(desk, message, waits)
        if found is not None and not found.taken_back:
            return found
    yield from _undo(desk, message, waits)
    raise Reversed(
        "没有得到结算的答复,已经冲正:扣过的已全部退回,没有扣过的不会再扣。要重新办理,请换新的报文号", message
    )


def insist(desk: Desk, message: Prepared[T], waits: Sequence[float]) -> Conversation[T]:
    """Sends the same message until it is answered, at most once more than there are waits.

    Once an attempt left the outcome open, no later one that did nothing closes it again: then Unknown is raised.
    """
    doubt: Unknown | None = None
    for wait in (*waits, None):
        try:
            return (yield from desk.ask(message))
        except Unknown as problem:
            doubt = problem
            last: Problem = problem
        except (Busy, Unreachable) as problem:
            last = problem
        except NotSigned as problem:
            if doubt is not None:
                raise doubt from problem
            raise
        if wait is not None:
            yield Pause(wait)
    raise doubt or last


def _found(
    desk: Desk, message: Prepared[Settlement], waits: Sequence[float]
) -> Conversation[Settlement | None]:
    """What 5203 finds; None when it finds nothing or does not answer: not to find is not to know."""
    question = desk.prepare(messages.query_settlement(messages.key_of(message)))
    try:
        return (yield from insist(desk, question, waits))
    except Problem:
        return None


def _undo(desk: Desk, message: Prepared[Settlement], waits: Sequence[float]) -> Conversation[None]:
    key = messages.key_of(message)
    reversal = desk.prepare(messages.reverse(key.person_number, message.message_id, message.number))
    try:
        yield from insist(desk, reversal, waits)
    except Refused as problem:
        raise Unknown(f"结果未知,冲正被拒绝,请人工核对:{problem.text}", message) from problem
    except Problem as problem:
        raise Unknown(f"结果未知,冲正也没有办成:{problem.text}", message) from problem
