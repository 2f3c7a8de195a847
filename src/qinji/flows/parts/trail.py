"""Pure: who looked at or changed something of a person, when, what, by what right and why, in words for that person.

Names of relatives are masked, with what they are to the reader; staff are told by their number, institutions by name;
who took a grantor's money for a relative by the region alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from qinji.credential.model import Scan
from qinji.flows.parts.credential_words import CREDENTIAL_CHINESE
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.kin import KinName
from qinji.flows.parts.shared_uses import UsedAt
from qinji.institution.model import StaffMember
from qinji.insured.model import AuditEntry
from qinji.ledger.model import SharedUse
from qinji.settlement.model import Happening, HappeningKind


class WhoKind(StrEnum):
    """What kind of actor it was."""

    SELF = "self"
    RELATIVE = "relative"
    STAFF = "staff"
    INSTITUTION = "institution"
    TIMER = "timer"


WHAT_CHINESE: dict[str, str] = {
    DeedKind.SIGN_IN: "登录",
    DeedKind.STEP_UP: "再次验证身份",
    DeedKind.IDENTIFY: "核对您的参保信息",
    DeedKind.EXPORT: "下载您的全部信息",
    DeedKind.ENROL: "登记您的参保信息",
    DeedKind.ENROL_RETURN: "登记您恢复参加居民医保",
    DeedKind.ENROL_SPARED: "按您出示的材料登记免等待期身份",
    DeedKind.EMPLOYEE_ARREARS: "登记您的职工医保断缴",
    DeedKind.EMPLOYEE_RESUMED: "登记您的职工医保续缴",
    DeedKind.BIND_ASK: "申请绑定亲情账户",
    DeedKind.BIND_ENTER: "录入亲情账户绑定",
    DeedKind.BIND_EVIDENCE: "提交绑定材料照片",
    DeedKind.EVIDENCE_EXPIRE: "删除到期的材料照片",
    DeedKind.BIND_CONFIRM: "同意绑定亲情账户",
    DeedKind.BIND_REFUSE: "不同意绑定亲情账户",
    DeedKind.BIND_POWERS: "修改亲情账户权限",
    DeedKind.UNBIND: "解除亲情账户绑定",
    DeedKind.GRANT: "开通家庭共济授权",
    DeedKind.GRANT_FILE: "申请家庭共济授权,等待备案",
    DeedKind.GRANT_FILED: "完成家庭共济备案",
    DeedKind.GRANT_TURNED_DOWN: "未通过家庭共济备案",
    DeedKind.GRANT_CHANGE: "修改家庭共济授权",
    DeedKind.GRANT_PAUSE: "暂停家庭共济授权",
    DeedKind.GRANT_RESUME: "恢复家庭共济授权",
    DeedKind.GRANT_KEEP: "撤回等待生效的共济变更",
    DeedKind.GRANT_CONFIRM: "同意一笔大额共济用款",
    DeedKind.GRANT_CONFIRM_REFUSE: "不同意一笔大额共济用款",
    DeedKind.GRANT_END: "解除家庭共济授权",
    DeedKind.GRANT_ORDER: "调整共济支付顺序",
    DeedKind.WALLET_OPEN: "开通医保钱包",
    DeedKind.WALLET_SEND: "用医保钱包转账",
    DeedKind.WALLET_ACCEPT: "接收医保钱包转账",
    DeedKind.WALLET_RETURN: "退回医保钱包转账",
    DeedKind.WALLET_EXPIRE: "医保钱包转账无人接收,退回转出人",
    DeedKind.WALLET_WANTED: "想用医保钱包转钱给您,没有转成",
    DeedKind.WALLET_REFUND: "您转出的钱因对方退费,退回您的个人账户",
    DeedKind.PREMIUM_ORDER: "缴居民医保费",
    DeedKind.PREMIUM_PAID: "居民医保费已缴清",
    DeedKind.PREMIUM_FAILED: "居民医保费未缴成,已退回",
    DeedKind.PREMIUM_REFUND: "申请退居民医保费",
    DeedKind.PREMIUM_REFUNDED: "居民医保费已退",
    DeedKind.PREMIUM_REFUND_REFUSED: "居民医保费不予退费",
    DeedKind.CODE_ACTIVATE: "激活医保码",
    DeedKind.CODE_ACTIVE: "解冻医保码",
    DeedKind.CODE_FROZEN: "冻结医保码",
    DeedKind.CODE_LOST: "挂失医保码",
    DeedKind.WINDOW_ENTER: "录入窗口代办",
    DeedKind.WINDOW_CONFIRM: "复核窗口冻结或挂失",
    DeedKind.WINDOW_REFUSE: "未通过窗口代办",
    DeedKind.WINDOW_WITHDRAW: "撤回窗口代办",
    DeedKind.NOTICE_DISOWN: "对通知说“不是我”",
    DeedKind.NOTICE_PRINT: "打印您的通知单",
    DeedKind.COMPLAINT_OPEN: "提出异议",
    DeedKind.COMPLAINT_WITHDRAW: "撤回异议",
    DeedKind.COMPLAINT_CORRECT: "因异议更正,钱已退回账户",
    DeedKind.COMPLAINT_CLOSE: "办结异议",
    DeedKind.ACCOUNT_CLAW_BACK: "扣回划入个人账户时多划的钱",
    "show_code": "出示您的医保码",
    "see_status": "查看您的参保状态",
    "see_costs": "查看您的花费",
    "see_shared_amounts": "查看共济支付金额",
    "see_evidence": "查看您提交的材料",
    "look_up_person": "查询您的参保信息",
}
"""Every action of an audit row; the names of looks are those of ``access.model.Action``."""

HAPPENING_CHINESE: dict[HappeningKind, str] = {
    HappeningKind.VISIT: "为您登记就诊",
    HappeningKind.SETTLE: "为您结算费用",
    HappeningKind.CANCEL: "撤销结算,款项已退回",
}

SCANNED, PAID = "scan", "pay"
_RIGHTS = {
    "binding": "亲情账户绑定",
    "grant": "家庭共济授权",
    "staff": "经办职责",
    "retention": "材料保存期限",
    "unaccepted": "未接收的转账按规定退回",
    "refund": "退费按对方参保地的规定退回转出人",
    "register": "参保登记",
    "papers": "您出示的材料",
    "guardian": "未成年人的监护人",
    "tax_bureau": "税务部门的答复",
}
CREDENTIAL = "credential"
"""The right of an institution: what was put before it."""


@dataclass(frozen=True, slots=True)
class TrailItem:
    """One access or change. ``behalf`` says for whom staff acted; ``amount_fen`` is what was settled or paid.

    ``settlement`` leads to the bill, where it is one.
    """

    item_id: UUID
    at: datetime
    who_kind: WhoKind
    who: str
    behalf: str
    action: str
    what: str
    right: str
    reason: str | None = None
    amount_fen: int | None = None
    settlement: UUID | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """Everybody who may be named: people as the reader calls them, staff by number, institutions by code."""

    reader: UUID
    kin: Mapping[UUID, KinName]
    staff: Mapping[str, StaffMember]
    places: Mapping[str, str]

    def place(self, code: str | None) -> str:
        """The institution by name."""
        return self.places.get(code or "", code or "")


def person_of(actor: str) -> UUID | None:
    """The person behind an audit row's actor, None for staff and institutions."""
    kind, _, name = actor.partition(":")
    return UUID(name) if kind == "person" else None


def institution_of(actor: str) -> str | None:
    """The institution behind an audit row's actor, None for people."""
    kind, _, code = actor.partition(":")
    return code if kind == WhoKind.INSTITUTION else None


def of_audit(entry: AuditEntry, named: Named) -> TrailItem:
    """A row of the trail."""
    kind, who = _who(entry, named)
    return TrailItem(
        item_id=entry.audit_id,
        at=entry.at,
        who_kind=kind,
        who=who,
        behalf=_behalf(entry, named),
        action=entry.action,
        what=WHAT_CHINESE.get(entry.action, entry.action),
        right=_right(entry.basis, kind),
        reason=entry.reason,
    )


def _who(entry: AuditEntry, named: Named) -> tuple[WhoKind, str]:
    person, institution = person_of(entry.actor), institution_of(entry.actor)
    if person is not None:
        kind = WhoKind.SELF if person == named.reader else WhoKind.RELATIVE
        return kind, named.kin[person].text
    if institution is not None:
        return WhoKind.INSTITUTION, named.place(institution)
    if entry.actor.partition(":")[0] == WhoKind.TIMER:
        return WhoKind.TIMER, "系统自动办理"
    return WhoKind.STAFF, _staff(entry, named)


def _staff(entry: AuditEntry, named: Named) -> str:
    number = entry.actor.partition(":")[2]
    member = named.staff.get(number)
    if member is not None and member.institution is not None:
        return f"{named.place(member.institution)}收费员 {number}"
    by = f",由 {entry.entered_by} 录入" if entry.entered_by not in (None, number) else ""
    return f"经办窗口工作人员 {number}{by}"


def _behalf(entry: AuditEntry, named: Named) -> str:
    return "" if entry.behalf_of is None else f"代{named.kin[entry.behalf_of].text}办理"


def _right(basis: str, who: WhoKind) -> str:
    right, _, detail = basis.partition(":")
    if right == "own":
        return "您本人" if who is WhoKind.SELF else "对方本人"
    if right == CREDENTIAL:
        return CREDENTIAL_CHINESE.get(detail, detail)
    return _RIGHTS.get(right, basis)


def of_scan(scan: Scan, named: Named) -> TrailItem:
    """A scan of the reader's code."""
    session = scan.session
    return TrailItem(
        item_id=session.session_id,
        at=scan.opened_at,
        who_kind=WhoKind.INSTITUTION,
        who=named.place(session.institution),
        behalf="",
        action=SCANNED,
        what="扫描您的医保码",
        right=f"{named.kin[session.shown_by].text}出示的医保码",
        settlement=session.consumed_by,
    )


def of_happening(happening: Happening, named: Named) -> TrailItem:
    """What an institution did about the reader."""
    credential = CREDENTIAL_CHINESE.get(happening.credential_kind, "")
    if credential and happening.shown_by is not None:
        credential = f"{named.kin[happening.shown_by].text}出示的{credential}"
    return TrailItem(
        item_id=happening.event_id,
        at=happening.at,
        who_kind=WhoKind.INSTITUTION,
        who=named.place(happening.institution),
        behalf="",
        action=happening.kind,
        what=HAPPENING_CHINESE[happening.kind],
        right=credential or "就医购药",
        amount_fen=happening.amount_fen,
        settlement=happening.settlement,
    )


def of_shared(use: SharedUse, used: UsedAt, named: Named) -> TrailItem:
    """What was paid from the reader's account for a relative, told by region and kind of use, not by institution."""
    returned = ",已退回" if use.returned else ""
    return TrailItem(
        item_id=use.settlement,
        at=use.booked_at,
        who_kind=WhoKind.INSTITUTION,
        who=f"{used.region}的医药机构" if used.region else "医药机构",
        behalf="",
        action=PAID,
        what=f"从您的个人账户为{named.kin[use.beneficiary].text}支付{used.kind}费用{returned}",
        right="家庭共济授权",
        amount_fen=use.amount_fen,
        settlement=use.settlement,
    )
