"""Pure: a bill in a few words, as it is typed on a command line, in the form of a bill to try."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qinji.flows.parts.reading import TrialInvalid
from qinji.kernel.kinship import CHINESE
from qinji.kernel.purpose import OWN_EXPENSE

_SELF = "self"
_CATEGORIES = ("A", "B", "C")
_ESSENTIAL = "essential"
_NUMBER = re.compile(r"\d+(\.\d+)?")
_PERSON = {
    "职工": "employee",
    "居民": "resident",
    "在职": "in_service",
    "退休": "retired",
    "成年": "adult",
    "儿童": "child",
    "学生": "student",
}
_OWNERS = {"本人": _SELF, **{chinese: relation.value for relation, chinese in CHINESE.items()}}
Told = dict[str, object]


def person_of(text: str) -> Told:
    """``employee/retired/72`` or ``居民/儿童/8``: insurance, status, age; the last two where they matter."""
    words = [_PERSON.get(word.strip(), word.strip()) for word in text.split("/")]
    if not words[0] or len(words) > 3:
        raise TrialInvalid(f"--person 应写作 险种/状态/年龄,如 employee/retired/72,不是 {text}")
    person: Told = {"insurance": words[0]}
    for word in words[1:]:
        if word.isascii() and word.isdigit():
            person["age"] = int(word)
        else:
            person["status"] = word
    return person


def line_of(text: str) -> Told:
    """``B 80.00 0.10``: category or catalogue code, amount, and what the line has beside.

    That is the ratio of prior self-pay, what a wholly own line was spent on, or ``essential``.
    """
    words = text.split()
    if len(words) < 2:
        raise TrialInvalid(f"--line 应写作 类别 金额 [先行自付比例],如 'B 80.00 0.10',不是 {text}")
    first = words[0].upper()
    line: Told = {"category": first} if first in _CATEGORIES else {"item": words[0]}
    line["amount"] = words[1]
    for word in words[2:]:
        if _NUMBER.fullmatch(word):
            line["prior_self_pay_ratio"] = word
        elif word == _ESSENTIAL:
            line["essential"] = True
        elif word in OWN_EXPENSE:
            line["own_expense_as"] = word
        else:
            allowed = "、".join((*(use.value for use in OWN_EXPENSE), _ESSENTIAL))
            raise TrialInvalid(f"--line 中的 {word} 应为先行自付比例,或 {allowed} 之一")
    return line


def accounts_of(texts: Sequence[str]) -> list[Told]:
    """``self=200``, ``self.current_year=50``, ``spouse=300`` in the order in which they are asked to pay.

    A second relative of the same kind is called by a number, ``parent2``.
    """
    made: list[Told] = []
    for text in texts:
        whose, found, balance = text.partition("=")
        owner, _, kind = whose.strip().partition(".")
        relation = _OWNERS.get(owner, owner)
        if not found or not relation:
            raise TrialInvalid(f"--account 应写作 谁=余额,如 self=200 或 spouse=300,不是 {text}")
        before = sum(one["relation"] == relation for one in made)
        name = f"{owner}{before + 1}" if before and relation != _SELF else owner
        account: Told = {"owner": name if relation != _SELF else _SELF, "relation": relation}
        made.append({**account, "balance": balance.strip(), **({"kind": kind} if kind else {})})
    return made


def used_of(texts: Sequence[str]) -> Told:
    """``deductible_used=500``: what was used this year before the bill."""
    used: Told = {}
    for text in texts:
        key, found, amount = text.partition("=")
        if not found:
            raise TrialInvalid(f"--used 应写作 项目=金额,如 deductible_used=500,不是 {text}")
        used[key.strip()] = amount.strip()
    return used
