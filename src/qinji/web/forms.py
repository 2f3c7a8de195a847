"""Forms: read within limits, shown to come from our own page, carried out once however often they are sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartParser

from qinji.access.model import Actor, actor_text
from qinji.kernel.money import NotAnAmount, parse_yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.limits import FILES_BODY_MAX
from qinji.web.texts import _
from qinji.web.visit import Visit, from_here

Outcome = TypeVar("Outcome")

FIELDS_MAX = 200
FILES_MAX = 4
PART_BYTES_MAX = 1_600_000
KEY_FIELD, PROOF_FIELD = "key", "proof"
KEY_LENGTH_MAX = 128
TEXT_MAX = 500


MultiPartParser.spool_max_size = FILES_BODY_MAX
"""Photos of papers and files with identity numbers stay in memory: nothing of them is written to a disk in clear."""


class FormRefused(Exception):
    """A form that cannot be taken at all; the refusal says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code.name)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in."""

    data: FormData

    def text(self, name: str) -> str:
        """A field without the spaces around it; "" where it is missing. Cut after 500 characters."""
        value = self.data.get(name)
        return value.strip()[:TEXT_MAX] if isinstance(value, str) else ""

    def whole(self, name: str) -> str:
        """A field exactly as it was sent: a password, or what a page carries sealed. "" where it is missing."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All values of a field that may come several times."""
        return [value for value in self.data.getlist(name) if isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        """The files of a field; an empty file field is none."""
        found = [value for value in self.data.getlist(name) if isinstance(value, UploadFile)]
        return [file for file in found if file.filename]

    def fen(self, name: str) -> int | None:
        """An amount in fen from yuan as people write it, None where the field is empty. Refused: what is no amount."""
        written = self.text(name).replace(",", "").replace("，", "").removeprefix("¥").strip()
        if not written:
            return None
        try:
            return parse_yuan(written)
        except NotAnAmount as wrong:
            reason = _("“{written}”不是金额,请写成 200 或 200.50").format(written=self.text(name))
            raise FormRefused(refuse(RefusalCode.REQUEST_INVALID, reason=reason)) from wrong

    async def file_digests(self) -> list[str]:
        """The digest of each file that was sent: another content under the same name is another form."""
        found = []
        for _name, value in self.data.multi_items():
            if isinstance(value, UploadFile):
                found.append(hashlib.sha256(await value.read()).hexdigest())
                await value.seek(0)
        return found

    @property
    def key(self) -> str:
        """The key by which a second sending is known."""
        return self.text(KEY_FIELD)[:KEY_LENGTH_MAX]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Every field with its text, without key and proof; a file by its name."""
        for name, value in self.data.multi_items():
            if name not in {KEY_FIELD, PROOF_FIELD}:
                yield name, value if isinstance(value, str) else f"file:{value.filename}:{value.size}"

    @property
    def values(self) -> Mapping[str, str]:
        """Every field with its last value, to fill in again what was refused."""
        return dict(self)


async def read_form(visit: Visit, *, signed_in: bool = True) -> Form:
    """The form of a request. Refused: one that another site sent, or that was not written for this session."""
    request = visit.request
    form = Form(await request.form(max_files=FILES_MAX, max_fields=FIELDS_MAX, max_part_size=PART_BYTES_MAX))
    if not from_here(request.headers) or (signed_in and not visit.proves(form.text(PROOF_FIELD))):
        raise FormRefused(refuse(RefusalCode.REQUEST_INVALID, reason=_("页面已过期,请返回重新打开后再提交")))
    return form


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a form: ``refused`` is the sentence of a refusal, "" when it was done; ``shown`` what was done."""

    refused: str
    shown: str
    code: str = ""


async def carry_out(
    visit: Visit,
    actor: Actor,
    form: Form,
    act: Callable[[KeyedCall[Outcome]], Awaitable[bytes]],
    show: Callable[[Outcome], str] = lambda _done: "",
) -> Told:
    """Do what a form asks, once by its key; asked again it tells the same."""

    def render(outcome: Outcome | Refused) -> bytes:
        if isinstance(outcome, Refused):
            told = {"refused": outcome.text, "shown": "", "code": outcome.code.name}
        else:
            told = {"refused": "", "shown": show(outcome), "code": ""}
        return json.dumps(told, ensure_ascii=False).encode()

    path = visit.request.url.path
    sent = [path, sorted(form), await form.file_digests()]
    digest = hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode()).digest()
    key = f"{actor_text(actor)}:{form.key or visit.key()}"
    return Told(**json.loads(await act(KeyedCall(f"page.{path}", key, digest, render))))
