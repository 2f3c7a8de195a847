"""The current year's balance pays in-scope cost before the deductible, where a region has it so."""

from hypothesis import given
from hypothesis import strategies as st

from qinji.funding.model import Payer
from qinji.funding.plan import plan
from qinji.funding.prepay import CURRENT_POCKET, prepay, with_prepaid
from qinji.kernel.bill import PayerKind
from qinji.kernel.purpose import UseClass

ALL = frozenset(UseClass)


def current(balance_fen: int, **more: object) -> Payer:
    return Payer(PayerKind.OWN, "self", "", CURRENT_POCKET, balance_fen, ALL, **more)  # type: ignore[arg-type]


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_it_pays_what_is_in_scope_as_far_as_it_goes(in_scope_fen: int, balance_fen: int) -> None:
    made = prepay(in_scope_fen, [current(balance_fen)])
    assert made.amount_fen == min(in_scope_fen, balance_fen)
    assert made.payers[0].balance_fen == balance_fen - made.amount_fen


def test_the_history_balance_and_relatives_do_not_prepay() -> None:
    history = Payer(PayerKind.OWN, "self", "", 0, 500, ALL)
    mother = Payer(PayerKind.GRANTOR, "mother", "", CURRENT_POCKET, 500, ALL, grant="g")
    made = prepay(300, [history, mother])
    assert made.shares == ()
    assert made.payers == (history, mother)


def test_what_was_prepaid_counts_against_the_limits() -> None:
    made = prepay(300, [current(500, limits=(400, None, None, 350))])
    assert made.payers[0].limits == (100, None, None, 50)
    assert made.payers[0].room_fen == 50


def test_an_account_that_may_not_pay_in_scope_cost_or_does_not_pay_at_all_prepays_nothing() -> None:
    only_c = Payer(PayerKind.OWN, "self", "", CURRENT_POCKET, 500, frozenset({UseClass.CATEGORY_C}))
    assert prepay(300, [only_c, current(500, skip_reason="own_frozen")]).amount_fen == 0


def test_who_pays_before_and_after_the_split_has_one_share_of_all_it_paid() -> None:
    before = prepay(300, [current(500)])
    later = plan({UseClass.DEDUCTIBLE: 120}, before.payers)
    (share,) = with_prepaid(before, later).shares
    assert share.amount_fen == 420
    assert dict(share.by_class) == {UseClass.IN_SCOPE_SHARE: 300, UseClass.DEDUCTIBLE: 120}
    both = with_prepaid(before, plan({UseClass.IN_SCOPE_SHARE: 120}, before.payers)).shares
    assert [dict(one.by_class) for one in both] == [{UseClass.IN_SCOPE_SHARE: 420}]
    nothing = plan({}, before.payers)
    assert with_prepaid(before, nothing).shares == before.shares
    assert with_prepaid(prepay(0, [current(500)]), later) == later
