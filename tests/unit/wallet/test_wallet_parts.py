"""Of which received money a wallet pays: what came first goes first, and what comes back stands where it stood."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.flows.parts.wallet_spending import given_on, refund
from qinji.kernel.ensure import InvariantBroken
from qinji.ledger.chart import Account
from qinji.ledger.rules import balance_changes, check_act
from qinji.policy.model import RefundTo
from qinji.wallet.model import Lot, Part
from qinji.wallet.rules import after, put_back, spend
from tests.unit.wallet.test_wallet_rules import NOON

ME, BILL, BACK = UUID(int=1), UUID(int=50), UUID(int=60)
GIVERS = st.sampled_from([UUID(int=2), UUID(int=3), None])
REGIONS = {ME: "420100", UUID(int=2): "990100", UUID(int=3): "350200"}


@st.composite
def lots(draw: st.DrawFn) -> list[Lot]:
    """A wallet into which a few transfers came."""
    amounts = draw(st.lists(st.integers(1, 200_000), min_size=1, max_size=6))
    return [Lot(UUID(int=100 + place), draw(GIVERS), fen) for place, fen in enumerate(amounts)]


@given(lots(), st.data())
def test_what_came_first_goes_first_and_to_the_fen(had: list[Lot], data: st.DataObject) -> None:
    amount_fen = data.draw(st.integers(0, sum(lot.left_fen for lot in had)))
    taken = spend(had, ME, BILL, amount_fen)
    assert -sum(part.change_fen for part in taken) == amount_fen
    assert [part.origin for part in taken] == [lot.origin for lot in had][: len(taken)]
    whole = zip(had, taken[:-1], strict=False)
    assert all(lot.left_fen == -part.change_fen for lot, part in whole)
    left = after(had, taken)
    assert sum(lot.left_fen for lot in left) == sum(lot.left_fen for lot in had) - amount_fen
    assert all(lot.left_fen > 0 for lot in left)


@given(lots(), st.data())
def test_what_is_put_back_by_part_leaves_the_wallet_as_it_was(had: list[Lot], data: st.DataObject) -> None:
    amount_fen = data.draw(st.integers(0, sum(lot.left_fen for lot in had) - 1))
    taken = spend(had, ME, BILL, amount_fen)
    back = put_back(taken, BACK)
    assert {part.act_id for part in back} <= {BACK}
    sums = {lot.origin: lot.left_fen for lot in had}
    for part in (*taken, *back):
        sums[part.origin] += part.change_fen
    assert sums == {lot.origin: lot.left_fen for lot in had}


def test_more_than_there_is_is_never_taken() -> None:
    with pytest.raises(InvariantBroken):
        spend([Lot(UUID(int=100), ME, 1)], ME, BILL, 2)


@given(lots(), st.sampled_from(RefundTo), st.data())
def test_a_refund_goes_to_the_wallet_or_to_its_givers_and_clears_to_zero(
    had: list[Lot], refund_to: RefundTo, data: st.DataObject
) -> None:
    spent = spend(had, ME, BILL, data.draw(st.integers(0, sum(lot.left_fen for lot in had))))
    back = refund(spent, refund_to, BACK, 7, REGIONS.__getitem__, NOON)
    check_act(back.transfers)
    onward = given_on(spent, refund_to)
    changes = {(one.person, one.pocket): one.change_fen for one in balance_changes(back.transfers)}
    mine = changes.pop((ME, 3), 0)
    assert changes == {(giver, 0): fen for giver, fen in onward.items()}
    assert mine == -sum(onward.values())
    kept = sum(part.change_fen for part in back.parts)
    assert kept + sum(onward.values()) == -sum(part.change_fen for part in spent)
    assert back.givers == sorted(onward)
    assert [row.seq for row in back.transfers] == list(range(7, 7 + len(back.transfers)))
    assert all(row.reverses is None and row.institution is None for row in back.transfers)
    if refund_to is RefundTo.WALLET:
        assert back.transfers == []


def test_the_books_of_both_regions_name_each_other() -> None:
    spent = [Part(ME, BILL, UUID(int=100), UUID(int=2), -5_000)]
    out, into = refund(spent, RefundTo.SOURCE, BACK, 2, REGIONS.__getitem__, NOON).transfers
    assert (out.debit, out.credit, out.book, out.other_book) == (
        Account.WALLET,
        Account.CLEARING_WALLET,
        "420100",
        "990100",
    )
    assert (into.debit, into.credit, into.book, into.other_book) == (
        Account.CLEARING_WALLET,
        Account.PERSONAL,
        "990100",
        "420100",
    )
    assert (into.person, into.other_person) == (UUID(int=2), ME)
