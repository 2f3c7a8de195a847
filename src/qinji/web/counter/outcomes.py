"""What the flows' outcomes become before the commit: facts as JSON, so that the same form shows the same page.

Sentences are not kept: a refusal is kept as its code with its facts, and read in whatever language a page is in.
A field is added with a default and never taken away: what was kept years ago is still read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec

from qinji.flows.parts.commands import Bill, Done, LinesPriced, PersonCard, PricedLine, VisitOpened
from qinji.institution.model import HandOver
from qinji.insured.model import Insurance
from qinji.kernel.bill import PayerKind
from qinji.kernel.ensure import ensure
from qinji.kernel.identity import masked_name, masked_number
from qinji.kernel.refusal import Refused


class Declined(msgspec.Struct, frozen=True, tag="declined"):
    """A refusal."""

    code: str
    facts: dict[str, str | int]


class Accepted(msgspec.Struct, frozen=True, tag="accepted"):
    """Something was done that has no output of its own; ``visit`` where one was opened."""

    visit: str = ""


class Line(msgspec.Struct, frozen=True):
    """A line of a bill with what became of it; price in 0.000001 yuan, quantity in 0.0001, amounts in fen."""

    code: str
    name: str
    category: str
    price: int
    quantity: int
    amount_fen: int
    own_expense_fen: int
    over_limit_fen: int
    prior_self_pay_fen: int
    in_scope_fen: int


class Relative(msgspec.Struct, frozen=True):
    """A relative whose account pays: the masked name, what they are to the patient, how much."""

    name: str
    relation: str
    amount_fen: int


class Payment(msgspec.Struct, frozen=True):
    """Who pays a bill, in fen; ``total_fen`` is the sum of fund, own account, relatives and cash.

    The own account's balance is told before and after; without an account both are None. A relative's is never told.
    ``wallet_fen`` is from the patient's wallet and contained in ``own_fen``; what was in it is told where it paid.
    """

    total_fen: int
    fund_fen: int
    own_fen: int
    mutual_aid_fen: int
    cash_fen: int
    own_before_fen: int | None
    own_after_fen: int | None
    deductible_fen: int
    relatives: tuple[Relative, ...]
    wallet_fen: int = 0
    wallet_before_fen: int | None = None
    wallet_after_fen: int | None = None

    @property
    def account_fen(self) -> int:
        """From the patient's personal account."""
        return self.own_fen - self.wallet_fen


class Offer(msgspec.Struct, frozen=True, tag="offer"):
    """One way to settle a bill, previewed; ``remark`` is what the flow has to say beside the amounts."""

    payment: Payment
    lines: tuple[Line, ...]
    remark: str = ""


class Patient(msgspec.Struct, frozen=True):
    """Whose bill it is, as a counter may show it; ``shown_by`` and ``relation`` name who showed a relative's code."""

    name: str
    certificate: str
    insurance: str
    credential: str
    shown_by: str = ""
    relation: str = ""


class Receipt(msgspec.Struct, frozen=True, tag="receipt"):
    """A settled bill, or one that was given back (``returned``; the amounts stay positive), for 80 mm paper.

    ``settlement`` is the bill's number, ``number`` this paper's own. Cash received never passes through the bureau: it
    stands here and nowhere else, None where nobody typed it in.
    """

    institution: str
    institution_name: str
    cashier: str
    settlement: str
    number: str
    visit: str
    at: datetime
    patient: Patient
    payment: Payment
    lines: tuple[Line, ...]
    returned: bool = False
    received_fen: int | None = None
    remark: str = ""


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """A shift that was handed over."""

    hand_over: str


Outcome: TypeAlias = Declined | Accepted | Offer | Receipt | Ended

_NEVER = datetime.min.replace(tzinfo=UTC)
_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Outcome] = msgspec.json.Decoder(Outcome)


def read(kept: bytes) -> Outcome:
    """What was kept."""
    return _DECODER.decode(kept)


def declined(refused: Refused) -> Declined:
    """A refusal as a page takes it."""
    return Declined(refused.code.name, dict(refused.facts))


def accepted(outcome: VisitOpened | LinesPriced | Done | Refused) -> bytes:
    """The outcome of registering, uploading, withdrawing and reversing."""
    if isinstance(outcome, Refused):
        return _ENCODER.encode(declined(outcome))
    return _ENCODER.encode(Accepted(outcome.visit if isinstance(outcome, VisitOpened) else ""))


def offered(outcome: Bill | Refused) -> bytes:
    """A preview."""
    if isinstance(outcome, Refused):
        return _ENCODER.encode(declined(outcome))
    lines = tuple(_line(one) for one in outcome.lines)
    return _ENCODER.encode(Offer(_payment(outcome), lines, outcome.warning))


def ended(outcome: HandOver | Refused) -> bytes:
    """A shift that was handed over; its figures are read from its row."""
    if isinstance(outcome, Refused):
        return _ENCODER.encode(declined(outcome))
    return _ENCODER.encode(Ended(str(outcome.hand_over_id)))


class Head(msgspec.Struct, frozen=True):
    """What a receipt says that no flow knows: where, who took it, whose code it was, what cash was received."""

    institution: str
    institution_name: str
    cashier: str
    patient: Patient
    received_fen: int | None = None


def receipt_of(head: Head, original: Receipt | None = None) -> Callable[[Bill | Refused], bytes]:
    """The receipt of a settlement; with the ``original`` one the receipt of giving it back, whose lines are its own."""

    def render(outcome: Bill | Refused) -> bytes:
        if isinstance(outcome, Refused):
            return _ENCODER.encode(declined(outcome))
        ensure(outcome.settled_at is not None, "a receipt is of what was booked", visit=outcome.visit)
        return _ENCODER.encode(_receipt(head, outcome, original))

    return render


def _receipt(head: Head, bill: Bill, original: Receipt | None) -> Receipt:
    number = bill.settlement or ""
    lines = tuple(_line(one) for one in bill.lines) if original is None else original.lines
    return Receipt(
        institution=head.institution,
        institution_name=head.institution_name,
        cashier=head.cashier,
        settlement=number if original is None else original.settlement,
        number=number,
        visit=bill.visit,
        at=bill.settled_at or _NEVER,
        patient=head.patient,
        payment=_payment(bill),
        lines=lines,
        returned=original is not None,
        received_fen=head.received_fen,
        remark=bill.warning,
    )


def patient_of(person: PersonCard, credential: str, shown_by: str = "", relation: str = "") -> Patient:
    """A person as a counter may show them; masked here, so that no page holds more."""
    return Patient(
        masked_name(person.name),
        masked_number(person.certificate_number),
        person.insurance,
        credential,
        shown_by,
        relation,
    )


def _payment(bill: Bill) -> Payment:
    plan = bill.plan
    named = zip(plan.shares, bill.payers, strict=True) if bill.payers else ()
    relatives = [note for share, note in named if share.kind is PayerKind.GRANTOR and note.amount_fen]
    has_account = bill.person.insurance == Insurance.EMPLOYEE
    after, purse = bill.balance_after_fen, bill.wallet_after_fen if plan.wallet_fen else None
    return Payment(
        total_fen=bill.split.total_fen,
        fund_fen=bill.split.fund_fen,
        own_fen=plan.own_fen,
        mutual_aid_fen=plan.mutual_aid_fen,
        cash_fen=plan.cash_fen,
        own_before_fen=after + bill.sign * (plan.own_fen - plan.wallet_fen) if has_account else None,
        own_after_fen=after if has_account else None,
        deductible_fen=bill.split.deductible_fen,
        relatives=tuple(Relative(one.name, one.relation, one.amount_fen) for one in relatives),
        wallet_fen=plan.wallet_fen,
        wallet_before_fen=None if purse is None else purse + plan.wallet_fen,
        wallet_after_fen=purse,
    )


def _line(priced: PricedLine) -> Line:
    fee, parts = priced.fee, priced.parts
    return Line(
        fee.item_code,
        fee.item_name,
        fee.category,
        fee.price,
        fee.quantity,
        fee.amount_fen,
        parts.own_expense_fen,
        parts.over_limit_fen,
        parts.prior_self_pay_fen,
        parts.in_scope_fen,
    )
