"""A door with example flows behind it, for tests: no database, a fixed clock, fixed chance."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from qinji.gateway.endpoint import Gateway
from qinji.gateway.wire import Json
from tests.unit.gateway.examples import NOW, ExampleFlows, request

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def gateway(flows: ExampleFlows | None = None, *, production: bool = False) -> Gateway:
    """The door."""
    return Gateway(
        ExampleFlows() if flows is None else flows,
        lambda: NOW,
        lambda length: bytes(range(length)),
        production=production,
    )


def encoded(document: Json) -> bytes:
    """A document as an institution sends it."""
    return _ENCODER.encode(document)


async def sent(document: Json, flows: ExampleFlows | None = None) -> dict[str, Any]:
    """The reply to a whole request."""
    answer = await gateway(flows).answer({"content-type": "application/json"}, encoded(document))
    found = json.loads(answer.body)
    assert isinstance(found, dict)
    return found


async def asked(
    number: str, content: Mapping[str, Json] | None = None, flows: ExampleFlows | None = None
) -> dict[str, Any]:
    """The reply to a message's example, or to another input."""
    return await sent(request(number, content), flows)
