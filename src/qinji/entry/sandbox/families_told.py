"""The families of the stories and of the worked examples; their balances are exact and their numbers last.

A worked example (``WE-…``) is a bill whose amounts were worked out by hand; its family has its accounts.
"""

from __future__ import annotations

from qinji.entry.sandbox.plan import EAST, WEST, WUHAN, FamilyPlan, employee, resident, retired
from qinji.insured.model import Status

FAMILIES_TOLD = (
    FamilyPlan(
        1,
        "女儿与不用智能手机的母亲",
        "68岁的母亲退休后独自住在西澜市，只用老式手机，账户里只剩20元。"
        "女儿想帮母亲出示医保码，也愿意让自己的账户在母亲不够时支付。",
        (
            employee("daughter", "female", 41, WEST, 50_000, mother="mother"),
            retired("mother", "female", 68, WEST, 2_000),
        ),
    ),
    FamilyPlan(
        2,
        "九岁的孩子与先后授权的父母",
        "孩子参加居民医保，没有个人账户，门诊由统筹基金按居民待遇支付。"
        "个人负担先由父亲的100元支付，不足部分再由母亲的账户支付。",
        (
            resident("child", "male", 9, EAST, father="father", mother="mother"),
            employee("father", "male", 37, EAST, 10_000, spouse="mother"),
            employee("mother", "female", 36, EAST, 100_000),
        ),
    ),
    FamilyPlan(
        3,
        "女婿与岳父",
        "女婿想让岳父使用自己的个人账户，但东澜市的规定不包括配偶的父母。"
        "女儿是他的子女，可以用自己的账户为他授权。",
        (
            employee("son_in_law", "male", 39, EAST, 60_000, spouse="daughter"),
            employee("daughter", "female", 37, EAST, 15_000, father="father_in_law"),
            retired("father_in_law", "male", 66, EAST, 3_500),
        ),
    ),
    FamilyPlan(
        4,
        "在外省的母亲与姐姐",
        "妹妹在东澜市工作，母亲和姐姐在武汉参保，三人不在一个省。"
        "家庭共济限于同省，妹妹的钱用医保钱包转给母亲；亲情账户不受参保地限制。",
        (
            employee("younger_sister", "female", 34, EAST, 80_000, mother="mother"),
            retired("mother", "female", 65, WUHAN, 4_600),
            employee("elder_sister", "female", 40, WUHAN, 22_000, mother="mother"),
        ),
    ),
    FamilyPlan(
        5,
        "今年第一次看病的丈夫（WE-01）",
        "丈夫今年还没有看过病，账户里有80元，妻子的账户里有500元。"
        "一级医院350元的账单先过起付线，再按八成报销，余下先用自己的再用妻子的。",
        (
            employee("self", "male", 44, EAST, 8_000, spouse="spouse"),
            employee("spouse", "female", 43, EAST, 50_000),
        ),
    ),
    FamilyPlan(
        6,
        "碰到日限额的父亲（WE-02）",
        "父亲在三级医院看病花了3000元，统筹基金当日最多支付1300元。"
        "自己的1000元、妻子的300元、女儿的200元依次用完，还差200元现金。",
        (
            employee("self", "male", 52, WEST, 100_000, spouse="spouse"),
            employee("spouse", "female", 50, WEST, 30_000),
            employee("daughter", "female", 26, WEST, 20_000, father="self", mother="spouse"),
        ),
    ),
    FamilyPlan(
        7,
        "甲乙丙三类都有的账单（WE-04）",
        "儿子的账单里甲类、乙类、丙类项目都有，自己的账户只有20元。"
        "西澜市允许账户支付自费项目，余下由父亲的50元和母亲的100元依次支付。",
        (
            employee("self", "male", 27, WEST, 2_000, father="father", mother="mother"),
            employee("father", "male", 54, WEST, 5_000, spouse="mother"),
            employee("mother", "female", 52, WEST, 10_000),
        ),
    ),
    FamilyPlan(
        8,
        "自费项目只能付现金（WE-06）",
        "丈夫的账户里有500元，但东澜市不允许个人账户支付丙类项目。"
        "160元的账单里60元丙类由现金支付，其余照常由基金和账户支付。",
        (
            employee("self", "male", 47, EAST, 50_000, spouse="spouse"),
            resident("spouse", "female", 46, EAST),
        ),
    ),
    FamilyPlan(
        9,
        "断缴的母亲不能付，由父亲付（WE-09）",
        "母亲断缴，账户里的900元暂时不能共济给孩子。孩子自己的50元用完后，由父亲的120元支付，余下付现金。",
        (
            employee("self", "female", 24, EAST, 5_000, father="father", mother="mother"),
            employee("mother", "female", 48, EAST, 90_000, status=Status.ARREARS, spouse="father"),
            employee("father", "male", 51, EAST, 12_000),
        ),
    ),
    FamilyPlan(
        10,
        "设了限额的丈夫与儿子（WE-10）",
        "母亲的账户是空的，丈夫授权每次最多150元，儿子授权今年还剩90元。"
        "三级医院1000元的账单报销600元，两人各付到限额为止，余下付现金。",
        (
            employee("self", "female", 53, WEST, 0, spouse="spouse"),
            employee("spouse", "male", 55, WEST, 200_000),
            employee("son", "male", 28, WEST, 200_000, mother="self", father="spouse"),
        ),
    ),
    FamilyPlan(
        11,
        "在社区看病的退休夫妇（WE-13）",
        "丈夫退休后在武汉的社区医院看病，这是他今年的第一张账单。"
        "起付线以上按比例报销，余下先用自己的200元，再用妻子的300元。",
        (
            retired("self", "male", 69, WUHAN, 20_000, spouse="spouse"),
            retired("spouse", "female", 66, WUHAN, 30_000),
        ),
    ),
    FamilyPlan(
        12,
        "账户已空的儿子与母亲的账户",
        "儿子的账户一分不剩，到药店买医疗器械和消毒用品。母亲授权后，药店的自费项目由母亲的500元支付。",
        (
            employee("self", "male", 30, WEST, 0, mother="mother"),
            employee("mother", "female", 53, WEST, 50_000),
        ),
    ),
)
