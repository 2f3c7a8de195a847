"""What the institution door needs of the flows; entry joins the two. Writing ones return the bytes to send."""

from __future__ import annotations

from typing import Protocol

from qinji.flows.parts.commands import (
    CancelSettlement,
    CancelVisit,
    CodeDecoded,
    IdentifyPerson,
    InstitutionCard,
    PersonCard,
    RecordDiagnoses,
    RegisterVisit,
    ReverseMessage,
    Sender,
    SettlePharmacy,
    SettleVisit,
    SignInstitution,
    UploadFees,
    UsedNonce,
    WithdrawFees,
)
from qinji.flows.parts.recorded import (
    AskDiagnoses,
    AskSettlement,
    AskVisits,
    RecordedBill,
    RecordedDiagnosis,
    RecordedLines,
    RecordedVisit,
)
from qinji.kernel.refusal import Refused


class GatewayFlows(Protocol):
    """One method for each act of an institution."""

    async def sender(self, code: str) -> Sender | None:
        """The institution that sends, by its code: never as it stood before the call."""

    async def first_use(self, nonce: UsedNonce) -> bool:
        """Whether this value comes for the first time; from now on it is known."""

    async def sign(self, command: SignInstitution) -> bytes:
        """9001 and 9002."""

    async def identify(self, command: IdentifyPerson) -> PersonCard | CodeDecoded | Refused:
        """1101 gets a PersonCard, 1162 (``scan_only``) a CodeDecoded."""

    async def institution(self, code: str, name: str) -> list[InstitutionCard]:
        """1201: institutions by code or by a part of the name; an empty argument does not narrow."""

    async def register_visit(self, command: RegisterVisit) -> bytes:
        """2201."""

    async def cancel_visit(self, command: CancelVisit) -> bytes:
        """2202."""

    async def record_diagnoses(self, command: RecordDiagnoses) -> bytes:
        """2203."""

    async def upload_fees(self, command: UploadFees) -> bytes:
        """2204."""

    async def withdraw_fees(self, command: WithdrawFees) -> bytes:
        """2205."""

    async def settle(self, command: SettleVisit) -> bytes:
        """2206 and 2207."""

    async def settle_pharmacy(self, command: SettlePharmacy) -> bytes:
        """2101 and 2102."""

    async def cancel(self, command: CancelSettlement) -> bytes:
        """2208 and 2103."""

    async def reverse(self, command: ReverseMessage) -> bytes:
        """2601."""

    async def recorded_settlement(self, asked: AskSettlement) -> RecordedBill | Refused:
        """5203."""

    async def recorded_lines(self, asked: AskSettlement) -> RecordedLines | Refused:
        """5204."""

    async def recorded_visits(self, asked: AskVisits) -> list[RecordedVisit] | Refused:
        """5201."""

    async def recorded_diagnoses(self, asked: AskDiagnoses) -> list[RecordedDiagnosis] | Refused:
        """5202."""
