"""Every sentence of a trace, word for word: a family reads it, and a clerk is asked about it."""

import pytest

from qinji.kernel.bill import TraceStep
from qinji.policy.trace import render_step, why_not

SENTENCES = [
    ("not_designated", {}, "不是定点医药机构:统筹基金、个人账户都不能支付"),
    (
        "not_connected",
        {},
        "参保地与这家医药机构所在地之间还不能直接结算:先全额付现金,再回参保地手工报销",
    ),
    (
        "scope",
        {
            "total_fen": 10_000,
            "own_expense_fen": 1_000,
            "over_limit_fen": 200,
            "prior_self_pay_fen": 30,
            "in_scope_fen": 8_770,
        },
        "总费用 100.00 元;其中自费(丙类或未审批) 10.00、超限价 2.00、先行自付 0.30 元由个人负担;政策范围内 87.70 元",
    ),
    (
        "scope",
        {"total_fen": 10_000, "own_expense_fen": 0, "in_scope_fen": 10_000},
        "总费用 100.00 元;政策范围内 100.00 元",
    ),
    ("treatment", {"treatment": "emergency"}, "按急诊的规定计算"),
    ("treatment", {"treatment": "unselected"}, "不是选定的机构:按未选定机构的规定计算"),
    ("treatment", {"treatment": "something else"}, "按参保地的规定计算"),
    (
        "remote_prior",
        {"amount_fen": 1_500, "filing": "unfiled"},
        "异地就医(未备案):政策范围内先由个人自付 15.00 元",
    ),
    ("remote_prior", {"amount_fen": 1_500}, "异地就医:政策范围内先由个人自付 15.00 元"),
    (
        "remote",
        {"mode": "points", "value_bp": 2_050, "filing": "referral"},
        "异地就医(转诊):报销比例降低 20.5 个百分点",
    ),
    (
        "remote",
        {"mode": "factor", "value_bp": 8_000, "filing": "temporary"},
        "异地就医(临时备案):报销比例按本地的 80% 计算",
    ),
    ("remote_full", {"filing": "long_term"}, "异地就医(长期备案):报销比例与参保地相同"),
    ("remote_full", {}, "异地就医(已备案):报销比例与参保地相同"),
    ("filing_waived", {}, "异地就医:这个地区不需要备案,按已备案计算"),
    ("bonus", {"kind": "bonus.low_income", "points_bp": 550}, "困难群众:报销比例提高 5.5 个百分点"),
    ("bonus", {"kind": "another", "points_bp": 500}, "按规定:报销比例提高 5 个百分点"),
    ("prepaid", {"amount_fen": 1_234}, "当年个人账户在起付线之前先付 12.34 元,不计入起付线"),
    ("fund_pays_not", {}, "统筹基金不支付这类费用"),
    (
        "fund_pays_not",
        {"reason": "without_ratio"},
        "参保地的政策包里没有这类费用的报销比例:按统筹基金不支付计算",
    ),
    ("deductible", {"amount_fen": 0, "less_fen": 5_000}, "起付线已减 50.00 元,没有剩下的"),
    (
        "deductible",
        {"amount_fen": 70_000, "less_fen": 30_000, "period": "year", "used_fen": 0, "now_fen": 70_000},
        "起付线 700.00 元(每年一次,已减 300.00 元),本次付 700.00 元",
    ),
    (
        "deductible",
        {"amount_fen": 80_000, "period": "visit", "used_fen": 60_000, "now_fen": 20_000},
        "起付线 800.00 元(每次就诊),转院前已付 600.00,本次再付 200.00 元",
    ),
    (
        "deductible",
        {"amount_fen": 60_000, "period": "year", "used_fen": 0, "now_fen": 10_000, "waived_fen": 5_000},
        "起付线 600.00 元(每年一次),本次付 100.00 元,还差 500.00 元,基本药物 50.00 元不计起付线",
    ),
    (
        "deductible",
        {"amount_fen": 60_000, "period": "year", "used_fen": 60_000, "now_fen": 0},
        "起付线 600.00 元(每年一次),本年已付满",
    ),
    (
        "band",
        {"amount_fen": 10_000, "ratio_bp": 8_450, "fund_fen": 8_450},
        "100.00 元按 84.5% 报销,为 84.50 元",
    ),
    (
        "cap",
        {
            "cap": "year_fund_cap",
            "cap_fen": 988_524,
            "wage_fen": 16_475_400,
            "factor_bp": 600,
            "paid_fen": 980_000,
            "room_fen": 8_524,
            "before_fen": 10_000,
        },
        "年度封顶 9885.24 元(平均工资 164754.00 元的 6%),已用 9800.00,本次最多 85.24 元:由 100.00 元减为 85.24 元",
    ),
    (
        "cap",
        {"cap": "month_fund_cap", "cap_fen": 500, "paid_fen": 100, "room_fen": 400, "before_fen": 900},
        "当月封顶 5.00 元,已用 1.00,本次最多 4.00 元:由 9.00 元减为 4.00 元",
    ),
    (
        "cap",
        {"cap": "another", "cap_fen": 500, "paid_fen": 100, "room_fen": 400, "before_fen": 900},
        "封顶 5.00 元,已用 1.00,本次最多 4.00 元:由 9.00 元减为 4.00 元",
    ),
    (
        "layer",
        {
            "layer": "catastrophic",
            "threshold_fen": 3_040_400,
            "before_fen": 1_000_000,
            "base_fen": 5_000_000,
            "fund_fen": 1_775_760,
        },
        "大病保险:本次计入 50000.00 元,本年此前 10000.00,起付标准 30404.00 元,支付 17757.60 元",
    ),
    (
        "layer",
        {"layer": "large_amount", "base_fen": 300, "fund_fen": 240},
        "大额医疗费用补助:本次计入 3.00 元,支付 2.40 元",
    ),
    (
        "layer",
        {"layer": "another", "base_fen": 300, "fund_fen": 240},
        "第二层保障:本次计入 3.00 元,支付 2.40 元",
    ),
    (
        "layer_cap",
        {"layer": "large_amount", "cap_fen": 40_000_000, "room_fen": 700, "before_fen": 900},
        "大额医疗费用补助年度封顶 400000.00 元,本次最多 7.00 元:由 9.00 元减为 7.00 元",
    ),
    (
        "layer_cap",
        {"layer": "another", "cap_fen": 100, "room_fen": 70, "before_fen": 90},
        "第二层保障年度封顶 1.00 元,本次最多 0.70 元:由 0.90 元减为 0.70 元",
    ),
    (
        "unverified",
        {"count": 3},
        "本次用到 3 项未核实的政策数值(注明“未核实”),以参保地经办机构公布的为准",
    ),
    ("fund", {"fund_fen": 20_000}, "统筹基金支付 200.00 元"),
    (
        "paid",
        {"kind": "own", "amount_fen": 700, "balance_fen": 1_000, "floor_fen": 0},
        "本人个人账户 支付 7.00 元,付前余额 10.00 元",
    ),
    (
        "paid",
        {
            "kind": "grantor",
            "name": "王芳",
            "relation": "child",
            "amount_fen": 700,
            "per_use_fen": 1_000,
            "day_left_fen": 2_000,
            "month_left_fen": 3_000,
            "year_left_fen": 4_000,
            "floor_fen": 500,
        },
        (
            "家庭共济 王芳(授权给其子女使用) 支付 7.00 元"
            "(单次限额 10.00、本日限额余 20.00、本月限额余 30.00、本年限额余 40.00、保底余额 5.00 元)"
        ),
    ),
    (
        "not_paid",
        {"kind": "grantor", "name": "王芳", "relation": "unknown", "reason": "paused"},
        "家庭共济 王芳 没有支付:授权人已暂停使用",
    ),
    ("cash", {"amount_fen": 0}, "不需要付现金"),
    ("cash", {"amount_fen": 5}, "现金支付 0.05 元"),
    ("from_the_future", {"a": 1}, "from_the_future {'a': 1}"),
]


@pytest.mark.parametrize(
    ("code", "values", "sentence"),
    SENTENCES,
    ids=[f"{number}-{code}" for number, (code, _, _) in enumerate(SENTENCES)],
)
def test_a_step_is_told_in_this_sentence(
    code: str, values: dict[str, int | str | None], sentence: str
) -> None:
    assert render_step(TraceStep(code, values)) == sentence


def test_in_a_break_it_is_told_why_no_fund_pays() -> None:
    step = TraceStep("fund_pays_not", {}, "employee_gap.account_usable")
    assert render_step(step) == "断缴期间统筹基金不支付;个人账户原有的余额仍可使用"


@pytest.mark.parametrize(
    ("clause", "certainty", "source"),
    [
        ("第三条", "certain", "〔依据:某文 第三条,已核实〕"),
        ("不详", "unsure", "〔依据:某文 条款不详,未核实〕"),
        ("第三条", "believed", "〔依据:某文 第三条,较可信,未核对原文〕"),
        ("第三条", "", "〔依据:某文 第三条〕"),
        ("第三条", "hearsay", "〔依据:某文 第三条,hearsay〕"),
    ],
)
def test_a_step_names_its_document(clause: str, certainty: str, source: str) -> None:
    step = TraceStep("fund", {"fund_fen": 1}, "p", "某文", clause, certainty)
    assert render_step(step) == f"统筹基金支付 0.01 元{source}"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("own_lost", "本人参保或账户状态为已挂失"),
        ("beneficiary_lapsed", "您断缴期间没有待遇,家人的账户不能替您支付"),
        ("grantor_arrears", "授权人参保或账户状态为欠费"),
        ("grantor_unheard", "授权人参保或账户状态为unheard"),
        ("own_", "own_"),
        ("nobody_normal", "nobody_normal"),
        ("region_policy_unverified", "授权人参保地的政策数值还没有核实"),
    ],
)
def test_why_an_account_does_not_pay(reason: str, said: str) -> None:
    assert why_not(reason) == said
