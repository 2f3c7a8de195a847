"""Pure: the rules that a bill to try brings along, in the form of the worked examples."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from qinji.flows.parts.reading import (
    TrialInvalid,
    choice_of,
    closed,
    list_of,
    mapping,
    maybe_yuan,
    needed,
    ratio_of,
    switch_of,
    words_of,
    yuan_of,
)
from qinji.kernel.purpose import OWN_EXPENSE, UseClass
from qinji.policy.model import ALL_CLASSES, Band, Basis, Period, RemoteMode, Rules

BANDS_MAX = 20
RULE_KEYS = (
    "deductible",
    "bands",
    "day_fund_cap",
    "year_fund_cap",
    "fund_pays",
    "account_pays",
    "account_order",
    "current_year_account_first",
    "kinds_not_shared",
    "remote",
)
_ACCOUNT_PAYS = {
    "all_personal": ALL_CLASSES,
    "exclude_C": ALL_CLASSES - set(OWN_EXPENSE),
    "none": frozenset[UseClass](),
}


def read_rules(given: Mapping[str, object]) -> Rules:
    """The rules of one bill; what is not written has the default that the reference page names."""
    closed(given, RULE_KEYS, "rules.")
    deductible_fen, period = _deductible(mapping(given.get("deductible", {"amount": 0}), "rules.deductible"))
    mode, value = _remote(mapping(given.get("remote", {}), "rules.remote"))
    pays = _ACCOUNT_PAYS[choice_of(given, "account_pays", "rules.", tuple(_ACCOUNT_PAYS))]
    return Rules(
        deductible_fen=deductible_fen,
        deductible_period=period,
        bands=_bands(given),
        fund_pays=switch_of(given, "fund_pays", "rules.", default=True),
        day_fund_cap_fen=maybe_yuan(given, "day_fund_cap", "rules."),
        year_fund_cap_fen=maybe_yuan(given, "year_fund_cap", "rules."),
        own_pays=pays,
        aid_pays=pays,
        self_first=choice_of(given, "account_order", "rules.", ("self_first", "grantor_first"))
        == "self_first",
        current_year_account_first=switch_of(given, "current_year_account_first", "rules.", default=False),
        kinds_not_shared=frozenset(words_of(given, "kinds_not_shared", "rules.")),
        remote_mode=mode,
        remote_value=value,
    )


def _deductible(given: Mapping[str, object]) -> tuple[int, Period]:
    where = "rules.deductible."
    closed(given, ("amount", "period"), where)
    amount = yuan_of(needed(given, "amount", where), f"{where}amount")
    return amount, Period(choice_of(given, "period", where, ("year", "visit")))


def _remote(given: Mapping[str, object]) -> tuple[RemoteMode, Fraction]:
    where = "rules.remote."
    closed(given, ("mode", "value"), where)
    mode = RemoteMode(choice_of(given, "mode", where, tuple(each.value for each in RemoteMode)))
    if mode is RemoteMode.NONE:
        return mode, Fraction(0)
    return mode, ratio_of(needed(given, "value", where), f"{where}value")


def _bands(given: Mapping[str, object]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for place, row in enumerate(list_of(given, "bands", BANDS_MAX, "rules.")):
        where = f"rules.bands[{place}]."
        band = _band(mapping(row, where), where)
        before = bands[-1] if bands else None
        if before is not None and before.upto_fen is None:
            raise TrialInvalid(f"{where[:-1]} 不会用到:前一档没有上限")
        if (
            before
            and band.upto_fen is not None
            and band.basis is before.basis
            and band.upto_fen <= (before.upto_fen or 0)
        ):
            raise TrialInvalid(f"{where[:-1]} 的上限须高于前一档")
        bands.append(band)
    return tuple(bands)


def _band(given: Mapping[str, object], where: str) -> Band:
    closed(given, ("ratio", "upto_in_scope", "upto_fund_paid"), where)
    ratio = ratio_of(needed(given, "ratio", where), f"{where}ratio")
    scope, paid = maybe_yuan(given, "upto_in_scope", where), maybe_yuan(given, "upto_fund_paid", where)
    if scope is not None and paid is not None:
        raise TrialInvalid(f"{where[:-1]} 只能有 upto_in_scope、upto_fund_paid 中的一个")
    if paid is not None:
        return Band(ratio, Basis.FUND_PAID, paid)
    return Band(ratio, Basis.IN_SCOPE_INCLUDING_DEDUCTIBLE, scope)
