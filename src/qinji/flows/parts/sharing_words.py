"""Pure: limits, floor and purposes of a grant in Chinese words, for consents, papers and people."""

from __future__ import annotations

from collections.abc import Collection

from qinji.kernel.money import yuan
from qinji.kernel.purpose import PURPOSE_CHINESE, Purpose
from qinji.mutual_aid.model import Limits

NO_LIMIT = "不限"


def amounts(limits: Limits) -> dict[str, str]:
    """Each limit and the floor by its Chinese name, in yuan."""
    named = {
        "单次限额": limits.per_use_fen,
        "每日限额": limits.per_day_fen,
        "每月限额": limits.per_month_fen,
        "每年限额": limits.per_year_fen,
    }
    told = {name: NO_LIMIT if fen is None else f"{yuan(fen)} 元" for name, fen in named.items()}
    return told | {"账户保底余额": f"{yuan(limits.floor_fen)} 元"}


def purposes_text(purposes: Collection[Purpose]) -> str:
    """What a grant may be used for."""
    return "、".join(PURPOSE_CHINESE[one] for one in Purpose if one in purposes)


def bounds_text(limits: Limits, purposes: Collection[Purpose]) -> str:
    """The bounds of a grant in one line, as its consent keeps them."""
    told = [f"{name} {amount}" for name, amount in amounts(limits).items()]
    return "、".join([*told, f"用途 {purposes_text(purposes)}"])
