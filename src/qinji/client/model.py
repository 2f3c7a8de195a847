"""What a caller tells the client: who sends, how it signs, who the patient is and what is billed.

Amounts are integers of fen. A unit price and a quantity are given as decimal text, never as a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from qinji.kernel.dates import CHINA
from qinji.kernel.money import line_amount, parse_price, parse_quantity

Exact: TypeAlias = "str | int | Decimal"
"""A number that has not lost anything yet."""


@dataclass(frozen=True, slots=True)
class Unsigned:
    """No signature. The sandbox takes such messages from institutions whose scheme is ``none``, production none."""

    path: str = "/fsi/api/"


@dataclass(frozen=True, slots=True)
class SchemeA:
    """Headers ``_api_*`` with HMAC-SHA1; all messages go to one path."""

    access_key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SchemeB:
    """Headers ``x-tif-*`` with SHA-256. qinji takes every message at one path; other bureaus have one for each."""

    access_key: str
    secret: str = field(repr=False)
    path: str = "/fsi/api/"


Signing: TypeAlias = Unsigned | SchemeA | SchemeB


def signing_of(scheme: str, access_key: str = "", secret: str = "") -> Signing:
    """The signing as a configuration, or the sandbox's world.json, names it: none, A or B; ValueError for another."""
    match scheme:
        case "none":
            return Unsigned()
        case "A":
            return SchemeA(access_key, secret)
        case "B":
            return SchemeB(access_key, secret)
    raise ValueError(f"签名方式应为 none、A 或 B,不是 {scheme!r}")


@dataclass(frozen=True, slots=True)
class Institution:
    """The hospital or pharmacy that sends: its national code, its name, the six digits of its region, its signing."""

    code: str
    name: str
    region: str
    signing: Signing = Unsigned()


@dataclass(frozen=True, slots=True)
class Operator:
    """Who sits at the counter; ``sign_number`` is what 9001 gave, and may be empty."""

    number: str
    name: str
    sign_number: str = ""


@dataclass(frozen=True, slots=True)
class Credential:
    """What the patient presented. Make one with ``code``, ``identity_card`` or ``card``."""

    kind: str
    number: str = field(repr=False)

    @classmethod
    def code(cls, digits: str) -> Credential:
        """A scanned 医保码 (28 digits), or the token that 1162 gave for it."""
        return cls("01", digits)

    @classmethod
    def identity_card(cls, number: str) -> Credential:
        """An identity card (居民身份证)."""
        return cls("02", number)

    @classmethod
    def card(cls, number: str) -> Credential:
        """A social-security card (社会保障卡)."""
        return cls("03", number)


@dataclass(frozen=True, slots=True)
class Patient:
    """Whose bill it is, as 1101 told: person number, kind of insurance (310 or 390), region of insurance."""

    number: str
    insurance: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of a bill. ``number`` is used once in a visit; ``item`` is the code of the national catalogue.

    Price (at most 6 decimals) times quantity (at most 4) must be the line's amount: it is computed here, exactly.
    Raises ValueError for what is no such number, TypeError for a float.
    """

    number: str
    item: str
    price: Exact
    quantity: Exact
    occurred_at: datetime
    local_item: str = ""
    approval: str = ""
    """hosp_appr_flag of a restricted item: 1 approved, 2 not; empty where none is needed."""

    def __post_init__(self) -> None:
        for value in (self.price, self.quantity):
            if isinstance(value, float):
                raise TypeError(
                    "单价和数量请写成文字或 Decimal,不要用 float (a price is a text or a Decimal)"
                )
        parse_price(str(self.price))
        parse_quantity(str(self.quantity))

    @property
    def amount_fen(self) -> int:
        """Price times quantity, rounded to the fen as the bureau rounds it."""
        return line_amount(parse_price(str(self.price)), parse_quantity(str(self.quantity)))


def total_fen(lines: Sequence[FeeLine]) -> int:
    """What these lines come to."""
    return sum(line.amount_fen for line in lines)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis of a visit; one with ``valid`` False takes an earlier one of the same code back."""

    code: str
    name: str
    order: int = 1
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Bill:
    """A charge batch of a visit, to be previewed (2206) and settled (2207).

    ``accounts``: 0 no account pays; 1 the own account, then relatives who granted mutual aid. A total that is given
    is compared with the batch's lines.
    """

    patient: Patient
    credential: Credential
    visit: str
    batch: str
    total_fen: int | None = None
    medical_type: str = "11"
    accounts: str = "1"


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase at a pharmacy (2101, 2102); its lines travel with it. ``accounts`` as in a Bill."""

    patient: Patient
    credential: Credential
    begins_at: datetime
    lines: Sequence[FeeLine]
    medical_type: str = "41"
    accounts: str = "1"


@dataclass(frozen=True, slots=True)
class SettlementKey:
    """Which settlement: by its own id and its visit, or, when its reply was lost, by the id of the settling message."""

    person_number: str
    settlement: str = ""
    visit: str = ""
    message_id: str = ""


def moment_text(moment: datetime) -> str:
    """``yyyy-MM-dd HH:mm:ss``; a moment without a zone is taken for China's."""
    local = moment.astimezone(CHINA) if moment.tzinfo else moment
    return local.strftime("%Y-%m-%d %H:%M:%S")
