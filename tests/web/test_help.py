"""/help answers what families ask, with the numbers of the reader's region and the document of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from qinji.policy.load import load
from tests.household import Town, packs_with
from tests.reader import Reader, open_reader

pytestmark = pytest.mark.asyncio
QUESTIONS = (
    "亲情账户和家庭共济有什么区别?",
    "家庭共济是什么意思?",
    "本人有医保,还能用亲情账户吗?",
    "怎么绑定?为什么要刷脸?家人在外地怎么办?",
    "结算时先扣谁的钱?",
)


async def test_the_questions_of_the_sources_are_answered_with_the_rules_of_ones_own_region(
    town: Town, reader: Reader
) -> None:
    grandmother, *_ = town.family("祖母想为孙女付药费")
    await reader.sign_in(grandmother.number)
    said = await reader.say("/help")
    for question in QUESTIONS:
        assert question in said
    assert "下面的数字是 东澜市 在 2026年3月17日 执行的规定" in said
    assert "可以授权给:配偶、父母、子女。 依据 东澜医保规〔2025〕1号 第二条" in said
    assert "一个人最多绑定 5 名家人" in said
    assert "先扣本人账户,不够时再扣家人的账户。 依据 亲济默认值 付款次序,2021-04-22 起 · 尚未核对原文" in said
    assert 'value="990100" selected' in reader.last


async def test_every_number_comes_from_the_pack_in_force_and_another_pack_says_another(
    town: Town, tmp_path: Path
) -> None:
    packs = packs_with(tmp_path, "990100-donglan", "mutual_aid.max_beneficiaries", "3")
    async with town.under(load(packs)) as changed, open_reader(changed.bureau) as reader:
        assert "每人最多授权 3 人。 依据 东澜医保规〔2025〕1号 第九条" in await reader.say(
            "/help?region=990100"
        )


async def test_where_a_region_calls_it_otherwise_its_own_name_stands_beside_the_usual_one(
    town: Town, tmp_path: Path
) -> None:
    packs = packs_with(tmp_path, "990100-donglan", "mutual_aid.local_name", "亲情账号")
    async with town.under(load(packs)) as changed, open_reader(changed.bureau) as reader:
        said = await reader.say("/help?region=990100")
        assert "亲情账户 家庭共济 当地叫“亲情账号”" in said
        assert "当地把家庭共济叫“亲情账号”。 依据 东澜医保规〔2025〕1号 第九条" in said
        assert "当地叫" not in await reader.say("/help?region=990200")


async def test_without_signing_in_one_picks_the_region(reader: Reader) -> None:
    said = await reader.say("/help")
    assert "还不知道您在哪里参保,请先选参保地" in said
    assert "医保规" not in said, "no region, no numbers"
    assert "登录" in said
    picked = await reader.say("/help?region=990200")
    assert "下面的数字是 西澜市" in picked
    assert "兄弟姐妹" in picked
    assert "全国" not in await reader.open("/help"), "the nation is no place where somebody is insured"


@pytest.mark.parametrize("region", ["999900", "../etc", "９９０１００", "1" * 300])
async def test_a_region_without_rules_or_one_that_is_none_is_told_plainly(
    reader: Reader, region: str
) -> None:
    said = await reader.say(f"/help?region={region}")
    plain = "请以当地医保经办机构的答复为准" if region == "999900" else "请先选参保地"
    assert plain in said
    assert "可以授权给" not in said


async def test_the_two_functions_stand_side_by_side_in_words(reader: Reader) -> None:
    said = await reader.say("/help")
    for words in (
        "不动任何人的钱",
        "动授权人个人账户里的钱",
        "家人的码,在您的手机上出示",
        "任何一方解绑,立即生效",
    ):
        assert words in said


async def test_it_is_linked_where_the_two_can_be_confused(town: Town, reader: Reader) -> None:
    assert 'href="/help"' in await reader.open("/sign-in")
    await reader.sign_in(town.family("女儿与不用智能手机的母亲")[0].number)
    for page in ("/family", "/mutual-aid", "/me"):
        assert 'href="/help' in await reader.open(page)


async def test_the_page_asks_the_database_within_its_budget(town: Town, reader: Reader) -> None:
    with reader.counting() as sent:
        await reader.open("/help?region=990100")
    assert sent == []
    await reader.sign_in(town.family("女儿与不用智能手机的母亲")[0].number)
    with reader.counting() as sent:
        await reader.open("/help")
    assert len(sent) <= 3, sent
