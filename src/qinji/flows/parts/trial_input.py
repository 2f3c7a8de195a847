"""Pure: read a bill to try, in the form of the worked examples. The keys are closed: an unknown one is named.

What a file says of the result it expects (``expected``, ``expected_detail``, ``hand``) is never read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qinji.flows.parts.reading import (
    TrialInvalid,
    choice_of,
    closed,
    day_of,
    list_of,
    mapping,
    maybe_price,
    maybe_yuan,
    needed,
    number_of,
    parsed,
    ratio_of,
    switch_of,
    text_of,
    yuan_of,
)
from qinji.flows.parts.trial_rules import read_rules
from qinji.kernel.bill import Approval, Category, FeeLine
from qinji.kernel.money import QUANTITY_UNITS, line_amount, parse_quantity
from qinji.kernel.purpose import OWN_EXPENSE, UseClass
from qinji.policy.model import Accumulated, Filing, Rules

_PRICE_UNITS_PER_FEN = 10_000
LINES_MAX = 500
ACCOUNTS_MAX = 50
_NEVER_READ = ("expected", "expected_detail", "hand")
_TOP_KEYS = (
    "id",
    "name",
    "region",
    "pack",
    "date",
    "person",
    "visit",
    "institution_level",
    "accumulators",
    "fee_lines",
    "accounts",
    "rules",
    "source",
    "certainty",
)
PERSON_KEYS = (
    "insurance",
    "status",
    "age",
    "signed_doctor",
    "low_income",
    "continuous_years",
    "claimed_last_year",
)
VISIT_KEYS = (
    "treatment",
    "type",
    "selected",
    "referred",
    "admission",
    "stay_days",
    "transferred",
    "region",
    "filing",
)
USED_KEYS = {
    "deductible_used": "deductible_used_fen",
    "deductible_used_level": "deductible_used_level_fen",
    "deductible_used_stay": "deductible_used_stay_fen",
    "fund_paid_year": "fund_paid_year_fen",
    "fund_paid_month": "fund_paid_month_fen",
    "fund_paid_day": "fund_paid_day_fen",
    "fund_paid_other": "fund_paid_other_fen",
    "in_scope_year": "in_scope_year_fen",
    "large_amount_base": "large_amount_base_fen",
    "large_amount_paid": "large_amount_paid_fen",
    "catastrophic_base": "catastrophic_base_fen",
    "catastrophic_paid": "catastrophic_paid_fen",
}
_FILINGS = ("unfiled", *(each.value for each in Filing if each is not Filing.UNFILED))
LINE_KEYS = (
    "category",
    "amount",
    "prior_self_pay_ratio",
    "name",
    "item",
    "price",
    "quantity",
    "ceiling_price",
    "restricted",
    "approval",
    "own_expense_as",
    "essential",
)
ACCOUNT_KEYS = (
    "owner",
    "relation",
    "balance",
    "kind",
    "status",
    "retain",
    "limit_per_tx",
    "limit_year_left",
)


@dataclass(frozen=True, slots=True)
class TrialAccount:
    """An account that may pay. ``relation`` is what its owner is to the patient; ``status`` empty or normal pays."""

    owner: str
    relation: str
    balance_fen: int
    kind: str
    status: str
    retain_fen: int
    per_use_fen: int | None
    year_left_fen: int | None


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A fee line; ``item`` is a catalogue code, whose category and ratio then hold."""

    line: FeeLine
    item: str


@dataclass(frozen=True, slots=True)
class TrialVisit:
    """What is told of the visit. ``region`` empty is the insured region; ``admission`` counts from 1."""

    inpatient: bool
    medical_type: str
    selected: bool
    referred: bool
    admission: int
    stay_days: int
    transferred: bool
    region: str
    filing: Filing


@dataclass(frozen=True, slots=True)
class TrialPerson:
    """What is told of the patient; what is not told is not so."""

    insurance: str
    status: str
    age: int
    signed_doctor: bool
    low_income: bool
    continuous_years: int
    claimed_last_year: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """A bill to try: with rules of its own, or with those of a region and a day."""

    identifier: str
    region: str
    day: date | None
    person: TrialPerson
    visit: TrialVisit
    level: str
    used: Accumulated
    lines: tuple[TrialLine, ...]
    accounts: tuple[TrialAccount, ...]
    rules: Rules | None


def read_trial(given: object) -> Trial:
    """The object as a trial; refuses an unknown key by name and a value of the wrong form."""
    top = mapping(given, "对象")
    closed({key: None for key in top if key not in _NEVER_READ}, _TOP_KEYS, "")
    lines = list_of(top, "fee_lines", LINES_MAX)
    if not lines:
        raise TrialInvalid("fee_lines 至少要有一条费用明细")
    accounts = list_of(top, "accounts", ACCOUNTS_MAX)
    return Trial(
        identifier=text_of(top, "id", ""),
        region=text_of(top, "region", ""),
        day=day_of(top),
        person=_person(mapping(top.get("person", {}), "person")),
        visit=_visit(mapping(top.get("visit", {}), "visit")),
        level=text_of(top, "institution_level", ""),
        used=_used(mapping(top.get("accumulators", {}), "accumulators")),
        lines=tuple(_line(row, place) for place, row in enumerate(lines)),
        accounts=tuple(_account(row, f"accounts[{place}].") for place, row in enumerate(accounts)),
        rules=read_rules(mapping(top["rules"], "rules")) if "rules" in top else None,
    )


def _person(given: Mapping[str, object]) -> TrialPerson:
    where = "person."
    closed(given, PERSON_KEYS, where)
    return TrialPerson(
        insurance=text_of(given, "insurance", where),
        status=text_of(given, "status", where),
        age=number_of(given, "age", where),
        signed_doctor=switch_of(given, "signed_doctor", where, default=False),
        low_income=switch_of(given, "low_income", where, default=False),
        continuous_years=number_of(given, "continuous_years", where),
        claimed_last_year=switch_of(given, "claimed_last_year", where, default=True),
    )


def _visit(given: Mapping[str, object]) -> TrialVisit:
    where = "visit."
    closed(given, VISIT_KEYS, where)
    return TrialVisit(
        inpatient=choice_of(given, "treatment", where, ("outpatient", "inpatient")) == "inpatient",
        medical_type=text_of(given, "type", where),
        selected=switch_of(given, "selected", where, default=True),
        referred=switch_of(given, "referred", where, default=True),
        admission=max(1, number_of(given, "admission", where)),
        stay_days=number_of(given, "stay_days", where),
        transferred=switch_of(given, "transferred", where, default=False),
        region=text_of(given, "region", where),
        filing=Filing(choice_of(given, "filing", where, _FILINGS)),
    )


def _used(given: Mapping[str, object]) -> Accumulated:
    closed(given, tuple(USED_KEYS), "accumulators.")
    found = {name: maybe_yuan(given, key, "accumulators.") or 0 for key, name in USED_KEYS.items()}
    return Accumulated(**found)


def _line(given: object, place: int) -> TrialLine:
    where = f"fee_lines[{place}]."
    row = mapping(given, where)
    closed(row, LINE_KEYS, where)
    item = text_of(row, "item", where)
    letter = (
        choice_of(row, "category", where, ("A", "B", "C")) if item else str(needed(row, "category", where))
    )
    if letter not in ("A", "B", "C"):
        raise TrialInvalid(f"{where}category 应为 A、B、C 之一,不是 {letter}")
    quantity = parsed(row.get("quantity", 1), f"{where}quantity", parse_quantity, "数量(最多四位小数)")
    price = maybe_price(row, "price", where)
    amount = maybe_yuan(row, "amount", where)
    if amount is None and price is None:
        raise TrialInvalid(f"缺少 {where}amount")
    if amount is None:
        amount = line_amount(price or 0, quantity)
    line = FeeLine(
        number=str(place + 1),
        item_code=item,
        item_name=text_of(row, "name", where),
        category=Category(letter),
        amount_fen=amount,
        price=price if price is not None else amount * _PRICE_UNITS_PER_FEN,
        quantity=quantity if price is not None else QUANTITY_UNITS,
        prior_ratio=ratio_of(row.get("prior_self_pay_ratio", 0), f"{where}prior_self_pay_ratio"),
        ceiling_price=maybe_price(row, "ceiling_price", where),
        restricted=switch_of(row, "restricted", where, default=False),
        approval=Approval(choice_of(row, "approval", where, ("", "0", "1", "2"))),
        own_expense_as=UseClass(choice_of(row, "own_expense_as", where, OWN_EXPENSE)),
        essential=switch_of(row, "essential", where, default=False),
    )
    return TrialLine(line, item)


def _account(given: object, where: str) -> TrialAccount:
    row = mapping(given, where)
    closed(row, ACCOUNT_KEYS, where)
    owner = text_of(row, "owner", where)
    if not owner:
        raise TrialInvalid(f"缺少 {where}owner")
    return TrialAccount(
        owner=owner,
        relation=text_of(row, "relation", where),
        balance_fen=yuan_of(needed(row, "balance", where), f"{where}balance"),
        kind=text_of(row, "kind", where),
        status=text_of(row, "status", where),
        retain_fen=maybe_yuan(row, "retain", where) or 0,
        per_use_fen=maybe_yuan(row, "limit_per_tx", where),
        year_left_fen=maybe_yuan(row, "limit_year_left", where),
    )
