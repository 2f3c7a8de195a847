"""The shapes of a bill that policy, funding, settlement and the doors share. Amounts are fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from qinji.kernel.purpose import UseClass


class Category(StrEnum):
    """Catalogue class of an item: 甲 (in scope), 乙 (a part first by the person), 丙 (own expense)."""

    A = "A"
    B = "B"
    C = "C"


class Approval(StrEnum):
    """The hospital's approval of a line (``hosp_appr_flag``)."""

    NOT_NEEDED = "0"
    APPROVED = "1"
    REFUSED = "2"
    ABSENT = ""


@dataclass(frozen=True, slots=True)
class SentLine:
    """A fee line as an institution sends it. ``price`` in 0.000001 yuan, ``quantity`` in 0.0001, amount in fen."""

    number: str
    batch: str
    item_code: str
    local_code: str
    amount_fen: int
    price: int
    quantity: int
    approval: Approval
    occurred_at: datetime
    prescription: str = ""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of a bill with what the catalogue said of its item on the day of service.

    ``price`` is an integer of 0.000001 yuan, ``quantity`` of 0.0001; ``ceiling_price`` None means no ceiling.
    ``own_expense_as`` is the class that the line has where it is wholly own expense; ``essential`` a 基本药物.
    """

    number: str
    item_code: str
    item_name: str
    category: Category
    amount_fen: int
    price: int
    quantity: int
    prior_ratio: Fraction = Fraction(0)
    ceiling_price: int | None = None
    restricted: bool = False
    approval: Approval = Approval.ABSENT
    own_expense_as: UseClass = UseClass.CATEGORY_C
    essential: bool = False


@dataclass(frozen=True, slots=True)
class LineSplit:
    """What became of one line; the four parts add up to its amount."""

    number: str
    amount_fen: int
    own_expense_fen: int
    over_limit_fen: int
    prior_self_pay_fen: int
    in_scope_fen: int


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One machine-readable reason for fen: a code, its numbers, and the source of the value that was used.

    ``values`` holds integers (fen or basis points), texts, or None; Chinese text is rendered from it later.
    """

    code: str
    values: Mapping[str, int | str | None] = field(default_factory=dict)
    parameter: str = ""
    document: str = ""
    clause: str = ""
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class LayerShare:
    """What a second layer (``large_amount``, ``catastrophic``) paid of this bill's base for it; fen."""

    name: str
    base_fen: int
    fund_fen: int


@dataclass(frozen=True, slots=True)
class Split:
    """A bill divided between the fund and the person.

    ``personal`` by use class adds up to total - every fund's part - prepaid: what the payers in funding order still
    have to pay. ``fund_fen`` is the pooled fund's part, the second layers' (大额, 大病) stand beside it.
    """

    total_fen: int
    own_expense_fen: int
    over_limit_fen: int
    prior_self_pay_fen: int
    in_scope_fen: int
    prepaid_fen: int
    deductible_fen: int
    fund_fen: int
    ratio: Fraction
    personal: Mapping[UseClass, int]
    lines: tuple[LineSplit, ...]
    trace: tuple[TraceStep, ...]
    layers: tuple[LayerShare, ...] = ()

    @property
    def layers_fen(self) -> int:
        """What all second layers pay."""
        return sum(layer.fund_fen for layer in self.layers)

    @property
    def personal_fen(self) -> int:
        """The person's part of the bill, before anybody pays it."""
        return self.total_fen - self.fund_fen - self.layers_fen


WALLET_POCKET = 3
"""The pocket of the patient's wallet (医保钱包); what it pays is own money, and no part of the personal account."""

WALLET = "wallet"
"""How the trace calls the wallet as a payer, whose kind is ``own``."""


class PayerKind(StrEnum):
    """By what right a payer pays."""

    OWN = "own"
    GRANTOR = "grantor"


@dataclass(frozen=True, slots=True)
class Share:
    """One payer's part of one bill; ``person`` is the payer's id, ``grant`` the grant it was paid under."""

    kind: PayerKind
    person: str
    pocket: int
    amount_fen: int
    by_class: Mapping[UseClass, int]
    grant: str | None = None


def wallet_part(shares: Iterable[Share]) -> int:
    """What of these shares the patient's wallet pays, in fen."""
    return sum(share.amount_fen for share in shares if share.pocket == WALLET_POCKET)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who pays the personal part: shares in funding order, the rest in cash."""

    shares: tuple[Share, ...]
    cash_fen: int
    trace: tuple[TraceStep, ...]

    @property
    def own_fen(self) -> int:
        """The patient's own money: the personal account and the wallet."""
        return sum(share.amount_fen for share in self.shares if share.kind is PayerKind.OWN)

    @property
    def wallet_fen(self) -> int:
        """From the patient's wallet; contained in ``own_fen``."""
        return wallet_part(self.shares)

    @property
    def mutual_aid_fen(self) -> int:
        """From relatives' accounts."""
        return sum(share.amount_fen for share in self.shares if share.kind is PayerKind.GRANTOR)
