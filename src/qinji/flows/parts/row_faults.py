"""Pure: what is wrong with a row of a file that somebody at the bureau brings, and what to do about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from qinji.kernel.identity import masked_within


class RowFault(Enum):
    """A closed list: what is wrong, and what to do, in Chinese. A row with a fault is not carried out."""

    CELLS = ("列数与表头不一致", "对照表头补齐或删去多余的格子")
    UNSEEN = ("有看不见的控制字符", "把这一行重新录一遍,不要从别处复制")
    NUMBER_MISSING = ("没有人员编号", "填上人员编号")
    PERSON_UNKNOWN = (
        "没有人员编号为 {number} 的参保人",
        "核对编号;新参保的先做批量登记(命令 qinji account enrol)",
    )
    RESIDENT = ("此人参加居民医保,没有个人账户", "从文件中删去此行")
    MONTH_FORM = ("月份“{found}”看不懂", "写成 2026-03 这样的年-月")
    MONTH_AHEAD = ("月份 {month} 还没有到", "核对月份;到了那个月再划入")
    MONTH_LONG_AGO = ("月份 {month} 早于 {years} 年前", "核对月份是否写错")
    AMOUNT_FORM = ("金额“{found}”看不懂", "写成元,最多两位小数,如 123.45,不带逗号和货币符号")
    AMOUNT_NOT_POSITIVE = (
        "金额不大于零",
        "核对金额;多划的钱另做扣回(命令 qinji account claw-back),不能在划入文件里写负数",
    )
    AMOUNT_LARGE = ("金额超过一行的上限 {most} 元", "核对小数点;确实这么多的请分月写")
    KIND_UNKNOWN = ("类别“{found}”不认识", "写在职或退休")
    TWICE_IN_FILE = ("与第 {first} 行重复:同一个人、同一个月、同一类别", "只留一行;补差额请另做补发文件")
    MONTH_CREDITED = (
        "此人 {month} 的{kind}已由另一个文件划入 {amount} 元",
        "不要重复划入;确属补发的,单独做一个文件,按补发办(命令加 --supplement)",
    )
    CREDIT_LINE_FORM = ("原文件行号“{found}”看不懂", "写划入文件中那一行的行号,表头是第 1 行")
    CREDIT_UNKNOWN = ("划入文件第 {credit_line} 行没有给此人入过账", "核对行号、人员编号和划入文件")
    CREDIT_MONTH = ("划入文件第 {credit_line} 行是 {month} 的", "核对行号和月份")
    CREDIT_TWICE = ("与第 {first} 行扣的是同一行划入", "合并成一行")
    CLAWED_ELSEWHERE = (
        "这一行划入已由另一个文件扣回 {amount} 元",
        "不要重复扣;确属另外多划的,单独做一个文件,选“在别的文件已扣之外再扣”(命令加 --further)",
    )
    CLAW_AMOUNT = ("要扣回 {asked} 元,而这一行划入最多还能扣 {most} 元", "核对金额,不能超过原划入")
    CLAW_MISSING = (
        "要扣回 {asked} 元,已扣 {taken} 元,还差 {missing} 元:个人账户里没有这么多钱",
        "没有动别的钱。以后账户有钱了,用同一个文件选“再扣”(命令加 --again)再录入、复核一次;或请本人退还",
    )
    REGION_WITHOUT_POLICY = ("参保地 {region} 没有可用的政策", "核对统筹区,或先增加这个统筹区的政策包")
    POLICY_UNSURE = (
        "参保地 {region} 关于个人账户的政策尚未核实",
        "请政策人员核实,或在设置中允许该统筹区使用",
    )
    NAME_MISSING = ("没有姓名", "填上姓名")
    CERTIFICATE_FORM = (
        "证件号码不对:位数、日期或校验码有误",
        "对照证件更正;位数变成 E+17 的,把该列设为文本再录",
    )
    BIRTH_FORM = ("出生日期“{found}”看不懂", "写成 1990-01-31 这样的年-月-日,或留空由证件号码得出")
    BIRTH_DIFFERS = ("出生日期与证件号码中的不一致", "对照证件更正其中一个")
    SEX_UNKNOWN = ("性别“{found}”不认识", "写男或女,或留空由证件号码得出")
    SEX_DIFFERS = ("性别与证件号码中的不一致", "对照证件更正其中一个")
    INSURANCE_UNKNOWN = ("险种“{found}”不认识", "写职工或居民")
    STATUS_UNKNOWN = ("人员类别“{found}”与险种不符或不认识", "职工写在职或退休;居民写{allowed}")
    SINCE_FORM = ("参保日期“{found}”看不懂", "写成 2020-01-01 这样的年-月-日")
    SINCE_AHEAD = ("参保日期 {found} 还没有到", "核对日期")
    CARD_MISSING = ("没有社保卡号", "填上社保卡号")
    TEXT_LONG = ("{column}超过 {most} 个字", "写短一些")
    NUMBER_TWICE_IN_FILE = ("{column}与第 {first} 行相同", "每人一行;核对后只留一行")
    TAKEN = ("{column}已是另一位参保人的", "核对证件和卡;如是同一个人,请用原来的人员编号")
    DIFFERS = ("此人已登记,但{columns}不同", "批量登记不改已登记的资料;核对后到窗口更正")

    @property
    def what(self) -> str:
        """What is wrong, with places for details."""
        return str(self.value[0])

    @property
    def advice(self) -> str:
        """What to do about it, with places for details."""
        return str(self.value[1])


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One row that is not carried out: which one (the header is line 1), what is wrong, and what to do."""

    line: int
    fault: RowFault
    what: str
    advice: str


def cells_problem(line: int, cells: Sequence[str], columns: Sequence[str]) -> RowProblem | None:
    """What is wrong with the cells of a row as such: too many, too few, signs that nobody sees and no table takes."""
    if len(cells) != len(columns):
        return problem(line, RowFault.CELLS)
    unseen = any(unicodedata.category(sign) == "Cc" for cell in cells for sign in cell if not sign.isspace())
    return problem(line, RowFault.UNSEEN) if unseen else None


def problem(line: int, fault: RowFault, **details: object) -> RowProblem:
    """A problem with its details filled in; a detail that the text has no place for is left out."""
    return RowProblem(line, fault, fault.what.format(**details), fault.advice.format(**details))


CELL_SHOWN_MAX = 20


def shown(text: str) -> str:
    """A cell as it is told back: not longer than a few words, on one line, no identity number in it."""
    plain = masked_within(" ".join(text.split()))
    return plain if len(plain) <= CELL_SHOWN_MAX else plain[:CELL_SHOWN_MAX] + "…"
