"""Families in which somebody's insurance does not run normally, or whose ages and numbers meet a limit."""

from __future__ import annotations

from qinji.entry.sandbox.plan import EAST, WEST, WUHAN, FamilyPlan, employee, resident, retired, student
from qinji.insured.model import Status

FAMILIES_STATUS = (
    FamilyPlan(
        13,
        "账户被冻结的丈夫",
        "丈夫的个人账户被冻结，里面的650元谁也不能用。妻子的账户正常，可以授权给丈夫。",
        (
            employee("husband", "male", 42, EAST, 65_000, status=Status.FROZEN, spouse="wife"),
            employee("wife", "female", 40, EAST, 9_000),
        ),
    ),
    FamilyPlan(
        14,
        "断缴的女儿与退休的母亲",
        "女儿换工作时断缴了，不能直接结算，也不能授权别人用自己的账户。母亲退休后待遇正常，自己的账户照常使用。",
        (
            employee("daughter", "female", 33, WEST, 32_000, status=Status.ARREARS, mother="mother"),
            retired("mother", "female", 61, WEST, 18_850),
        ),
    ),
    FamilyPlan(
        15,
        "停保的店主一家",
        "丈夫关店后停了职工医保，账户里还留着45元。妻子和孩子参加居民医保，待遇不受影响。",
        (
            employee("husband", "male", 38, EAST, 4_500, status=Status.STOPPED, spouse="wife"),
            resident("wife", "female", 37, EAST),
            resident("daughter", "female", 8, EAST, father="husband", mother="wife"),
        ),
    ),
    FamilyPlan(
        16,
        "没有续保的弟弟",
        "弟弟去年没有缴居民医保，今年不能直接结算。姐姐在武汉上班，想让弟弟用自己的账户，要等弟弟续保。",
        (
            resident("brother", "male", 29, WUHAN, status=Status.STOPPED, mother="mother"),
            employee("sister", "female", 35, WUHAN, 41_230, mother="mother"),
            retired("mother", "female", 63, WUHAN, 8_000),
        ),
    ),
    FamilyPlan(
        17,
        "停保的外祖母",
        "外祖母的居民医保停了，家里人都不知道。外孙女授权时被告知外祖母要先参保。",
        (
            resident("grandmother", "female", 72, WEST, status=Status.STOPPED),
            employee("mother", "female", 48, WEST, 26_000, mother="grandmother"),
            employee("granddaughter", "female", 24, WEST, 7_700, mother="mother"),
        ),
    ),
    FamilyPlan(
        18,
        "今天满十六岁的儿子",
        "儿子今天过十六岁生日，从今天起绑定亲情账户要由他本人同意。母亲昨天还可以只凭户口本办理。",
        (
            employee("mother", "female", 43, EAST, 33_000),
            resident("son", "male", 16, EAST, mother="mother", birthday_today=True),
        ),
    ),
    FamilyPlan(
        19,
        "十五岁的妹妹与十七岁的哥哥",
        "妹妹未满十六岁，父亲凭户口本就可以绑定。哥哥已满十六岁，须由本人在自己的账户中确认。",
        (
            employee("father", "male", 45, WEST, 28_400),
            student("son", "male", 17, WEST, father="father"),
            resident("daughter", "female", 15, WEST, father="father"),
        ),
    ),
    FamilyPlan(
        20,
        "六位亲人的当家人",
        "当家人想把妻子、父母和三个孩子都绑进亲情账户，一共六人。一个亲情账户最多五名成员，第六位要先解绑一位。",
        (
            employee("holder", "male", 46, EAST, 120_000, father="father", mother="mother", spouse="wife"),
            employee("wife", "female", 45, EAST, 36_000),
            retired("father", "male", 73, EAST, 15_600, spouse="mother"),
            retired("mother", "female", 71, EAST, 9_900),
            student("eldest", "female", 20, EAST, father="holder", mother="wife"),
            resident("second", "male", 14, EAST, father="holder", mother="wife"),
            resident("youngest", "male", 7, EAST, father="holder", mother="wife"),
        ),
    ),
    FamilyPlan(
        21,
        "三个儿女都想帮母亲出示医保码",
        "母亲有三个工作的儿女，个个都想绑定她。一个人最多加入两个亲情账户，第三个要等她先退出一个。",
        (
            retired("mother", "female", 72, WEST, 6_400),
            employee("eldest", "female", 49, WEST, 54_000, mother="mother"),
            employee("second", "male", 46, WEST, 47_500, mother="mother"),
            employee("youngest", "male", 41, WEST, 61_000, mother="mother"),
        ),
    ),
    FamilyPlan(
        22,
        "在两座城市参保的母女",
        "女儿在东澜市上班，母亲在西澜市参加居民医保，两市同属一个省。女儿的账户可以为母亲支付，母亲仍按西澜市的待遇报销。",
        (
            employee("daughter", "female", 36, EAST, 73_000, mother="mother"),
            resident("mother", "female", 62, WEST),
        ),
    ),
    FamilyPlan(
        23,
        "在西澜工作的儿子与东澜的父亲",
        "儿子在西澜市工作，父亲退休后住在东澜市。父亲的账户先付，不足的由儿子支付。",
        (
            employee("son", "male", 38, WEST, 44_000, father="father"),
            retired("father", "male", 67, EAST, 12_000),
        ),
    ),
    FamilyPlan(
        24,
        "分居两省的夫妻",
        "丈夫在西澜市工作，妻子在武汉工作，两人都有个人账户。跨省的共济要等医保钱包，眼下各用各的账户。",
        (
            employee("husband", "male", 33, WEST, 25_000, spouse="wife"),
            employee("wife", "female", 32, WUHAN, 31_000),
        ),
    ),
)
