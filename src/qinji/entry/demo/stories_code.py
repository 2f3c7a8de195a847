"""Stories of 亲情账户: whose code may be shown, by whom, and that it changes nothing about who pays."""

from __future__ import annotations

from qinji.entry.demo.cashier import card_of
from qinji.entry.demo.screen import AID, COUNTER, FAMILY, WINDOW
from qinji.entry.demo.stage import Stage
from qinji.entry.sandbox.plan import EAST, WEST, WUHAN

AT_THE_CLINIC = (
    ("普通门诊诊察费", 1),
    ("胸部数字化摄影", 1),
    ("血细胞分析", 1),
    ("苯磺酸氨氯地平片", 5),
)
SMALL_BILL = (("普通门诊诊察费", 1), ("葡萄糖测定", 1), ("盐酸二甲双胍片", 2))


def mother_without_smartphone(stage: Stage) -> None:
    """R-003, R-062, R-094, R-096: a binding made at the window; the bill before and after it is the same."""
    daughter, mother = stage.world.family("女儿与不用智能手机的母亲")
    stage.clear(mother, daughter)
    clinic, basket = stage.cashier(WEST, "1"), stage.world.bill(*AT_THE_CLINIC)
    opening = stage.balances([mother, daughter])
    stage.screen.step(COUNTER, f"绑定之前:{mother.told}自己带社会保障卡,到{clinic.place.name}看病。")
    paid, before = stage.settle(clinic, mother, card_of(mother), basket)
    clinic.cancel(paid)
    stage.screen.step(COUNTER, "这张账单先撤销,好与绑定之后比较。")

    stage.screen.step(FAMILY, f"{daughter.told}在自己手机上申请绑定母亲;母亲没有智能手机,改到窗口确认。")
    stage.bind(daughter, mother, "parent", window=True)
    clerk, reviewer = stage.window("clerk"), stage.window("reviewer")
    entered = clerk.enter(daughter, mother, "parent", "本人到场,不使用智能手机,已核对身份证和户口本")
    stage.screen.step(
        WINDOW, f"母女到窗口,{clerk.name}录入:{entered.state_text},承诺 {entered.promised_day} 前办结。"
    )
    stage.screen.step(WINDOW, f"{clerk.name}想自己审核:")
    stage.declined("SAME_CLERK", lambda: clerk.approve(entered.id, "材料齐全"))
    done = reviewer.approve(entered.id, "材料齐全,本人当面同意")
    stage.screen.step(
        WINDOW, f"{reviewer.name}审核:{done.state_text}。女儿可以:{'、'.join(done.powers_text)}。"
    )
    stage.screen.step(
        FAMILY, f"再到诊所,{daughter.name}在手机上打开母亲的医保码(28 位,60 秒内有效,只用一次)。"
    )
    _, after = stage.settle(clinic, mother, stage.code(daughter, mother), basket)
    stage.expect(
        (before.fund_fen, before.own_account_fen, before.mutual_aid_fen, before.cash_fen)
        == (after.fund_fen, after.own_account_fen, after.mutual_aid_fen, after.cash_fen),
        "绑定前后,同一张账单每一分钱的去处都相同:亲情账户只出示医保码,不动钱(R-096)。",
    )
    closing = stage.balances([mother, daughter])
    stage.expect(closing[daughter.number] == opening[daughter.number], "女儿的个人账户一分没动。")
    stage.screen.balances([mother, daughter], {"之前": opening, "之后": closing})


def mother_in_another_province(stage: Stage) -> None:
    """R-006, R-066: no mutual aid across provinces yet, said with what works today; codes are shown everywhere."""
    daughter, mother, _ = stage.world.family("在外省的母亲与姐姐")
    stage.clear(mother, daughter)
    stage.screen.step(AID, f"{daughter.told}想让{mother.told}用自己的个人账户。")
    told = stage.declined("GRANT_OUT_OF_SCOPE", lambda: stage.phone(daughter).grant(mother, "parent"))
    stage.expect("目前可以" in told, "拒绝时说明了原因,也说明了今天能怎么办。")
    elsewhere = stage.cashier(EAST, "1")
    basket = stage.world.bill(*SMALL_BILL)
    stage.screen.step(COUNTER, f"母亲来探亲,拿社会保障卡到{elsewhere.place.name}:")
    told = stage.declined("", lambda: elsewhere.settle(mother, card_of(mother), basket))
    stage.expect("未扣款" in told and "目前可以" in told, "没有扣款,并说明了今天能怎么办。")

    stage.screen.step(FAMILY, f"亲情账户不分省:{daughter.name}申请绑定母亲,母亲在自己手机上确认。")
    binding = stage.bind(daughter, mother, "parent")
    stage.phone(mother).confirm(binding)
    opening = stage.balances([mother, daughter])
    home = stage.cashier(WUHAN, "1")
    stage.screen.step(FAMILY, f"{daughter.name}陪母亲回到武汉,在{home.place.name}出示母亲的医保码。")
    _, detail = stage.settle(home, mother, stage.code(daughter, mother), basket)
    stage.expect(detail.mutual_aid_fen == 0, "码由女儿出示,费用仍按母亲自己的待遇和账户支付。")
    closing = stage.balances([mother, daughter])
    stage.screen.balances([mother, daughter], {"之前": opening, "之后": closing})
