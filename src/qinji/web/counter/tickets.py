"""The ticket: everything the counter knows of a sale that is not settled yet, sealed, in a hidden field of its page.

The server keeps nothing of an unfinished sale, and a page holds nothing in the clear: neither a card's number nor a
session's token, nor who the patient is. What is settled is what stands in the ticket, so nobody changes a line between
preview and settlement. A ticket is good at its own institution and on its own day.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as WrongBase64
from datetime import date

import msgspec
from cryptography.exceptions import InvalidTag

from qinji.flows.parts.commands import Credential, CredentialKind
from qinji.platform.crypto import Vault
from qinji.web.counter.outcomes import Patient

CONTEXT = "counter ticket"
TEXT_MAX = 96 * 1024
"""Characters of a sealed ticket; one with a hundred lines has a quarter of that."""


class HeldLine(msgspec.Struct, frozen=True, array_like=True):
    """A line that was taken in: price in 0.000001 yuan, quantity in 0.0001; a restricted item may be ``approved``."""

    code: str
    name: str
    price: int
    quantity: int
    amount_fen: int
    restricted: bool = False
    approved: bool = False


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """What one way to pay was shown to come to, in fen."""

    own_fen: int
    mutual_aid_fen: int
    cash_fen: int


class Ticket(msgspec.Struct, frozen=True, kw_only=True, tag=CONTEXT):
    """A sale that is not settled yet.

    ``key`` is the sale's; each preview counts, and with its number makes the key under which a settlement is asked for.
    A clinic's sale has its visit and the number of the batch that was uploaded last, with the lines that are in it.
    """

    institution: str
    day: date
    key: str
    lines: tuple[HeldLine, ...] = ()
    patient: Patient | None = None
    person_number: str = ""
    credential_kind: str = ""
    credential_number: str = ""
    visit: str = ""
    batch: int = 0
    uploaded: tuple[HeldLine, ...] = ()
    previews: int = 0
    shown: dict[str, Shown] = {}

    @property
    def credential(self) -> Credential:
        """What the patient showed."""
        return Credential(CredentialKind(self.credential_kind), self.credential_number)

    @property
    def form(self) -> str:
        """The key of the settlement that the last preview offers."""
        return f"{self.key}-{self.previews}"

    @property
    def total_fen(self) -> int:
        """What the lines come to."""
        return sum(line.amount_fen for line in self.lines)


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Ticket)


def seal(ticket: Ticket, vault: Vault) -> str:
    """The ticket as a page carries it."""
    return urlsafe_b64encode(vault.seal(_ENCODER.encode(ticket), CONTEXT)).decode()


def unseal(text: str, vault: Vault, institution: str, today: date) -> Ticket | None:
    """The ticket of a page; None for one of another day or institution, and for what is none of ours."""
    if len(text) > TEXT_MAX:
        return None
    try:
        found = _DECODER.decode(vault.unseal(urlsafe_b64decode(text.encode())))
    except (ValueError, KeyError, WrongBase64, InvalidTag, msgspec.MsgspecError):
        return None
    return found if (found.institution, found.day) == (institution, today) else None
