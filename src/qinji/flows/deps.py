"""What every flow is given: protocols only, so that a flow can be tested with fixed time and chance."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from qinji.flows.parts.caution import Safety
from qinji.kernel.dates import milliseconds
from qinji.kernel.ids import RANDOM_BYTES, uuid7
from qinji.notice.model import Outside
from qinji.platform.crypto import Vault
from qinji.platform.database import Database
from qinji.platform.outbox import OutboxState
from qinji.policy.book import Book


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: by which way, to whom (the person number), the words, and the key that is the same each time."""

    way: Outside
    person_number: str
    text: str = field(repr=False)
    key: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a receiver said: taken, refused for good, or neither (``state`` waiting: it is tried again)."""

    state: OutboxState
    problem: str = ""


Clock = Callable[[], datetime]
Entropy = Callable[[int], bytes]
Send = Callable[[Letter], Awaitable[Delivered]]


class Letters(Protocol):
    """How a letter leaves at once, as the digits of a sign-in do."""

    async def send(self, letter: Letter) -> Delivered:
        """Send it, and wait for what its receiver says."""

    def leave(self, letter: Letter) -> None:
        """Send it while whoever asks goes on; what becomes of it is noted in the log and told to nobody."""


class Deps(Protocol):
    """Database, keys, policy, time (aware, UTC) and chance (so many bytes)."""

    @property
    def database(self) -> Database:
        """The way to PostgreSQL."""

    @property
    def vault(self) -> Vault:
        """Keys of identity numbers."""

    @property
    def book(self) -> Book:
        """Every policy pack."""

    @property
    def clock(self) -> Clock:
        """The moment now."""

    @property
    def entropy(self) -> Entropy:
        """Chance."""

    @property
    def production(self) -> bool:
        """Whether this is no sandbox."""

    @property
    def ways(self) -> Sequence[str]:
        """By which ways notices are sent outside; none where nobody set one up."""

    @property
    def letters(self) -> Letters | None:
        """How a letter leaves at once; None where no gateway takes SMS."""

    @property
    def safety(self) -> Safety:
        """How careful the service is before an account is opened wider."""


def new_id(deps: Deps, at: datetime) -> UUID:
    """A fresh UUIDv7."""
    return uuid7(milliseconds(at), deps.entropy(RANDOM_BYTES))
