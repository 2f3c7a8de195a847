"""Pure: limits as a family writes and reads them, in yuan; what is left of them; and what a change would change."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from qinji.flows.list_grants import GrantCard
from qinji.kernel.money import yuan
from qinji.kernel.purpose import PURPOSE_CHINESE, USE_CHINESE, Purpose, UseClass
from qinji.mutual_aid.bounds import changed
from qinji.mutual_aid.model import Bounds, Grant, Limits, Room
from qinji.mutual_aid.rules import room
from qinji.web.forms import Form, FormRefused
from qinji.web.templating import day as day_words
from qinji.web.templating import money
from qinji.web.texts import _, marked

PER_USE, FLOOR, CONFIRM = "per_use_fen", "floor_fen", "confirm_above_fen"
NAMES: dict[str, str] = {
    PER_USE: marked("每次最多"),
    "per_day_fen": marked("每天最多"),
    "per_month_fen": marked("每月最多"),
    "per_year_fen": marked("每年最多"),
    FLOOR: marked("您的账户里至少留"),
    CONFIRM: marked("一笔超过多少,先在手机上问您"),
}
EMPTY: dict[str, str] = {
    FLOOR: marked("可以不填"),
    CONFIRM: marked("不填就不问"),
}
"""What an empty field means, where it does not mean that there is no limit."""
LEFT: dict[str, str] = {
    "day_fen": marked("今天"),
    "month_fen": marked("本月"),
    "year_fen": marked("今年"),
}
SEPARATOR, NONE = ".", "-"
AND = "-and-"
"""Between purposes; the name of one may hold any other sign that an address may."""
LAST_DAY = "last_day"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Bounds as they were filled in: the texts, the amounts in fen (None: no limit), faults by field.

    ``uses`` None: all that the region permits; ``last_day`` None: no end.
    """

    written: Mapping[str, str]
    limits: Mapping[str, int | None]
    purposes: frozenset[Purpose]
    uses: frozenset[UseClass] | None = None
    last_day: date | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def amounts(self) -> Limits:
        """The amounts as a grant holds them."""
        return _limits(self.limits)

    @property
    def bounds(self) -> Bounds:
        """All of it as a grant holds it."""
        return Bounds(self.amounts, self.purposes, self.uses, self.last_day)

    @property
    def lifted(self) -> frozenset[str]:
        """What is to be no bound any more."""
        none = {"uses": self.uses is None, LAST_DAY: self.last_day is None}
        return frozenset(name for name, lifted in none.items() if lifted)


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
    """One thing before and after a change, in words; ``from_at``: from when on, None at once."""

    name: str
    before: str
    after: str
    from_at: datetime | None = None


def _limits(given: Mapping[str, int | None]) -> Limits:
    return Limits(
        given[PER_USE],
        given["per_day_fen"],
        given["per_month_fen"],
        given["per_year_fen"],
        given[FLOOR] or 0,
        given[CONFIRM],
    )


def read_wanted(form: Form, permitted: AbstractSet[UseClass] = frozenset(UseClass)) -> Wanted:
    """Bounds out of a form; each fault stands by its field. All permitted parts of a bill are no bound."""
    errors: dict[str, str] = {}
    limits: dict[str, int | None] = {}
    for name in NAMES:
        limits[name] = _amount(form, name, errors)
    known = {one.value for one in Purpose}
    purposes = frozenset(Purpose(name) for name in form.texts("purpose") if name in known)
    if not purposes:
        errors["purpose"] = _("请至少选一项用途;要全部停用,请用“暂停”")
    written = {name: form.text(name) for name in (*NAMES, LAST_DAY)}
    return Wanted(written, limits, purposes, _uses(form, permitted, errors), _last_day(form, errors), errors)


def _uses(form: Form, permitted: AbstractSet[UseClass], errors: dict[str, str]) -> frozenset[UseClass] | None:
    if form.text("only") != "yes":
        return None
    known = {one.value for one in UseClass}
    uses = frozenset(UseClass(name) for name in form.texts("use") if name in known)
    if not uses:
        errors["use"] = _("请至少选一种费用;都可以付,就不要勾“只付下面选的”")
    return None if uses >= permitted else uses


def _last_day(form: Form, errors: dict[str, str]) -> date | None:
    written = form.text(LAST_DAY)
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        errors[LAST_DAY] = _("“{written}”不是日期,请写成 2026-12-31").format(written=written)
        return None


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
    """What the grantor wants of a grant, to be filled in: what waits, or what is in force."""
    return _filled(grant.wanted)


def _filled(bounds: Bounds) -> Wanted:
    limits = {name: getattr(bounds.limits, name) for name in NAMES}
    if not bounds.limits.floor_fen:
        limits[FLOOR] = None
    written = {name: "" if fen is None else yuan(fen) for name, fen in limits.items()}
    written[LAST_DAY] = "" if bounds.last_day is None else bounds.last_day.isoformat()
    return Wanted(written, limits, bounds.purposes, bounds.uses, bounds.last_day)


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


def use_words(uses: frozenset[UseClass] | None) -> str:
    """起付线、先行自付; or that it is everything."""
    if uses is None:
        return _("当地允许的都可以")
    return "、".join(USE_CHINESE[one] for one in UseClass if one in uses)


def last_day_words(last_day: date | None) -> str:
    """Until when, with the word that the day itself counts."""
    return _("长期") if last_day is None else _("{day}(含当天)").format(day=day_words(last_day))


def _rows(bounds: Bounds) -> dict[str, str]:
    """Every bound by its name, in words."""
    limits = bounds.limits
    rows = {_(name): _told(key, getattr(limits, key)) for key, name in NAMES.items()}
    rows[_("用途")] = purpose_words(bounds.purposes) or _("没有")
    rows[_("付哪些费用")] = use_words(bounds.uses)
    rows[_("有效期至")] = last_day_words(bounds.last_day)
    return rows


def _between(before: Bounds, after: Bounds) -> list[Difference]:
    was, becomes = _rows(before), _rows(after)
    return [Difference(name, told, becomes[name]) for name, told in was.items() if told != becomes[name]]


def differences(grant: Grant, wanted: Wanted, now: datetime, wait: timedelta) -> list[Difference]:
    """What a change would change, each thing with its words before and after, and from when on where it has to wait."""
    after = changed(grant, wanted.bounds, now, wait)
    at_once, waiting = _rows(after.bounds), after.waiting
    return [
        one if waiting is None or at_once[one.name] == one.after else replace(one, from_at=waiting.at)
        for one in _between(grant.wanted, wanted.bounds)
    ]


def waiting_differences(grant: Grant) -> list[Difference]:
    """What is in force now and what waits."""
    return [] if grant.waiting is None else _between(grant.bounds, grant.waiting.bounds)


def _told(key: str, amount_fen: int | None) -> str:
    if key == FLOOR:
        return money(amount_fen or 0)
    if amount_fen is None:
        return _("不问") if key == CONFIRM else _("不限")
    return money(amount_fen)


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
    """What the grantor wanted, in one short text, to be put back from."""
    wanted = wanted_of(grant)
    parts = [NONE if fen is None else str(fen) for fen in wanted.limits.values()]
    uses = NONE if wanted.uses is None else AND.join(sorted(wanted.uses))
    last_day = NONE if wanted.last_day is None else str(wanted.last_day.toordinal())
    return SEPARATOR.join([*parts, AND.join(sorted(wanted.purposes)), uses, last_day])


def unpacked(text: str) -> Wanted:
    """The same out of that text, which is one that ``packed`` made."""
    *amounts, purposes, uses, last_day = text.split(SEPARATOR)
    limits = {name: None if one == NONE else int(one) for name, one in zip(NAMES, amounts, strict=True)}
    bounds = Bounds(
        _limits(limits),
        frozenset(Purpose(one) for one in purposes.split(AND)),
        None if uses == NONE else frozenset(UseClass(one) for one in uses.split(AND)),
        None if last_day == NONE else date.fromordinal(int(last_day)),
    )
    return _filled(bounds)


def told(wanted: Wanted) -> list[tuple[str, str]]:
    """Each limit that is set, the purposes, and what else narrows the grant, as name and words."""
    rows = [
        (_(name), _told(key, wanted.limits[key]))
        for key, name in NAMES.items()
        if wanted.limits[key] is not None
    ]
    rows.append((_("用途"), purpose_words(wanted.purposes)))
    if wanted.uses is not None:
        rows.append((_("付哪些费用"), use_words(wanted.uses)))
    if wanted.last_day is not None:
        rows.append((_("有效期至"), last_day_words(wanted.last_day)))
    return rows
