"""Pure rules of premiums: may an order be made, paid back; what an answer does to it; is somebody covered on a day?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.premium.model import (
    LIVE,
    STATE_CHINESE,
    BureauAnswer,
    Coverage,
    History,
    OrderState,
    PremiumOrder,
    Said,
    Taken,
)

ASK_AGAIN_FIRST = timedelta(minutes=1)
ASK_AGAIN_MOST = timedelta(hours=1)
DOUBLINGS_MAX = 6
"""An answer that does not come is asked for again after 1, 2, 4 … minutes, an hour at most, and never given up:
whether the tax bureau has taken the money only the tax bureau knows."""


def ask_again_at(attempts: int, now: datetime) -> datetime:
    """When an order that was sent now for the so-manieth time is sent again if nothing is heard."""
    return now + min(ASK_AGAIN_MOST, ASK_AGAIN_FIRST * (1 << min(attempts, DOUBLINGS_MAX)))


def live(rows: Sequence[Coverage]) -> list[Coverage]:
    """The rows that count."""
    return [one for one in rows if one.ended_at is None]


def _within(row: Coverage, day: date) -> bool:
    return row.covered_from <= day and (row.covered_until is None or day <= row.covered_until)


def covered(rows: Sequence[Coverage], day: date) -> Refused | None:
    """Whether benefits run on a day; without rows the register alone says so.

    Refused: BENEFIT_WAITING before the days that were paid for begin, BENEFIT_LAPSED after them.
    """
    counted = live(rows)
    if not counted or any(_within(one, day) for one in counted):
        return None
    later = [one.covered_from for one in counted if one.covered_from > day]
    if later:
        return refuse(RefusalCode.BENEFIT_WAITING, day=min(later).isoformat())
    last = max(one.covered_until for one in counted if one.covered_until is not None)
    return refuse(RefusalCode.BENEFIT_LAPSED, day=last.isoformat())


def not_twice(history: History, year: int, name: str) -> Refused | None:
    """Whether a year is neither covered nor ordered: one person and year are one order."""
    for one in history.orders:
        if one.year == year and one.state in LIVE:
            return refuse(
                RefusalCode.PREMIUM_ORDERED,
                name=name,
                year=year,
                number=one.number,
                state=STATE_CHINESE[one.state],
            )
    if any(one.year == year for one in live(history.coverages)):
        return refuse(RefusalCode.PREMIUM_COVERED, name=name, year=year)
    return None


_MOVES: Mapping[tuple[Said, OrderState], OrderState] = {
    (Said.PAID, OrderState.ORDERED): OrderState.PAID,
    (Said.PAID, OrderState.SENT): OrderState.PAID,
    (Said.REFUSED, OrderState.ORDERED): OrderState.FAILED,
    (Said.REFUSED, OrderState.SENT): OrderState.FAILED,
    (Said.REFUNDED, OrderState.REFUNDING): OrderState.REFUNDED,
    (Said.REFUND_REFUSED, OrderState.REFUNDING): OrderState.PAID,
}


def answered(order: PremiumOrder, answer: BureauAnswer) -> tuple[Taken, OrderState]:
    """What an answer does: the same one twice does nothing, one that says otherwise than the books is put aside."""
    moved = _MOVES.get((answer.said, order.state))
    if moved is not None:
        return Taken.DONE, moved
    paid = {OrderState.PAID, OrderState.REFUNDING, OrderState.REFUNDED}
    known = {
        Said.PAID: order.state in paid and answer.voucher == order.voucher,
        Said.REFUSED: order.state is OrderState.FAILED,
        Said.REFUNDED: order.state is OrderState.REFUNDED,
        Said.REFUND_REFUSED: order.state is OrderState.PAID and order.reason == answer.reason,
    }
    return (Taken.KNOWN if known[answer.said] else Taken.CONTRADICTS), order.state


def may_refund(
    order: PremiumOrder, actor: UUID, today: date, begins: date, *, offered: bool
) -> Refused | None:
    """Whether a paid premium may be given back: by whom it concerns, before its days begin, where offered."""
    if actor not in {order.orderer_id, order.payer_id, order.person_id}:
        return refuse(RefusalCode.NOT_FOUND)
    if order.state is not OrderState.PAID:
        return refuse(RefusalCode.PREMIUM_STATE, state=STATE_CHINESE[order.state], action="退费")
    if order.repair or not offered or today >= begins:
        return refuse(RefusalCode.PREMIUM_REFUND_LATE, day=begins.isoformat())
    return None


def refunding(order: PremiumOrder, now: datetime) -> PremiumOrder:
    """The order while the tax bureau is asked for the money; due at once."""
    return replace(order, state=OrderState.REFUNDING, next_send_at=now, attempts=0, reason=None)
