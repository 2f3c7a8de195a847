"""Pure: whom a value is for, at which level and for which kind of treatment, from the special to the general.

A parameter is named ``treatment.group.what.level``. Where a pack does not write it for the most special place, it
looks one place further: 高龄退休 → 退休 → 职工, 社区 → 一级, 急诊抢救 → 急诊 → 普通门诊. A nearer pack comes first.
"""

from __future__ import annotations

from itertools import product

GROUPS: dict[str, str] = {
    "employee": "职工",
    "employee.in_service": "在职职工",
    "employee.retired": "退休职工",
    "employee.retired_elder": "高龄退休职工",
    "resident": "居民",
    "resident.adult": "成年居民",
    "resident.elder": "老年居民",
    "resident.child": "少年儿童",
    "resident.student": "在校学生",
}
"""Groups of insured persons by name, with their Chinese."""

LEVELS: dict[str, str] = {
    "village": "村卫生室",
    "community": "社区",
    "1": "一级",
    "2": "二级",
    "3": "三级",
    "pharmacy": "药店",
}
"""Levels of institutions, the lowest first."""

HOSPITAL_LEVELS = ("1", "2", "3")
PHARMACY = "pharmacy"

TREATMENTS: dict[str, str] = {
    "outpatient": "普通门诊",
    "emergency": "急诊",
    "rescue": "急诊抢救",
    "unselected": "未选定机构门诊",
    "without_referral": "未经转诊门诊",
    "inpatient": "住院",
}
"""Kinds of treatment that a pack may have values of their own for."""

_GROUP_CHAINS: dict[str, tuple[str, ...]] = {
    "employee.in_service": ("employee.in_service", "employee"),
    "employee.retired": ("employee.retired", "employee"),
    "employee.retired_elder": ("employee.retired_elder", "employee.retired", "employee"),
    "resident.adult": ("resident.adult", "resident"),
    "resident.elder": ("resident.elder", "resident.adult", "resident"),
    "resident.child": ("resident.child", "resident"),
    "resident.student": ("resident.student", "resident.child", "resident"),
}
_LEVEL_CHAINS = {"village": ("village", "community", "1"), "community": ("community", "1")}
_TREATMENT_CHAINS = {
    "emergency": ("emergency", "outpatient"),
    "rescue": ("rescue", "emergency", "outpatient"),
}

CHOSEN_GROUPS = tuple(_GROUP_CHAINS)
"""The groups that a person belongs to; ``employee`` and ``resident`` are for values that hold for all of them."""


def group_of(insurance: str, status: str, age: int, employee_elder_age: int, resident_elder_age: int) -> str:
    """The most special group of a person on the day of service; ``age`` in whole years."""
    if insurance == "employee":
        if status != "retired":
            return "employee.in_service"
        return "employee.retired_elder" if age >= employee_elder_age else "employee.retired"
    if status in ("child", "student"):
        return f"resident.{status}"
    return "resident.elder" if age >= resident_elder_age else "resident.adult"


def group_chain(group: str) -> tuple[str, ...]:
    """The group and the wider ones it belongs to."""
    return _GROUP_CHAINS[group]


def names(
    treatment: str, group: str, *whats: str, level: str = "", for_all_levels: bool = False
) -> tuple[str, ...]:
    """The parameters that may hold a value, the most special first: level, then group, then treatment widen.

    With ``for_all_levels`` a value without a level stands behind those of the level.
    """
    treatments = _TREATMENT_CHAINS.get(treatment, (treatment,))
    levels = _LEVEL_CHAINS.get(level, (level,)) if level else ()
    places = (*(f".{place}" for place in levels), *(("",) if for_all_levels or not level else ()))
    return tuple(
        f"{block}.{who}.{what}{place}"
        for block, who, place, what in product(treatments, group_chain(group), places, whats)
    )
