"""The closed list of parameters that a pack may hold, each with its unit and the check of its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qinji.kernel.kinship import Relation
from qinji.kernel.money import NotAnAmount, parse_ratio, parse_yuan
from qinji.kernel.purpose import Power, Purpose, UseClass

Value = str | int | bool | list[str] | None


class WrongValue(ValueError):
    """The value has another form than its parameter; the message says the right one, in Chinese."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a parameter is measured in and how its value is checked."""

    unit: str
    check: Callable[[Value], None]


def _money(value: Value) -> None:
    try:
        amount = parse_yuan(_text(value))
    except NotAnAmount as wrong:
        raise WrongValue('应为元,带引号的小数,如 "100.00"') from wrong
    if amount < 0:
        raise WrongValue("金额不能小于 0")


def _cap(value: Value) -> None:
    if value is not None:
        _money(value)


def _ratio(value: Value) -> None:
    try:
        ratio = parse_ratio(_text(value))
    except NotAnAmount as wrong:
        raise WrongValue('应为 0 到 1 的带引号的小数,如 "0.80"') from wrong
    if ratio > 1:
        raise WrongValue("比例不能大于 1")


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise WrongValue("应为带引号的文字")
    return value


def _count(value: Value) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise WrongValue("应为不小于 0 的整数")


def _most(value: Value) -> None:
    if value is not None:
        _count(value)


def _month(value: Value) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value not in range(1, 13):
        raise WrongValue("应为月份,1 到 12")


def _switch(value: Value) -> None:
    if not isinstance(value, bool):
        raise WrongValue("应为 true 或 false")


def _never(value: Value) -> None:
    if value is not False:
        raise WrongValue("不支持要求授权人到场:使用人出示本人凭证即可(R-036),请写 false 或删去")


def _one_of(*allowed: str) -> Callable[[Value], None]:
    def check(value: Value) -> None:
        if value not in allowed:
            raise WrongValue(f"应为 {'、'.join(allowed)} 之一")

    return check


def _set_of(*allowed: str) -> Callable[[Value], None]:
    def check(value: Value) -> None:
        if not isinstance(value, list) or any(member not in allowed for member in value):
            raise WrongValue(f"应为列表,可用 {'、'.join(allowed)}")

    return check


GROUPS = ("employee.in_service", "employee.retired", "resident")
LEVELS = ("1", "2", "3", "pharmacy")
_RELATIONS = tuple(relation.value for relation in Relation)
_USES = tuple(use.value for use in UseClass)
_MEDICAL_TYPES = (
    "11",
    "1103",
    "12",
    "13",
    "1301",
    "14",
    "18",
    "28",
    "41",
    "51",
    "52",
    "71",
    "9901",
    "9903",
    "9904",
)


def _outpatient() -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for group in GROUPS:
        found[f"outpatient.{group}.deductible"] = Parameter("yuan", _money)
        found[f"outpatient.{group}.deductible_period"] = Parameter("choice", _one_of("year", "visit"))
        found[f"outpatient.{group}.year_fund_cap"] = Parameter("yuan", _cap)
        for level in LEVELS:
            found[f"outpatient.{group}.ratio.{level}"] = Parameter("ratio", _ratio)
            found[f"outpatient.{group}.day_fund_cap.{level}"] = Parameter("yuan", _cap)
    return found


PARAMETERS: dict[str, Parameter] = {
    **_outpatient(),
    "pharmacy.fund_pays": Parameter("switch", _switch),
    "account.own_pays": Parameter("set", _set_of(*_USES)),
    "mutual_aid.pays": Parameter("set", _set_of(*_USES)),
    "mutual_aid.relations": Parameter("set", _set_of(*_RELATIONS)),
    "mutual_aid.beneficiary_insurance": Parameter("set", _set_of("employee", "resident")),
    "mutual_aid.scope": Parameter("choice", _one_of("same_pool", "province")),
    "mutual_aid.max_beneficiaries": Parameter("count", _most),
    "mutual_aid.activation": Parameter("choice", _one_of("immediate", "filing")),
    "mutual_aid.unbind_min_days": Parameter("days", _count),
    "mutual_aid.unbind_effective": Parameter("choice", _one_of("immediate", "next_day")),
    "mutual_aid.purposes": Parameter("set", _set_of(*(purpose.value for purpose in Purpose))),
    "mutual_aid.retained_balance": Parameter("yuan", _money),
    **{
        f"mutual_aid.limit.{period}": Parameter("yuan", _cap)
        for period in ("per_use", "per_day", "per_month", "per_year")
    },
    "mutual_aid.grantor_presence_required": Parameter("switch", _never),
    "order.self_position": Parameter("choice", _one_of("first", "last")),
    "order.grantors": Parameter("choice", _one_of("binding_time", "user_priority")),
    "settlement.flag_1": Parameter("choice", _one_of("own_then_grants", "own_only")),
    "settlement.flag_2": Parameter("choice", _one_of("own_then_grants", "grants_only")),
    "settlement.identity_number_draws": Parameter("switch", _switch),
    "settlement.max_days_back": Parameter("days", _count),
    "settlement.medical_types_not_served": Parameter("set", _set_of(*_MEDICAL_TYPES)),
    "benefit_year.start_month": Parameter("count", _month),
    "family_account.max_members": Parameter("count", _count),
    "family_account.max_holders_per_member": Parameter("count", _count),
    "family_account.relations": Parameter("set", _set_of(*_RELATIONS)),
    "family_account.face_age": Parameter("count", _count),
    "family_account.face_age_inclusive": Parameter("switch", _switch),
    "family_account.evidence_under_age": Parameter(
        "set", _set_of("household_book", "birth_certificate", "notarised_relation", "promise_letter")
    ),
    "family_account.powers": Parameter("set", _set_of(*(power.value for power in Power))),
    "family_account.promised_days": Parameter("days", _count),
    "code.ttl_seconds": Parameter("seconds", _count),
}
