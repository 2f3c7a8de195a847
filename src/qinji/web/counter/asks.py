"""What the counter needs of the flows; entry joins the two. Writing ones return the bytes that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from qinji.flows.parts.commands import (
    CancelSettlement,
    CodeDecoded,
    IdentifyPerson,
    InstitutionCard,
    PersonCard,
    RegisterVisit,
    ReverseMessage,
    SettlePharmacy,
    SettleVisit,
    UploadFees,
    WithdrawFees,
)
from qinji.flows.parts.counter import CounterBill, CounterDay, HandOverShift, KnownSale, Shift
from qinji.institution.model import HandOver
from qinji.kernel.refusal import Refused


class CounterFlows(Protocol):
    """The acts of the institutions' door that a counter does too, and the counter's own."""

    async def institution(self, code: str, name: str) -> list[InstitutionCard]:
        """Institutions by code; an empty name does not narrow."""

    async def identify(self, command: IdentifyPerson) -> PersonCard | CodeDecoded | Refused:
        """Who is behind a code or card."""

    async def register_visit(self, command: RegisterVisit) -> bytes:
        """Open a visit at a clinic."""

    async def upload_fees(self, command: UploadFees) -> bytes:
        """Add the lines of a charge batch."""

    async def withdraw_fees(self, command: WithdrawFees) -> bytes:
        """Take unsettled lines away again."""

    async def previews(self, commands: Sequence[SettleVisit | SettlePharmacy]) -> list[bytes]:
        """Several ways to settle one bill, side by side; nothing is booked."""

    async def settle(self, command: SettleVisit) -> bytes:
        """Settle a clinic's bill."""

    async def settle_pharmacy(self, command: SettlePharmacy) -> bytes:
        """Settle a pharmacy's bill."""

    async def cancel(self, command: CancelSettlement) -> bytes:
        """Take a bill back."""

    async def reverse(self, command: ReverseMessage) -> bytes:
        """Undo a form whose answer was lost, or see to it that it does not arrive any more."""

    async def hand_over(self, command: HandOverShift) -> bytes:
        """Hand a shift over."""

    async def open_shift(self, institution: str, cashier: str) -> Shift:
        """What a cashier would hand over now."""

    async def hand_overs(self, institution: str) -> list[HandOver]:
        """The latest shifts that were handed over."""

    async def counter_sale(self, institution: str, key: str) -> KnownSale | None:
        """What became of a form; None where it never arrived."""

    async def counter_bill(self, institution: str, settlement: str) -> CounterBill | None:
        """A bill that a counter of this institution took."""

    async def counter_day(self, institution: str, day: date) -> CounterDay:
        """A day of an institution's counters."""
