"""Pure: the stored input of a decision, from which the bill can be recomputed and explained years later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Protocol

import msgspec

from qinji.funding.model import Payer
from qinji.insured.model import Person
from qinji.kernel.bill import FeeLine, Plan, Split
from qinji.policy.model import Accumulated, Rules, to_plain

VERSION = 1

Plain = dict[str, "PlainValue"] | list["PlainValue"] | str | int | bool | None
PlainValue = Plain


class RequestFacts(Protocol):
    """What the document keeps of the request itself."""

    @property
    def institution(self) -> str:
        """Where."""

    @property
    def service_day(self) -> date:
        """When the service was."""

    @property
    def medical_type(self) -> str:
        """Which kind of visit."""

    @property
    def account_use(self) -> Enum:
        """Which accounts might pay."""


def _exact(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"no plain form for {type(value).__name__}")


def plain(value: object) -> PlainValue:
    """Any frozen value as JSON: fractions as ``n/d``, days and moments in ISO form, sets as lists."""
    made: PlainValue = msgspec.to_builtins(value, enc_hook=_exact, str_keys=True)
    return made


def decision_document(
    *,
    request: RequestFacts,
    patient: Person,
    level: str,
    booked_at: datetime,
    lines: Sequence[FeeLine],
    rules: Rules,
    used: Accumulated,
    payers: Sequence[Payer],
    split: Split,
    plan: Plan,
    pack: str,
) -> dict[str, PlainValue]:
    """Everything the decision used, and what it came to; no identity number is in it."""
    return {
        "version": VERSION,
        "pack": pack,
        "institution": request.institution,
        "level": level,
        "service_day": plain(request.service_day),
        "booked_at": plain(booked_at),
        "medical_type": request.medical_type,
        "account_use": plain(request.account_use),
        "patient": {
            "person": plain(patient.person_id),
            "region": patient.region,
            "insurance": plain(patient.insurance),
            "person_status": patient.person_status,
            "birth": plain(patient.birth),
            "status": plain(patient.status),
        },
        "lines": plain(list(lines)),
        "rules": plain(to_plain(rules)),
        "used": plain(used),
        "payers": plain(list(payers)),
        "split": plain(split),
        "plan": plain(plan),
    }
