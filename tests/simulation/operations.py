"""What people and institutions may do in the simulation, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from qinji.flows.parts.commands import AccountUse
from qinji.insured.model import CodeState
from qinji.kernel.bill import Approval, SentLine
from qinji.kernel.kinship import Relation
from qinji.kernel.money import line_amount
from qinji.mutual_aid.model import Limits
from qinji.premium.model import PayerKind, Said

Pair: TypeAlias = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Line:
    """One fee line: the item's code and unit price, how many (0.0001), and the hospital's approval."""

    item: str
    price: int
    quantity: int
    approval: Approval


def sent(lines: Sequence[Line], number: str, at: datetime) -> tuple[SentLine, ...]:
    """The lines of one charge batch as an institution sends them; their numbers begin with ``number``."""
    return tuple(
        SentLine(
            f"{number}-{place}",
            "B",
            line.item,
            "local",
            line_amount(line.price, line.quantity),
            line.price,
            line.quantity,
            line.approval,
            at,
        )
        for place, line in enumerate(lines)
    )


@dataclass(frozen=True, slots=True)
class Bind:
    """A holder asks to bind a member, and the member says yes at once."""

    holder: UUID
    member: UUID
    relation: Relation


@dataclass(frozen=True, slots=True)
class Unbind:
    """One of the two ends the binding."""

    holder: UUID
    member: UUID
    actor: UUID


@dataclass(frozen=True, slots=True)
class Give:
    """A grantor lets a relative spend from their account."""

    grantor: UUID
    beneficiary: UUID
    relation: Relation
    limits: Limits


@dataclass(frozen=True, slots=True)
class Revoke:
    """One of the two ends the grant."""

    grantor: UUID
    beneficiary: UUID
    actor: UUID


@dataclass(frozen=True, slots=True)
class Settle:
    """A bill of a person at an institution; ``shown_by`` None: by card, else by a code that this person shows.

    ``own_money_only``: the code is shown with the wish that no relative's account pays.
    """

    person: UUID
    institution: str
    lines: tuple[Line, ...]
    account_use: AccountUse
    shown_by: UUID | None
    own_money_only: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """Take back the settlement of this number, counted from 0 in the order in which they were settled."""

    settlement: int


@dataclass(frozen=True, slots=True)
class Contribute:
    """Money comes into an own account."""

    person: UUID
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Send:
    """Money goes on its way to a relative's wallet; both open theirs before."""

    sender: UUID
    receiver: UUID
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Reply:
    """The receiver accepts the transfer of this number, counted from 0 as they were sent, or gives it back."""

    transfer: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """A grantor pauses one grant or takes it up again; ``beneficiary`` None: all of theirs in one act."""

    grantor: UUID
    beneficiary: UUID | None
    paused: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A grantor wants these limits: what is tightened holds at once, what is widened waits."""

    grantor: UUID
    beneficiary: UUID
    limits: Limits


@dataclass(frozen=True, slots=True)
class Ask:
    """A pharmacy previews a bill, by which grantors may be asked on their phones."""

    person: UUID
    institution: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A grantor answers what they were asked of a bill of this person at this pharmacy."""

    grantor: UUID
    beneficiary: UUID
    institution: str
    approve: bool


@dataclass(frozen=True, slots=True)
class Credit:
    """A month's crediting, so many months back, once for a person and month."""

    person: UUID
    months_back: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ClawBack:
    """So much of the credit of this number, counted from 0, is taken back by two; the same once more asks again."""

    credit: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Freeze:
    """Somebody freezes their own code, reports it lost, or thaws it."""

    person: UUID
    wanted: CodeState


@dataclass(frozen=True, slots=True)
class Order:
    """A year's premium is ordered for oneself or a child, by own money or in cash; ``years_on`` 1: next year's."""

    orderer: UUID
    person: UUID
    years_on: int
    payer: PayerKind


@dataclass(frozen=True, slots=True)
class Say:
    """The tax bureau says a word about the order of this number, counted from 0 as they were made."""

    order: int
    said: Said


@dataclass(frozen=True, slots=True)
class AskBack:
    """Who ordered asks for a premium back."""

    order: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    minutes: int


Operation: TypeAlias = (
    Bind | Unbind | Give | Revoke | Pause | Change | Ask | Answer | Settle | Cancel
    | Contribute | Credit | ClawBack | Freeze | Send | Reply | Order | Say | AskBack | Wait
)  # fmt: skip
