"""The reasons of a bill in few words: each sentence of the trace, and its documents named once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qinji.api.bills import BillDetail, StepView
from qinji.entry.demo.world import BillItem
from qinji.kernel.money import yuan
from qinji.policy.trace import CERTAINTY_CHINESE

FUND_STEPS = ("remote_prior", "remote", "fund_pays_not", "deductible", "band", "cap")
SOURCE_MARK = "〔依据:"
BOUNDS = re.compile(r"\(([^()]*(?:限额|保底)[^()]*)\)$")
RELATIVE = "家庭共济"
ITEMS_SHOWN = 3


def fund_reasons(detail: BillDetail) -> list[str]:
    """How the pooled fund's part came about."""
    steps = [step for step in detail.trace if step.code in FUND_STEPS]
    return [*(_sentence(step) for step in steps), *_sources(steps)]


def payer_reasons(detail: BillDetail) -> list[list[str]]:
    """By what right each payer paid, within what bounds, and for which parts of the bill; in the payers' order."""
    steps = [step for step in detail.trace if step.code == "paid"]
    reasons = []
    for payer, step in zip(detail.payers, steps, strict=True):
        bounds = BOUNDS.search(_sentence(step))
        parts = "、".join(f"{part} {yuan(fen)}" for part, fen in payer.by_class_text.items())
        told = [] if bounds is None else [f"授权的限制:{bounds.group(1)}"]
        reasons.append([payer.right, *told, f"付的是:{parts}"])
    return reasons


def cash_reasons(detail: BillDetail) -> list[str]:
    """Why something, or nothing, is left to pay in cash."""
    if detail.cash_fen == 0:
        return ["不需要付现金"]
    told = [_sentence(step) for step in detail.trace if step.code == "not_paid"]
    if detail.payers:
        told.append("上面的账户已付到余额、限额或规定为止")
    if not any(
        RELATIVE in step.text.split(" ", 1)[0] for step in detail.trace if step.code in {"paid", "not_paid"}
    ):
        told.append("没有家庭共济授权可用")
    return told


def scope_told(detail: BillDetail) -> str:
    """What of the bill is within the policy."""
    return next((_sentence(step) for step in detail.trace if step.code == "scope"), "")


def shower_told(detail: BillDetail) -> str:
    """Who showed the code, when it was not the patient."""
    shower = detail.shown_by
    return "" if shower is None or shower.psn_no == detail.psn_no else f",由{shower.name}在自己手机上出示"


def items_told(items: Sequence[BillItem]) -> str:
    """The first items of a bill, and how many there are."""
    told = [f"{item.name}×{item.count}" if item.count > 1 else item.name for item in items]
    return "、".join(told[:ITEMS_SHOWN]) + (f"等 {len(told)} 项" if len(told) > ITEMS_SHOWN else "")


def _sentence(step: StepView) -> str:
    return step.text.partition(SOURCE_MARK)[0]


def _sources(steps: Sequence[StepView]) -> list[str]:
    clauses: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        if step.document:
            named = clauses.setdefault((step.document, step.certainty), [])
            named.extend(clause for clause in [step.clause] if clause not in named)
    return [
        f"依据:{document} {'、'.join(named)}({CERTAINTY_CHINESE.get(certainty, certainty)})"
        for (document, certainty), named in clauses.items()
    ]
