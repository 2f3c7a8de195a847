"""One cashier at the counter of one institution, at one moment: whence messages come, and what receipts begin with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from qinji.flows.parts.commands import InstitutionCard, Origin
from qinji.flows.parts.counter import CounterMessage
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import local_day
from qinji.web.counter.outcomes import Head, Patient

PHARMACY = "pharmacy"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is at the counter of which institution, and when."""

    cashier: StaffActor
    place: InstitutionCard
    now: datetime

    @property
    def today(self) -> date:
        """The day in China."""
        return local_day(self.now)

    @property
    def is_pharmacy(self) -> bool:
        """Whether goods are sold here; elsewhere patients are treated."""
        return self.place.level == PHARMACY

    def origin(self, message: CounterMessage, key: str, content: Sequence[object] = ()) -> Origin:
        """A message of this counter. What is in ``content`` must be the same when it comes again under its key."""
        digest = hashlib.sha256(msgspec.json.encode([message, *content])).digest()
        return Origin(self.place.code, message, key, digest, self.cashier.staff_id, self.cashier.staff_id)

    def head(self, patient: Patient, received_fen: int | None = None) -> Head:
        """What a receipt of this counter begins with."""
        return Head(self.place.code, self.place.name, self.cashier.name, patient, received_fen)
