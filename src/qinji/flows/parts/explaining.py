"""Pure: explain a settlement from the input that was stored with it, and nothing else.

The bill is computed again from the stored lines, rules, accumulators and payers; where it comes out otherwise than
it was settled, that is said. The Chinese text is made now, from the machine trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache

from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.divide import divide
from qinji.flows.parts.document import Document, own_money_only, read_decision
from qinji.flows.parts.rights import rights
from qinji.funding.model import Payer
from qinji.kernel.bill import Approval, Category, FeeLine, PayerKind, Plan, Split, TraceStep
from qinji.kernel.dates import CHINA
from qinji.kernel.money import yuan
from qinji.kernel.purpose import UseClass
from qinji.policy.model import Accumulated
from qinji.policy.plain import from_plain
from qinji.policy.trace import render

INSURANCE_CHINESE = {"employee": "职工医保", "resident": "居民医保"}
_CHOSEN: dict[str, list[str]] = {
    AccountUse.NONE: ["收费时选择了不用个人账户"],
    AccountUse.OWN_ONLY: ["收费时选择了“只用本人账户”"],
}
"""What was said when the bill was settled and explains why accounts did not pay."""


def explain(stored: bytes) -> list[str]:
    """A settlement in Chinese sentences: the facts it rested on, who paid what by what right, and the check."""
    document = read_decision(stored)
    steps = [*steps_of(document["split"]["trace"]), *steps_of(document["plan"]["trace"])]
    return [
        *_head(document),
        *(f"{place}. {text}" for place, text in enumerate(render(steps), 1)),
        *rights(document),
        computed_again(document),
    ]


def _head(document: Document) -> list[str]:
    patient = document["patient"]
    day = date.fromisoformat(document["service_day"])
    booked = datetime.fromisoformat(document["booked_at"]).astimezone(CHINA)
    return [
        f"就诊日 {day},记账时间 {booked:%Y-%m-%d %H:%M:%S}",
        f"医药机构 {document['institution']}({_level(document['level'])})",
        f"参保地 {patient['region']},{INSURANCE_CHINESE.get(patient['insurance'], patient['insurance'])}",
        f"政策包摘要 {document['pack']}",
        f"费用明细 {len(document['lines'])} 条,涉及账户 {len(document['payers'])} 个",
        *chosen(document),
    ]


def chosen(document: Document) -> list[str]:
    """What was chosen when the code was shown or the bill was settled, and explains why accounts did not pay."""
    shown = ["出示医保码时选择了“本次不用家人的钱”"] if own_money_only(document) else []
    return [*shown, *_CHOSEN.get(document["account_use"], [])]


def _level(level: str) -> str:
    return "定点药店" if level == "pharmacy" else f"{level} 级"


def steps_of(rows: Sequence[Document]) -> list[TraceStep]:
    """The steps of a stored trace."""
    return [TraceStep(**row) for row in rows]


def computed_again(document: Document) -> str:
    """The bill computed once more from the stored input, and whether it comes out the same."""
    divided, paid = recompute(document)
    kept = document["plan"]["shares"]
    was = (
        document["split"]["fund_fen"],
        [share["amount_fen"] for share in kept],
        document["plan"]["cash_fen"],
    )
    now = (divided.fund_fen, [share.amount_fen for share in paid.shares], paid.cash_fen)
    if was == now:
        return f"按当时的输入重新计算,结果相同:基金 {yuan(now[0])} 元,现金 {yuan(now[2])} 元"
    return f"按当时的输入重新计算,结果不同:当时基金 {yuan(was[0])}、现金 {yuan(was[2])} 元,现在 {yuan(now[0])}、{yuan(now[2])} 元"


def recompute(document: Document) -> tuple[Split, Plan]:
    """Split and plan from the stored input alone."""
    return divide(
        [line_of(row) for row in document["lines"]],
        from_plain(document["rules"]),
        Accumulated(**document["used"]),
        [payer_of(row) for row in document["payers"]],
    )


def line_of(row: Document) -> FeeLine:
    """A stored line with what the catalogue said of it."""
    read = {
        "category": Category(row["category"]),
        "prior_ratio": _ratio(row["prior_ratio"]),
        "approval": Approval(row["approval"]),
        "own_expense_as": UseClass(row.get("own_expense_as", UseClass.CATEGORY_C)),
    }
    return FeeLine(**(dict(row) | read))


@lru_cache(1024)
def _ratio(text: str) -> Fraction:
    """A ratio of the catalogue; there are few different ones, and reading one is dear."""
    return Fraction(text)


def payer_of(row: Document) -> Payer:
    """A stored payer with the room it had."""
    read = {
        "kind": PayerKind(row["kind"]),
        "pays": frozenset(UseClass(use) for use in row["pays"]),
        "limits": tuple(row["limits"]),
    }
    return Payer(**(dict(row) | read))
