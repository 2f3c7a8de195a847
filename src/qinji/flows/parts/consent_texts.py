"""The texts people agree to, by kind and version. The text in force is shown before the act and named in its consent.

A text that was ever in force stays here: an old consent points at its version and hash.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class ConsentKind(StrEnum):
    """What a text is about. Showing a code and sharing money are never asked in one text."""

    BIND = "bind"
    POWERS = "powers"
    UNBIND = "unbind"
    EVIDENCE = "evidence"
    ACTIVATE_CODE = "activate_code"
    FREEZE_CODE = "freeze_code"
    GRANT = "grant"
    CHANGE_GRANT = "change_grant"
    END_GRANT = "end_grant"
    ORDER_GRANTORS = "order_grantors"
    CONFIRM_PAYMENT = "confirm_payment"
    OPEN_WALLET = "open_wallet"
    SEND_WALLET = "send_wallet"
    ANSWER_WALLET = "answer_wallet"
    ENROL_PERSON = "enrol_person"
    ORDER_PREMIUM = "order_premium"
    REFUND_PREMIUM = "refund_premium"
    NOTE_SPARED = "note_spared"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of one text."""

    kind: ConsentKind
    version: str
    title: str
    text: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of title and text, kept with each consent."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).digest()


_TEXTS = (
    ConsentText(
        ConsentKind.BIND,
        "2026-01",
        "亲情账户绑定授权书",
        "绑定后,主账户人可以按所选权限帮您激活和出示医保码、代缴保费、查看参保状态或花费。"
        "亲情账户只帮忙出示医保码,不动用任何人的个人账户资金;费用仍按您本人的待遇结算。"
        "年满 16 周岁须由本人确认,未满 16 周岁须由监护人提供监护关系材料;不便使用手机的,可到窗口由两名工作人员办理。"
        "您可以随时单独收回某项权限,双方都可以随时解绑,立即生效。",
    ),
    ConsentText(
        ConsentKind.BIND,
        "2026-02",
        "亲情账户绑定授权书",
        "绑定后,主账户人可以按所选权限帮您激活和出示医保码、开通医保钱包、代缴保费、查看参保状态或花费。"
        "亲情账户只帮忙出示医保码,不动用任何人的个人账户资金;代开通医保钱包也不动用您的钱,钱包里的钱归您本人;"
        "费用仍按您本人的待遇结算。"
        "年满 16 周岁须由本人确认,未满 16 周岁须由监护人提供监护关系材料;不便使用手机的,可到窗口由两名工作人员办理。"
        "您可以随时单独收回某项权限,双方都可以随时解绑,立即生效。",
    ),
    ConsentText(
        ConsentKind.POWERS,
        "2026-01",
        "亲情账户权限变更确认",
        "您将改变主账户人可以代您办理的事项。收回“出示医保码”后,对方已出示而未使用的医保码立即失效。"
        "权限变更不影响家庭共济授权。",
    ),
    ConsentText(
        ConsentKind.UNBIND,
        "2026-01",
        "亲情账户解绑确认",
        "解绑后主账户人不能再为成员出示医保码,已出示而未使用的医保码立即失效。解绑不影响家庭共济授权。",
    ),
    ConsentText(
        ConsentKind.EVIDENCE,
        "2026-01",
        "材料照片告知书",
        "您上传的身份证件、户口本等照片只用于核对这一项绑定中的身份和亲属关系,不作他用。"
        "照片加密保存,每一项绑定使用单独的密钥;办结之前只有经办机构的窗口和审核人员可以查看,"
        "每次查看都记入您和成员的记录。绑定通过、未通过或撤回时,照片立即删除;一直没有办结的,"
        "自上传第一张起满 30 天自动删除。只保留照片的指纹、大小和日期,无法还原成照片。"
        "不愿上传的,可以带原件到窗口办理。",
    ),
    ConsentText(
        ConsentKind.ACTIVATE_CODE,
        "2026-01",
        "医保码激活确认",
        "激活后可凭医保码就医购药。医保码仅限本人就诊使用,由亲属出示时仍是就诊人本人的医保码。",
    ),
    ConsentText(
        ConsentKind.FREEZE_CODE,
        "2026-01",
        "医保码冻结与挂失确认",
        "冻结或挂失后,所有已出示而未使用的医保码立即失效,任何人不能再出示,直至本人解冻。社会保障卡不受影响。",
    ),
    ConsentText(
        ConsentKind.GRANT,
        "2026-01",
        "家庭共济授权书",
        "您同意用您的职工医保个人账户余额,为所选近亲属支付其就医购药的个人负担部分,不包括统筹基金待遇。"
        "可以设置每次、每日、每月、每年的限额和账户保底余额,并可随时修改或暂停。"
        "家庭共济只支付费用,不能出示对方的医保码;对方使用本人的医保码或社会保障卡。"
        "您可以看到每次使用的金额、日期和机构,看不到对方的诊断与药品。解除授权的时间按您参保地的规定。",
    ),
    ConsentText(
        ConsentKind.GRANT,
        "2026-11",
        "家庭共济授权书",
        "您同意用您的职工医保个人账户余额,为所选近亲属支付其就医购药的个人负担部分,不包括统筹基金待遇;"
        "所选用途包括居民医保缴费的,也支付其居民医保缴费。"
        "可以设置每次、每日、每月、每年的限额和账户保底余额,并可随时修改或暂停。"
        "家庭共济只支付费用,不能出示对方的医保码;对方使用本人的医保码或社会保障卡。"
        "您可以看到每次使用的金额、日期、地区和用途类别,看不到具体机构、诊断与药品。"
        "解除授权的时间按您参保地的规定。",
    ),
    ConsentText(
        ConsentKind.CHANGE_GRANT,
        "2026-01",
        "家庭共济变更确认",
        "您将修改限额、用途,或暂停、恢复一项家庭共济授权,自下一笔费用起生效。",
    ),
    ConsentText(
        ConsentKind.CHANGE_GRANT,
        "2026-11",
        "家庭共济变更确认",
        "您将修改限额、用途、费用种类、有效期或须手机确认的金额,或暂停、恢复家庭共济授权。"
        "收紧和暂停自下一笔费用起生效;放宽的在页面所示的时间起生效,在此之前按现在的执行,并可以撤回。",
    ),
    ConsentText(
        ConsentKind.CHANGE_GRANT,
        "2026-11-27",
        "家庭共济变更确认",
        "您将修改限额、用途、费用种类、有效期或须手机确认的金额,或暂停、恢复家庭共济授权。"
        "收紧和暂停自下一笔费用起生效。放宽和恢复:在手机上办的,在页面所示的时间起生效,在此之前按现在的执行,并可以撤回;"
        "您本人到窗口、由两名工作人员办理的,办好后自下一笔费用起生效。",
    ),
    ConsentText(
        ConsentKind.CONFIRM_PAYMENT,
        "2026-11",
        "大额共济用款确认",
        "这笔费用超过您设定的金额。同意后,您的个人账户为这一笔费用最多支付所示金额,只用一次,过时作废;"
        "不同意的,您的账户只付到您设定的金额,对方照常就诊,其余由其本人账户或现金支付。答复本身不动钱。",
    ),
    ConsentText(
        ConsentKind.END_GRANT,
        "2026-01",
        "家庭共济解除确认",
        "解除后您的个人账户不再为对方支付费用;已支付的费用不受影响,退费仍退回原账户。解除不影响亲情账户。",
    ),
    ConsentText(
        ConsentKind.ORDER_GRANTORS,
        "2026-01",
        "共济支付顺序确认",
        "您将改变各位授权人为您支付的先后顺序,自下一笔费用起生效。",
    ),
    ConsentText(
        ConsentKind.OPEN_WALLET,
        "2026-01",
        "医保钱包开通确认",
        "开通后,可以把您职工医保个人账户里的钱转给在外省参保的近亲属,也可以接收近亲属转来的钱。"
        "收到的钱只能用于看病买药,按您参保地规定的次序支付。开通本身不动用任何钱,也不影响亲情账户和家庭共济。",
    ),
    ConsentText(
        ConsentKind.SEND_WALLET,
        "2026-01",
        "医保钱包转账确认",
        "这笔钱将立即从您的个人账户转出,等待对方接收;对方接收后归对方所有,您不能收回。"
        "对方退回,或到次日规定时间没有接收,钱原路退回您的账户。",
    ),
    ConsentText(
        ConsentKind.ANSWER_WALLET,
        "2026-01",
        "医保钱包接收或退回确认",
        "接收后,这笔钱进入您的医保钱包,只能用于看病买药;退回后,这笔钱回到转出人的账户。",
    ),
    ConsentText(
        ConsentKind.ENROL_PERSON,
        "2026-01",
        "居民医保参保登记确认",
        "您确认所填的姓名、证件号码和亲属关系真实。参保登记本身不动用任何钱;缴费以后才享受待遇。"
        "为孩子登记的,您须是孩子的监护人。",
    ),
    ConsentText(
        ConsentKind.ORDER_PREMIUM,
        "2026-01",
        "居民医保代缴确认",
        "这笔保费将按您选的付款账户立即扣出并暂存,送税务部门收缴;税务部门没有收成的,原路退回。"
        "代办的人只替参保人跑腿;动用谁的个人账户,须是本人的账户,或账户主人对参保人的家庭共济授权。"
        "缴清后给出缴费凭证。待遇何时开始以页面写明的日期为准,开始以后不能退费。",
    ),
    ConsentText(
        ConsentKind.REFUND_PREMIUM,
        "2026-01",
        "居民医保退费确认",
        "退费后,这一年度的居民医保不再有效。税务部门同意后,钱原路退回付款的账户。",
    ),
    ConsentText(
        ConsentKind.NOTE_SPARED,
        "2026-11",
        "免等待期身份登记确认",
        "您请窗口按您出示的材料登记您的身份,用来判断缴居民医保费后要不要等待。登记本身不动用任何钱。"
        "参保地规定免等待期的,以后缴费不再计等待期;已缴的不变。"
        "是哪一种身份,只用于这一件事,只给录入和审核的工作人员看;凭条、通知、查看记录和家人的页面都不写。",
    ),
)

_IN_FORCE: dict[ConsentKind, ConsentText] = {text.kind: text for text in _TEXTS}
"""The last version of each kind stands last in the list."""

_BY_DIGEST: dict[bytes, ConsentText] = {text.digest: text for text in _TEXTS}


def of_digest(digest: bytes) -> ConsentText | None:
    """The text that somebody agreed to, by the hash that the consent kept."""
    return _BY_DIGEST.get(digest)


def in_force(kind: ConsentKind) -> ConsentText:
    """The text of this kind that is shown, and agreed to, today."""
    return _IN_FORCE[kind]
