"""Somebody who reads the pages without a browser: HTML in, forms out; and what a page asks the database."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from html import unescape

import httpx

from qinji.entry.sandbox.shown import pick_world
from qinji.web.app import create_pages
from tests.bureau import Bureau
from tests.counting import counted

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
BEGUN = re.compile(r'name="sign_in" value="(\w+)"')
TOLD = re.compile(r'name="digits"[^>]*value="(\d{6})"')
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)


def words(html: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", unescape(TAGS.sub(" ", html))).strip()


@dataclass
class Reader:
    """One browser without scripts: cookies, pages and forms."""

    bureau: Bureau
    client: httpx.AsyncClient
    last: str = field(default="", repr=False)

    async def open(self, path: str, status: int = 200) -> str:
        """A page; its HTML."""
        answer = await self.client.get(path)
        assert answer.status_code == status, (
            answer.status_code,
            answer.headers.get("location"),
            words(answer.text),
        )
        self.last = answer.text
        return answer.text

    async def say(self, path: str, status: int = 200) -> str:
        """What a page says."""
        return words(await self.open(path, status))

    async def submit(self, page: str, action: str = "", **fields: str | list[str]) -> httpx.Response:
        """Open a page and send the form that goes to ``action`` (the page itself), with its hidden fields."""
        html = await self.open(page)
        return await self.send(html, action or page, **fields)

    async def send(
        self, html: str, action: str, act: str = "", /, **fields: str | list[str]
    ) -> httpx.Response:
        """Send the form of a page that was opened before; of several to one address the one whose ``act`` this is."""
        return await self.send_files(html, action, {}, fields, act)

    async def send_files(
        self,
        html: str,
        action: str,
        files: Mapping[str, Sequence[bytes | tuple[str, bytes]]],
        fields: Mapping[str, str | list[str]],
        act: str = "",
    ) -> httpx.Response:
        """Send such a form with files, each a photo or with its name."""
        forms = re.findall(r"<form\b[^>]*>.*?</form>", html, re.DOTALL)
        wanted = f'name="act" value="{act}"' if act else ""
        form = next((one for one in forms if f'action="{action}"' in one and wanted in one), None)
        assert form is not None, f"no form goes to {action}"
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(form)}
        sent = [
            (name, one if isinstance(one, tuple) else (f"{name}.jpg", one))
            for name, contents in files.items()
            for one in contents
        ]
        return await self.client.post(
            action, data={**hidden, **fields}, files=sent or None, headers={"sec-fetch-site": "same-origin"}
        )

    def counting(self) -> AbstractContextManager[list[str]]:
        """The statements that are sent to the bureau's database inside."""
        return counted(self.bureau.runtime.database)

    async def sign_in(self, number: str) -> None:
        """Sign in as somebody of the sandbox."""
        asked = await self.client.post("/sign-in", data={"number": number, "next": "/"})
        begun, told = BEGUN.search(asked.text), TOLD.search(asked.text)
        assert begun, words(asked.text)
        assert told, words(asked.text)
        done = await self.client.post(
            "/sign-in/digits", data={"sign_in": begun[1], "digits": told[1], "next": "/"}
        )
        assert done.status_code == 303, words(done.text)

    async def sign_in_staff(self, staff: str, place: str = "/counter") -> None:
        """Sign in as a member of staff whom a sandbox lets be picked."""
        done = await self.client.post(f"{place}/sign-in", data={"staff": staff, "next": place})
        assert done.status_code == 303, words(done.text)


@asynccontextmanager
async def open_reader(bureau: Bureau) -> AsyncIterator[Reader]:
    """The pages of a bureau, visited by somebody new."""
    pages = create_pages(bureau.runtime, pick_world(bureau.world), bureau.flows)
    transport = httpx.ASGITransport(pages, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bureau") as client:
        yield Reader(bureau, client)
