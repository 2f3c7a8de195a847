"""Pure: what a transfer of one's own money was, in words for its owner.

What stands on the other side says what it was, so that a new account of the chart is one line in ``OPPOSITE``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qinji.kernel.bill import WALLET_POCKET
from qinji.ledger.chart import STORED, Account
from qinji.ledger.model import CURRENT_POCKET, HELD_POCKET, ONLY_POCKET, Transfer


class MoneyKind(StrEnum):
    """Why one's own money moved."""

    SPENT = "spent"
    SHARED = "shared"
    CREDITED = "credited"
    INTEREST = "interest"
    ROLLED_OVER = "rolled_over"
    ON_ITS_WAY = "on_its_way"
    WALLET = "wallet"
    PREMIUM = "premium"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of money that goes out, of money that comes in, and of either that is taken back."""

    out: str
    into: str
    back: str


KIND_WORDS: Mapping[MoneyKind, Words] = {
    MoneyKind.SPENT: Words("{use}", "{use}", "退回:{use}"),
    MoneyKind.SHARED: Words(
        "家庭共济:为{who}支付({use})", "家庭共济:{who}支付({use})", "家庭共济退回:{who}的{use}"
    ),
    MoneyKind.CREDITED: Words("多划的钱扣回", "个人账户划入", "划入冲回"),
    MoneyKind.INTEREST: Words("利息冲减", "利息", "利息冲回"),
    MoneyKind.ROLLED_OVER: Words("当年余额转入历年", "历年余额转入", "转存冲回"),
    MoneyKind.ON_ITS_WAY: Words("转出,等待办结(给{who})", "转出,等待办结(给{who})", "没有办成,退回({who})"),
    MoneyKind.WALLET: Words("医保钱包:{who}已接收", "医保钱包:收到{who}转入", "医保钱包退回({who})"),
    MoneyKind.PREMIUM: Words("代缴保费({who})", "保费退回({who})", "代缴保费退回({who})"),
    MoneyKind.OTHER: Words("其他支出", "其他收入", "冲回"),
}

PAIR_WORDS: Mapping[tuple[Account, Account], str] = {
    (Account.WALLET, Account.CLEARING_WALLET): "医保钱包:退费退回给转来这笔钱的{who}",
    (Account.CLEARING_WALLET, Account.PERSONAL): "医保钱包:转给{who}的钱退费后退回",
}
"""What a refund of a bill that a wallet paid is, on its way back to the account it was sent from."""

KIND_CHINESE: Mapping[MoneyKind, str] = {
    MoneyKind.SPENT: "本人用款",
    MoneyKind.SHARED: "家庭共济",
    MoneyKind.CREDITED: "划入",
    MoneyKind.INTEREST: "利息",
    MoneyKind.ROLLED_OVER: "当年转历年",
    MoneyKind.ON_ITS_WAY: "在途",
    MoneyKind.WALLET: "医保钱包",
    MoneyKind.PREMIUM: "代缴保费",
    MoneyKind.OTHER: "其他",
}

OPPOSITE: Mapping[str, MoneyKind] = {
    Account.INSTITUTION_PAYABLE: MoneyKind.SPENT,
    Account.CLEARING_MUTUAL_AID: MoneyKind.SHARED,
    Account.CLEARING_WALLET: MoneyKind.WALLET,
    Account.CLEARING_ROLL_OVER: MoneyKind.ROLLED_OVER,
    Account.SOURCE_CONTRIBUTION: MoneyKind.CREDITED,
    Account.SOURCE_INTEREST: MoneyKind.INTEREST,
    Account.PREMIUM_PAYABLE: MoneyKind.PREMIUM,
}
"""What a transfer between a stored account and this one was."""

NEVER_OPPOSITE = frozenset({Account.FUND_POOLED_EMPLOYEE, Account.FUND_POOLED_RESIDENT})
"""Accounts that never stand against one's own money."""

POCKET_CHINESE: Mapping[int, str] = {
    ONLY_POCKET: "个人账户",
    CURRENT_POCKET: "个人账户(当年)",
    HELD_POCKET: "在途(已转出,未办结)",
    WALLET_POCKET: "医保钱包",
}


def pocket_names(pockets: frozenset[int]) -> dict[int, str]:
    """The names of the pockets of one person; where there are two balances, the older is told as 历年."""
    names = {pocket: POCKET_CHINESE[pocket] for pocket in sorted(pockets)}
    if CURRENT_POCKET in names and ONLY_POCKET in names:
        names[ONLY_POCKET] = "个人账户(历年)"
    return names


def kind_of(debit: str, credit: str) -> MoneyKind:
    """Why a transfer of somebody's own money between two accounts is made; what takes it back is of the same kind.

    What was held for a relative and goes over the clearing account of mutual aid is a premium that was paid for them.
    """
    sides = {debit, credit}
    opposite = sides - set(STORED)
    if not opposite:
        return MoneyKind.ON_ITS_WAY
    kind = OPPOSITE.get(next(iter(opposite)), MoneyKind.OTHER)
    return MoneyKind.PREMIUM if kind is MoneyKind.SHARED and Account.HELD in sides else kind


def pairs_of(kind: MoneyKind) -> list[tuple[str, str]]:
    """Every (debit, credit) of a kind, both ways round."""
    sides = [*STORED, *OPPOSITE]
    pairs = [(one, other) for one in STORED for other in sides if one != other]
    fit = [(one, other) for one, other in pairs if kind_of(one, other) is kind]
    return sorted({*fit, *((other, one) for one, other in fit)})


def told(transfer: Transfer, who: str, use: str) -> str:
    """The transfer in words; ``who`` is the relative on its other side, ``use`` what kind of bill it paid, or ""."""
    words = KIND_WORDS[kind_of(transfer.debit, transfer.credit)]
    if transfer.reverses is not None:
        text = words.back
    elif (transfer.debit, transfer.credit) in PAIR_WORDS:
        text = PAIR_WORDS[transfer.debit, transfer.credit]
    else:
        text = words.out if transfer.debit in STORED else words.into
    return text.format(who=who, use=use or "就医购药").replace("(给)", "").replace("()", "")
