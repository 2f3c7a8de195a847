"""Pure: the stored input of a decision, from which the bill can be recomputed and explained years later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, Protocol

import msgspec

from qinji.funding.model import Payer
from qinji.insured.model import Person
from qinji.kernel.bill import FeeLine, Plan, Split
from qinji.policy.model import ACCOUNT_IN_GAP, Accumulated, RefundTo, Rules
from qinji.policy.plain import to_plain

VERSION = 1

Document = Mapping[str, Any]
"""A stored decision: JSON written by ``written_decision``, so its inner types are known by its version."""


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

    @property
    def own_money_only(self) -> bool:
        """Whether the patient wished that no relative's account pays."""


def _exact(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"no plain form for {type(value).__name__}")


_ENCODER = msgspec.json.Encoder(enc_hook=_exact)
_DECODER = msgspec.json.Decoder()

_RULES_KEPT_MAX = 1024
_rules_kept: dict[int, tuple[Rules, msgspec.Raw]] = {}


def _encoded(rules: Rules) -> msgspec.Raw:
    """The rules as JSON, made once: a book hands out the same object for all bills of a group and level."""
    kept = _rules_kept.get(id(rules))
    if kept is not None and kept[0] is rules:
        return kept[1]
    made = msgspec.Raw(_ENCODER.encode(to_plain(rules)))
    if len(_rules_kept) >= _RULES_KEPT_MAX:
        _rules_kept.clear()
    _rules_kept[id(rules)] = (rules, made)
    return made


def written_decision(
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
    refund_to: RefundTo | None = None,
) -> bytes:
    """Everything the decision used, and what it came to, as JSON; no identity number is in it.

    Fractions are ``n/d``, days and moments in ISO form, sets lists. ``refund_to`` is told where a wallet paid.
    """
    document: dict[str, object] = {
        "version": VERSION,
        "pack": pack,
        "institution": request.institution,
        "level": level,
        "service_day": request.service_day,
        "booked_at": booked_at,
        "medical_type": request.medical_type,
        "account_use": request.account_use,
        "own_money_only": request.own_money_only,
        "patient": {
            "person": patient.person_id,
            "region": patient.region,
            "insurance": patient.insurance,
            "person_status": patient.person_status,
            "birth": patient.birth,
            "status": patient.status,
        },
        "lines": lines,
        "rules": _encoded(rules),
        "used": used,
        "payers": payers,
        "split": split,
        "plan": plan,
    }
    if refund_to is not None:
        document["wallet_refund_to"] = refund_to
    return _ENCODER.encode(document)


def read_decision(stored: bytes) -> Document:
    """The decision of a settlement as it was stored."""
    document: Document = _DECODER.decode(stored)
    return document


def was_lapsed(document: Document) -> bool:
    """Whether the bill was settled without a fund because its patient's payments had stopped."""
    return ACCOUNT_IN_GAP in document["rules"].get("sources", {}).get("fund_pays", ())


def own_money_only(document: Document) -> bool:
    """Whether the patient wished that no relative's account pays; decisions older than the wish do not say."""
    return bool(document.get("own_money_only", False))


def wallet_refund_to(document: Document) -> RefundTo:
    """Where the wallet's part goes when the bill is taken back; decisions older than the choice fill the wallet."""
    return RefundTo(document.get("wallet_refund_to", RefundTo.WALLET))
