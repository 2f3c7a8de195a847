"""The ticket of somebody at the window: who was looked up, by which document and why, sealed in hidden fields.

The server keeps no number of a document, and a page holds none in the clear. A ticket is good for half an hour, for the
member of staff who looked; without one no wish is taken down.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as WrongBase64
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag

from qinji.flows.look_up_person import FoundBy
from qinji.platform.crypto import Vault
from qinji.window.model import Recognised

CONTEXT = "window ticket"
LIFE = timedelta(minutes=30)
TEXT_MAX = 4096

RECOGNISED: dict[FoundBy, Recognised] = {
    FoundBy.CARD: Recognised.CARD,
    FoundBy.IDENTITY_NUMBER: Recognised.IDENTITY_NUMBER,
}
"""What somebody who is present shows; a person number may be known to anybody."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True, tag=CONTEXT):
    """A look that was noted: whom, by which number, why, by whom, and until when it is good."""

    staff: str
    person: UUID
    name: str
    found_by: FoundBy
    number: str
    reason: str
    until: datetime

    @property
    def recognised(self) -> Recognised | None:
        """By what the person was recognised, None where nobody need be present."""
        return RECOGNISED.get(self.found_by)


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Ticket)


def seal(ticket: Ticket, vault: Vault) -> str:
    """The ticket as a page carries it."""
    return urlsafe_b64encode(vault.seal(_ENCODER.encode(ticket), CONTEXT)).decode()


def unseal(text: str, vault: Vault, staff: str, now: datetime) -> Ticket | None:
    """The ticket of a page; None for another's, one that is over, and what is none of ours."""
    if len(text) > TEXT_MAX:
        return None
    try:
        found = _DECODER.decode(vault.unseal(urlsafe_b64decode(text.encode())))
    except (ValueError, KeyError, WrongBase64, InvalidTag, msgspec.MsgspecError):
        return None
    return found if found.staff == staff and now < found.until else None
