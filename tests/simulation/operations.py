"""What people and institutions may do in the simulation, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from qinji.complaint.model import Outcome, SubjectKind
from qinji.flows.parts.commands import AccountUse
from qinji.flows.work_complaint import Work
from qinji.insured.model import CodeState
from qinji.kernel.bill import Approval, SentLine
from qinji.kernel.kinship import Relation
from qinji.kernel.money import line_amount
from qinji.kernel.purpose import Power
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

    ``own_money_only``: the code is shown with the wish that no relative's account pays. ``visit`` is the number of a
    hospital's visit that was shown before; None: a visit of its own. ``code`` is the number of one of this person's
    codes that was shown before and is scanned now; ``shown_by`` is None then.
    """

    person: UUID
    institution: str
    lines: tuple[Line, ...]
    account_use: AccountUse
    shown_by: UUID | None
    own_money_only: bool = False
    visit: int | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """Somebody shows their own code or a member's, and nobody scans it yet; the number of codes counts those scanned
    at once too.
    """

    holder: UUID
    member: UUID
    own_money_only: bool = False


@dataclass(frozen=True, slots=True)
class Empower:
    """One side of a binding says what the holder may do from now on."""

    holder: UUID
    member: UUID
    actor: UUID
    powers: frozenset[Power]


@dataclass(frozen=True, slots=True)
class Look:
    """A member of staff looks somebody up, with a reason."""

    staff: str
    person: UUID


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
    """A bill is previewed, by which grantors may be asked on their phones.

    At a hospital a visit begins with it, or the one of number ``visit`` is shown once more, counted from 0.
    """

    person: UUID
    institution: str
    lines: tuple[Line, ...]
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A grantor answers what they were asked of a bill of this person: of a hospital's visit, or at this pharmacy."""

    grantor: UUID
    beneficiary: UUID
    institution: str
    approve: bool
    visit: int | None = None


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
    """A year's premium is ordered for oneself, a child or whom one grants to; ``years_on`` 1: next year's.

    ``grantor`` is whose grant to the insured pays, where a relative's account does.
    """

    orderer: UUID
    person: UUID
    years_on: int
    payer: PayerKind
    grantor: UUID | None = None


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
class Thing:
    """What is doubted: the settlement, code or look of this number; ``as_entry``: named as an entry of the trail."""

    kind: SubjectKind
    number: int
    as_entry: bool = False


@dataclass(frozen=True, slots=True)
class Complain:
    """Somebody opens a case, and has stopped: all grants they gave, their code, the showing of one binding.

    ``lift``: what was stopped goes on when the case is closed. ``binding`` is (holder, member). ``window`` is the
    member of staff who takes it down for who has no phone; empty: by the own hand.
    """

    person: UUID
    about: Thing
    grants: bool
    code: bool
    lift: bool
    binding: Pair | None = None
    window: str = ""


@dataclass(frozen=True, slots=True)
class Disown:
    """Somebody says 不是我 to what they were told of the settlement of this number."""

    person: UUID
    settlement: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Who opened the case of this number takes it back, lets go on what was stopped, or both."""

    case: int
    withdraw: bool
    lift: bool


@dataclass(frozen=True, slots=True)
class WorkOn:
    """A step of a case that moves nothing: a note, handing it on ``to`` somebody, asking the institution, passing on.

    ``by_clerk`` False: somebody else of the bureau tries it.
    """

    case: int
    work: Work
    to: str = ""
    by_clerk: bool = True


@dataclass(frozen=True, slots=True)
class Propose:
    """The clerk of the case of this number proposes to give accounts back what they paid, or to end a grant.

    ``payers`` empty: all that the case allows; ``between`` (grantor, beneficiary) names the grant that is to end.
    """

    case: int
    payers: tuple[UUID, ...] = ()
    between: Pair | None = None


@dataclass(frozen=True, slots=True)
class Decide:
    """Another member of staff carries the case's last measure out, or refuses it; ``same``: its clerk tries to."""

    case: int
    approve: bool
    same: bool = False


@dataclass(frozen=True, slots=True)
class Close:
    """The case's clerk closes it with this outcome."""

    case: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Lapse:
    """An employee's payments stop; the last month that was paid is so many back, 0: this one."""

    person: UUID
    months_back: int


@dataclass(frozen=True, slots=True)
class Resume:
    """They are paid again today; ``paid_back``: with all the months of the break."""

    person: UUID
    paid_back: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    minutes: int


Operation: TypeAlias = (
    Bind | Unbind | Empower | Give | Revoke | Pause | Change | Ask | Answer | Settle | Show | Look | Cancel | Complain
    | Propose | Decide | Close | Disown | TakeBack | WorkOn | Contribute | Credit | ClawBack | Freeze | Send | Reply
    | Order | Say | AskBack | Lapse | Resume | Wait
)  # fmt: skip
