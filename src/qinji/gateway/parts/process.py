"""``setl_proc_info``: how one amount came about, in a Chinese sentence for the counter."""

from __future__ import annotations

from fractions import Fraction

from qinji.flows.parts.commands import Bill
from qinji.kernel.money import BASIS_POINTS, share_of, yuan


def percent(ratio: Fraction) -> str:
    """A ratio as a percentage without zeros at its end: 80%, 67.5%."""
    whole, rest = divmod(share_of(BASIS_POINTS, ratio), 100)
    return f"{whole}%" if rest == 0 else f"{whole}.{rest:02d}".rstrip("0") + "%"


def fund_process(bill: Bill) -> str:
    """How the fund's part came about."""
    split = bill.split
    steps = [f"政策范围内 {yuan(split.in_scope_fen)} 元"]
    if split.prepaid_fen:
        steps.append(f"账户先付 {yuan(split.prepaid_fen)} 元")
    steps.append(f"起付线 {yuan(split.deductible_fen)} 元")
    steps.append(f"支付比例 {percent(split.ratio)}")
    if bill.fund_room_fen is not None:
        steps.append(f"本次限额 {yuan(bill.fund_room_fen)} 元")
    steps.append(f"统筹基金支付 {yuan(split.fund_fen)} 元")
    return _told(bill, steps)


def account_process(bill: Bill) -> str:
    """How the accounts' part came about."""
    plan = bill.plan
    steps = [
        f"个人负担 {yuan(bill.split.personal_fen)} 元",
        f"本人账户支付 {yuan(plan.own_fen - plan.wallet_fen)} 元",
        *((f"医保钱包支付 {yuan(plan.wallet_fen)} 元",) if plan.wallet_fen else ()),
        f"家庭共济支付 {yuan(plan.mutual_aid_fen)} 元",
        f"现金 {yuan(plan.cash_fen)} 元",
    ]
    return _told(bill, steps)


def _told(bill: Bill, steps: list[str]) -> str:
    return ("撤销原结算:" if bill.sign < 0 else "") + ",".join(steps)
