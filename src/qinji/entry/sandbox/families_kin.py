"""Families of every kind of kinship: generations, brothers and sisters, the divorced, parents of a spouse."""

from __future__ import annotations

from qinji.entry.sandbox.plan import EAST, WEST, WUHAN, FamilyPlan, employee, resident, retired, student

FAMILIES_KIN = (
    FamilyPlan(
        25,
        "三代同堂的一家六口",
        "祖父母退休，父母上班，一个上大学、一个上小学。西澜市的家庭共济包括祖父母和孙子女，三代人的账户可以互相支付。",
        (
            retired("grandfather", "male", 75, WEST, 21_000, spouse="grandmother"),
            retired("grandmother", "female", 73, WEST, 17_300),
            employee(
                "father",
                "male",
                47,
                WEST,
                58_000,
                father="grandfather",
                mother="grandmother",
                spouse="mother",
            ),
            employee("mother", "female", 45, WEST, 39_900),
            student("daughter", "female", 19, WEST, father="father", mother="mother"),
            resident("son", "male", 11, WEST, father="father", mother="mother"),
        ),
    ),
    FamilyPlan(
        26,
        "祖母想为孙女付药费",
        "祖母退休，账户里有400元，想为六岁的孙女付药费。东澜市的规定只到配偶、父母和子女，要由父亲来授权。",
        (
            retired("grandmother", "female", 70, EAST, 40_000),
            employee("father", "male", 39, EAST, 16_000, mother="grandmother"),
            resident("granddaughter", "female", 6, EAST, father="father"),
        ),
    ),
    FamilyPlan(
        27,
        "外祖母带大的外孙女",
        "外孙女上中学，一直由退休的外祖母照顾。外祖母的账户可以为外孙女支付，她也想帮外孙女出示医保码。",
        (
            retired("grandmother", "female", 69, WEST, 120_000),
            employee("mother", "female", 43, WEST, 30_500, mother="grandmother"),
            resident("granddaughter", "female", 13, WEST, mother="mother"),
        ),
    ),
    FamilyPlan(
        28,
        "互相照应的兄妹",
        "父母都已过世，哥哥和妹妹在西澜市互相照应。妹妹账户不多，哥哥的账户可以为她支付。",
        (
            retired("mother", "female", 78, WEST, 1_250),
            employee("brother", "male", 50, WEST, 70_000, mother="mother"),
            employee("sister", "female", 46, WEST, 6_000, mother="mother"),
        ),
    ),
    FamilyPlan(
        29,
        "东澜的哥哥与居民妹妹",
        "妹妹参加居民医保，没有个人账户，想用哥哥的。东澜市的家庭共济不包括兄弟姐妹，哥哥只能帮她出示医保码。",
        (
            resident("mother", "female", 81, EAST),
            employee("brother", "male", 57, EAST, 88_000, mother="mother"),
            resident("sister", "female", 54, EAST, mother="mother"),
        ),
    ),
    FamilyPlan(
        30,
        "离婚的父母与共同的孩子",
        "父母离婚了，八岁的女儿跟母亲生活。两人仍是孩子的父母，都可以为她授权，但彼此已不是配偶。",
        (
            employee("father", "male", 38, WEST, 46_000),
            employee("mother", "female", 36, WEST, 27_650),
            resident("daughter", "female", 8, WEST, father="father", mother="mother"),
        ),
    ),
    FamilyPlan(
        31,
        "武汉的年轻夫妇与婴儿",
        "夫妇俩都在武汉上班，孩子刚满一岁，参加了居民医保。孩子没有手机也没有账户，由父母出示医保码、由父母的账户支付。",
        (
            employee("father", "male", 31, WUHAN, 52_000, spouse="mother"),
            employee("mother", "female", 30, WUHAN, 24_300),
            resident("baby", "female", 1, WUHAN, father="father", mother="mother"),
        ),
    ),
    FamilyPlan(
        32,
        "刚授权就后悔的女儿",
        "女儿在武汉为父亲开通了家庭共济，第二天就想解除。武汉规定授权九十天内不能解除，她可以先暂停使用。",
        (
            employee("daughter", "female", 39, WUHAN, 66_000, father="father"),
            retired("father", "male", 68, WUHAN, 14_400),
        ),
    ),
    FamilyPlan(
        33,
        "儿媳与婆婆",
        "婆婆在武汉退休，儿媳常陪她看病。近亲属不包括配偶的父母，账户的钱要由儿子来授权。",
        (
            employee("daughter_in_law", "female", 35, WUHAN, 38_000, spouse="son"),
            employee("son", "male", 37, WUHAN, 43_000, mother="mother_in_law"),
            retired("mother_in_law", "female", 66, WUHAN, 5_500),
        ),
    ),
    FamilyPlan(
        34,
        "西澜的女婿与岳母",
        "岳母和女儿参加居民医保，家里只有女婿有个人账户。岳母的账单能不能用女婿的账户，要看女婿参保地的规定。",
        (
            employee("son_in_law", "male", 44, WEST, 91_000, spouse="daughter"),
            resident("daughter", "female", 42, WEST, mother="mother_in_law"),
            resident("mother_in_law", "female", 67, WEST),
        ),
    ),
    FamilyPlan(
        35,
        "没有子女的老夫妇",
        "两位老人都退休了，没有子女，也不会用手机。他们凭社会保障卡看病，账户可以互相支付。",
        (
            retired("husband", "male", 79, EAST, 23_400, spouse="wife"),
            retired("wife", "female", 77, EAST, 800),
        ),
    ),
    FamilyPlan(
        36,
        "单亲母亲与双胞胎",
        "母亲独自抚养五岁的双胞胎，两个孩子都参加居民医保。一张账单只付一个孩子的费用，母亲的账户不会付错人。",
        (
            employee("mother", "female", 34, EAST, 34_560),
            resident("elder_twin", "male", 5, EAST, mother="mother"),
            resident("younger_twin", "female", 5, EAST, mother="mother", twin_of="elder_twin"),
        ),
    ),
    FamilyPlan(
        37,
        "上大学的儿子",
        "儿子在西澜市上大学，参加学生的居民医保。父母的账户按授权先后为他支付。",
        (
            student("son", "male", 20, WEST, father="father", mother="mother"),
            employee("father", "male", 49, WEST, 13_000, spouse="mother"),
            employee("mother", "female", 47, WEST, 62_800),
        ),
    ),
    FamilyPlan(
        38,
        "武汉的三代人",
        "外公外婆退休，女儿女婿上班，外孙上小学。按武汉现行的规定，近亲属的账户可以为孩子支付。",
        (
            retired("grandfather", "male", 72, WUHAN, 33_300, spouse="grandmother"),
            retired("grandmother", "female", 70, WUHAN, 28_100),
            employee(
                "mother",
                "female",
                41,
                WUHAN,
                19_750,
                father="grandfather",
                mother="grandmother",
                spouse="father",
            ),
            employee("father", "male", 43, WUHAN, 55_000),
            resident("son", "male", 10, WUHAN, father="father", mother="mother"),
        ),
    ),
)
