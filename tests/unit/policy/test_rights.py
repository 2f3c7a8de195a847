"""`qinji policy explain` says by what right each payer paid: own insurance, or a grant with its rule and bounds."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from qinji.flows.parts.document import Document
from qinji.flows.parts.rights import rights
from qinji.funding.model import Payer
from qinji.funding.plan import plan
from qinji.kernel.bill import PayerKind
from qinji.kernel.ids import to_wire
from qinji.kernel.purpose import OWN_EXPENSE, UseClass
from qinji.policy.model import ALL_CLASSES

GRANT = UUID(int=77)
OWN = Payer(PayerKind.OWN, "mother", "杨素珍", 0, 2_000, ALL_CLASSES)
DAUGHTER = Payer(
    PayerKind.GRANTOR,
    "daughter",
    "李敏",
    0,
    90_000,
    ALL_CLASSES - set(OWN_EXPENSE),
    floor_fen=10_000,
    limits=(20_000, None, None, 50_000),
    grant=str(GRANT),
    relation="parent",
    rank=1,
    since=datetime(2026, 3, 1, 20, 0, tzinfo=UTC).isoformat(),
    document="西澜医保规〔2025〕1号",
    clause="第二条",
)


def document(*payers: Payer) -> Document:
    paid = plan({UseClass.DEDUCTIBLE: 10_000}, payers)
    return {
        "patient": {"insurance": "employee"},
        "payers": msgspec.to_builtins(payers, str_keys=True),
        "plan": msgspec.to_builtins(paid, str_keys=True),
    }


def test_the_own_account_pays_by_the_own_insurance_and_comes_first() -> None:
    told = rights(document(OWN, DAUGHTER))
    assert told[1] == "第 1 位 本人个人账户:支付 20.00 元"
    assert "本人参加职工医保" in told[2]


def test_a_relative_pays_by_a_grant_a_relation_and_a_clause_within_its_bounds() -> None:
    text = "\n".join(rights(document(OWN, DAUGHTER)))
    assert "第 2 位 家庭共济 李敏:支付 80.00 元" in text
    assert f"共济授权 {to_wire(GRANT)}(排第 1,2026-03-02 授权),使用人是授权人的父母" in text
    assert "依据 西澜医保规〔2025〕1号 第二条" in text
    assert "限制:单次限额 200.00 元、本年限额余 500.00 元、保底余额 100.00 元" in text
    assert "可以付:超限价、先行自付、起付线、政策范围内自付" in text
    assert "付的是:起付线 80.00 元" in text


def test_a_relatives_balance_is_not_told() -> None:
    assert "900.00" not in "\n".join(rights(document(OWN, DAUGHTER)))


def test_a_bill_without_any_account_says_so() -> None:
    assert rights(document()) == ["没有个人账户可以支付"]
