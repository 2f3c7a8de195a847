"""Refusals as a cashier reads them: those whose own sentence speaks of messages and fields are told in other words."""

from __future__ import annotations

from collections.abc import Mapping

from qinji.kernel.refusal import RefusalCode
from qinji.web.counter.outcomes import Declined
from qinji.web.texts import _, marked

WORDS: Mapping[RefusalCode, str] = {
    RefusalCode.BUSY: marked("系统繁忙,本次未扣款。请稍等几秒,再按一次"),
    RefusalCode.INSTITUTION_UNKNOWN: marked(
        "本机构({institution})现在不是定点机构,不能收费。未扣款。请联系经办机构"
    ),
    RefusalCode.TOO_MANY_ITEMS: marked("明细最多 {limit} 行,这一笔有 {count} 行。未扣款。请分两笔收"),
    RefusalCode.MESSAGE_ALTERED: marked(
        "这一页已经提交过,当时的内容与现在不同。本次未扣款。请先核对上一次的结果,不要重复收费"
    ),
    RefusalCode.MESSAGE_REVERSED: marked("这笔收费已经放弃,未扣款。要继续收费,请重新核算"),
    RefusalCode.PERSON_UNKNOWN: marked("没有查到参保人。未扣款。请核对卡号,或改扫医保码"),
    RefusalCode.CREDENTIAL_OTHER_PERSON: marked("出示的不是这位患者的凭证。未扣款。请重新扫码"),
    RefusalCode.IDENTITY_DIFFERS: marked("患者信息与参保登记不一致。未扣款。请重新扫码"),
    RefusalCode.INSURANCE_DIFFERS: marked("险种与参保登记不一致。未扣款。请重新扫码"),
    RefusalCode.VISIT_UNKNOWN: marked("这次就诊已经找不到。未扣款。请重新扫码,从头收这一笔"),
    RefusalCode.VISIT_CLOSED: marked("这次就诊已经撤销。未扣款。请重新扫码,从头收这一笔"),
    RefusalCode.VISIT_HAS_LINES: marked("这次就诊还有没收的明细。未扣款。请先收费,或清空明细"),
    RefusalCode.VISIT_HAS_SETTLEMENT: marked("这次就诊已经收过费({settlement})。未扣款。请在今日账单中查看"),
    RefusalCode.SERVICE_DAY_FUTURE: marked("就诊日期 {day} 晚于今天。未扣款。请核对电脑的日期后重新扫码"),
    RefusalCode.LINE_NUMBER_TAKEN: marked(
        "这一笔的明细已经收过费,或者正在别处核算。本次未扣款。请先在今日账单中查看,不要重复收费"
    ),
    RefusalCode.ITEM_UNKNOWN: marked("{item} 不在 {day} 的医保目录中。未扣款。请删去这一行,换目录中的项目"),
    RefusalCode.AMOUNT_NOT_PRODUCT: marked("有一行的金额不等于单价乘数量。未扣款。请删去这一行重新录入"),
    RefusalCode.BATCH_EMPTY: marked("明细已经改动,这一页不是最新的。未扣款。请重新核算"),
    RefusalCode.BATCH_SETTLED: marked(
        "这一笔已经收过费({settlement})。本次未扣款。请在今日账单中补打小票,不要重复收费"
    ),
    RefusalCode.TOTAL_DIFFERS: marked("明细已经改动,合计不再是这个数。未扣款。请重新核算"),
    RefusalCode.PREVIEW_CHANGED: marked(
        "付款与刚才显示的不同了,未扣款。请按新的金额请患者再确认一次。变化:{changes}"
    ),
    RefusalCode.ALREADY_SETTLED: marked(
        "这一笔已经收过费({settlement})。本次未扣款。请在今日账单中补打小票,不要重复收费"
    ),
    RefusalCode.MEDICAL_TYPE_NOT_SERVED: marked(
        "这类就诊还没有开通联网结算,未扣款。请患者先自费,持票据到经办机构手工报销"
    ),
    RefusalCode.SETTLEMENT_UNKNOWN: marked(
        "本收费台没有这一笔。没有任何金额变动。用本机构软件收的,请在该软件中退费"
    ),
    RefusalCode.SETTLEMENT_CANCELLED: marked("这一笔已经退过。没有再次退款。不用再退"),
    RefusalCode.REVERSAL_OTHER_PERSON: marked("这一页不是这位患者的。没有任何金额变动。请在今日账单中查看"),
    RefusalCode.REVERSAL_NOT_SERVED: marked("这一步不能放弃。没有任何金额变动。请在今日账单中查看"),
    RefusalCode.REQUEST_INVALID: marked("{reason}。没有任何变动"),
}
"""In the order of the closed list. Each holds the same facts as the sentence it stands for, or fewer."""

NEVER_HERE: frozenset[RefusalCode] = frozenset(
    {
        RefusalCode.MESSAGE_UNREADABLE,
        RefusalCode.SIGNATURE_REQUIRED,
        RefusalCode.SIGNATURE_HEADER,
        RefusalCode.SIGNATURE_TIME,
        RefusalCode.SIGNER_UNKNOWN,
        RefusalCode.SIGNATURE_DIFFERS,
        RefusalCode.NONCE_USED,
        RefusalCode.MESSAGE_UNKNOWN,
        RefusalCode.MESSAGE_TOO_LARGE,
        RefusalCode.FIELD_MISSING,
        RefusalCode.FIELD_INVALID,
        RefusalCode.KIND_NOT_SERVED,
        RefusalCode.SETTLEMENT_OF_MESSAGE_UNKNOWN,
        RefusalCode.KEY_ALTERED,
        RefusalCode.KEYS_FULL,
        RefusalCode.KEY_UNKNOWN,
        RefusalCode.INSTITUTION_EXISTS,
    }
)
"""What only software is told: of envelopes, signatures, message numbers and keys."""


def told(refusal: Declined) -> str:
    """The sentence for the cashier."""
    code = RefusalCode[refusal.code]
    return _(WORDS.get(code, code.chinese)).format_map(refusal.facts)
