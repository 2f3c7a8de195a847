"""Pure: limits as a family writes and reads them, in yuan; what is left of them; and what a change would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from qinji.flows.list_grants import GrantCard
from qinji.kernel.money import yuan
from qinji.kernel.purpose import PURPOSE_CHINESE, Purpose
from qinji.mutual_aid.model import Grant, Limits, Room
from qinji.mutual_aid.rules import room
from qinji.web.forms import Form, FormRefused
from qinji.web.templating import money
from qinji.web.texts import _, marked

PER_USE, FLOOR = "per_use_fen", "floor_fen"
NAMES: dict[str, str] = {
    PER_USE: marked("每次最多"),
    "per_day_fen": marked("每天最多"),
    "per_month_fen": marked("每月最多"),
    "per_year_fen": marked("每年最多"),
    FLOOR: marked("您的账户里至少留"),
}
LEFT: dict[str, str] = {
    "day_fen": marked("今天"),
    "month_fen": marked("本月"),
    "year_fen": marked("今年"),
}
SEPARATOR, NONE = ".", "-"
AND = "-and-"
"""Between purposes; the name of one may hold any other sign that an address may."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Limits and purposes as they were filled in: the texts, the amounts in fen (None: no limit), faults by field."""

    written: Mapping[str, str]
    limits: Mapping[str, int | None]
    purposes: frozenset[Purpose]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def amounts(self) -> Limits:
        """The amounts as a grant holds them."""
        given = self.limits
        return Limits(
            given[PER_USE],
            given["per_day_fen"],
            given["per_month_fen"],
            given["per_year_fen"],
            given[FLOOR] or 0,
        )


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit that runs for a day, a month or a year is used. ``regional``: the region set it."""

    period: str
    total_fen: int
    used_fen: int
    left_fen: int
    regional: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing before and after a change, in words."""

    name: str
    before: str
    after: str


def read_wanted(form: Form) -> Wanted:
    """Limits and purposes out of a form; each fault stands by its field."""
    errors: dict[str, str] = {}
    limits: dict[str, int | None] = {}
    for name in NAMES:
        limits[name] = _amount(form, name, errors)
    known = {one.value for one in Purpose}
    purposes = frozenset(Purpose(name) for name in form.texts("purpose") if name in known)
    if not purposes:
        errors["purpose"] = _("请至少选一项用途;要全部停用,请用“暂停”")
    return Wanted({name: form.text(name) for name in NAMES}, limits, purposes, errors)


def _amount(form: Form, name: str, errors: dict[str, str]) -> int | None:
    try:
        found = form.fen(name)
    except FormRefused:
        errors[name] = _("“{written}”不是金额,请写成 200 或 200.50").format(written=form.text(name))
        return None
    if found is not None and found < 0:
        errors[name] = _("金额不能小于 0")
        return None
    return found


def wanted_of(grant: Grant) -> Wanted:
    """A grant's limits and purposes, to be filled in."""
    limits = {name: getattr(grant.limits, name) for name in NAMES}
    if not grant.limits.floor_fen:
        limits[FLOOR] = None
    written = {name: "" if fen is None else yuan(fen) for name, fen in limits.items()}
    return Wanted(written, limits, grant.purposes)


def uses_of(card: GrantCard) -> list[Use]:
    """The limits that run for a day, a month and a year, with what of each is used and left."""
    left = {"day_fen": card.left.day_fen, "month_fen": card.left.month_fen, "year_fen": card.left.year_fen}
    uses = []
    for name, left_fen in left.items():
        own: int | None = getattr(card.grant.limits, f"per_{name}")
        regional: int | None = getattr(card.most, f"per_{name}")
        totals = [fen for fen in (own, regional) if fen is not None]
        if left_fen is not None and totals:
            total, used = min(totals), int(getattr(card.used, name))
            uses.append(Use(_(LEFT[name]), total, used, left_fen, own is None or total < own))
    return uses


def purpose_words(purposes: frozenset[Purpose]) -> str:
    """门诊、药店购药."""
    return "、".join(PURPOSE_CHINESE[one] for one in Purpose if one in purposes)


def differences(grant: Grant, wanted: Wanted) -> list[Difference]:
    """What a change would change, each thing with its words before and after."""
    now = wanted_of(grant)
    found = [
        Difference(_(name), _told(key, now.limits[key]), _told(key, wanted.limits[key]))
        for key, name in NAMES.items()
    ]
    if grant.purposes != wanted.purposes:
        found.append(Difference(_("用途"), purpose_words(grant.purposes), purpose_words(wanted.purposes)))
    return [one for one in found if one.before != one.after]


def _told(key: str, amount_fen: int | None) -> str:
    if key == FLOOR:
        return money(amount_fen or 0)
    return _("不限") if amount_fen is None else money(amount_fen)


def left_differences(card: GrantCard, wanted: Wanted, day: date) -> list[Difference]:
    """How much the grant could still pay today, this month and this year, before and after a change."""
    after = room(replace(card.grant, limits=wanted.amounts), day, card.most)
    found = [
        Difference(_(name), _told("", getattr(card.left, key)), _told("", getattr(after, key)))
        for key, name in LEFT.items()
    ]
    return [one for one in found if one.before != one.after]


def pays_nothing(card: GrantCard, wanted: Wanted, day: date) -> bool:
    """Whether nothing at all could be paid under these limits now."""
    after: Room = room(replace(card.grant, limits=wanted.amounts), day, card.most)
    return 0 in (after.per_use_fen, after.day_fen, after.month_fen, after.year_fen)


def packed(grant: Grant) -> str:
    """Limits and purposes in one short text, to be put back from."""
    amounts = wanted_of(grant).limits.values()
    parts = [NONE if fen is None else str(fen) for fen in amounts]
    return SEPARATOR.join([*parts, AND.join(sorted(grant.purposes))])


def unpacked(text: str) -> Wanted:
    """The same out of that text, which is one that ``packed`` made."""
    *amounts, purposes = text.split(SEPARATOR)
    limits = {name: None if one == NONE else int(one) for name, one in zip(NAMES, amounts, strict=True)}
    written = {name: "" if fen is None else yuan(fen) for name, fen in limits.items()}
    return Wanted(written, limits, frozenset(Purpose(one) for one in purposes.split(AND)))


def told(wanted: Wanted) -> list[tuple[str, str]]:
    """Each limit that is set, and the purposes, as name and words."""
    rows = [
        (_(name), _told(key, wanted.limits[key]))
        for key, name in NAMES.items()
        if wanted.limits[key] is not None
    ]
    return [*rows, (_("用途"), purpose_words(wanted.purposes))]
