"""A conversation as a method of both clients: ``client.settle(…)`` and ``await async_client.settle(…)``.

Each message is told once, in ``messages``; this turns the telling into the two kinds of method, with their types.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import update_wrapper
from inspect import Signature, signature
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, Self, TypeVar, overload

from qinji.client.desk import Desk
from qinji.client.message import Message
from qinji.client.steps import Conversation

P = ParamSpec("P")
T = TypeVar("T")


class Waits(Protocol):
    """A client that comes back with the result."""

    desk: Desk

    def run(self, conversation: Conversation[T], /) -> T:
        """Carries a conversation to its end."""


class Awaits(Protocol):
    """A client that is awaited."""

    desk: Desk

    def run(self, conversation: Conversation[T], /) -> Coroutine[Any, Any, T]:
        """Carries a conversation to its end."""


def _signature(begin: Callable[..., object]) -> Signature:
    """How the bound method is called, for ``help``: without the desk, and with what the caller gets."""
    found = signature(begin)
    given = [one for name, one in found.parameters.items() if name != "desk"]
    returned = str(found.return_annotation)
    for wrapped in ("Message[", "Conversation["):
        returned = returned.removeprefix(wrapped)
    return found.replace(parameters=given, return_annotation=returned.removesuffix("]"))


class Method(Generic[P, T]):
    """Begins a conversation at the client's desk and lets the client carry it to its end."""

    def __init__(self, begin: Callable[Concatenate[Desk, P], Conversation[T]]) -> None:
        self._begin = begin
        self._signature = _signature(begin)
        self.__doc__ = begin.__doc__

    @overload
    def __get__(self, client: None, owner: object) -> Self: ...
    @overload
    def __get__(self, client: Waits, owner: object) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: Awaits, owner: object) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Waits | Awaits | None, owner: object) -> object:
        """The method bound to this client."""
        if client is None:
            return self

        def call(*args: P.args, **named: P.kwargs) -> object:
            return client.run(self._begin(client.desk, *args, **named))

        told = update_wrapper(call, self._begin)
        told.__signature__ = self._signature  # type: ignore[attr-defined]
        return told


def sending(build: Callable[P, Message[T]]) -> Method[P, T]:
    """The method that builds this message, sends it once and reads its reply."""

    def begin(desk: Desk, /, *args: P.args, **named: P.kwargs) -> Conversation[T]:
        return desk.ask(desk.prepare(build(*args, **named)))

    return Method(update_wrapper(begin, build))
