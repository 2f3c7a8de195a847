"""Reads the output of a reply: texts, exact amounts, nodes. What is not there as expected is a ``Misread``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from qinji.kernel.money import NotAnAmount, parse_yuan

Json: TypeAlias = "str | int | Decimal | bool | Mapping[str, Json] | Sequence[Json] | None"
"""A document as it was parsed; numbers with a point are exact decimals."""


class Misread(ValueError):
    """The reply has not the form that its message has by the national interface."""


class Node:
    """One object of a reply."""

    def __init__(self, value: Json) -> None:
        if not isinstance(value, Mapping):
            raise Misread("应为对象 (an object was expected)")
        self._fields = value

    def text(self, *names: str) -> str:
        """The text of the first of these fields that is there; an empty or absent one is ``""``."""
        value = self._value(names)
        return "" if value is None else str(value)

    def fen(self, *names: str) -> int:
        """Yuan of the first of these fields that is there, as fen. An amount that is missing is no zero."""
        value = self._value(names)
        try:
            return parse_yuan(str(value))
        except NotAnAmount as broken:
            raise Misread(f"{names[0]} 不是金额: {value!r}") from broken

    def number(self, name: str) -> Decimal:
        """A number that is not money."""
        value = self._value((name,))
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise Misread(f"{name} 不是数字: {value!r}")
        return Decimal(value)

    def flag(self, name: str) -> bool:
        """Whether a flag is 1."""
        return self.text(name) == "1"

    def one(self, name: str) -> Node:
        """The object of this name."""
        return Node(self._fields.get(name))

    def many(self, name: str) -> list[Node]:
        """The list of objects of this name."""
        return nodes(self._fields.get(name))

    def _value(self, names: Sequence[str]) -> Json:
        return next((self._fields[name] for name in names if name in self._fields), None)


def nodes(value: Json) -> list[Node]:
    """A list of objects; an absent one is empty."""
    if value is None:
        return []
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise Misread("应为数组 (a list was expected)")
    return [Node(each) for each in value]
