"""Pure: in which order payers stand."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.funding.model import Payer
from qinji.kernel.bill import PayerKind

LAST = "last"
USER_PRIORITY = "user_priority"


def order(payers: Sequence[Payer], self_position: str, grantor_order: str) -> tuple[Payer, ...]:
    """Own account first or last; relatives by the order people set, or by the time of the grant."""
    own = [payer for payer in payers if payer.kind is PayerKind.OWN]
    given = [payer for payer in payers if payer.kind is PayerKind.GRANTOR]
    if grantor_order == USER_PRIORITY:
        given.sort(key=lambda payer: (payer.rank, payer.since, payer.grant or ""))
    else:
        given.sort(key=lambda payer: (payer.since, payer.grant or ""))
    return (*given, *own) if self_position == LAST else (*own, *given)
