"""The closed, ordered list of refusals. A refusal is an answer to a user; a bug is an exception, never one of these.

Every text says what happened, whether money moved, and what to do next. Order is precedence: where two apply, the
earlier one is answered. ``{name}`` is filled from the refusal's facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, unique


@dataclass(frozen=True, slots=True)
class RefusalText:
    """What a person reads; ``retryable`` means that the same message may succeed later and is not remembered."""

    chinese: str
    retryable: bool = False


def _text(chinese: str, *, retryable: bool = False) -> RefusalText:
    return RefusalText(chinese, retryable)


@unique
class RefusalCode(Enum):
    """Every reason for which qinji says no, in order of precedence."""

    # The way in.
    BUSY = _text("系统繁忙,请用同一报文号重试。本次请求未扣款", retryable=True)
    MESSAGE_UNREADABLE = _text(
        "报文无法解析:{reason}。未扣款。请检查编码(UTF-8 或 GBK)与 JSON 格式后重发", retryable=True
    )
    MESSAGE_TOO_LARGE = _text("报文超过 {limit} 字节。未扣款。请拆分后重发", retryable=True)
    INSTITUTION_UNKNOWN = _text(
        "医药机构编号 {institution} 不存在或未定点。未扣款,没有任何变动。"
        "请核对编号;沙箱的机构编号见 GET /sandbox/world.json 的 institutions",
        retryable=True,
    )
    SIGNATURE_REQUIRED = _text(
        "正式环境不接受未签名的报文。未扣款。请按本机构配置的签名方式重发", retryable=True
    )
    SIGNATURE_HEADER = _text(
        "签名请求头 {header} 缺失或不正确。未扣款。请按本机构的签名方式填好全部请求头后重发", retryable=True
    )
    SIGNATURE_TIME = _text(
        "签名时间戳 {header} 不正确,或与本系统时间相差超过 {minutes} 分钟。未扣款。请校准时钟、重新签名后重发",
        retryable=True,
    )
    SIGNER_UNKNOWN = _text(
        "访问密钥不存在、已吊销,或不属于报文中的机构。未扣款。请核对密钥与机构编号,重新签名后重发",
        retryable=True,
    )
    SIGNATURE_DIFFERS = _text(
        "签名不一致:密钥不对(不存在、已吊销或不属于本机构),或待签名的文字、签名方法不同。未扣款。请核对后重新签名重发",
        retryable=True,
    )
    NONCE_USED = _text(
        "随机数 {header} 已用过。本次未办理,未扣款。每次发送(包括原样重发)都要换新的随机数并重新签名",
        retryable=True,
    )
    MESSAGE_UNKNOWN = _text(
        "本系统不提供交易 {message_number}。未扣款。已提供的交易:{served}", retryable=True
    )
    FIELD_MISSING = _text("字段 {field}({label})不能为空。未扣款。请填写后重发", retryable=True)
    FIELD_INVALID = _text(
        "字段 {field}({label})的值“{value}”不正确:{reason}。未扣款。请改正后重发", retryable=True
    )
    TOO_MANY_ITEMS = _text("{field} 最多 {limit} 条,本次 {count} 条。未扣款。请分批上传", retryable=True)
    KIND_NOT_SERVED = _text(
        "{institution} 是{kind},不能使用交易 {message_number}。未扣款。请使用{other}的交易", retryable=True
    )
    # The same message.
    MESSAGE_ALTERED = _text(
        "报文号 {message_id} 已用于内容不同的报文。本次未扣款。请核对原报文结果,新业务请换新报文号",
        retryable=True,
    )
    MESSAGE_REVERSED = _text("该报文已冲正,未扣款。请换新报文号重新办理")
    # Who.
    CREDENTIAL_WRONG_KIND = _text("这不是医保码。未扣款。请出示医保码,不要出示支付码")
    SCANNED_PAYMENT_CODE = _text(
        "这是{issuer}的付款码,不是医保码。未扣款,也没有用到付款码。请患者打开医保码页面后重新扫码"
    )
    SCANNED_BANK_CARD = _text("这是银行卡号,不是医保码。未扣款,也没有用到银行卡。请出示医保码或社会保障卡")
    SCANNED_IDENTITY_NUMBER = _text("这是身份证号码,不是医保码。未扣款。请出示医保码或社会保障卡")
    SCANNED_CARD_NUMBER = _text("这是社会保障卡号,不是医保码。未扣款。请改为读社会保障卡,或出示医保码")
    SCANNED_GOODS_CODE = _text("这是{what},不是医保码。未扣款。请先扫患者的医保码,再录入商品")
    SCANNED_LINK = _text("这是网页或收款的二维码,不是医保码。未扣款。请患者打开医保码页面后重新扫码")
    CODE_INCOMPLETE = _text(
        "扫到 {digits} 位数字,医保码是 {needed} 位。未扣款。请对准二维码或条形码重新扫一次,中途不要敲键盘"
    )
    CODE_WRONG = _text("医保码不正确,未扣款。请重新扫码,或改用社会保障卡")
    CODE_EXPIRED = _text("医保码已过期,未扣款。请刷新医保码后重新扫码")
    CODE_USED_ELSEWHERE = _text("该医保码已在其他机构使用,未扣款。请刷新医保码后重新扫码")
    CODE_VOID = _text(
        "该医保码已失效(就诊已撤销、已解绑、冻结或挂失),未扣款。请本人重新出示医保码或使用社会保障卡"
    )
    CODE_SESSION_CONSUMED = _text("本次扫码已用于一次结算,未扣款。请重新出示医保码,或使用社会保障卡")
    CODE_SESSION_OVER = _text("本次扫码已过有效期,未扣款。请重新出示医保码,或使用社会保障卡")
    PERSON_UNKNOWN = _text("未查到参保人:字段 {field}({label})。未扣款。请核对凭证或证件号码", retryable=True)
    CREDENTIAL_OTHER_PERSON = _text(
        "字段 {field}({label})不是出示凭证的人。未扣款。请重新读取凭证并核对 psn_no"
    )
    CREDENTIAL_REQUIRED = _text("没有可用的就诊凭证,未扣款。请扫医保码或读社会保障卡")
    IDENTITY_DIFFERS = _text("字段 {field}({label})与参保登记不一致。未扣款。请核对后重发")
    INSURED_ELSEWHERE = _text(
        "{person_region}参保人在{institution_region}:异地就医直接结算尚未开通,未扣款。"
        "目前可以:回参保地就医直接结算,或先自费、持票据回参保地手工报销"
    )
    INSURANCE_DIFFERS = _text("险种 {value} 与参保登记的 {expected} 不一致。未扣款。请用 1101 返回的险种")
    BENEFIT_STOPPED = _text("参保状态为{status},不能直接结算,未扣款。请先到参保地经办机构恢复参保")
    BENEFIT_WAITING = _text(
        "已缴费,待遇自 {day} 起,此前统筹基金不支付,不能直接结算,未扣款。请先自费,待遇开始后再直接结算"
    )
    BENEFIT_LAPSED = _text(
        "已缴的医保只到 {day},此后没有缴费,不能直接结算,未扣款。请先缴费;待遇何时恢复以缴费结果为准"
    )
    ONLINE_SUSPENDED = _text("该参保人的联网结算已暂停至 {until},未扣款。请先自费,凭票据到经办机构手工报销")
    # The visit and its lines.
    VISIT_UNKNOWN = _text("就诊ID {visit} 不存在。未扣款。请核对 mdtrt_id 或先挂号(2201)")
    VISIT_CLOSED = _text("就诊 {visit} 已撤销。未扣款。请重新挂号(2201)")
    VISIT_HAS_LINES = _text("就诊 {visit} 还有未撤销的费用明细。未扣款。请先用 2205 撤销明细")
    VISIT_HAS_SETTLEMENT = _text("就诊 {visit} 还有有效结算 {settlement}。未扣款。请先用 2208 撤销结算")
    SERVICE_DAY_FUTURE = _text("就诊日期 {day} 晚于今天。未扣款。请核对 {field}")
    SERVICE_DAY_TOO_OLD = _text(
        "就诊日期 {day} 距今超过 {limit} 天,不能联网结算。未扣款。请到经办机构手工报销"
    )
    LINE_NUMBER_TAKEN = _text("费用明细流水号 {number} 已使用。未扣款。请换新的 feedetl_sn")
    ITEM_UNKNOWN = _text("医保目录编码 {item}({field})不在 {day} 的目录中。未扣款。请核对 med_list_codg")
    AMOUNT_NOT_PRODUCT = _text(
        "明细 {number} 的金额 {amount} 元不等于单价×数量 {product} 元。未扣款。请核对后重新上传"
    )
    BATCH_EMPTY = _text("收费批次 {batch} 没有费用明细。未扣款。请先用 2204 上传明细,或核对 chrg_bchno")
    BATCH_SETTLED = _text(
        "收费批次 {batch} 已结算({settlement}),不能再改动明细。未扣款。请先用 2208 撤销结算"
    )
    TOTAL_DIFFERS = _text(
        "医疗费总额 {sent} 元与批次明细合计 {expected} 元不一致。未扣款。请核对 medfee_sumamt"
    )
    PREVIEW_CHANGED = _text("费用或支付方式已变化,请重新预结算,并用新报文号结算。未扣款。变化:{changes}")
    ALREADY_SETTLED = _text("该费用已结算,结算ID {settlement}。本次未扣款。请勿重复收费,可用该结算ID查询")
    MEDICAL_TYPE_NOT_SERVED = _text(
        "医疗类别 {value} 尚未开通联网结算,未扣款。请先自费,持票据到经办机构手工报销"
    )
    # Undoing.
    SETTLEMENT_UNKNOWN = _text(
        "结算ID {settlement} 不存在。没有任何金额变动。请核对 setl_id、mdtrt_id 与 psn_no"
    )
    SETTLEMENT_CANCELLED = _text("结算 {settlement} 已撤销({cancellation})。没有再次退款。无需重复撤销")
    SETTLEMENT_OF_MESSAGE_UNKNOWN = _text(
        "报文 {message_id} 没有结算记录。没有任何金额变动。请用原报文号原样重发结算,或用 2601 冲正"
    )
    REVERSAL_OTHER_PERSON = _text(
        "报文 {message_id} 不是为此参保人办理的。没有冲正,没有任何金额变动。请核对 psn_no 与 omsgid"
    )
    REVERSAL_NOT_SERVED = _text(
        "交易 {message_number} 已办成,不能冲正。没有冲正,没有任何金额变动。请{instead}"
    )
    # Policy.
    POLICY_UNVERIFIED = _text(
        "{region}的政策数值还没有核实({parameter} 等 {count} 项),不能据此结算。未扣款。"
        "请联系经办机构核对政策包,或由运行人员在设置中允许"
    )
    REGION_WITHOUT_POLICY = _text("{region} 在 {day} 没有可用的医保政策。未扣款。请联系经办机构")
    # Signing in, access.
    NOT_SIGNED_IN = _text("您尚未登录或登录已过期。请重新登录", retryable=True)
    SIGN_IN_WRONG = _text("验证码不正确或已过期。请重新获取验证码", retryable=True)
    DIGITS_NOT_SENT = _text(
        "验证码短信没有发出。没有任何变动。请一分钟后再试,或带证件到窗口办理", retryable=True
    )
    STAFF_SIGN_IN_WRONG = _text(
        "工号、密码或动态码不正确,或动态码已用过。没有任何变动。请核对后用下一个动态码再试;忘记密码请联系管理员",
        retryable=True,
    )
    PASSWORD_TO_CHANGE = _text(
        "首次登录须设置自己的密码,尚未登录。没有任何变动。请同时填写新密码(至少 {least} 个字符)再登录",
        retryable=True,
    )
    TOO_MANY_TRIES = _text("操作太频繁。请在 {seconds} 秒后再试", retryable=True)
    NOT_FOUND = _text("没有找到您要的内容。请核对编号")
    NOT_ALLOWED = _text("您没有办理此项的权限:{action}。没有任何变动。请由本人办理,或到窗口办理")
    SANDBOX_ONLY = _text("此功能只在沙箱中提供。没有任何变动。正式环境请用本机构的账号登录", retryable=True)
    KEY_ALTERED = _text("Idempotency-Key 已用于内容不同的请求。没有任何变动。请换新的键", retryable=True)
    REQUEST_INVALID = _text("请求内容不正确:{reason}。没有任何变动。请改正后重试", retryable=True)
    # Institutions and their keys.
    KEYS_FULL = _text("机构 {institution} 已有 {limit} 个有效密钥。没有任何变动。请先吊销其中一个")
    KEY_UNKNOWN = _text(
        "没有有效的访问密钥 {access_key}。没有任何变动。请核对,或用 qinji institution list 查看"
    )
    INSTITUTION_EXISTS = _text("机构编号 {institution} 已存在。没有任何变动。请核对编号")
    # Staff.
    STAFF_EXISTS = _text("工号 {staff} 已使用过,不再分配。没有任何变动。请换一个工号")
    STAFF_UNKNOWN = _text("没有工号为 {staff} 的在职人员。没有任何变动。请用 qinji staff list 查看")
    # The window.
    WINDOW_ACT_STATE = _text("此项窗口代办当前为“{state}”,不能{action}。没有任何变动。请刷新后查看")
    WINDOW_ACT_WAITS = _text(
        "同样的代办({act})已经录入,正等待审核。没有任何变动。请另一名工作人员审核,或由录入人撤回后重新录入"
    )
    # Complaints.
    COMPLAINT_EXISTS = _text(
        "您对此已有一件异议在办理({complaint})。没有任何变动。请打开那一件查看进度,或先撤回再提出"
    )
    COMPLAINT_STATE = _text("此异议当前:{state},不能{action}。没有任何变动。请刷新后查看")
    COMPLAINT_OUTCOME = _text("还不能按“{outcome}”办结:这一步还没有办成。没有任何变动。请先办成,或选别的结果")
    CORRECTION_NOTHING = _text(
        "所选账户没有可以退回的款项:没有付过,或者已经退回。没有动任何人的钱。请刷新后查看"
    )
    CORRECTION_CHANGED = _text("录入后账单有变动(已部分退回)。没有动任何人的钱。请不通过,由经办人重新录入")
    BULK_STATE = _text("这个文件{state},不能{action}。没有任何变动。请到“批量办理”看它办到哪里了")
    CLAWBACK_STATE = _text("这个扣回文件{state},不能{action}。没有动任何人的钱。请核对文件后再办")
    # Family account: shows a code, moves no money.
    BIND_SELF = _text("不能绑定您自己。没有任何变动。您可以直接出示自己的医保码")
    BIND_RELATION_NOT_ALLOWED = _text("{relation}不在亲情账户可绑定的关系中。没有任何变动。可绑定:{allowed}")
    BIND_RELATION_DIFFERS = _text(
        "登记的亲属关系与您填写的“{relation}”不符。没有任何变动。请核对关系,或到窗口办理"
    )
    BIND_EXISTS = _text("您已绑定或正在绑定此人。没有任何变动。请在亲情账户中查看")
    BIND_HOLDER_FULL = _text("您的亲情账户已有 {limit} 名成员(含待确认)。没有任何变动。请先解绑一名成员")
    BIND_MEMBER_FULL = _text("对方已加入 {limit} 个亲情账户(含待确认)。没有任何变动。请对方先退出一个")
    BIND_CONSENT_REQUIRED = _text(
        "已满 {age} 周岁须由本人确认。没有任何变动。请本人在自己的账户中确认,或到窗口由两名工作人员办理"
    )
    BIND_EVIDENCE_REQUIRED = _text(
        "未满 {age} 周岁须提供监护关系材料(户口本、出生医学证明等)。没有任何变动。请补充材料照片或材料编号"
    )
    BIND_STATE = _text("此绑定当前为“{state}”,不能{action}。没有任何变动。请刷新后查看")
    POWER_NOT_GIVEN = _text("您没有代{person}“{power}”的权限。没有任何变动。请让本人授予,或由本人出示")
    CODE_NOT_ACTIVATED = _text("医保码尚未激活。请先激活")
    CODE_FROZEN = _text("医保码已冻结或挂失。请本人解冻,或使用社会保障卡")
    SAME_CLERK = _text("录入与审核须由两名工作人员办理。没有任何变动。请由另一名工作人员审核")
    # Photos of papers.
    EVIDENCE_TOO_LARGE = _text("照片超过 {limit} 字节。没有任何变动。请缩小照片后重新上传")
    EVIDENCE_KIND = _text("照片须为 JPEG、PNG 或 WebP 格式。没有任何变动。请重新拍照,或换一张照片")
    EVIDENCE_FULL = _text(
        "每项绑定最多 {limit} 张材料照片。没有任何变动。请撤回申请后重新提交,或到窗口出示原件"
    )
    EVIDENCE_GONE = _text("材料照片已按规定删除,不能再查看。没有任何变动。请以窗口出示的原件为准")
    # Mutual aid: lets an account pay, shows no code.
    GRANT_SELF = _text("不能授权给您自己。没有任何变动。您自己的账户会先支付您自己的费用")
    GRANTOR_NOT_EMPLOYEE = _text(
        "只有职工医保参保人有个人账户,才能开通家庭共济。没有任何变动。请由有职工医保的家人授权"
    )
    GRANTOR_STATUS = _text("您的参保状态为{status},不能开通或使用家庭共济。没有任何变动。请先恢复参保")
    BENEFICIARY_STATUS = _text("使用人的参保状态为{status},不能使用家庭共济。没有任何变动。请使用人先参保")
    GRANT_RELATION_NOT_ALLOWED = _text(
        "{region}的规定:家庭共济可授权给{allowed},不包括{relation}({document} {clause})。没有任何变动。对方的费用请由对方本人账户或现金支付"
    )
    GRANT_RELATION_DIFFERS = _text(
        "登记的亲属关系与共济授权填写的“{relation}”不符。没有任何变动。请核对关系,或到窗口办理"
    )
    GRANT_OUT_OF_SCOPE = _text(
        "{beneficiary_region}与{grantor_region}不在家庭共济的范围内({scope})。没有任何变动。"
        "目前可以:同省参保的近亲属使用家庭共济;跨省请等医保钱包开通,或先用现金"
    )
    GRANT_EXISTS = _text("您已授权此人使用家庭共济。没有任何变动。可修改限额,不必重复授权")
    GRANT_FULL = _text("{region}规定每人最多授权 {limit} 人。没有任何变动。请先结束一项授权")
    GRANT_GROUP_MEMBER = _text(
        "{region}的家庭共济按共济组办理,一人只能在一个组:您已在家人的共济组中,不能再邀请别人。"
        "没有任何变动。要自己建组,请先退出家人的共济组"
    )
    GRANT_GROUP_TAKEN = _text(
        "{region}的家庭共济按共济组办理,一人只能在一个组:对方已在另一个共济组中,或自己建有共济组。"
        "没有任何变动。请对方先退出或结束那个组,再由您邀请"
    )
    GRANT_GRANTORS_FULL = _text(
        "{region}规定每人最多由 {limit} 位家人授权,对方已有 {limit} 位。没有任何变动。请对方先退出一项授权"
    )
    GRANT_LOCKED = _text("{region}规定授权后 {days} 天内不能解除,最早 {day}。没有任何变动。可以先暂停使用")
    GRANT_STATE = _text("此授权当前为“{state}”,不能{action}。没有任何变动。请刷新后查看")
    GRANT_NOTHING_WAITS = _text("此授权没有等待生效的变更。没有任何变动。请刷新后查看")
    DEVICE_TOO_NEW = _text(
        "这台设备首次登录还不满 {hours} 小时,{moment} 以后才能开通、放宽或恢复家庭共济。没有任何变动。"
        "现在可以调低限额、暂停或解除;急用请到窗口办理",
        retryable=True,
    )
    STEP_UP_REQUIRED = _text(
        "开通、放宽或恢复家庭共济前,请再验证一次身份。没有任何变动。输入验证码后继续,填好的内容会保留",
        retryable=True,
    )
    CONFIRMATION_STATE = _text("这笔用款的请求当前为“{state}”,不能再答复。您的钱没有动。请刷新后查看")
    ORDER_INCOMPLETE = _text("顺序须包含您的全部共济授权人各一次。没有任何变动。请刷新后重新排序")
    # The wallet: carries money to a relative.
    WALLET_NOT_OFFERED = _text(
        "{region}现在没有开通医保钱包。没有任何变动,没有转出钱。省内的家人请用家庭共济,或向参保地经办机构询问"
    )
    WALLET_SELF = _text("不能用医保钱包转给您自己。没有转出钱。您自己的账户会先支付您自己的费用")
    WALLET_RELATION = _text(
        "{region}的规定:医保钱包可转给{allowed};登记的关系是:{relation}({document} {clause})。没有转出钱。"
        "登记有误的,请到窗口办理"
    )
    WALLET_MISSING = _text("{whose}还没有开通医保钱包。没有转出钱。请先各自开通,再转")
    WALLET_NOT_ONWARD = _text(
        "{region}的规定:医保钱包里收到的钱不能再转给别人。没有转出钱。可以在看病买药时使用"
    )
    WALLET_NO_ACCOUNT = _text("您参加的是居民医保,没有个人账户,不能转出。没有转出钱。您可以接收家人转来的钱")
    WALLET_SENDER_STATUS = _text(
        "您的参保或账户状态为{status},不能转出。没有转出钱。请先到参保地经办机构恢复"
    )
    WALLET_RECEIVER_STATUS = _text("对方的参保状态为{status},不能接收。没有转出钱。请对方先在参保地参保")
    WALLET_SAME_PROVINCE = _text(
        "对方与您在同一省份参保,{region}的规定:医保钱包用于跨省。没有转出钱。省内请用家庭共济,不需要钱包"
    )
    WALLET_CLOSED = _text(
        "医保钱包每天 {closes} 至次日 {opens} 不办理转出。没有转出钱。请在 {opens} 以后再办", retryable=True
    )
    WALLET_AMOUNT = _text("每次最多转 {limit} 元,本次 {amount} 元。没有转出钱。请减少金额,或分几次转")
    WALLET_DAY_COUNT = _text("每天最多转 {limit} 次,您今天已转 {sent} 次。没有转出钱。请明天再转")
    WALLET_BALANCE = _text("可转的余额是 {balance} 元,不够转 {amount} 元。没有转出钱。请减少金额")
    WALLET_TRANSFER_STATE = _text("这笔转账当前为“{state}”,不能{action}。本次没有动钱。请刷新后查看")
    # Enrolment of one person, and premiums.
    ENROL_KNOWN = _text(
        "这个证件号码已经登记在参保名册上。没有任何变动,没有扣款。请直接办理缴费;信息有误的到窗口更正"
    )
    ENROL_NEWBORN_LATE = _text(
        "孩子出生已 {days} 天,新生儿参保限出生 {limit} 天内。没有任何变动。请按“少年儿童”参保"
    )
    ENROL_NOT_CHILD = _text("按证件号码,此人不是未成年人。没有任何变动。成年人请本人办理参保")
    ENROL_STATE = _text("{name}当前为“{state}”,不需要恢复参保。没有任何变动。请直接查看缴费")
    PREMIUM_NOT_OFFERED = _text(
        "{region}的政策没有写明居民医保的缴费标准或缴费期。没有扣款。请向参保地经办机构询问"
    )
    PREMIUM_EMPLOYEE = _text(
        "{name}登记的是职工医保,不缴居民医保费。没有扣款。已停保要改参居民医保的,请先办理恢复参保"
    )
    PREMIUM_YEAR = _text(
        "现在不能缴 {name} {year} 年的居民医保费,现在可缴的年度:{years}。没有扣款。请换一个年度"
    )
    PREMIUM_COVERED = _text("{name} {year} 年的居民医保已经有效,不必再缴。没有扣款")
    PREMIUM_ORDERED = _text(
        "{name} {year} 年的保费已有一笔缴费(编号 {number}),当前为“{state}”。没有再次扣款。请查看那一笔"
    )
    PREMIUM_CHANGED = _text("应缴 {amount} 元,与您看到的 {shown} 元不同。没有扣款。请核对新的金额后再确认")
    PREMIUM_PAYER = _text("所选的账户现在不能缴这笔保费:{reason}。没有扣款。请换一个付款账户")
    PREMIUM_BALANCE = _text(
        "{whose}可用于缴费的是 {available} 元,不够 {amount} 元;{region}规定一笔保费由一处付清。没有扣款。"
        "请换一个付款账户,或向税务部门用银行卡、现金支付"
    )
    PREMIUM_STATE = _text("这笔保费当前为“{state}”,不能{action}。本次没有动钱。请刷新后查看")
    RECEIPT_CODE_WRONG = _text(
        "这个验证码不是本机构的缴费凭证,或内容被改动过。没有任何变动。请核对后重新扫描或粘贴;仍不符的,向参保地经办机构询问"
    )
    TAX_ANSWER_WRONG = _text(
        "税务部门的答复读不出来,或不是用约定的密钥写的。没有任何变动。请核对密钥后再发一次"
    )
    PREMIUM_REFUND_LATE = _text(
        "这笔保费的待遇自 {day} 起,待遇开始以后(以及补缴的、当地不办退费的)不能退费。没有动钱。"
        "有特殊情况请到窗口办理"
    )

    @property
    def chinese(self) -> str:
        """The text with its places for facts."""
        return self.value.chinese

    @property
    def retryable(self) -> bool:
        """Whether the same message may be tried again; such refusals are not remembered."""
        return self.value.retryable


NOT_A_CODE: frozenset[RefusalCode] = frozenset(
    {
        RefusalCode.CREDENTIAL_WRONG_KIND,
        RefusalCode.SCANNED_PAYMENT_CODE,
        RefusalCode.SCANNED_BANK_CARD,
        RefusalCode.SCANNED_IDENTITY_NUMBER,
        RefusalCode.SCANNED_CARD_NUMBER,
        RefusalCode.SCANNED_GOODS_CODE,
        RefusalCode.SCANNED_LINK,
        RefusalCode.CODE_INCOMPLETE,
    }
)
"""Something else was scanned or read: no code of ours can look like it, whoever sends it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal as a value: the code and the facts that fill its text."""

    code: RefusalCode
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence for a person."""
        return self.code.chinese.format_map(self.facts)


def refuse(code: RefusalCode, **facts: str | int) -> Refused:
    """A refusal with its facts."""
    return Refused(code, facts)


def earliest(refusals: list[Refused]) -> Refused | None:
    """The refusal that comes first in the list, or None."""
    if not refusals:
        return None
    order = list(RefusalCode)
    return min(refusals, key=lambda refused: order.index(refused.code))
