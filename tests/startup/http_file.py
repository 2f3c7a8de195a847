"""Reads a ``.http`` file as the REST Client extension of VS Code does, as far as ours goes.

``###`` separates requests; ``@name = value`` lines hold for the whole file; ``# @name x`` names a request, whose reply
and body later ones refer to as ``{{x.response.body.$.path}}``. A reference that leads nowhere fails here, where the
extension would send its text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import httpx

REFERENCE = re.compile(r"\{\{(.+?)\}\}")
FILE_VARIABLE = re.compile(r"^\s*@([^\s=]+)\s*=\s*(.*?)\s*$", re.MULTILINE)
NAME = re.compile(r"^\s*(?:#|//)\s*@name\s+(\w+)\s*$", re.MULTILINE)
COMMENT = re.compile(r"^\s*(?:#|//)")
PART = re.compile(r"(\w+)\.(request|response)\.body\.\$\.(.+)")
DATETIME = re.compile(r"\$datetime '(.+)' (-?\d+) h")
RANDOM = re.compile(r"\$randomInt (\d+) (\d+)")
STEP = re.compile(r"(\w+)|\[(\d+)\]")
FORMAT = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
NESTING_MAX = 5


@dataclass(frozen=True, slots=True)
class Request:
    """One request with its references still in it."""

    title: str
    name: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: str


@dataclass
class Session:
    """A file that is being worked through, with the bodies that named requests sent and got."""

    text: str
    now: Callable[[], datetime]
    chance: Random
    bodies: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.variables = dict(FILE_VARIABLE.findall(self.text))

    def requests(self) -> list[Request]:
        """The requests in their order."""
        blocks = re.split(r"^###", self.text, flags=re.MULTILINE)[1:]
        return [_request(block) for block in blocks]

    def send(self, http: httpx.Client, request: Request) -> Any:
        """Sends a request with its references filled; the reply as JSON."""
        sent = self.filled(request.body)
        headers = {name: self.filled(value) for name, value in request.headers.items()}
        answer = http.request(
            request.method, self.filled(request.url), content=sent.encode(), headers=headers
        )
        reply = answer.json()
        if request.name:
            self.bodies[request.name, "request"] = json.loads(sent)
            self.bodies[request.name, "response"] = reply
        return reply

    def filled(self, text: str) -> str:
        """The text with every reference replaced."""
        for _ in range(NESTING_MAX):
            text = REFERENCE.sub(lambda found: self._value(found[1].strip()), text)
            if not REFERENCE.search(text):
                return text
        raise AssertionError(f"a variable refers to itself: {text[:80]}")

    def _value(self, reference: str) -> str:
        if part := PART.fullmatch(reference):
            return _at(self.bodies[part[1], part[2]], part[3])
        if moment := DATETIME.fullmatch(reference):
            return _formed(self.now() + timedelta(hours=int(moment[2])), moment[1])
        if numbers := RANDOM.fullmatch(reference):
            return str(self.chance.randrange(int(numbers[1]), int(numbers[2])))
        if reference == "$timestamp":
            return str(int(self.now().timestamp()))
        found: str = self.variables[reference]
        return found


def _request(block: str) -> Request:
    title, _, rest = block.partition("\n")
    named = NAME.search(rest)
    lines = [line for line in rest.strip().splitlines() if not COMMENT.match(line)]
    head, _, body = "\n".join(lines).partition("\n\n")
    first, *headers = head.splitlines()
    method, url = first.split()
    pairs = [line.split(": ", 1) for line in headers]
    return Request(title.strip(), named[1] if named else "", method, url, dict(pairs), body)


def _at(document: Any, path: str) -> str:
    for name, place in STEP.findall(path):
        document = document[name] if name else document[int(place)]
    return str(document)


def _formed(moment: datetime, form: str) -> str:
    for theirs, ours in FORMAT.items():
        form = form.replace(theirs, ours)
    return moment.strftime(form)
