"""One request of a page: who is signed in, how they read, for whom they act, and that a form is really theirs."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as WrongBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request

from qinji.flows.deps import Deps
from qinji.web.look import Look

PROOF = "form"
MASK_BYTES = 16
KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom somebody acts, as the yellow bar names them. ``relation`` is what they are to who is signed in."""

    number: str
    name: str
    relation: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A request and what is known of who sent it. ``token`` is the session's secret, "" without one."""

    request: Request
    deps: Deps
    look: Look
    token: str = field(default="", repr=False)

    @property
    def here(self) -> str:
        """The address of this page with its question, to come back to."""
        url = self.request.url
        return url.path + (f"?{url.query}" if url.query else "")

    @property
    def sandbox(self) -> bool:
        """Whether everybody here is invented."""
        return not self.deps.production

    @property
    def partial(self) -> bool:
        """Whether only a part of the page is asked for."""
        return self.request.headers.get("hx-request") == "true"

    def proof(self) -> str:
        """What a form carries to show that this site wrote it for this session.

        It looks different each time: a compressed page must not let anybody guess it by its length.
        """
        mask = self.deps.entropy(MASK_BYTES)
        return urlsafe_b64encode(mask + _mixed(mask, self._secret())).decode()

    def proves(self, shown: str) -> bool:
        """Whether a form's proof is one of this session."""
        try:
            found = urlsafe_b64decode(shown.encode())
        except (ValueError, WrongBase64):
            return False
        mask, mixed = found[:MASK_BYTES], found[MASK_BYTES:]
        return len(found) == 2 * MASK_BYTES and hmac.compare_digest(_mixed(mask, mixed), self._secret())

    def key(self) -> str:
        """A fresh key for a form: sent twice, it is carried out once."""
        return self.deps.entropy(KEY_BYTES).hex()

    def _secret(self) -> bytes:
        return self.deps.vault.digest(PROOF, self.token)[:MASK_BYTES]


def _mixed(mask: bytes, value: bytes) -> bytes:
    return (
        bytes(one ^ other for one, other in zip(mask, value, strict=True)) if len(mask) == len(value) else b""
    )


def from_here(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that this very site sent the form; one that says nothing is judged by the proof alone."""
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def safe_path(text: str) -> str:
    """An address within this site, or the front page: nobody is led away by a link."""
    parts = urlsplit(text)
    inside = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.netloc
    return text if inside and text.isprintable() else "/"
