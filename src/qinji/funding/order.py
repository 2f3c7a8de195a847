"""Pure: in which order payers stand."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.funding.model import Payer
from qinji.kernel.bill import WALLET_POCKET, PayerKind

LAST = "last"
USER_PRIORITY = "user_priority"
BEFORE_ACCOUNT = "before_account"
AFTER_OWN = "after_own"
AFTER_ALL = "after_all"


def order(
    payers: Sequence[Payer], self_position: str, grantor_order: str, wallet_position: str = AFTER_OWN
) -> tuple[Payer, ...]:
    """Own account first or last; relatives by the order people set, or by the time of the grant.

    The patient's wallet stands before or behind the own account, or behind everybody.
    """
    wallet = [payer for payer in payers if payer.pocket == WALLET_POCKET]
    own = [payer for payer in payers if payer.kind is PayerKind.OWN and payer not in wallet]
    if wallet and wallet_position == BEFORE_ACCOUNT:
        own = [*wallet, *own]
    elif wallet_position != AFTER_ALL:
        own = [*own, *wallet]
    given = [payer for payer in payers if payer.kind is PayerKind.GRANTOR]
    if grantor_order == USER_PRIORITY:
        given.sort(key=lambda payer: (payer.rank, payer.since, payer.grant or ""))
    else:
        given.sort(key=lambda payer: (payer.since, payer.grant or ""))
    ordered = (*given, *own) if self_position == LAST else (*own, *given)
    return (*ordered, *wallet) if wallet_position == AFTER_ALL else ordered
