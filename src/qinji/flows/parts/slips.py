"""Pure: the slip to take home from the window: what was done, from when, by whom, and what to do if it is wrong."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.flows.parts.people import relative_text
from qinji.insured.model import Person
from qinji.kernel.dates import CHINA
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import POWER_CHINESE, Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.window.model import KIND_CHINESE, RECOGNISED_CHINESE, Change, WindowAct, WindowKind
from qinji.window.rules import state_text

BRING = "如与您的要求不符,请尽快带本凭条和证件到任一经办窗口更正。"
RECORDED = "本次办理已记入您的信息查看记录,您可以随时查询。"
_SHARING = "您可以随时到窗口或在手机上修改限额、暂停或解除。已支付的费用请到就医的机构退费,退回原账户。"
_FROZEN = "社会保障卡不受影响。要再用医保码,请本人到窗口由两名工作人员解冻,或在本人手机上解冻。"
_SHOWN = "如不是您本人要启用,请立即到窗口或在手机上冻结医保码。"
_IF_WRONG: dict[WindowKind, str] = {
    WindowKind.UNBIND: "解绑只停止出示医保码,不影响家庭共济;需要时可以重新绑定。",
    WindowKind.SET_POWERS: "权限可以随时到窗口或在手机上再改。",
    WindowKind.GRANT: _SHARING,
    WindowKind.CHANGE_GRANT: _SHARING,
    WindowKind.PAUSE_GRANT: "暂停期间不支付对方的费用;可以随时到窗口或在手机上恢复。",
    WindowKind.RESUME_GRANT: _SHARING,
    WindowKind.PAUSE_ALL_GRANTS: "从下一笔费用起,您的账户不付家人的费用;可以随时到窗口或在手机上恢复全部或其中一项。",
    WindowKind.RESUME_ALL_GRANTS: _SHARING,
    WindowKind.END_GRANT: "解除不影响亲情账户;需要时可以重新授权。",
    WindowKind.ORDER_GRANTORS: "顺序可以随时到窗口或在手机上再改。",
    WindowKind.FREEZE_CODE: _FROZEN,
    WindowKind.REPORT_LOST: _FROZEN,
    WindowKind.THAW_CODE: _SHOWN,
    WindowKind.ACTIVATE_CODE: _SHOWN,
    WindowKind.OPEN_WALLET: "钱包归您本人,开通不动用任何钱。家人转来的钱,要您在手机上或到窗口接收才进钱包。",
    WindowKind.ACCEPT_TRANSFER: "钱已进您的医保钱包,看病买药时按参保地的次序支付;接收以后不能再退回转出人。",
    WindowKind.NOTE_SPARED: "没有动用任何钱。参保地规定免等待期的,以后缴居民医保费时不再计等待期;已缴的不变。",
    WindowKind.RETURN_TRANSFER: "钱已回到转出人的账户;需要时可以请转出人重新转。",
}
_BOUND = "绑定只用于出示医保码,不动用任何人的钱。您可以随时到窗口或在手机上收回权限或解绑。"


@dataclass(frozen=True, slots=True)
class Slip:
    """Everything that stands on a slip. ``decided_by`` None: in force, and the second person has still to look at it.

    ``number`` is the id by which the window finds it again; a relative's name is masked.
    """

    title: str
    number: str
    person_name: str
    person_number: str
    what: str
    changes: tuple[Change, ...]
    holds_from: str
    standing: str
    recognised_by: str
    paper_reference: str
    reason: str
    entered_by: str
    decided_by: str | None
    done_at: datetime
    if_wrong: tuple[str, ...]


def _minute(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def act_slip(act: WindowAct, person: Person, now: datetime) -> Slip | Refused:
    """The slip of a window act. Refused: WINDOW_ACT_STATE for what was never carried out."""
    if act.in_force_at is None:
        return refuse(RefusalCode.WINDOW_ACT_STATE, state=state_text(act, now), action="打印凭条")
    day = act.told.from_day
    return Slip(
        title=KIND_CHINESE[act.wish.kind],
        number=to_wire(act.act_id),
        person_name=person.name,
        person_number=person.number,
        what=act.told.what,
        changes=act.told.changes,
        holds_from=_minute(act.in_force_at) if day is None else f"{day.year}年{day.month}月{day.day}日",
        standing=state_text(act, now),
        recognised_by=RECOGNISED_CHINESE[act.recognised_by],
        paper_reference=act.paper_reference,
        reason=act.reason,
        entered_by=act.entered_by,
        decided_by=act.decided_by,
        done_at=act.in_force_at,
        if_wrong=(_IF_WRONG[act.wish.kind], BRING, RECORDED),
    )


@dataclass(frozen=True, slots=True)
class WindowBinding:
    """A binding that two clerks made; ``relation`` is what the holder is to the member."""

    binding_id: UUID
    holder: Person
    member: Person
    relation: Relation
    powers: Collection[Power]
    entered_by: str
    decided_by: str
    active_at: datetime
    paper_reference: str
    reason: str


def binding_slip(bound: WindowBinding) -> Slip:
    """The slip of a binding made at the window, for the member whose code may be shown from now on."""
    powers = "、".join(POWER_CHINESE[power] for power in Power if power in bound.powers)
    return Slip(
        title="亲情账户绑定",
        number=to_wire(bound.binding_id),
        person_name=bound.member.name,
        person_number=bound.member.number,
        what=f"加入{relative_text(bound.holder, bound.relation)}的亲情账户",
        changes=(Change("绑定", "无", "已绑定"), Change("主账户人可以代办", "无", powers)),
        holds_from=_minute(bound.active_at),
        standing="已办结",
        recognised_by="",
        paper_reference=bound.paper_reference,
        reason=bound.reason,
        entered_by=bound.entered_by,
        decided_by=bound.decided_by,
        done_at=bound.active_at,
        if_wrong=(_BOUND, BRING, RECORDED),
    )
