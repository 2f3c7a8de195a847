"""A statement adds up, whatever happened: for each balance, for each payer, for each relative, month after month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.flows.parts.money_words import (
    KIND_CHINESE,
    KIND_WORDS,
    NEVER_OPPOSITE,
    OPPOSITE,
    MoneyKind,
    kind_of,
    pairs_of,
    told,
)
from qinji.flows.parts.statements import Statement, statement
from qinji.kernel.dates import begin_of, first_of_month, local_day, months_after
from qinji.ledger import record_queries
from qinji.ledger.chart import STORED, Account
from qinji.ledger.model import POCKETS
from qinji.ledger.rules import balances_after
from tests.lives import BEGIN, Life, lived

seeds = st.integers(min_value=0, max_value=2**32)


def months(life: Life) -> Iterator[tuple[date, Statement]]:
    """Each month of a life, with its statement."""
    month = first_of_month(local_day(BEGIN))
    while month <= local_day(life.now):
        begins, ends = begin_of(month), begin_of(months_after(month, 1))
        before = [one for one in life.transfers if one.booked_at < begins]
        within = [one for one in life.transfers if begins <= one.booked_at < ends]
        cash_fen = life.cash_between(begins, ends)
        yield month, statement(month, balances_after({}, before), within, cash_fen)
        month = months_after(month, 1)


@given(seeds, st.integers(min_value=1, max_value=60))
def test_every_balance_of_every_month_is_opening_plus_in_less_out_and_goes_on_in_the_next(
    seed: int, steps: int
) -> None:
    life = lived(seed, steps)
    standing: dict[int, int] = {}
    for _month, made in months(life):
        for one in made.pockets:
            assert one.opening_fen == standing.get(one.pocket, 0)
            assert one.closing_fen == one.opening_fen + one.in_fen - one.out_fen
            standing[one.pocket] = one.closing_fen
        if made.movements:
            last = made.movements[-1]
            assert last.account_fen == sum(standing.get(pocket, 0) for pocket in POCKETS)
    assert {pocket: fen for pocket, fen in standing.items() if fen} == {
        pocket: fen for pocket, fen in life.balances.items() if fen
    }


@given(seeds, st.integers(min_value=1, max_value=60))
def test_reasons_explain_every_balance(seed: int, steps: int) -> None:
    for _month, made in months(lived(seed, steps)):
        change = sum(one.closing_fen - one.opening_fen for one in made.pockets)
        assert change == sum(one.in_fen - one.out_fen for one in made.kinds)


@given(seeds, st.integers(min_value=1, max_value=60))
def test_payers_of_all_months_come_to_the_bills_that_stand(seed: int, steps: int) -> None:
    life = lived(seed, steps)
    made = [one for _month, one in months(life)]
    live = [bill for bill in life.bills if bill.returned_at is None]
    assert sum(one.paid.total_fen for one in made) == sum(bill.total_fen for bill in live)
    assert sum(one.paid.fund_fen for one in made) == sum(bill.fund_fen for bill in live)
    assert sum(one.paid.account_fen + one.paid.wallet_fen for one in made) == sum(
        bill.own_fen for bill in live
    )
    for who in life.relatives:
        theirs = sum(fen for bill in live for payer, fen in life.parts[bill.settlement] if payer == who)
        mine = sum(row.amount_fen for rows in life.shared for row in rows if row.other_person == who)
        told_of = [row for one in made for row in one.relatives if row.relative == who]
        assert sum(row.for_me_fen for row in told_of) == theirs
        assert sum(row.for_them_fen for row in told_of) == mine


@given(seeds, st.integers(min_value=1, max_value=60))
def test_every_transfer_of_ones_own_money_has_words(seed: int, steps: int) -> None:
    life = lived(seed, steps)
    for row in life.transfers:
        if row.debit in STORED or row.credit in STORED:
            assert kind_of(row.debit, row.credit) is not MoneyKind.OTHER
            words = told(row, "王*", "药店购药")
            assert "{" not in words
            assert "()" not in words
            assert (row.debit, row.credit) in pairs_of(kind_of(row.debit, row.credit))


def test_every_account_of_the_chart_says_what_a_transfer_against_it_was() -> None:
    assert set(Account) - set(STORED) - NEVER_OPPOSITE <= set(OPPOSITE)
    assert set(KIND_WORDS) == set(KIND_CHINESE) == set(MoneyKind)


def test_the_index_of_ones_own_transfers_is_about_every_stored_account() -> None:
    assert set(re.findall(r"'(\w+)'", record_queries._OWN)) == set(STORED)


def test_a_pair_of_accounts_is_of_one_kind() -> None:
    pairs = [pair for kind in MoneyKind for pair in pairs_of(kind)]
    assert len(pairs) == len(set(pairs))


def test_a_refund_that_goes_back_to_its_giver_says_so_on_both_sides() -> None:
    wallet, clearing, account = Account.WALLET, Account.CLEARING_WALLET, Account.PERSONAL
    row = replace(lived(1, 20).transfers[0], reverses=None, debit=wallet, credit=clearing)
    assert told(row, "王*", "") == "医保钱包:退费退回给转来这笔钱的王*"
    back = replace(row, debit=clearing, credit=account)
    assert told(back, "王*", "") == "医保钱包:转给王*的钱退费后退回"


@pytest.mark.parametrize(
    ("debit", "kind"),
    [(Account.PERSONAL, MoneyKind.SHARED), (Account.HELD, MoneyKind.PREMIUM)],
)
def test_what_was_held_for_a_relative_is_a_premium_and_what_was_not_is_a_bill(
    debit: Account, kind: MoneyKind
) -> None:
    assert kind_of(debit, Account.CLEARING_MUTUAL_AID) is kind
