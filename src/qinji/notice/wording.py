"""The one place where notices get their words: a title, a sentence, and the few words of a message outside.

A kind of notice is a member of ``NoticeKind`` and a line here for each side of it. Nothing here can name a diagnosis, a
drug or a department: a notice does not know them. A message outside names no institution either.
"""

from __future__ import annotations

from dataclasses import dataclass

from qinji.kernel.money import yuan
from qinji.notice.model import Group, Notice, NoticeKind, Remedy


@dataclass(frozen=True, slots=True)
class Line:
    """How one side is told: title, sentence, and what 不是我 stops. The sentence may name the words of ``Named``."""

    title: str
    sentence: str
    remedy: Remedy = Remedy.NONE


@dataclass(frozen=True, slots=True)
class Wording:
    """A kind of notice: its group, how its owner is told and how the other side is, and whether outside too."""

    group: Group
    owner: Line
    user: Line | None = None
    outside: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """Everybody and everything as the reader calls them: who did it, the other side, the institution, kind of use."""

    doer: str
    other: str = ""
    place: str = ""
    region: str = ""
    use: str = ""


_CODE, _GRANT = Remedy.FREEZE_CODE, Remedy.PAUSE_GRANT
WORDING: dict[NoticeKind, Wording] = {
    NoticeKind.SPENT: Wording(Group.MONEY, Line("医保支付", "{place}({use}):{paid}。{shown}", _CODE)),
    NoticeKind.SHARED_SPENT: Wording(
        Group.MONEY,
        Line("家庭共济支出", "您的个人账户为{other}在{region}{use}支付 {amount} 元,已扣款。", _GRANT),
    ),
    NoticeKind.CODE_USED: Wording(
        Group.CODE,
        Line(
            "您替家人出示的码已结算",
            "您替{other}出示的医保码已在{place}结算。花费只有本人和有权限的家人能看到。",
        ),
    ),
    NoticeKind.RETURNED: Wording(Group.MONEY, Line("已退回", "{place}撤销了结算:{paid}。")),
    NoticeKind.SHARED_RETURNED: Wording(
        Group.MONEY, Line("家庭共济已退回", "为{other}支付的 {amount} 元已退回您的个人账户。")
    ),
    NoticeKind.CODE_USE_RETURNED: Wording(
        Group.CODE, Line("您替家人出示的码已退费", "您替{other}出示的医保码在{place}的结算已撤销。")
    ),
    NoticeKind.CREDITED: Wording(
        Group.MONEY, Line("个人账户划入", "{said}划入您的个人账户 {amount} 元。"), outside=False
    ),
    NoticeKind.BIND_ASKED: Wording(
        Group.FAMILY,
        Line(
            "有人申请绑定您", "{doer}申请把您绑定到{other}的亲情账户。没有您同意或窗口审核,不会生效。", _CODE
        ),
        Line("已申请绑定家人", "{doer}申请把{other}绑定到您的亲情账户,等待同意或窗口审核。"),
    ),
    NoticeKind.BIND_ENTERED: Wording(
        Group.FAMILY,
        Line(
            "窗口录入了亲情账户绑定", "{doer}录入:把您绑定到{other}的亲情账户,还要另一位工作人员审核。", _CODE
        ),
        Line("窗口录入了亲情账户绑定", "{doer}录入:把{other}绑定到您的亲情账户,还要另一位工作人员审核。"),
    ),
    NoticeKind.BIND_CONFIRMED: Wording(
        Group.FAMILY,
        Line(
            "您的医保码可由家人出示",
            "{doer}同意绑定:{other}从现在起可以按权限替您办理。不动用任何人的钱。",
            _CODE,
        ),
        Line("家人已绑定", "{doer}同意绑定:您从现在起可以按权限替{other}办理。不动用任何人的钱。"),
    ),
    NoticeKind.BIND_REFUSED: Wording(
        Group.FAMILY,
        Line("绑定没有办成", "{doer}没有同意把您绑定到{other}的亲情账户。"),
        Line("绑定没有办成", "{doer}没有同意把{other}绑定到您的亲情账户。"),
    ),
    NoticeKind.POWERS_CHANGED: Wording(
        Group.FAMILY,
        Line("亲情账户权限改了", "{doer}修改了{other}可以替您办理的事项。", _CODE),
        Line("亲情账户权限改了", "{doer}修改了您可以替{other}办理的事项。"),
    ),
    NoticeKind.UNBOUND: Wording(
        Group.FAMILY,
        Line("已解绑", "{doer}解除了您与{other}的亲情账户绑定,已出示未使用的码作废。"),
        Line("已解绑", "{doer}解除了您与{other}的亲情账户绑定,已出示未使用的码作废。"),
    ),
    NoticeKind.GRANT_MADE: Wording(
        Group.SHARING,
        Line("开通了家庭共济", "{doer}开通家庭共济:{other}可以用您的个人账户支付。", _GRANT),
        Line("家人为您开通了家庭共济", "{doer}开通家庭共济:您可以用{other}的个人账户支付。"),
    ),
    NoticeKind.GRANT_ASKED: Wording(
        Group.SHARING,
        Line("家庭共济等待备案", "{doer}申请家庭共济:备案后,{other}可以用您的个人账户支付。", _GRANT),
        Line("家庭共济等待备案", "{doer}申请家庭共济:备案后,您可以用{other}的个人账户支付。"),
    ),
    NoticeKind.GRANT_FILED: Wording(
        Group.SHARING,
        Line("家庭共济已备案", "{doer}完成备案:{other}从现在起可以用您的个人账户支付。", _GRANT),
        Line("家庭共济已备案", "{doer}完成备案:您从现在起可以用{other}的个人账户支付。"),
    ),
    NoticeKind.GRANT_TURNED_DOWN: Wording(
        Group.SHARING,
        Line("家庭共济没有备案", "{doer}没有通过您为{other}申请的家庭共济。没有扣款。"),
        Line("家庭共济没有备案", "{doer}没有通过{other}为您申请的家庭共济。没有扣款。"),
    ),
    NoticeKind.GRANT_CHANGED: Wording(
        Group.SHARING,
        Line("家庭共济限额或用途改了", "{doer}修改了{other}可以用您的个人账户支付的限额或用途。", _GRANT),
        Line("家庭共济限额或用途改了", "{doer}修改了您可以用{other}的个人账户支付的限额或用途。"),
    ),
    NoticeKind.GRANT_PAUSED: Wording(
        Group.SHARING,
        Line("家庭共济已暂停", "{doer}暂停了为{other}支付的家庭共济。"),
        Line("家庭共济已暂停", "{doer}暂停了家庭共济:{other}的个人账户暂时不为您支付。"),
    ),
    NoticeKind.GRANT_RESUMED: Wording(
        Group.SHARING,
        Line("家庭共济已恢复", "{doer}恢复了家庭共济:{other}又可以用您的个人账户支付。", _GRANT),
        Line("家庭共济已恢复", "{doer}恢复了家庭共济:您又可以用{other}的个人账户支付。"),
    ),
    NoticeKind.CONFIRM_ASKED: Wording(
        Group.SHARING,
        Line(
            "有一笔费用等您确认",
            "{other}的一笔费用要用您的个人账户支付至多 {amount} 元,请到“共济”里确认或不同意。您确认前不会扣款。",
            _GRANT,
        ),
    ),
    NoticeKind.CONFIRM_GIVEN: Wording(
        Group.SHARING,
        Line("您同意了一笔费用", "{doer}同意为{other}的一笔费用支付,扣款时会再告诉您。", _GRANT),
        Line("家人同意了您的一笔费用", "{doer}同意用自己的个人账户为您的一笔费用支付,请再结算一次。"),
    ),
    NoticeKind.CONFIRM_REFUSED: Wording(
        Group.SHARING,
        Line("您没有同意一笔费用", "{doer}没有同意为{other}的一笔费用支付,没有扣款。"),
        Line("家人没有同意一笔费用", "{doer}没有同意为您的一笔费用支付。可以用本人账户或现金支付。"),
    ),
    NoticeKind.GRANT_ENDED: Wording(
        Group.SHARING,
        Line("家庭共济解除", "{doer}解除了您为{other}支付的家庭共济。已支付的不受影响。"),
        Line("家庭共济解除", "{doer}解除了{other}为您支付的家庭共济。已支付的不受影响。"),
    ),
    NoticeKind.ORDER_CHANGED: Wording(
        Group.SHARING,
        Line(
            "您的账户支付的先后变了",
            "{doer}调整了先后:您的个人账户现在排在第 {said} 位为{other}支付。",
            _GRANT,
        ),
        Line("共济支付顺序改了", "{doer}调整了家人账户为您支付的先后。"),
    ),
    NoticeKind.WALLET_OPENED: Wording(
        Group.MONEY,
        Line("医保钱包已开通", "{doer}开通了您的医保钱包。没有动用任何人的钱。", _CODE),
        Line("医保钱包已开通", "{doer}开通了{other}的医保钱包。没有动用任何人的钱。"),
    ),
    NoticeKind.WALLET_SENT: Wording(
        Group.MONEY,
        Line("医保钱包转出", "{doer}向{other}转出 {amount} 元,对方接收前这笔钱仍是您的。", _CODE),
        Line("有钱等您接收", "{other}向您转来 {amount} 元,请接收或退回;不接收会自动退回。"),
    ),
    NoticeKind.WALLET_ACCEPTED: Wording(
        Group.MONEY,
        Line("对方已接收", "{other}接收了您转出的 {amount} 元。"),
        Line("医保钱包转入", "{doer}接收了{other}转来的 {amount} 元,已进您的医保钱包。", _CODE),
    ),
    NoticeKind.WALLET_RETURNED: Wording(
        Group.MONEY,
        Line("转出的钱已退回", "{other}退回了 {amount} 元,已回到您的账户。"),
        Line("您退回了转账", "{doer}退回了{other}转来的 {amount} 元。"),
    ),
    NoticeKind.WALLET_EXPIRED: Wording(
        Group.MONEY,
        Line("转出的钱已退回", "{other}没有接收,{amount} 元已回到您的账户。"),
        Line("转账没有接收", "{other}转来的 {amount} 元没有接收,已退回对方。"),
    ),
    NoticeKind.WALLET_WANTED: Wording(
        Group.MONEY, Line("家人想给您转钱", "{doer}想给您转钱,现在还不能:{said}。没有动用任何人的钱。")
    ),
    NoticeKind.WALLET_REFUNDED: Wording(
        Group.MONEY, Line("转出的钱回来了", "{other}退回了一笔花费,其中您转去的 {amount} 元已回到您的账户。")
    ),
    NoticeKind.PREMIUM_ORDERED: Wording(
        Group.MONEY,
        Line("居民医保缴费", "{doer}办理了居民医保缴费:{said}。用了账户的,钱已扣出暂存,等税务部门收缴。"),
    ),
    NoticeKind.PREMIUM_PAID: Wording(Group.MONEY, Line("居民医保费已缴清", "税务部门已收缴:{said}。")),
    NoticeKind.PREMIUM_FAILED: Wording(
        Group.MONEY, Line("居民医保费没有缴成", "没有缴成:{said}。用了账户的,钱已原路退回。可以再缴一次。")
    ),
    NoticeKind.PREMIUM_REFUND_ASKED: Wording(
        Group.MONEY, Line("申请退居民医保费", "{doer}申请退费:{said}。税务部门同意以前,钱没有动。")
    ),
    NoticeKind.PREMIUM_REFUNDED: Wording(
        Group.MONEY, Line("居民医保费已退", "已退费:{said}。用了账户的,钱已原路退回;这一年不再有效。")
    ),
    NoticeKind.PREMIUM_REFUND_REFUSED: Wording(
        Group.MONEY, Line("居民医保费没有退成", "税务部门不予退费:{said}。钱没有动,这一年仍然有效。")
    ),
    NoticeKind.ENROLLED: Wording(
        Group.FAMILY, Line("居民医保登记", "{doer}办理了居民医保登记。没有动用任何人的钱;缴费以后才有待遇。")
    ),
    NoticeKind.SPARED_NOTED: Wording(
        Group.LOOKS,
        Line(
            "居民医保登记已更新",
            "{doer}按您出示的材料登记了免等待期身份。没有动用任何人的钱;参保地规定免等待期的,以后缴费不再等待。",
        ),
    ),
    NoticeKind.EMPLOYEE_STOPPED: Wording(
        Group.MONEY, Line("职工医保断缴", "登记您的职工医保断缴:{said}起统筹基金不支付。没有动用您的钱。")
    ),
    NoticeKind.EMPLOYEE_RESUMED: Wording(
        Group.MONEY, Line("职工医保续缴", "登记您的职工医保续缴,待遇自{said}起。没有动用您的钱。")
    ),
    NoticeKind.CORRECTED: Wording(
        Group.MONEY,
        Line("钱已退回您的账户", "因一件异议,{doer}已把 {amount} 元退回您的个人账户,由两名工作人员办理。"),
        Line("账单已更正", "因一件异议,{doer}已更正您的一笔结算,账户支付的钱已退回付款的账户。"),
    ),
    NoticeKind.COMPLAINT_CLOSED: Wording(
        Group.LOOKS,
        Line("您的异议已办结", "{doer}已办结您的异议。结果函在“我的异议”里。"),
        Line("一件异议已办结", "{other}提出的异议已办结。给您的函在“我的异议”里。"),
    ),
    NoticeKind.CLAWED_BACK: Wording(
        Group.MONEY,
        Line(
            "多划的钱已扣回",
            "{said}划入您个人账户的钱多划了,{doer}已从您的个人账户扣回 {amount} 元,由两名工作人员办理。",
        ),
    ),
    NoticeKind.CODE_ACTIVATED: Wording(Group.CODE, Line("医保码已激活", "{doer}激活了您的医保码。", _CODE)),
    NoticeKind.CODE_THAWED: Wording(Group.CODE, Line("医保码已恢复", "{doer}恢复了您的医保码。", _CODE)),
    NoticeKind.CODE_FROZEN: Wording(
        Group.CODE, Line("医保码已冻结", "{doer}冻结了您的医保码,任何人都不能出示。恢复请到“我的”或窗口。")
    ),
    NoticeKind.CODE_LOST: Wording(
        Group.CODE, Line("医保码已挂失", "{doer}挂失了您的医保码,任何人都不能出示。恢复请到“我的”或窗口。")
    ),
    NoticeKind.WINDOW_ENTERED: Wording(
        Group.LOOKS,
        Line(
            "窗口录入了您的代办", "{doer}录入了代办“{said}”,还要另一位工作人员审核;冻结、挂失已生效。", _CODE
        ),
    ),
    NoticeKind.WINDOW_CONFIRMED: Wording(
        Group.LOOKS, Line("窗口代办已复核", "{doer}复核了您在窗口办的冻结或挂失。")
    ),
    NoticeKind.WINDOW_REFUSED: Wording(
        Group.LOOKS, Line("窗口代办没有通过", "{doer}没有通过您的代办“{said}”。")
    ),
    NoticeKind.WINDOW_WITHDRAWN: Wording(Group.LOOKS, Line("窗口代办已撤回", "{doer}撤回了代办“{said}”。")),
    NoticeKind.LOOKED_UP: Wording(
        Group.LOOKS, Line("工作人员查询了您的信息", "{doer}查询了您的{use}。", _CODE)
    ),
    NoticeKind.SEEN: Wording(
        Group.LOOKS, Line("家人查看了您的信息", "{doer}今天查看了您的{use}。", _CODE), outside=False
    ),
    NoticeKind.PAPERS_SEEN: Wording(
        Group.LOOKS,
        Line("工作人员查看了材料", "{doer}今天审核时查看了绑定材料的照片。"),
        Line("工作人员查看了材料", "{doer}今天审核时查看了绑定材料的照片。"),
        outside=False,
    ),
    NoticeKind.DISOWNED: Wording(
        Group.CODE,
        Line("家人说“不是我”", "{doer}对一件与您有关的事说“不是我”,已停用自己的医保码。请与家人核对。"),
    ),
}
"""Every kind; ``tests/unit/notice`` holds that each has its words."""

CALL = "不是您办的?请登录后点“不是我”,或拨打 12393。"

UNDO: dict[Remedy, str] = {
    Remedy.FREEZE_CODE: "恢复:随时在“我的”里的“冻结、挂失医保码”,或到窗口。",
    Remedy.PAUSE_GRANT: "恢复:随时在“共济”里打开这项授权,或到窗口。",
    Remedy.NONE: "",
}
"""How what 不是我 stopped is undone."""

DOUBT = "已付的钱请到就医的机构退费;有疑问请拨打医保服务热线 12393,或到医保窗口。"

_STOPPED = {Remedy.FREEZE_CODE: "您的医保码已冻结", Remedy.PAUSE_GRANT: "这项家庭共济已暂停"}
_STOOD = {Remedy.FREEZE_CODE: "您的医保码本来就停用着", Remedy.PAUSE_GRANT: "这项家庭共济本来就不再支付"}


def stopped_text(remedy: Remedy, *, stopped: bool) -> str:
    """What 不是我 did; ``stopped`` False where it stood still already."""
    return f"{(_STOPPED if stopped else _STOOD)[remedy]},没有动账户里的钱。"


def line_of(kind: NoticeKind, *, owner: bool) -> Line:
    """How this side is told; a kind without another side has one line."""
    wording = WORDING[kind]
    return wording.owner if owner or wording.user is None else wording.user


def kinds_of(group: Group) -> list[NoticeKind]:
    """The kinds of a group."""
    return [kind for kind, wording in WORDING.items() if wording.group is group]


def told_outside(kind: NoticeKind) -> bool:
    """Whether this kind is sent outside too."""
    return WORDING[kind].outside


def sentence(notice: Notice, named: Named) -> str:
    """What happened, in one or two sentences."""
    line = line_of(notice.kind, owner=notice.owner)
    shown = f"由{named.other}出示您的医保码。" if named.other else ""
    return line.sentence.format(
        doer=named.doer,
        other=named.other,
        place=named.place or "医药机构",
        region=named.region,
        use=named.use,
        amount=yuan(notice.amount_fen or 0),
        paid=_paid(notice),
        shown=shown,
        said=notice.facts.said,
    )


def _paid(notice: Notice) -> str:
    """Whose money paid, the reader's and the relatives' each by itself, and that it has moved."""
    shared_fen = notice.facts.shared_fen
    own_fen = (notice.amount_fen or 0) - shared_fen
    back = notice.kind is NoticeKind.RETURNED
    parts = [
        f"退回{whose} {yuan(fen)} 元" if back else f"{whose}支付 {yuan(fen)} 元"
        for whose, fen in (("您的医保账户", own_fen), ("家人的账户", shared_fen))
        if fen
    ]
    if not parts:
        return "没有动用您和家人的账户"
    return ",".join(parts) if back else f"{','.join(parts)},已扣款"


def short(notice: Notice, other: str) -> str:
    """The least of it, for a message outside; ``other`` is a masked name. It names no institution and no reason."""
    line = line_of(notice.kind, owner=notice.owner)
    amount = f" {yuan(notice.amount_fen)} 元" if notice.amount_fen else ""
    whom = f"({other})" if other else ""
    told = f"【医保】{line.title}{amount}{whom}。"
    return f"{told}{CALL}" if line.remedy is not Remedy.NONE else told
