"""A settlement is explained, and computed again, from the input that was stored with it and nothing else."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.document import read_decision, written_decision
from qinji.flows.parts.explaining import explain, recompute
from qinji.flows.parts.payers import NOT_WISHED
from qinji.funding.model import Payer
from qinji.funding.plan import plan
from qinji.insured.model import CodeState, Insurance, Person, Status
from qinji.kernel.bill import FeeLine, PayerKind, Plan, Split
from qinji.policy.model import ALL_CLASSES, Accumulated, Band, Rules
from qinji.policy.split import split
from tests.unit.policy import bills

PATIENT = Person(
    person_id=UUID(int=7),
    number="9901000000010001",
    name="王芳",
    certificate=b"secret",
    certificate_key_version=1,
    sex="2",
    ethnicity="01",
    birth=date(1956, 3, 2),
    region="990100",
    insurance=Insurance.EMPLOYEE,
    person_status="retired",
    status=Status.NORMAL,
    insured_since=date(2000, 1, 1),
    suspended_since=None,
    employer="",
    civil_servant=False,
    online_suspended_until=None,
    code_state=CodeState.ACTIVE,
)
PAYERS = (
    Payer(PayerKind.OWN, "self", "王芳", 0, 5_000, ALL_CLASSES),
    Payer(
        PayerKind.GRANTOR,
        "daughter",
        "李晓",
        0,
        90_000,
        ALL_CLASSES,
        floor_fen=100,
        limits=(None, 20_000, None, None),
        grant="g",
        relation="parent",
        document="东澜医保规〔2025〕1号",
        clause="第二条",
    ),
    Payer(PayerKind.GRANTOR, "son", "李明", 0, 90_000, ALL_CLASSES, grant="h", skip_reason="paused"),
)


@dataclass(frozen=True)
class Request:
    """What the document keeps of the request."""

    institution: str = "H99010000003"
    service_day: date = date(2026, 3, 1)
    medical_type: str = "11"
    account_use: Enum = AccountUse.OWN
    own_money_only: bool = False


def stored(
    fees: list[FeeLine],
    rules: Rules,
    used: Accumulated,
    request: Request = Request(),
    payers: tuple[Payer, ...] = PAYERS,
) -> tuple[bytes, Split, Plan]:
    divided = split(fees, rules, used)
    paid = plan(divided.personal, payers)
    document = written_decision(
        request=request,
        patient=PATIENT,
        level="3",
        booked_at=datetime(2026, 3, 1, 1, 2, 3, tzinfo=UTC),
        lines=fees,
        rules=rules,
        used=used,
        payers=payers,
        split=divided,
        plan=paid,
        pack="ab" * 32,
    )
    return document, divided, paid


@given(st.lists(bills.lines(), min_size=1, max_size=4), bills.rules, bills.used)
def test_the_bill_comes_out_alike_from_what_was_stored(
    fees: list[FeeLine], rules: Rules, used: Accumulated
) -> None:
    document, divided, paid = stored(fees, rules, used)
    assert recompute(dict(read_decision(document))) == (divided, paid)
    assert "结果相同" in explain(document)[-1]


def test_it_says_who_paid_by_what_right_and_who_did_not() -> None:
    document, _, _ = stored([bills.line(60_000)], Rules(bands=(Band(Fraction(1, 2)),)), Accumulated())
    text = "\n".join(explain(document))
    assert "就诊日 2026-03-01,记账时间 2026-03-01 09:02:03" in text
    assert "家庭共济 李晓(授权给其父母使用) 支付 200.00 元(本日限额余 200.00、保底余额 1.00 元)" in text
    assert "东澜医保规〔2025〕1号 第二条" in text
    assert "李明 没有支付:授权人已暂停使用" in text
    assert "现金支付 50.00 元" in text


def test_a_bill_that_no_longer_comes_out_alike_is_told() -> None:
    document, _, _ = stored([bills.line(60_000)], Rules(bands=(Band(Fraction(1, 2)),)), Accumulated())
    changed = dict(read_decision(document))
    changed["split"]["fund_fen"] -= 1
    assert "结果不同" in explain(json.dumps(changed).encode())[-1]


def test_the_wish_that_only_own_money_is_used_is_told_and_computed_again() -> None:
    wished = tuple(
        payer if payer.kind is PayerKind.OWN or payer.skip_reason else replace(payer, skip_reason=NOT_WISHED)
        for payer in PAYERS
    )
    request = Request(own_money_only=True)
    document, _, paid = stored([bills.line(10_000)], Rules(), Accumulated(), request, wished)
    assert (paid.own_fen, paid.mutual_aid_fen, paid.cash_fen) == (5_000, 0, 5_000)
    text = "\n".join(explain(document))
    assert "出示医保码时选择了“本次不用家人的钱”\n1. " in text
    assert "李晓(授权给其父母使用) 没有支付:出示医保码时选择了“本次不用家人的钱”" in text
    assert "李明 没有支付:授权人已暂停使用" in text
    assert "结果相同" in text


def test_what_was_chosen_at_the_counter_is_told() -> None:
    for use, said in (
        (AccountUse.OWN_ONLY, "收费时选择了“只用本人账户”"),
        (AccountUse.NONE, "收费时选择了不用个人账户"),
    ):
        document, _, _ = stored([bills.line(10_000)], Rules(), Accumulated(), Request(account_use=use))
        assert said in explain(document)
    for use in (AccountUse.OWN, AccountUse.SHARED, AccountUse.EVERYONE):
        document, _, _ = stored([bills.line(10_000)], Rules(), Accumulated(), Request(account_use=use))
        assert "收费时选择" not in "".join(explain(document))


def test_a_decision_of_before_the_wish_existed_is_still_explained() -> None:
    document, _, _ = stored([bills.line(10_000)], Rules(), Accumulated())
    older = dict(read_decision(document))
    del older["own_money_only"]
    text = "\n".join(explain(json.dumps(older).encode()))
    assert "不用家人的钱" not in text
    assert "结果相同" in text


def test_no_identity_number_is_stored() -> None:
    document, _, _ = stored([bills.line(1)], Rules(), Accumulated())
    text = json.dumps(read_decision(document), ensure_ascii=False)
    assert "secret" not in text
    assert replace(PATIENT).number not in text
