"""Rules of premiums: what an answer does, when one is asked again, who is covered on a day, who gets money back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from qinji.kernel.refusal import RefusalCode, Refused
from qinji.premium.model import LIVE, BureauAnswer, Coverage, History, OrderState, Said, Taken
from qinji.premium.rules import answered, ask_again_at, covered, may_refund, not_twice
from tests.unit.premium.orders import INSURED, NOW, ORDER, PAYER, STRANGER, order

PAID = BureauAnswer(ORDER.order_id, Said.PAID, "税票1")


def row(begins: date, until: date | None, *, ended: bool = False, year: int = 2026) -> Coverage:
    """Days that are covered."""
    return Coverage(INSURED, UUID(int=5), year, None, begins, until, NOW, NOW if ended else None)


def code_of(found: Refused | None) -> RefusalCode | None:
    """The code of a refusal."""
    return None if found is None else found.code


@pytest.mark.parametrize(
    ("state", "said", "taken", "becomes"),
    [
        (OrderState.ORDERED, Said.PAID, Taken.DONE, OrderState.PAID),
        (OrderState.SENT, Said.PAID, Taken.DONE, OrderState.PAID),
        (OrderState.SENT, Said.REFUSED, Taken.DONE, OrderState.FAILED),
        (OrderState.PAID, Said.PAID, Taken.KNOWN, OrderState.PAID),
        (OrderState.REFUNDING, Said.PAID, Taken.KNOWN, OrderState.REFUNDING),
        (OrderState.REFUNDED, Said.PAID, Taken.KNOWN, OrderState.REFUNDED),
        (OrderState.FAILED, Said.PAID, Taken.CONTRADICTS, OrderState.FAILED),
        (OrderState.PAID, Said.REFUSED, Taken.CONTRADICTS, OrderState.PAID),
        (OrderState.FAILED, Said.REFUSED, Taken.KNOWN, OrderState.FAILED),
        (OrderState.REFUNDING, Said.REFUNDED, Taken.DONE, OrderState.REFUNDED),
        (OrderState.REFUNDING, Said.REFUND_REFUSED, Taken.DONE, OrderState.PAID),
        (OrderState.PAID, Said.REFUNDED, Taken.CONTRADICTS, OrderState.PAID),
        (OrderState.REFUNDED, Said.REFUNDED, Taken.KNOWN, OrderState.REFUNDED),
        (OrderState.ORDERED, Said.REFUNDED, Taken.CONTRADICTS, OrderState.ORDERED),
    ],
)
def test_an_answer_moves_an_order_once(
    state: OrderState, said: Said, taken: Taken, becomes: OrderState
) -> None:
    known = order(state=state, voucher="税票1")
    assert answered(known, BureauAnswer(known.order_id, said, "税票1")) == (taken, becomes)


def test_another_voucher_for_a_paid_order_contradicts() -> None:
    assert answered(order(state=OrderState.PAID, voucher="税票2"), PAID)[0] is Taken.CONTRADICTS


def test_an_answer_is_asked_for_again_later_and_later_and_at_most_an_hour_apart() -> None:
    waits = [(ask_again_at(attempts, NOW) - NOW) // timedelta(minutes=1) for attempts in range(9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert ask_again_at(10_000, NOW) == NOW + timedelta(hours=1)


def test_without_dated_rows_the_register_alone_speaks_and_with_them_each_day_does() -> None:
    this_year = row(date(2026, 1, 1), date(2026, 12, 31))
    later = row(date(2027, 4, 1), date(2027, 12, 31))
    assert covered([], date(2026, 3, 17)) is None
    for day, code in (
        (date(2025, 12, 31), RefusalCode.BENEFIT_WAITING),
        (date(2026, 1, 1), None),
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), RefusalCode.BENEFIT_WAITING),
        (date(2027, 4, 1), None),
        (date(2028, 1, 1), RefusalCode.BENEFIT_LAPSED),
    ):
        assert code_of(covered([this_year, later], day)) is code, day
    assert covered([row(date(2026, 1, 1), None)], date(2040, 1, 1)) is None
    ended = row(date(2026, 1, 1), date(2026, 12, 31), ended=True)
    assert covered([ended], date(2026, 3, 17)) is None, "what was paid back says nothing"


def test_a_year_that_is_waited_through_brings_no_day() -> None:
    wait = row(date(2027, 2, 1), date(2026, 12, 31))
    assert code_of(covered([wait], date(2026, 12, 1))) is RefusalCode.BENEFIT_WAITING
    assert code_of(covered([wait], date(2027, 2, 1))) is RefusalCode.BENEFIT_LAPSED


@pytest.mark.parametrize("state", OrderState)
def test_a_year_is_ordered_again_only_when_the_order_is_over(state: OrderState) -> None:
    found = not_twice(History(orders=(order(state=state),)), 2027, "王**")
    assert code_of(found) is (RefusalCode.PREMIUM_ORDERED if state in LIVE else None)
    assert not_twice(History(orders=(order(state=state),)), 2026, "王**") is None


def test_a_year_that_is_covered_is_not_ordered() -> None:
    history = History((row(date(2026, 1, 1), date(2026, 12, 31)),))
    assert code_of(not_twice(history, 2026, "王**")) is RefusalCode.PREMIUM_COVERED


def test_money_is_asked_back_by_whom_it_concerns_before_the_first_day_of_benefits() -> None:
    paid = order(state=OrderState.PAID)
    begins, eve = date(2027, 1, 1), date(2026, 12, 31)
    for who in (INSURED, PAYER):
        assert may_refund(paid, who, eve, begins, offered=True) is None
    assert code_of(may_refund(paid, STRANGER, eve, begins, offered=True)) is RefusalCode.NOT_FOUND
    assert code_of(may_refund(paid, PAYER, begins, begins, offered=True)) is RefusalCode.PREMIUM_REFUND_LATE
    assert code_of(may_refund(paid, PAYER, eve, begins, offered=False)) is RefusalCode.PREMIUM_REFUND_LATE
    repair = order(state=OrderState.PAID, repair=True)
    assert code_of(may_refund(repair, PAYER, eve, begins, offered=True)) is RefusalCode.PREMIUM_REFUND_LATE
    for state in set(OrderState) - {OrderState.PAID}:
        refused = may_refund(order(state=state), PAYER, eve, begins, offered=True)
        assert code_of(refused) is RefusalCode.PREMIUM_STATE
