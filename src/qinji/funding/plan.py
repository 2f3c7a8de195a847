"""Pure: who pays how much of the personal part.

Payers come in funding order; each pays the classes it may, first those that fewest of the later payers may pay, and
among equals in the order over limit, category C, prior self-pay, deductible, in-scope share. So own money pays first
what nobody else may pay, and cash is least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qinji.funding.model import Payer
from qinji.kernel.bill import Plan, Share, TraceStep
from qinji.kernel.ensure import ensure
from qinji.kernel.purpose import UseClass

_ORDER = list(UseClass)


def _classes(payer: Payer, later: Sequence[Payer]) -> list[UseClass]:
    def rivals(use: UseClass) -> int:
        return sum(1 for other in later if use in other.pays and other.room_fen > 0)

    return sorted(payer.pays, key=lambda use: (rivals(use), _ORDER.index(use)))


def _step(payer: Payer, paid_fen: int, reason: str) -> TraceStep:
    per_use, day, month, year = payer.limits
    return TraceStep(
        "paid" if paid_fen else "not_paid",
        {
            "kind": payer.kind.value,
            "name": payer.name,
            "relation": payer.relation,
            "grant": payer.grant,
            "amount_fen": paid_fen,
            "balance_fen": payer.balance_fen,
            "floor_fen": payer.floor_fen,
            "per_use_fen": per_use,
            "day_left_fen": day,
            "month_left_fen": month,
            "year_left_fen": year,
            "reason": reason,
        },
        "mutual_aid.relations" if payer.grant else "account.own_pays",
        payer.document,
        payer.clause,
    )


def _why_nothing(payer: Payer, open_fen: int) -> str:
    if payer.skip_reason:
        return payer.skip_reason
    if open_fen == 0:
        return "nothing_left"
    if payer.room_fen == 0:
        return "no_balance" if payer.balance_fen <= payer.floor_fen else "limit_reached"
    return "class_not_allowed"


def plan(personal: Mapping[UseClass, int], payers: Sequence[Payer]) -> Plan:
    """Shares in funding order and the rest in cash; parts add up to the personal part."""
    open_parts = {use: personal.get(use, 0) for use in _ORDER}
    shares, steps = [], []
    for place, payer in enumerate(payers):
        room, by_class = payer.room_fen, {}
        before = sum(open_parts.values())
        for use in _classes(payer, payers[place + 1 :]):
            amount = min(room, open_parts[use])
            if amount > 0:
                by_class[use] = amount
                open_parts[use] -= amount
                room -= amount
        paid = sum(by_class.values())
        if paid:
            shares.append(Share(payer.kind, payer.person, payer.pocket, paid, by_class, payer.grant))
        steps.append(_step(payer, paid, "" if paid else _why_nothing(payer, before)))
    cash = sum(open_parts.values())
    ensure(
        cash + sum(share.amount_fen for share in shares) == sum(personal.values()),
        "the parts of a plan add up to the personal part",
    )
    steps.append(TraceStep("cash", {"amount_fen": cash}))
    return Plan(tuple(shares), cash, tuple(steps))
