"""One message on its way through its handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from qinji.flows.parts.commands import Origin
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.envelope import Envelope
from qinji.gateway.fields import Message
from qinji.gateway.parsing import Input
from qinji.gateway.reply import Reply
from qinji.kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler is given: who sent it, what was sent, and how to answer."""

    envelope: Envelope
    origin: Origin
    input: Input
    reply: Reply


Handler: TypeAlias = Callable[[Call, GatewayFlows], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Served:
    """A message with its handler and the form of its refusals."""

    message: Message
    handle: Handler
    refused: Callable[[Reply, Refused], bytes] = Reply.refused
