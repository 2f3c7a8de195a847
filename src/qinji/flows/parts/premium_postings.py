"""Pure: the transfers by which a premium is ordered, confirmed, failed or paid back (ARCHITECTURE 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.ensure import ensure
from qinji.kernel.money import yuan
from qinji.kernel.region import city_of
from qinji.ledger.chart import Account
from qinji.ledger.model import HELD_POCKET, ONLY_POCKET, POCKETS, Transfer
from qinji.ledger.rules import check_act, reversal
from qinji.premium.model import OrderState, PayerKind, PremiumOrder

Row = tuple[UUID, Account, Account, UUID | None]
"""Whose row, debit, credit, the person on the other side."""

PLACES: Mapping[PayerKind, tuple[int, ...]] = {
    PayerKind.OWN_ACCOUNT: POCKETS,
    PayerKind.RELATIVE: (ONLY_POCKET,),
    PayerKind.OWN_WALLET: (WALLET_POCKET,),
    PayerKind.CASH: (),
}
"""From which pockets each kind of payer pays, in this order; a relative shares past years' balance only."""


def in_purse(kind: PayerKind, pockets: Mapping[int, int]) -> int:
    """What is there for this kind of payer, in fen."""
    return sum(pockets.get(pocket, 0) for pocket in PLACES[kind])


def _debit(kind: PayerKind) -> Account:
    return Account.WALLET if kind is PayerKind.OWN_WALLET else Account.PERSONAL


def _other(order: PremiumOrder) -> UUID | None:
    return None if order.payer_id == order.person_id else order.person_id


def ordering(order: PremiumOrder, payer_region: str, pockets: Mapping[int, int]) -> list[Transfer]:
    """Out of the payer's account into what is held until the tax bureau says a word; nothing where all is cash."""
    rows: list[Transfer] = []
    left = order.account_fen
    for pocket in PLACES[order.payer_kind]:
        amount_fen = min(left, pockets.get(pocket, 0))
        if amount_fen > 0 and order.payer_id is not None:
            rows.append(
                Transfer(
                    person=order.payer_id,
                    act=order.order_id,
                    seq=len(rows),
                    debit=_debit(order.payer_kind),
                    credit=Account.HELD,
                    amount_fen=amount_fen,
                    book=city_of(payer_region),
                    booked_at=order.ordered_at,
                    pocket=pocket,
                    other_person=_other(order),
                )
            )
            left -= amount_fen
    ensure(left == 0, "what is ordered is there", left_fen=left)
    check_act(rows)
    return rows


def confirming(order: PremiumOrder, payer_region: str, act: UUID, at: datetime) -> list[Transfer]:
    """From what is held to what the tax bureau is owed; a relative's through the clearing account of both books."""
    payer, theirs, ours = order.payer_id, city_of(payer_region), city_of(order.region)
    if payer is None:
        return []
    if _other(order) is None:
        credit, rest = Account.PREMIUM_PAYABLE, []
    else:
        credit = Account.CLEARING_MUTUAL_AID
        rest = [
            Transfer(
                order.person_id,
                act,
                1,
                Account.CLEARING_MUTUAL_AID,
                Account.PREMIUM_PAYABLE,
                order.account_fen,
                ours,
                at,
                other_person=payer,
                other_book=theirs,
            )
        ]
    first = Transfer(
        payer,
        act,
        0,
        Account.HELD,
        credit,
        order.account_fen,
        theirs,
        at,
        pocket=HELD_POCKET,
        other_person=_other(order),
        other_book=ours if rest else None,
    )
    rows = [first, *rest]
    check_act(rows)
    return rows


def going_back(rows: Sequence[Transfer], act: UUID, at: datetime) -> list[Transfer]:
    """An act of this order taken back, each pocket its own."""
    taken = reversal(rows, act, at)
    check_act(taken)
    return taken


def compare(order: PremiumOrder, acts: Mapping[UUID, Sequence[Transfer]]) -> list[tuple[str, str]]:
    """Broken promises of one order: I14 its rows in the ledger are what its state says."""
    expected = _expected(order)
    right = all(
        _sums(acts.get(act, ())) == dict.fromkeys(rows, order.account_fen) for act, rows in expected.items()
    )
    if right:
        return []
    return [("I14", f"保费 {yuan(order.account_fen)} 元({order.state})与分录不一致")]


def acts_of(order: PremiumOrder) -> list[UUID]:
    """The acts of an order: the ordering, its end, and what took both back."""
    named = (order.order_id, order.ending_act, order.refund_act, order.back_act)
    return [act for act in named if act is not None]


def _expected(order: PremiumOrder) -> Mapping[UUID, tuple[Row, ...]]:
    payer = order.payer_id
    if payer is None:
        return dict.fromkeys(acts_of(order), ())
    other, debit = _other(order), _debit(order.payer_kind)
    out: Row = (payer, debit, Account.HELD, other)
    if other is None:
        paid: tuple[Row, ...] = ((payer, Account.HELD, Account.PREMIUM_PAYABLE, None),)
    else:
        paid = (
            (payer, Account.HELD, Account.CLEARING_MUTUAL_AID, other),
            (order.person_id, Account.CLEARING_MUTUAL_AID, Account.PREMIUM_PAYABLE, payer),
        )
    found: dict[UUID, tuple[Row, ...]] = {order.order_id: (out,)}
    if order.ending_act is not None:
        found[order.ending_act] = (_back(out),) if order.state is OrderState.FAILED else paid
    if order.refund_act is not None and order.back_act is not None:
        found[order.refund_act] = tuple(map(_back, paid))
        found[order.back_act] = (_back(out),)
    return found


def _back(row: Row) -> Row:
    return row[0], row[2], row[1], row[3]


def _sums(rows: Sequence[Transfer]) -> Mapping[Row, int]:
    found: Counter[Row] = Counter()
    for row in rows:
        found[row.person, row.debit, row.credit, row.other_person] += row.amount_fen
    return dict(found)
