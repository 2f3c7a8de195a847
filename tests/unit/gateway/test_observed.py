"""Whoever watches the door is told of each message, once, with how it ended."""

from __future__ import annotations

from qinji.gateway.endpoint import Gateway
from qinji.gateway.observed import Exchange, Outcome
from qinji.kernel.refusal import RefusalCode
from tests.unit.gateway.door import encoded
from tests.unit.gateway.examples import NOW, ExampleFlows, request


async def _told(body: bytes) -> Exchange:
    seen: list[Exchange] = []
    door = Gateway(
        ExampleFlows(),
        lambda: NOW,
        lambda length: bytes(range(length)),
        production=False,
        observers=[seen.append],
    )
    answer = await door.answer({"content-type": "application/json"}, body)
    assert [one.reply for one in seen] == [answer.body]
    return seen[0]


async def test_a_message_that_was_done_is_told_as_done() -> None:
    told = await _told(encoded(request("1201", None)))
    assert (told.number, told.outcome, told.refused, told.at) == ("1201", Outcome.DONE, None, NOW)
    assert told.institution
    assert told.message_id
    assert told.microseconds >= 0


async def test_a_refusal_is_told_by_its_name() -> None:
    told = await _told(encoded(request("1201", {"medinsinfo": {}})))
    assert (told.outcome, told.refused) == (Outcome.REFUSED, RefusalCode.FIELD_MISSING)


async def test_what_cannot_be_read_is_told_without_a_document() -> None:
    told = await _told(b"{")
    assert (told.number, told.institution, told.document) == ("", "", None)
    assert (told.outcome, told.refused) == (Outcome.REFUSED, RefusalCode.MESSAGE_UNREADABLE)
