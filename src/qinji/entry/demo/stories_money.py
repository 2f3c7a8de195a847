"""Stories of 家庭共济: whose account pays, in which order, within what limits, and how every fen goes back."""

from __future__ import annotations

from qinji.entry.demo.cashier import card_of
from qinji.entry.demo.screen import AID, COUNTER
from qinji.entry.demo.stage import Stage
from qinji.entry.demo.stories_code import AT_THE_CLINIC
from qinji.entry.sandbox.plan import EAST, WEST
from qinji.kernel.money import yuan

A_SICK_CHILD = (
    ("普通门诊诊察费", 1),
    ("胸部数字化摄影", 1),
    ("血细胞分析", 1),
    ("腹部彩色超声检查", 1),
    ("静脉输液", 3),
    ("阿奇霉素干混悬剂", 2),
    ("布洛芬混悬液", 1),
    ("蒲地蓝消炎口服液", 2),
)
AN_OLD_MAN = (("普通门诊诊察费", 1), ("常规心电图检查", 1), ("胸部数字化摄影", 1), ("酒石酸美托洛尔片", 3))
AT_THE_PHARMACY = (("电子血压计", 1), ("消毒液(卫消字)", 1))
A_LONG_TREATMENT = (
    ("普通门诊诊察费", 1),
    ("普通针刺", 50),
    ("酒石酸美托洛尔片", 50),
    ("苯磺酸氨氯地平片", 50),
    ("奥美拉唑肠溶胶囊", 25),
    ("胸部数字化摄影", 2),
    ("常规心电图检查", 4),
    ("血细胞分析", 3),
    ("葡萄糖测定", 8),
)


def daughter_pays_the_rest(stage: Stage) -> None:
    """R-047, R-048: the own account first; the daughter's pays the rest only after she has granted mutual aid."""
    daughter, mother = stage.world.family("女儿与不用智能手机的母亲")
    stage.clear(mother, daughter)
    clinic, basket = stage.cashier(WEST, "1"), stage.world.bill(*AT_THE_CLINIC)
    opening = stage.balances([mother, daughter])
    stage.screen.step(COUNTER, f"还没有授权:{mother.name}出示自己的社会保障卡。")
    paid, before = stage.settle(clinic, mother, card_of(mother), basket)
    stage.expect(before.mutual_aid_fen == 0, f"没有授权,{daughter.name}账户里的钱一分也不能用。")
    clinic.cancel(paid)
    stage.screen.step(COUNTER, "这张账单先撤销。")
    stage.screen.step(AID, f"{daughter.name}授权母亲使用自己的个人账户:每次最多 200 元,自己留下 100 元不动。")
    stage.grant(daughter, mother, "parent", per_use_fen=20_000, floor_fen=10_000)
    stage.screen.step(COUNTER, "同样的账单,同样是母亲自己的卡:")
    _, after = stage.settle(clinic, mother, card_of(mother), basket)
    stage.expect(
        after.own_account_fen == before.own_account_fen and after.fund_fen == before.fund_fen,
        "统筹基金不变,母亲自己的账户仍然先付。",
    )
    stage.expect(
        after.mutual_aid_fen == before.cash_fen and after.cash_fen == 0,
        f"原来要付的 {yuan(before.cash_fen)} 元现金,由女儿的账户当场付清。",
    )
    closing = stage.balances([mother, daughter])
    stage.screen.balances([mother, daughter], {"之前": opening, "之后": closing})


def child_and_two_parents(stage: Stage) -> None:
    """R-010, R-019: a resident without an account; the fund by the child's own benefit, then father, then mother."""
    child, father, mother = stage.world.family("九岁的孩子与先后授权的父母")
    stage.clear(child)
    stage.screen.step(AID, f"{father.told}先授权给孩子{child.told}。")
    stage.grant(father, child, "child")
    stage.screen.step(AID, f"{mother.told}后授权给孩子。")
    stage.grant(mother, child, "child")
    opening = stage.balances([father, mother])
    hospital, basket = stage.cashier(EAST, "2"), stage.world.bill(*A_SICK_CHILD)
    stage.screen.step(COUNTER, f"孩子发烧,家长带孩子的社会保障卡到{hospital.place.name}。")
    _, detail = stage.settle(hospital, child, card_of(child), basket)
    payers = [payer.name for payer in detail.payers]
    stage.expect(
        payers == [father.name, mother.name],
        f"孩子没有个人账户:先由{father.name}付,不够的由{mother.name}付。",
    )
    stage.expect(detail.cash_fen == 0, "家里不用付现金;基金按孩子自己的居民待遇支付,与父母的待遇无关。")
    closing = stage.balances([father, mother])
    stage.screen.balances([father, mother], {"之前": opening, "之后": closing})


def father_in_law(stage: Stage) -> None:
    """R-034: parents of a spouse are refused by the region's rule, with the rule; what works is said and done."""
    son_in_law, daughter, father = stage.world.family("女婿与岳父")
    stage.clear(father)
    stage.screen.step(AID, f"{son_in_law.told}想授权岳父{father.told}使用自己的个人账户。")
    told = stage.declined(
        "GRANT_RELATION_NOT_ALLOWED", lambda: stage.phone(son_in_law).grant(father, "spouse_parent")
    )
    stage.expect("东澜医保规" in told, "拒绝时说出了是哪个城市的哪一条规定。")
    stage.screen.step(AID, f"女儿{daughter.name}是他的子女,可以授权。")
    stage.grant(daughter, father, "parent")
    opening = stage.balances([father, daughter, son_in_law])
    clinic, basket = stage.cashier(EAST, "1"), stage.world.bill(*AN_OLD_MAN)
    stage.screen.step(COUNTER, f"{father.name}出示自己的社会保障卡:")
    _, detail = stage.settle(clinic, father, card_of(father), basket)
    stage.expect(detail.mutual_aid_fen > 0, f"自己的账户用完后,由女儿{daughter.name}付;女婿的账户没有动。")
    closing = stage.balances([father, daughter, son_in_law])
    stage.screen.balances([father, daughter, son_in_law], {"之前": opening, "之后": closing})


def grant_is_revoked(stage: Stage) -> None:
    """Access is derived: after the revocation the very next bill is cash."""
    son, mother = stage.world.family("账户已空的儿子与母亲的账户")
    stage.clear(son)
    stage.screen.step(AID, f"{mother.told}授权儿子{son.told}使用自己的个人账户。")
    grant = stage.grant(mother, son, "child")
    opening = stage.balances([son, mother])
    pharmacy, basket = stage.cashier(WEST, "pharmacy"), stage.world.bill(*AT_THE_PHARMACY)
    stage.screen.step(COUNTER, f"{son.name}在{pharmacy.place.name}出示自己的医保码。")
    _, before = stage.settle(pharmacy, son, stage.code(son), basket)
    stage.expect(before.mutual_aid_fen > 0, f"{mother.name}的账户付了 {yuan(before.mutual_aid_fen)} 元。")
    between = stage.balances([son, mother])
    over = stage.phone(mother).end_grant(grant)
    stage.screen.step(AID, f"{mother.name}解除授权:{over.state_text}。")
    stage.screen.step(COUNTER, "紧接着的下一张账单,买同样的东西:")
    _, after = stage.settle(pharmacy, son, stage.code(son), basket)
    closing = stage.balances([son, mother])
    stage.expect(
        after.mutual_aid_fen == 0 and closing[mother.number] == between[mother.number],
        f"解除之后{mother.name}的账户一分没动,{yuan(after.cash_fen)} 元付现金。",
    )
    stage.screen.balances([son, mother], {"之前": opening, "授权时": between, "解除后": closing})


def every_fen_goes_back(stage: Stage) -> None:
    """R-097: a cancelled bill gives every fen back to whom it came from."""
    father, mother, daughter = stage.world.family("碰到日限额的父亲")
    family = [father, mother, daughter]
    stage.clear(father)
    stage.screen.step(AID, f"{mother.name}(配偶)先授权、{daughter.name}(女儿)后授权给{father.told}。")
    stage.grant(mother, father, "spouse")
    stage.grant(daughter, father, "parent")
    opening = stage.balances(family)
    hospital, basket = stage.cashier(WEST, "3"), stage.world.bill(*A_LONG_TREATMENT)
    stage.screen.step(COUNTER, f"{father.name}在{hospital.place.name}出示社会保障卡。")
    paid, detail = stage.settle(hospital, father, card_of(father), basket)
    between = stage.balances(family)
    stage.screen.step(COUNTER, f"医生改了方案,{hospital.place.name}撤销这张账单(2208)。")
    hospital.cancel(paid)
    closing = stage.balances(family)
    state = stage.phone(father).bill(paid.settlement).state
    stage.screen.balances(family, {"结算前": opening, "结算后": between, "撤销后": closing})
    stage.expect(between != opening and closing == opening, "每个人的账户都和结算之前一样,一分不差。")
    stage.expect(
        state == "cancelled",
        f"{len(detail.payers)} 个账户各自收回原数,基金的 {yuan(detail.fund_fen)} 元也退回;"
        f"现金 {yuan(detail.cash_fen)} 元由医院当面退。",
    )
