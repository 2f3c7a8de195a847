"""The institution door as a hospital's or pharmacy's software uses it: read the credential, bill, settle, cancel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from qinji import client
from qinji.client import Bill, Diagnosis, FeeLine, Patient, Purchase, Settlement, messages, total_fen
from qinji.entry.demo.calls import Declined, Sandbox, Unexpected
from qinji.entry.demo.world import BillItem, Person, Place
from qinji.kernel.money import yuan
from qinji.platform.clock import system_clock
from qinji.platform.entropy import system_entropy

PHARMACY = "pharmacy"
HYPERTENSION = Diagnosis("I10.x00", "高血压")


@dataclass(frozen=True, slots=True)
class Credential:
    """What was laid on the counter, and by whom and of whom in words."""

    shown: client.Credential
    told: str


def card_of(person: Person) -> Credential:
    """The person's social-security card."""
    return Credential(client.Credential.card(person.card), f"{person.name}的社会保障卡")


class Cashier:
    """The counter of one institution."""

    def __init__(self, sandbox: Sandbox, place: Place) -> None:
        self._bureau = sandbox.bureau(place.institution)
        self.place = place

    def settle(self, patient: Person, credential: Credential, items: Sequence[BillItem]) -> Settlement:
        """From the credential to the settled bill; raises Declined with the words of the bureau."""
        lines = [_line(item, system_clock()) for item in items]
        with _in_words():
            self._bureau.identify_person(credential.shown)
            sell = self._sell if self.place.level == PHARMACY else self._treat
            return sell(patient.patient, credential.shown, lines)

    def cancel(self, paid: Settlement) -> None:
        """Takes a settlement back."""
        with _in_words():
            if self.place.level == PHARMACY:
                self._bureau.cancel_pharmacy(paid.key)
            else:
                self._bureau.cancel_settlement(paid.key)

    def _treat(self, patient: Patient, credential: client.Credential, lines: Sequence[FeeLine]) -> Settlement:
        bureau, now, batch = self._bureau, system_clock(), system_entropy(8).hex()
        visit = bureau.register_visit(
            patient,
            credential,
            begins_at=now,
            outpatient_number=system_entropy(6).hex(),
            department="A03",
            department_name="全科医疗科",
        ).visit
        bureau.record_diagnoses(patient, visit, [HYPERTENSION], begins_at=now)
        bureau.upload_fees(patient, visit, batch, lines)
        bill = Bill(patient, credential, visit, batch, total_fen(lines))
        shown = bureau.preview_settlement(bill)
        return bureau.settle_safely(bureau.prepare(messages.settle(bill, shown)))

    def _sell(self, patient: Patient, credential: client.Credential, lines: Sequence[FeeLine]) -> Settlement:
        purchase = Purchase(patient, credential, system_clock(), lines)
        return self._bureau.settle_safely(self._bureau.prepare(messages.settle_pharmacy(purchase)))


@contextmanager
def _in_words() -> Iterator[None]:
    """A refusal becomes part of the story; whatever else comes instead of a result is none."""
    try:
        yield
    except client.Refused as refused:
        raise Declined(refused.text) from refused
    except client.Problem as problem:
        raise Unexpected(problem.text) from problem


def _line(item: BillItem, now: datetime) -> FeeLine:
    number = system_entropy(10).hex()
    return FeeLine(number, item.code, yuan(item.price_fen), item.count, now)
