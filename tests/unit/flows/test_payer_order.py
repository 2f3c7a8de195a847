"""Who pays first and next, in words, and what another order changes: never a relative's balance."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.flows.parts.kin import KinName
from qinji.flows.parts.payer_order import (
    OrderEffect,
    Standing,
    notes_of,
    order_effect,
    restricted,
    sentence_of,
    standing_of,
    told_payers,
)
from qinji.flows.parts.payers import NOT_WISHED
from qinji.funding.model import Payer
from qinji.kernel.bill import PayerKind
from qinji.kernel.money import AMOUNT_FEN_MAX
from qinji.kernel.purpose import Purpose, UseClass

ALL = frozenset(UseClass)
SELF, SON, WIFE = UUID(int=1), UUID(int=2), UUID(int=3)
SONS, WIFES = UUID(int=12), UUID(int=13)
NAMES = {SELF: KinName("您"), SON: KinName("王**", "儿子"), WIFE: KinName("李**", "妻子")}
OWN = Payer(PayerKind.OWN, str(SELF), "张强", 0, 50_00, ALL)
BY_SON = Payer(PayerKind.GRANTOR, str(SON), "王小明", 0, 80_00, ALL, grant=str(SONS), rank=1)
BY_WIFE = Payer(PayerKind.GRANTOR, str(WIFE), "李桂兰", 0, 90_00, ALL, grant=str(WIFES), rank=2)


def sentence(*payers: Payer) -> str:
    return sentence_of(told_payers(dict.fromkeys(Purpose, payers), NAMES))


def notes(*payers: Payer) -> tuple[str, ...]:
    return notes_of(told_payers(dict.fromkeys(Purpose, payers), NAMES))


def test_the_order_is_one_sentence_that_names_whose_money() -> None:
    assert sentence(OWN, BY_SON, BY_WIFE) == (
        "先扣 您的个人账户,不够时依次扣 王**(您的儿子)、李**(您的妻子) 的个人账户,再不够付现金"
    )
    assert sentence(OWN, BY_SON) == "先扣 您的个人账户,不够时扣 王**(您的儿子) 的个人账户,再不够付现金"
    assert sentence(BY_SON) == "先扣 王**(您的儿子)的个人账户,不够付现金"
    assert sentence() == "没有可用的个人账户,个人要付的部分付现金"


def test_the_wish_for_own_money_only_is_said_first_and_needs_no_note() -> None:
    payers = (OWN, replace(BY_SON, skip_reason=NOT_WISHED))
    told = told_payers(dict.fromkeys(Purpose, payers), NAMES)
    assert sentence_of(told, own_money_only=True) == "本次不用家人的钱:先扣 您的个人账户,不够付现金"
    assert notes_of(told) == ()


@pytest.mark.parametrize(
    ("payer", "standing", "note"),
    [
        (replace(BY_SON, skip_reason="paused"), Standing.PAUSED, "授权人已暂停使用"),
        (replace(BY_SON, skip_reason="filed"), Standing.FILED, "授权还在备案"),
        (replace(BY_SON, floor_fen=80_00), Standing.EMPTY, "没有可用余额"),
        (replace(BY_SON, limits=(None, 0, None, None)), Standing.LIMIT_REACHED, "已到限额"),
        (replace(BY_SON, skip_reason="relation_not_allowed"), Standing.NOT_PERMITTED, "不包括这种亲属关系"),
        (
            replace(BY_SON, skip_reason="grantor_arrears"),
            Standing.NOT_PERMITTED,
            "授权人参保或账户状态为欠费",
        ),
    ],
)
def test_an_account_that_does_not_pay_says_why(payer: Payer, standing: Standing, note: str) -> None:
    assert standing_of(payer) is standing
    assert "王**" not in sentence(OWN, payer)
    (told,) = notes(OWN, payer)
    assert told.startswith("王**(您的儿子)的个人账户这次不支付:")
    assert note in told


def test_a_grant_whose_last_day_is_over_is_not_told_at_all() -> None:
    over = replace(BY_SON, skip_reason="ended")
    assert [payer.grant for payer in told_payers(dict.fromkeys(Purpose, (OWN, over)), NAMES)] == [None]


def test_a_grant_for_the_pharmacy_alone_says_so() -> None:
    elsewhere = replace(BY_SON, skip_reason="not_this_purpose")
    told = told_payers({Purpose.OUTPATIENT: (OWN, elsewhere), Purpose.PHARMACY: (OWN, BY_SON)}, NAMES)
    assert told[1].purposes == {Purpose.PHARMACY}
    assert "王**(您的儿子)[只限药店购药] 的个人账户" in sentence_of(told)
    assert notes_of(told) == ()


def test_a_holder_without_the_power_to_see_costs_is_told_no_payer() -> None:
    told = restricted(KinName("杨**", "母亲"), self_first=True)
    assert told.sentence.startswith("先扣 杨**(您的母亲)的个人账户(如有);其余由谁付,只有杨**本人")
    assert (told.payers, told.notes, told.complete) == ((), (), False)


def effect(amount_fen: int, *payers: Payer) -> OrderEffect:
    """The wife first instead of the son."""
    by_purpose = dict.fromkeys(Purpose, payers)
    return order_effect(by_purpose, [WIFES, SONS], (Purpose.OUTPATIENT, amount_fen), NAMES, "first")


def test_another_order_moves_what_each_would_pay_and_leaves_cash_alone() -> None:
    limited = replace(BY_WIFE, limits=(30_00, None, None, None))
    found = effect(100_00, OWN, BY_SON, limited)
    assert [(part.who.text, part.amount_fen) for part in found.now] == [
        ("您", 50_00),
        ("王**(您的儿子)", 50_00),
        ("李**(您的妻子)", 0),
    ]
    assert [(part.grant, part.amount_fen) for part in found.then] == [
        (None, 50_00),
        (WIFES, 30_00),
        (SONS, 20_00),
    ]
    assert found.cash_fen == 0
    assert "依次扣 李**(您的妻子)、王**(您的儿子) 的" in found.sentence


def test_a_paused_grant_pays_nothing_in_either_order() -> None:
    found = effect(100_00, OWN, replace(BY_SON, skip_reason="paused"), replace(BY_WIFE, floor_fen=90_00))
    assert [part.amount_fen for part in found.then] == [50_00, 0, 0]
    assert found.cash_fen == 50_00


@given(
    st.integers(0, AMOUNT_FEN_MAX),
    st.integers(1, 10**9),
    st.integers(1, 10**9),
    st.integers(0, 10**6),
    st.none() | st.integers(0, 10**6),
)
def test_no_question_about_an_order_tells_a_relatives_balance(
    amount_fen: int, one_fen: int, other_fen: int, floor_fen: int, limit: int | None
) -> None:
    def asked(balance_fen: int) -> OrderEffect:
        sons = replace(
            BY_SON,
            balance_fen=floor_fen + balance_fen,
            floor_fen=floor_fen,
            limits=(limit, None, None, None),
        )
        return effect(amount_fen, OWN, sons, BY_WIFE)

    assert asked(one_fen) == asked(other_fen)
