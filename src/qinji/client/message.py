"""A message before it is sent, as it is sent, and its reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from qinji.client.reading import Json

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to a message that succeeded. ``body`` is exactly what came; neither is in ``repr``, as people are."""

    output: Json = field(repr=False)
    warning: str
    reference: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message(Generic[T_co]):
    """What is to be said: the number of the message, its ``input``, and how its reply is read."""

    number: str
    content: Mapping[str, object] = field(repr=False)
    read: Callable[[Reply], T_co] = field(repr=False, compare=False)
    insured_region: str = ""


@dataclass(frozen=True, slots=True)
class Prepared(Generic[T_co]):
    """A message with its id, as the bytes that go over the wire. Store ``body`` before you send it.

    It is signed anew at each sending and is otherwise the same each time: the same message gets the same answer.
    """

    number: str
    message_id: str
    body: bytes = field(repr=False)
    read: Callable[[Reply], T_co] = field(repr=False, compare=False)
