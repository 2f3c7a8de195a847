"""Checks of invariants that stay on in production (``assert`` is removed by ``-O``)."""


class InvariantBroken(Exception):
    """A promise of the code itself is broken: a bug, never a refusal of the user's request."""


def ensure(condition: bool, promise: str, **facts: object) -> None:
    """Raise InvariantBroken naming the promise and the facts, unless the condition holds."""
    if not condition:
        details = ", ".join(f"{name}={value!r}" for name, value in facts.items())
        raise InvariantBroken(f"{promise} [{details}]")
