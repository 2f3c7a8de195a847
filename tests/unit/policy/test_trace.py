"""The trace is told in words that a family understands, with the document each value rests on."""

import pytest

from qinji.kernel.bill import TraceStep
from qinji.policy.trace import render, render_step


def told(code: str, **values: int | str | None) -> str:
    return render_step(TraceStep(code, values))


def test_a_deductible_says_what_was_paid_before_what_now_and_what_is_left() -> None:
    step: dict[str, int | str | None] = {"amount_fen": 10_000, "period": "year"}
    assert told("deductible", **step, used_fen=6_000, now_fen=4_000) == (
        "起付线 100.00 元(每年一次),本年已付 60.00,本次再付 40.00 元"
    )
    assert told("deductible", **step, used_fen=0, now_fen=3_000).endswith("本次付 30.00 元,还差 70.00 元")
    assert told("deductible", **step, used_fen=10_000, now_fen=0).endswith("本年已付满")
    assert told("deductible", amount_fen=0) == "没有起付线"


@pytest.mark.parametrize(
    ("basis_points", "text"), [(8_000, "80%"), (8_450, "84.5%"), (8_455, "84.55%"), (5, "0.05%")]
)
def test_a_ratio_is_told_in_per_cent(basis_points: int, text: str) -> None:
    assert f"按 {text} 报销" in told("band", amount_fen=100, ratio_bp=basis_points, fund_fen=1)


def test_a_cap_is_named_with_its_room() -> None:
    text = told("cap", cap="day_fund_cap", cap_fen=130_000, paid_fen=0, room_fen=130_000, before_fen=180_000)
    assert text == "当日封顶 1300.00 元,已用 0.00,本次最多 1300.00 元:由 1800.00 元减为 1300.00 元"


def test_a_relatives_balance_is_never_told_but_ones_own_is() -> None:
    paid = {"amount_fen": 700, "balance_fen": 123_456}
    assert "1234.56" not in told("paid", kind="grantor", name="王芳", relation="parent", **paid)
    assert "1234.56" in told("paid", kind="own", **paid)


def test_a_grant_is_told_by_what_right_and_within_which_limits() -> None:
    text = told(
        "paid",
        kind="grantor",
        name="王芳",
        relation="parent",
        amount_fen=700,
        per_use_fen=1_000,
        floor_fen=500,
    )
    assert text == "家庭共济 王芳(授权给其父母使用) 支付 7.00 元(单次限额 10.00、保底余额 5.00 元)"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("paused", "暂停使用"),
        ("relation_not_allowed", "亲属关系"),
        ("grantor_stopped", "授权人参保或账户状态为停保"),
        ("own_frozen", "本人参保或账户状态为已冻结"),
        ("limit_reached", "已到限额"),
        ("something_new", "something_new"),
    ],
)
def test_who_did_not_pay_is_told_with_the_reason(reason: str, said: str) -> None:
    assert said in told("not_paid", kind="grantor", name="王芳", reason=reason)


def test_the_source_and_its_certainty_stand_behind_the_sentence() -> None:
    step = TraceStep("fund", {"fund_fen": 100}, "x", "武政规〔2022〕24号", "第三条", "believed")
    assert render([step]) == ["统筹基金支付 1.00 元〔依据:武政规〔2022〕24号 第三条,较可信,未核对原文〕"]


def test_a_step_of_an_unknown_code_is_shown_as_it_is() -> None:
    assert told("new_code", amount_fen=1) == "new_code {'amount_fen': 1}"


def test_cash_is_told_also_when_there_is_none() -> None:
    assert told("cash", amount_fen=0) == "不需要付现金"
    assert told("cash", amount_fen=150) == "现金支付 1.50 元"
