"""Pure: balances that pay in-scope cost before the deductible (上海: 当年账户), and do not fill it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qinji.funding.model import Limit, Payer
from qinji.kernel.bill import PayerKind, Plan, Share
from qinji.kernel.purpose import UseClass

CURRENT_POCKET = 1
"""The pocket of this year's contributions; the other is the history balance."""


@dataclass(frozen=True, slots=True)
class Prepaid:
    """What was paid before the split, and all payers with what is left to each."""

    shares: tuple[Share, ...]
    payers: tuple[Payer, ...]

    @property
    def amount_fen(self) -> int:
        """All that was prepaid."""
        return sum(share.amount_fen for share in self.shares)


def prepay(in_scope_fen: int, payers: Sequence[Payer]) -> Prepaid:
    """The own current-year balance pays what is in scope, as far as it goes; others are not touched."""
    shares, left = [], []
    for payer in payers:
        amount = min(in_scope_fen, payer.room_fen) if _goes_first(payer) else 0
        if amount:
            by_class = {UseClass.IN_SCOPE_SHARE: amount}
            shares.append(Share(payer.kind, payer.person, payer.pocket, amount, by_class, payer.grant))
            in_scope_fen -= amount
        left.append(_after(payer, amount))
    return Prepaid(tuple(shares), tuple(left))


def with_prepaid(before: Prepaid, paid: Plan) -> Plan:
    """The plan with what was prepaid in it: a payer that pays before and after the split has one share."""
    if not before.shares:
        return paid
    first = {(share.person, share.pocket): share for share in before.shares}
    later = [_together(first.pop((share.person, share.pocket), None), share) for share in paid.shares]
    return replace(paid, shares=(*first.values(), *later))


def _together(earlier: Share | None, later: Share) -> Share:
    if earlier is None:
        return later
    by_class = dict(later.by_class)
    for use, amount_fen in earlier.by_class.items():
        by_class[use] = by_class.get(use, 0) + amount_fen
    return replace(later, amount_fen=earlier.amount_fen + later.amount_fen, by_class=by_class)


def _goes_first(payer: Payer) -> bool:
    return (
        payer.kind is PayerKind.OWN
        and payer.pocket == CURRENT_POCKET
        and UseClass.IN_SCOPE_SHARE in payer.pays
    )


def _after(payer: Payer, amount_fen: int) -> Payer:
    if not amount_fen:
        return payer

    def less(limit: Limit) -> Limit:
        return None if limit is None else limit - amount_fen

    per_use, day, month, year = payer.limits
    return replace(
        payer,
        balance_fen=payer.balance_fen - amount_fen,
        limits=(less(per_use), less(day), less(month), less(year)),
    )
