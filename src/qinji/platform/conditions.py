"""Conditions of a statement that are there only when they are asked for, each with its own arguments.

A condition that is not asked for is not sent: `($1 is null or …)` lets PostgreSQL plan for the worst of all cases.
The texts are constants of a room's queries; what somebody typed is always an argument.
"""

from __future__ import annotations


class Conditions:
    """Collects conditions and the arguments of a statement; each ``{}`` of a text becomes the next ``$n``."""

    def __init__(self) -> None:
        """No condition and no argument yet."""
        self.arguments: list[object] = []
        self._texts: list[str] = []

    def argument(self, value: object) -> str:
        """Another argument; what stands for it in the statement."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def need(self, text: str, *values: object) -> None:
        """A condition that always holds."""
        self._texts.append(text.format(*(self.argument(value) for value in values)))

    def may(self, text: str, value: object | None) -> None:
        """A condition on a value, where there is one."""
        if value is not None:
            self.need(text, value)

    def statement(self, template: str, **parts: str) -> str:
        """The statement of a template: ``<where>`` becomes all conditions, each other ``<name>`` the part of its name.

        ``<limit>`` and the like become what ``argument`` gave.
        """
        written = template.replace("<where>", " and ".join(self._texts) or "true")
        for name, part in parts.items():
            written = written.replace(f"<{name}>", part)
        return written
