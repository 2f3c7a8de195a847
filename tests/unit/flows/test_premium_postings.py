"""The money of a premium by any chance: after each act the balances are what a hand would write; the audit sees it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from qinji.flows.parts.premium_postings import PLACES, compare, confirming, going_back, ordering
from qinji.kernel.bill import WALLET_POCKET
from qinji.ledger.chart import Account
from qinji.ledger.model import HELD_POCKET, Transfer
from qinji.ledger.rules import balance_changes
from qinji.premium.model import OrderState, PayerKind, PremiumOrder
from tests.unit.premium.orders import INSURED, NOW, PAYER, order

END, REFUND, BACK = UUID(int=201), UUID(int=202), UUID(int=203)
KINDS = [one for one in PayerKind if one is not PayerKind.CASH]
ENDINGS = ["waits", "fails", "is paid", "is paid back"]


def made(kind: PayerKind, fen: int) -> PremiumOrder:
    """An order by this kind of payer."""
    payer = INSURED if kind is PayerKind.OWN_WALLET else PAYER
    grant = UUID(int=300) if kind is PayerKind.RELATIVE else None
    return order(payer_kind=kind, payer_id=payer, grant_id=grant, amount_fen=fen, account_fen=fen)


def play(
    asked: PremiumOrder, ending: str, pockets: dict[int, int]
) -> tuple[PremiumOrder, dict[UUID, list[Transfer]]]:
    """The order after its ending, with its acts."""
    out = ordering(asked, "990200", pockets)
    acts = {asked.order_id: out}
    if ending == "fails":
        acts[END] = going_back(out, END, NOW)
        return replace(asked, state=OrderState.FAILED, ending_act=END), acts
    if ending == "waits":
        return asked, acts
    acts[END] = confirming(asked, "990200", END, NOW)
    paid = replace(asked, state=OrderState.PAID, ending_act=END)
    if ending == "is paid":
        return paid, acts
    acts |= {REFUND: going_back(acts[END], REFUND, NOW), BACK: going_back(out, BACK, NOW)}
    return replace(paid, state=OrderState.REFUNDED, refund_act=REFUND, back_act=BACK), acts


def moved(acts: dict[UUID, list[Transfer]]) -> dict[tuple[UUID, int], int]:
    """What all acts together do to stored balances."""
    rows = [row for act in acts.values() for row in act]
    return {(one.person, one.pocket): one.change_fen for one in balance_changes(rows)}


@given(st.sampled_from(KINDS), st.sampled_from(ENDINGS), st.integers(1, 50_000), st.integers(0, 50_000))
def test_the_money_of_a_premium_is_in_one_place_at_every_moment(
    kind: PayerKind, ending: str, fen: int, first: int
) -> None:
    asked = made(kind, fen)
    places = PLACES[kind]
    pockets = dict.fromkeys(places, fen) | ({places[0]: min(first, fen)} if len(places) > 1 else {})
    after, acts = play(asked, ending, pockets)
    changes = moved(acts)
    held = changes.pop((asked.payer_id or PAYER, HELD_POCKET), 0)
    gone = -sum(changes.values())
    assert (gone, held) == {
        "waits": (fen, fen),
        "fails": (0, 0),
        "is paid": (fen, 0),
        "is paid back": (0, 0),
    }[ending]
    owed = sum(
        row.amount_fen * ((row.credit is Account.PREMIUM_PAYABLE) - (row.debit is Account.PREMIUM_PAYABLE))
        for act in acts.values()
        for row in act
    )
    assert owed == (fen if ending == "is paid" else 0)
    assert compare(after, acts) == []


@given(st.sampled_from(KINDS), st.sampled_from(ENDINGS), st.data())
def test_a_row_that_is_missing_or_of_another_amount_is_found(
    kind: PayerKind, ending: str, data: st.DataObject
) -> None:
    after, acts = play(made(kind, 330_00), ending, dict.fromkeys(PLACES[kind], 330_00))
    act = data.draw(st.sampled_from(sorted(acts)))
    place = data.draw(st.integers(0, len(acts[act]) - 1))
    wrong = list(acts[act])
    if data.draw(st.booleans()):
        del wrong[place]
    else:
        wrong[place] = replace(wrong[place], amount_fen=wrong[place].amount_fen + 1)
    assert [invariant for invariant, _ in compare(after, {**acts, act: wrong})] == ["I14"]


def test_years_past_are_spent_before_this_years_and_a_wallet_from_its_own_pocket() -> None:
    rows = ordering(made(PayerKind.OWN_ACCOUNT, 100), "990200", {0: 30, 1: 90})
    assert [(row.pocket, row.amount_fen, row.debit) for row in rows] == [
        (0, 30, Account.PERSONAL),
        (1, 70, Account.PERSONAL),
    ]
    (row,) = ordering(made(PayerKind.OWN_WALLET, 100), "990200", {WALLET_POCKET: 100})
    assert (row.pocket, row.debit, row.other_person) == (WALLET_POCKET, Account.WALLET, None)


def test_cash_moves_nothing_here() -> None:
    cash = order(payer_kind=PayerKind.CASH, payer_id=None, account_fen=0)
    assert ordering(cash, "990200", {}) == confirming(cash, "990200", END, NOW) == []
    assert compare(replace(cash, state=OrderState.PAID, ending_act=END), {}) == []
