"""The sandbox's pages for the developer at the hospital's vendor: what was sent, one message, the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qinji.web.sandbox.json_lines import Line, Remark
from qinji.web.templating import templates


@dataclass(frozen=True, slots=True)
class Sender:
    """An institution to choose; ``name`` is empty for a code that the sandbox does not know."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the list. ``result`` is for people; ``kind`` one of done, refused, remembered, trouble."""

    number: int
    at: str
    sender: str
    message_number: str
    title: str
    message_id: str
    kind: str
    result: str
    duration: str
    first: Remark | None
    more: int


@dataclass(frozen=True, slots=True)
class MessageList:
    """The list: of one sender, or of all where ``sender`` is None."""

    senders: Sequence[Sender]
    sender: str | None
    messages: Sequence[Shown]
    following: bool
    dropped: int


@dataclass(frozen=True, slots=True)
class MessageDetail:
    """One message with its answer; ``whole`` are the remarks that belong to no line.

    ``reference`` is the address of the page of such messages, "" where there is none.
    """

    shown: Shown
    errors: int
    advice: int
    whole: Sequence[Remark]
    request: Sequence[Line]
    reply: Sequence[Line]
    reference: str


class RowShown(Protocol):
    """A field of a table."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The other cells."""


class TableShown(Protocol):
    """The fields of one node."""

    @property
    def name(self) -> str:
        """The node's name."""

    @property
    def title(self) -> str:
        """What it is."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the columns."""

    @property
    def rows(self) -> Sequence[RowShown]:
        """The fields."""


class ExampleShown(Protocol):
    """An example."""

    @property
    def note(self) -> str:
        """What to know before."""

    @property
    def before(self) -> str:
        """What has to be sent before; "" where nothing has."""

    @property
    def before_commands(self) -> str:
        """The commands for it."""

    @property
    def command(self) -> str:
        """What to paste."""

    @property
    def reply(self) -> str:
        """What was answered."""


class PageShown(Protocol):
    """The page of a message."""

    @property
    def number(self) -> str:
        """Its number."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def facts(self) -> str:
        """Who sends it, and what to know."""

    @property
    def inputs(self) -> Sequence[TableShown]:
        """What is sent."""

    @property
    def outputs(self) -> Sequence[TableShown]:
        """What is answered."""

    @property
    def example(self) -> ExampleShown:
        """An example."""


@dataclass(frozen=True, slots=True)
class Served:
    """A message in the list of the reference."""

    number: str
    title: str
    served_to: str
    writes: bool
    aliases: str


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """A field around the input."""

    name: str
    chinese: str
    length: int
    needed: bool
    note: str


def render_messages(page: MessageList) -> str:
    """The list of what was sent."""
    return templates.get_template("sandbox/messages.html").render(page=page)


def render_message(page: MessageDetail) -> str:
    """One message, request and reply side by side."""
    return templates.get_template("sandbox/message.html").render(page=page)


def render_no_message(number: str) -> str:
    """That a message is not there, or not any more."""
    return templates.get_template("sandbox/no_message.html").render(number=number)


def render_reference(page: PageShown) -> str:
    """The page of one message of the interface."""
    return templates.get_template("sandbox/reference.html").render(page=page)


def render_reference_list(served: Sequence[Served], envelope: Sequence[EnvelopeRow]) -> str:
    """All messages of the interface, and the fields around their input."""
    return templates.get_template("sandbox/reference_list.html").render(served=served, envelope=envelope)
