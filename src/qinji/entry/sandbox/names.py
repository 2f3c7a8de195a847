"""Invented, common-looking names: family names go from father to child, given names fit the birth year."""

from __future__ import annotations

from random import Random

from qinji.entry.sandbox.model import Sex
from qinji.entry.sandbox.plan import FamilyPlan

SURNAMES = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)

# (born before, male given names, female given names); the last row is for everybody younger.
_GIVEN: tuple[tuple[int, str, str], ...] = (
    (
        1966,
        "建国 国强 志明 德福 永贵 家和 振华 光荣 文斌 长河 有根 兴旺 克勤 守义 学礼 宝山 启明 庆丰",
        "秀兰 桂英 玉珍 淑芬 凤英 桂兰 素珍 秀英 月娥 春梅 惠芳 美华 金凤 彩霞 翠兰 菊香 爱莲 银花",
    ),
    (
        1990,
        "伟 强 磊 军 勇 斌 海涛 志刚 建平 晓东 立新 少华 俊杰 国栋 云峰 春生 明亮 文博",
        "敏 静 丽 艳 娟 红梅 晓燕 海霞 雪莲 丽萍 玉洁 春燕 文娟 秋菊 佳慧 慧敏 亚楠 素云",
    ),
    (
        2008,
        "浩 宇航 鹏飞 家豪 志远 博文 天佑 思源 一鸣 凯文 子健 明轩 泽楷 俊熙",
        "婷 雨欣 思琪 佳怡 欣然 梦洁 雅雯 晓萌 诗涵 可欣 若曦 静怡 文静 嘉琪",
    ),
    (
        9999,
        "子轩 浩然 梓睿 沐宸 宇辰 奕辰 亦凡 景行 知远 乐山 书恒 安和 云舟 小满",
        "梓涵 一诺 可馨 语桐 欣妍 若溪 依诺 知夏 念安 书瑶 乐瑶 清和 小雨 暖暖",
    ),
)


class NameGiver:
    """Gives names from chance, never the same full name twice in one world."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._given: set[str] = set()

    def surnames(self, plan: FamilyPlan) -> dict[str, str]:
        """The family name of each role: the father's where he is known, else one for all of a mother's."""
        result: dict[str, str] = {}
        absent_fathers: dict[str, str] = {}
        for member in sorted(plan.members, key=lambda each: -each.age):
            if member.father:
                result[member.role] = result[member.father]
            elif member.mother:
                taken = result[member.mother]
                result[member.role] = absent_fathers.setdefault(member.mother, self._other_than(taken))
            else:
                result[member.role] = self._other_than(*result.values())
        return result

    def full_name(self, surname: str, sex: Sex, born: int) -> str:
        """A full name that nobody in this world has yet."""
        names = given_names(sex, born)
        fresh = [surname + name for name in names if surname + name not in self._given]
        name = self._chance.choice(fresh) if fresh else self._double(surname, names)
        self._given.add(name)
        return name

    def _other_than(self, *taken: str) -> str:
        return self._chance.choice([surname for surname in SURNAMES if surname not in taken])

    def _double(self, surname: str, names: list[str]) -> str:
        """A rarer name of two first characters, when all common ones of this family name are used up."""
        pairs = [surname + one[0] + other[0] for one in names for other in names]
        return self._chance.choice([pair for pair in pairs if pair not in self._given])


def given_names(sex: Sex, born: int) -> list[str]:
    """The common given names of a sex and a year of birth."""
    for before, male, female in _GIVEN:
        if born < before:
            return (male if sex == "male" else female).split()
    raise ValueError(f"no names for {born}")
