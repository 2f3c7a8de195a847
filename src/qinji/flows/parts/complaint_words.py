"""Pure: what is known of a thing, told to whoever complains of it; kept with the case as it stood then.

A patient reads their whole bill, a grantor their own part, who showed a code neither (policy 6).
"""

from __future__ import annotations

from datetime import date, datetime

from qinji.complaint.model import Explanation, Fact
from qinji.credential.model import CodeStage
from qinji.flows.parts.kin import KinName
from qinji.flows.parts.trail import TrailItem
from qinji.flows.parts.usage import BillHead, ConsentNote, OwnUsage, PartHead, Usage, UsagePayer
from qinji.kernel.bill import PayerKind
from qinji.kernel.dates import CHINA
from qinji.kernel.money import yuan

STAGE_CHINESE: dict[CodeStage, str] = {
    CodeStage.WAITING: "等待扫码",
    CodeStage.SCANNED: "已扫码,没有扣款",
    CodeStage.USED: "已结算",
    CodeStage.EXPIRED: "已过期,没有扣款",
    CodeStage.ENDED: "已作废,没有扣款",
}


def minute(moment: datetime) -> str:
    """2026年3月17日 12:05, in China."""
    local = moment.astimezone(CHINA)
    return f"{day(local.date())} {local:%H:%M}"


def day(one: date) -> str:
    """2026年3月17日."""
    return f"{one.year}年{one.month}月{one.day}日"


def bill_explained(usage: Usage) -> Explanation:
    """The whole bill, for its patient."""
    facts = [*_head(usage.head), Fact("总费用", _yuan(usage.total_fen))]
    if usage.fund_fen:
        facts.append(Fact("统筹基金支付", _yuan(usage.fund_fen)))
    facts += [_paid(payer) for payer in usage.payers if payer.amount_fen]
    if usage.cash_fen:
        facts.append(Fact("现金支付", _yuan(usage.cash_fen)))
    shown = usage.shown
    facts.append(Fact("就诊凭证", shown.credential))
    if shown.by is not None and shown.shown_at is not None:
        facts.append(Fact("出示医保码", f"{shown.by.text},{minute(shown.shown_at)}"))
    facts += [Fact("选择", one) for one in usage.chosen]
    facts += [Fact("计算", one) for one in usage.reasons]
    facts += [Fact("政策包", usage.pack), Fact("核对", usage.checked)]
    return Explanation("用款说明", tuple(facts))


def part_explained(usage: OwnUsage) -> Explanation:
    """A grantor's own part: amount, day, region, uses and by what right; nothing treated, no institution."""
    facts = [*_part_head(usage.head), *(_paid(payer) for payer in usage.payers)]
    for payer in usage.payers:
        facts.append(Fact("限额", payer.bounds or "不限"))
        facts += [Fact("您同意的", _agreed(note)) for note in (payer.consent, payer.changed) if note]
    return Explanation("用款说明:您的账户支付的部分", tuple(facts))


def showing_explained(head: BillHead, shown_at: datetime | None) -> Explanation:
    """A bill for who showed the code and may not see what it came to: where and when, no amount."""
    facts = [*_head(head)]
    if shown_at is not None:
        facts.append(Fact("您出示医保码", minute(shown_at)))
    facts.append(Fact("金额", "只有就诊人和有“查看花费”权限的家人能看到"))
    return Explanation("您出示的医保码用于这笔结算", tuple(facts))


def code_explained(
    whose: KinName,
    shown_by: KinName,
    shown_at: datetime,
    stage: CodeStage,
    scanned: tuple[datetime, str] | None,
) -> Explanation:
    """A code: whose, who showed it when, where it was scanned, and what became of it."""
    facts = [
        Fact("谁的医保码", whose.text),
        Fact("谁出示的", shown_by.text),
        Fact("出示时间", minute(shown_at)),
    ]
    if scanned is not None:
        facts.append(Fact("扫码", f"{scanned[1]},{minute(scanned[0])}"))
    facts.append(Fact("结果", STAGE_CHINESE[stage]))
    return Explanation("医保码出示记录", tuple(facts))


def look_explained(item: TrailItem) -> Explanation:
    """An entry of 谁看过我的信息, as it stands there."""
    facts = [Fact("什么", item.what), Fact("谁", item.who), Fact("时间", minute(item.at))]
    if item.behalf:
        facts.append(Fact("代谁", item.behalf))
    facts.append(Fact("凭什么", item.right))
    if item.reason:
        facts.append(Fact("事由", item.reason))
    return Explanation("查看与改动记录", tuple(facts))


def _yuan(fen: int) -> str:
    return f"{yuan(fen)} 元"


def _head(head: BillHead) -> list[Fact]:
    facts = [
        Fact("机构", head.institution_name),
        Fact("结算时间", minute(head.booked_at)),
        Fact("就诊人", head.patient.text),
        Fact("种类", head.kind),
        Fact("参保地", head.region_name),
    ]
    return facts + _returned(head.returned_at)


def _part_head(head: PartHead) -> list[Fact]:
    facts = [
        Fact("地区", head.region_name),
        Fact("结算时间", minute(head.booked_at)),
        Fact("就诊人", head.patient.text),
        Fact("种类", head.kind),
    ]
    return facts + _returned(head.returned_at)


def _returned(at: datetime | None) -> list[Fact]:
    return [] if at is None else [Fact("退回", f"{minute(at)} 已由医药机构撤销,钱已退回")]


def _paid(payer: UsagePayer) -> Fact:
    purse = "医保钱包" if payer.wallet else "个人账户"
    uses = "、".join(f"{use} {_yuan(fen)}" for use, fen in payer.uses)
    right = payer.right if payer.kind is PayerKind.GRANTOR else ""
    told = ";".join(one for one in (uses, right, payer.rule) if one)
    return Fact(
        f"{payer.who.whose}{purse}", f"{_yuan(payer.amount_fen)}({told})" if told else _yuan(payer.amount_fen)
    )


def _agreed(note: ConsentNote) -> str:
    detail = f":{note.detail}" if note.detail else ""
    return f"{note.title},{minute(note.at)},{note.channel}{detail}"
