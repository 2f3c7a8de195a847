"""Pure: the stored input of a decision, from which the bill can be recomputed and explained years later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, Protocol
from uuid import UUID

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


_SCALARS: tuple[tuple[type, Callable[[Any], PlainValue]], ...] = (
    (Enum, lambda value: plain(value.value)),
    (bool, bool),
    (int, int),
    (str, str),
    (Fraction, lambda value: f"{value.numerator}/{value.denominator}"),
    (date, lambda value: value.isoformat()),
    (UUID, str),
    (bytes, lambda value: value.hex()),
    (Mapping, lambda value: {str(plain(name)): plain(inner) for name, inner in value.items()}),
    (AbstractSet, lambda value: [*sorted(str(plain(inner)) for inner in value)]),
    (Sequence, lambda value: [plain(inner) for inner in value]),
)


def plain(value: object) -> PlainValue:
    """Any frozen value as JSON: fractions as ``n/d``, days and moments in ISO form, sets sorted."""
    if value is None:
        return None
    for kind, convert in _SCALARS:
        if isinstance(value, kind):
            return convert(value)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"no plain form for {type(value).__name__}")


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
