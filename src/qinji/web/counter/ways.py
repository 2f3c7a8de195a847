"""The two ways in which a bill comes to be, behind one interface: a pharmacy sells, a clinic treats.

A cashier sees one way. A clinic's bill has a visit and an uploaded charge batch before it can be previewed; the lines
of a pharmacy's travel with the bill.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from qinji.flows.parts.commands import (
    AccountUse,
    Bill,
    ClaimedIdentity,
    Origin,
    RegisterVisit,
    SettlePharmacy,
    SettleVisit,
    ShownPayment,
    UploadFees,
    WithdrawFees,
)
from qinji.flows.parts.counter import CounterMessage
from qinji.flows.parts.visits import ORDINARY, PURCHASE
from qinji.kernel.bill import Approval, SentLine
from qinji.kernel.refusal import Refused
from qinji.web.counter.asks import CounterFlows
from qinji.web.counter.desk import Desk
from qinji.web.counter.outcomes import Accepted, Declined, accepted, read
from qinji.web.counter.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a bill: to preview it, or to settle it as it was shown (``shown``)."""

    origin: Origin
    use: AccountUse
    shown: ShownPayment | None
    render: Callable[[Bill | Refused], bytes]


class Way(Protocol):
    """How a bill comes to be at one kind of institution."""

    async def prepare(self, ticket: Ticket) -> Ticket | Declined:
        """Everything that has to be there before a preview; the ticket that knows of it."""

    def command(self, ticket: Ticket, asked: Asked) -> SettleVisit | SettlePharmacy:
        """The bill as the flows take it."""

    async def settle(self, ticket: Ticket, asked: Asked) -> bytes:
        """Settle the bill; the bytes that are kept."""


def way_of(flows: CounterFlows, desk: Desk) -> Way:
    """How bills come to be at this desk."""
    return PharmacyWay(flows, desk) if desk.is_pharmacy else ClinicWay(flows, desk)


def _sent(ticket: Ticket, batch: str, desk: Desk) -> tuple[SentLine, ...]:
    """The lines with numbers of the sale: what was settled once under them is not settled again."""
    return tuple(
        SentLine(
            number=f"{ticket.key}-{place}",
            batch=batch,
            item_code=line.code,
            local_code="",
            amount_fen=line.amount_fen,
            price=line.price,
            quantity=line.quantity,
            approval=Approval.APPROVED if line.approved else Approval.ABSENT,
            occurred_at=desk.now,
        )
        for place, line in enumerate(ticket.lines, 1)
    )


def _claimed(ticket: Ticket) -> ClaimedIdentity:
    return ClaimedIdentity(person_number=ticket.person_number)


class PharmacyWay:
    """A purchase: nothing is there before it."""

    def __init__(self, flows: CounterFlows, desk: Desk) -> None:
        self._flows = flows
        self._desk = desk

    async def prepare(self, ticket: Ticket) -> Ticket | Declined:
        """Nothing has to be prepared."""
        return ticket

    def command(self, ticket: Ticket, asked: Asked) -> SettlePharmacy:
        """The purchase."""
        return SettlePharmacy(
            origin=asked.origin,
            credential=ticket.credential,
            claimed=_claimed(ticket),
            begins_at=self._desk.now,
            total_fen=ticket.total_fen,
            account_use=asked.use,
            medical_type=PURCHASE,
            lines=_sent(ticket, "", self._desk),
            preview=asked.shown is None,
            render=asked.render,
            shown=asked.shown,
            tell_payers=True,
        )

    async def settle(self, ticket: Ticket, asked: Asked) -> bytes:
        """Settle it."""
        return await self._flows.settle_pharmacy(self.command(ticket, asked))


class ClinicWay:
    """A visit: registered with the first preview, its lines uploaded anew whenever they have changed."""

    def __init__(self, flows: CounterFlows, desk: Desk) -> None:
        self._flows = flows
        self._desk = desk

    async def prepare(self, ticket: Ticket) -> Ticket | Declined:
        """The visit is open and these lines are uploaded, in a batch of their own; earlier ones are withdrawn.

        Each step has its key, so that a step sent twice is done once.
        """
        if not ticket.visit:
            opened = await self._register(ticket)
            if not isinstance(opened, Accepted):
                return opened
            ticket = msgspec.structs.replace(ticket, visit=opened.visit)
        if ticket.uploaded == ticket.lines:
            return ticket
        if ticket.batch:
            gone = await self._withdraw(ticket)
            if not isinstance(gone, Accepted):
                return gone
        ticket = msgspec.structs.replace(ticket, batch=ticket.batch + 1, uploaded=ticket.lines)
        uploaded = await self._upload(ticket)
        return ticket if isinstance(uploaded, Accepted) else uploaded

    async def _register(self, ticket: Ticket) -> Accepted | Declined:
        content = (ticket.person_number, ticket.credential_kind, ticket.credential_number)
        command = RegisterVisit(
            origin=self._desk.origin(CounterMessage.REGISTER, ticket.key, content),
            credential=ticket.credential,
            claimed=_claimed(ticket),
            outpatient_number=ticket.key,
            begins_at=self._desk.now,
            department="",
            doctor="",
            render=accepted,
        )
        return _step(await self._flows.register_visit(command))

    async def _withdraw(self, ticket: Ticket) -> Accepted | Declined:
        origin = self._desk.origin(CounterMessage.WITHDRAW, f"{ticket.key}-{ticket.batch}", (ticket.visit,))
        command = WithdrawFees(origin, _claimed(ticket), ticket.visit, str(ticket.batch), accepted)
        return _step(await self._flows.withdraw_fees(command))

    async def _upload(self, ticket: Ticket) -> Accepted | Declined:
        content = (ticket.visit, ticket.lines)
        origin = self._desk.origin(CounterMessage.UPLOAD, f"{ticket.key}-{ticket.batch}", content)
        lines = _sent(ticket, str(ticket.batch), self._desk)
        command = UploadFees(origin, _claimed(ticket), ticket.visit, lines, accepted)
        return _step(await self._flows.upload_fees(command))

    def command(self, ticket: Ticket, asked: Asked) -> SettleVisit:
        """The charge batch of the visit."""
        return SettleVisit(
            origin=asked.origin,
            credential=ticket.credential,
            claimed=_claimed(ticket),
            visit=ticket.visit,
            batch=str(ticket.batch),
            total_fen=ticket.total_fen,
            account_use=asked.use,
            medical_type=ORDINARY,
            expected=None,
            preview=asked.shown is None,
            render=asked.render,
            shown=asked.shown,
            tell_payers=True,
        )

    async def settle(self, ticket: Ticket, asked: Asked) -> bytes:
        """Settle it."""
        return await self._flows.settle(self.command(ticket, asked))


def _step(kept: bytes) -> Accepted | Declined:
    outcome = read(kept)
    if isinstance(outcome, Accepted | Declined):
        return outcome
    raise TypeError(outcome)
