"""The wallet stands where the region puts it, among the same payers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qinji.funding.model import Payer
from qinji.funding.order import AFTER_ALL, AFTER_OWN, BEFORE_ACCOUNT, LAST, order
from qinji.funding.plan import plan
from qinji.kernel.bill import WALLET_POCKET, PayerKind
from qinji.kernel.purpose import UseClass
from qinji.policy.trace import render

ALL = frozenset(UseClass)
ACCOUNT = Payer(PayerKind.OWN, "self", "杨素珍", 0, 20_00, ALL)
WALLET = replace(ACCOUNT, pocket=WALLET_POCKET, balance_fen=300_00)
GIVEN = Payer(PayerKind.GRANTOR, "other", "李敏", 0, 500_00, ALL, grant="g", rank=1)

PLACES = [
    (BEFORE_ACCOUNT, "first", (WALLET, ACCOUNT, GIVEN)),
    (AFTER_OWN, "first", (ACCOUNT, WALLET, GIVEN)),
    (AFTER_ALL, "first", (ACCOUNT, GIVEN, WALLET)),
    (BEFORE_ACCOUNT, LAST, (GIVEN, WALLET, ACCOUNT)),
    (AFTER_OWN, LAST, (GIVEN, ACCOUNT, WALLET)),
    (AFTER_ALL, LAST, (GIVEN, ACCOUNT, WALLET)),
]


@pytest.mark.parametrize(("wallet", "own", "stood"), PLACES)
def test_the_wallet_stands_where_the_region_puts_it(wallet: str, own: str, stood: tuple[Payer, ...]) -> None:
    assert order([GIVEN, WALLET, ACCOUNT], own, "user_priority", wallet) == stood


def test_what_the_wallet_pays_is_own_money_and_the_trace_names_it() -> None:
    made = plan({UseClass.DEDUCTIBLE: 100_00}, order([ACCOUNT, WALLET], "first", "user_priority", AFTER_OWN))
    assert (made.own_fen, made.wallet_fen, made.mutual_aid_fen, made.cash_fen) == (100_00, 80_00, 0, 0)
    assert "本人医保钱包 支付 80.00 元,付前余额 300.00 元" in render(made.trace)


def test_a_wallet_that_may_not_pay_says_why() -> None:
    idle = replace(WALLET, skip_reason="wallet_not_this_purpose")
    made = plan({UseClass.DEDUCTIBLE: 100_00}, [idle])
    assert made.cash_fen == 100_00
    assert "本人医保钱包 没有支付:您参保地的规定里,医保钱包不能用于这类费用" in render(made.trace)
