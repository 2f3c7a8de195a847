"""家庭共济 on the phone: whose account pays for whom is said in each sentence; opened, changed, ordered and ended there."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import pytest

from qinji.entry.sandbox.model import Person
from qinji.insured.model import Status
from qinji.kernel.kinship import Relation
from qinji.policy.load import load
from tests.household import Town, packs_with
from tests.reader import HIDDEN, Reader, open_reader, words
from tests.till import line

pytestmark = pytest.mark.asyncio
Filled: TypeAlias = dict[str, str | list[str]]
PURPOSES = ["outpatient", "pharmacy"]
HOME = "/mutual-aid"


def two(town: Town) -> tuple[Person, Person]:
    """A daughter with 500 yuan, and her mother with twenty."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    return daughter, mother


def filled(beneficiary: Person, **more: str | list[str]) -> Filled:
    """The form for opening."""
    return {
        "name": beneficiary.name,
        "certificate": beneficiary.certificate_number,
        "relation": "parent",
        "purpose": PURPOSES,
        **more,
    }


async def opened(reader: Reader, beneficiary: Person, **more: str | list[str]) -> str:
    """Fill in both pages; the path of the grant."""
    form = filled(beneficiary, **more)
    checked = await reader.submit(f"{HOME}/open", f"{HOME}/open/check", **form)
    assert checked.status_code == 200, words(checked.text)
    sent = await reader.send(checked.text, f"{HOME}/open/send", **form)
    assert sent.status_code == 303, words(sent.text)
    return str(sent.headers["location"])


async def test_an_account_is_opened_for_a_relative_within_limits_after_a_page_to_check(
    town: Town, reader: Reader
) -> None:
    daughter, mother = two(town)
    await reader.sign_in(daughter.number)
    assert "还没有让家人用您的个人账户" in await reader.say(HOME)
    form = filled(mother, per_use_fen="50", per_month_fen="1,200", floor_fen="100")
    checked = words((await reader.submit(f"{HOME}/open", f"{HOME}/open/check", **form)).text)
    assert "还没有开通。这一步不扣钱,您的个人账户还是 ¥500.00" in checked
    assert f"{mother.name} 看病买药,个人要付的部分可以用 您的 个人账户" in checked
    assert "每月最多 ¥1,200.00" in checked
    assert "出示医保码 ≠ 花谁的钱" in checked
    assert "先扣本人账户,不够时再扣家人的账户" in checked
    assert "依据" in checked
    assert mother.certificate_number not in checked
    assert f"同意,让 {mother.name} 用我的账户" in checked
    assert "还没有让家人用您的个人账户" in await reader.say(HOME), "the check page opens nothing"

    path = await opened(reader, mother, per_use_fen="50", per_month_fen="1,200", floor_fen="100")
    said = await reader.say(path)
    assert "已开通,立即生效" in said
    assert "这一步没有扣钱,您的个人账户还是 ¥500.00" in said

    bill = await town.purchase(mother, [line("A", "100.00")])
    assert (bill.paid.account, bill.paid.mutual_aid, bill.paid.cash) == (20_00, 50_00, 30_00)
    said = await reader.say(HOME)
    assert "您的个人账户余额 ¥450.00" in said
    assert "杨**(您的母亲) 看病买药,可以用 您的 个人账户" in said
    assert "本月 还剩 ¥1,150.00" in said
    assert "已用 ¥50.00 最多 ¥1,200.00" in said
    async with open_reader(town.bureau) as other:
        await other.sign_in(mother.number)
        said = await other.say(HOME)
        assert "您 看病买药,可以用 李*(您的女儿) 的个人账户" in said
        assert "450" not in said, "a relative's balance is not told"
        assert "暂停使用" not in said


async def test_one_comes_back_from_the_check_page_with_everything_kept(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    await reader.sign_in(daughter.number)
    form = filled(mother, per_day_fen="80")
    checked = await reader.submit(f"{HOME}/open", f"{HOME}/open/check", **form)
    back = await reader.client.post(f"{HOME}/open", data={**dict(HIDDEN.findall(checked.text)), **form})
    assert back.status_code == 200
    assert f'value="{mother.name}"' in back.text
    assert 'name="per_day_fen" inputmode="decimal" autocomplete="off" value="80"' in back.text


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(town: Town, reader: Reader) -> None:
    await reader.sign_in(two(town)[0].number)
    answer = await reader.submit(
        f"{HOME}/open", f"{HOME}/open/check",
        name="杨素珍", certificate="1", relation="", per_use_fen="很多", per_day_fen="-1",
    )  # fmt: skip
    assert answer.status_code == 422
    said = words(answer.text)
    assert "有 5 处要改" in said
    for fault in (
        "身份证号不对",
        "请选家人是您的什么人",
        "“很多”不是金额",
        "金额不能小于 0",
        "请至少选一项用途",
    ):
        assert fault in said
    assert 'value="杨素珍"' in answer.text
    assert 'value="很多"' in answer.text


async def test_a_stranger_nobody_and_a_wrong_name_are_told_alike(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    stranger = town.bureau.world.people[40]
    await reader.sign_in(daughter.number)
    told = []
    nobody = "99990119570101003X"
    for name, certificate in (
        (stranger.name, stranger.certificate_number),
        (stranger.name, nobody),
        ("别的名字", mother.certificate_number),
    ):
        form = filled(mother) | {"name": name, "certificate": certificate}
        checked = await reader.submit(f"{HOME}/open", f"{HOME}/open/check", **form)
        sent = await reader.send(checked.text, f"{HOME}/open/send", **form)
        assert sent.status_code == 422
        told.append(words(sent.text).replace(name, "").split("沙箱里")[0])
        assert "也请看看姓名和身份证号有没有写错" in words(sent.text)
    assert len(set(told)) == 1


async def test_a_relation_that_the_region_does_not_name_is_refused_with_its_document_beside_the_field(
    town: Town, reader: Reader
) -> None:
    grandmother, _, granddaughter = town.family("祖母想为孙女付药费")
    await reader.sign_in(grandmother.number)
    offered = await reader.open(f"{HOME}/open")
    assert f'value="{Relation.GRANDCHILD}"' not in offered
    assert "东澜医保规〔2025〕1号 第二条" in words(offered)
    form = filled(granddaughter, relation=Relation.GRANDCHILD)
    checked = await reader.submit(f"{HOME}/open", f"{HOME}/open/check", **form)
    sent = await reader.send(checked.text, f"{HOME}/open/send", **form)
    assert sent.status_code == 422
    assert 'id="relation-error">东澜市的规定' in sent.text


async def test_a_resident_is_told_plainly_and_can_still_receive(town: Town, reader: Reader) -> None:
    father, _, child = town.family("离婚的父母与共同的孩子")
    await town.granted(father, child)
    await reader.sign_in(child.number)
    said = await reader.say(HOME)
    assert "您参加的是居民医保,没有个人账户,不能把钱给家人用" in said
    assert "让家人用我的账户" not in said
    assert "(您的父亲) 的个人账户" in said
    assert "才能开通家庭共济" in await reader.say(f"{HOME}/open", 422)


async def test_an_account_that_is_not_usable_opens_nothing(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    await town.set_status(daughter, Status.ARREARS)
    await reader.sign_in(daughter.number)
    assert "您的个人账户现在不能使用" in await reader.say(HOME)
    stopped = await reader.say(f"{HOME}/open", 422)
    assert "没有任何变动" in stopped
    assert mother.name not in stopped


async def test_a_pause_is_one_tap_and_the_next_bill_follows_it(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    grant = await town.granted(daughter, mother)
    path = f"{HOME}/{grant['id']}"
    await reader.sign_in(daughter.number)
    html = await reader.open(HOME)
    for _ in range(2):
        answer = await reader.send(html, f"{path}/pause", wanted="pause")
        assert answer.headers["location"] == f"{path}?done=pause", "sent twice, done once"
    said = await reader.say(f"{path}?done=pause")
    assert "已暂停,立即生效:从下一笔费用起不用您的钱" in said
    assert (await town.purchase(mother, [line("A", "100.00")])).paid.mutual_aid == 0
    answer = await reader.submit(path, f"{path}/pause", wanted="resume")
    assert answer.headers["location"] == f"{path}?done=resume"
    assert (await town.purchase(mother, [line("A", "100.00")])).paid.mutual_aid == 100_00
    again = await reader.send(html, f"{path}/pause", wanted="resume")
    assert again.status_code == 422
    assert "没有任何变动" in words(again.text)


async def test_a_change_shows_before_and_after_and_can_be_put_back_in_one_tap(
    town: Town, reader: Reader
) -> None:
    daughter, mother = two(town)
    grant = await town.granted(daughter, mother, per_use_fen=200_00, per_month_fen=400_00)
    await town.purchase(mother, [line("A", "150.00")])
    path = f"{HOME}/{grant['id']}"
    await reader.sign_in(daughter.number)
    form: Filled = {"per_use_fen": "", "per_month_fen": "160", "floor_fen": "", "purpose": ["pharmacy"]}
    checked = await reader.submit(f"{path}/limits", f"{path}/limits/check", **form)
    said = words(checked.text)
    assert "还没有改" in said
    assert "每次最多 原来 ¥200.00 → 不限" in said
    assert "每月最多 原来 ¥400.00 → ¥160.00" in said
    assert "用途 原来 门诊、药店购药、居民医保缴费 → 药店购药" in said
    assert "本月 原来 ¥270.00 → ¥30.00" in said
    assert "已经付的钱不受影响,在手机上不能撤回" in said
    assert "最多 ¥400.00" in await reader.say(path), "the check page changes nothing"

    done = await reader.send(checked.text, f"{path}/limits", **form)
    after = await reader.open(str(done.headers["location"]))
    assert "最多 ¥160.00" in words(after)
    assert "原来是:每次最多 ¥200.00 ;每月最多 ¥400.00 ;用途 门诊、药店购药、居民医保缴费" in words(after)
    undone = await reader.send(after, f"{path}/limits", back="yes", purpose=PURPOSES)
    assert undone.headers["location"] == f"{path}?done=restored"
    said = await reader.say(f"{path}?done=restored")
    assert "每次最多 ¥200.00" in said
    assert "最多 ¥400.00" in said


async def test_nobody_else_can_write_what_a_page_offers_to_put_back(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    grant = await town.granted(daughter, mother)
    await reader.sign_in(daughter.number)
    forged = await reader.say(f"{HOME}/{grant['id']}?done=changed&was=-.-.-.-.-.pharmacy~{'0' * 32}")
    assert "改回原来的" not in forged


async def test_a_change_of_nothing_and_one_that_leaves_nothing_are_said(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    path = f"{HOME}/{(await town.granted(daughter, mother))['id']}"
    await reader.sign_in(daughter.number)
    everything = [*PURPOSES, "resident_premium"]
    same = await reader.submit(f"{path}/limits", f"{path}/limits/check", purpose=everything)
    assert (same.status_code, "没有什么要改" in words(same.text)) == (422, True)
    nothing = await reader.submit(f"{path}/limits", f"{path}/limits/check", purpose=PURPOSES, per_day_fen="0")
    assert "现在一分钱也不能用" in words(nothing.text)
    wrong = await reader.submit(f"{path}/limits", f"{path}/limits/check", purpose=PURPOSES, per_day_fen="x")
    assert (wrong.status_code, 'id="per_day_fen-error"' in wrong.text) == (422, True)


async def parents(town: Town) -> tuple[Person, list[str]]:
    """A child for whom both parents pay sixty yuan a time; the ids of their grants."""
    one, other, child = town.family("离婚的父母与共同的孩子")
    grants = []
    for who in (one, other):
        grants.append((await town.granted(who, child, per_use_fen=60_00))["id"])
        town.bureau.later(minutes=1)
    return child, grants


async def test_an_order_is_tried_on_a_bill_before_it_is_saved_and_the_till_follows_it(
    town: Town, reader: Reader
) -> None:
    child, (first, second) = await parents(town)
    await reader.sign_in(child.number)
    said = await reader.say(f"{HOME}/order")
    assert "先扣 方**(您的父亲)的个人账户,不够时扣 蒋**(您的母亲) 的个人账户" in said
    tried = f"{HOME}/order?grant={first}&grant={second}&up={second}&amount=90&purpose=pharmacy"
    html = await reader.open(tried)
    said = words(html)
    assert "还没有保存" in said
    assert "先扣 蒋**(您的母亲)的个人账户" in said
    assert "试算,没有扣任何人的钱" in said
    assert "蒋**(您的母亲)的个人账户 现在 ¥30.00 → ¥60.00" in said
    assert "方**(您的父亲)的个人账户 现在 ¥60.00 → ¥30.00" in said
    assert f'name="down" value="{second}" autofocus' in html, "the focus stays on the one that was moved"
    assert "还没有保存" not in await reader.say(f"{HOME}/order"), "trying saves nothing"
    saved = await reader.send(html, f"{HOME}/order/save", grant=[second, first])
    assert saved.headers["location"] == f"{HOME}/order?done=yes"
    assert "次序已改好" in await reader.say(f"{HOME}/order?done=yes")
    before = await town.balance(town.family("离婚的父母与共同的孩子")[1])
    await town.purchase(child, [line("A", "20.00")])
    assert await town.balance(town.family("离婚的父母与共同的孩子")[1]) == before - 20_00


async def test_an_order_that_names_too_little_or_an_amount_that_is_none_is_said(
    town: Town, reader: Reader
) -> None:
    child, (first, second) = await parents(town)
    await reader.sign_in(child.number)
    html = await reader.open(f"{HOME}/order?grant={first}&grant={second}&down={first}&amount=多少")
    assert "“多少”不是金额" in words(html)
    incomplete = await reader.send(html, f"{HOME}/order/save", grant=[second])
    assert incomplete.status_code == 422
    assert "顺序须包含您的全部共济授权人各一次" in words(incomplete.text)
    assert "还没有保存" not in await reader.say(f"{HOME}/order?grant={second}"), (
        "then the present order is shown"
    )


async def test_where_the_region_fixes_the_order_it_says_so_with_its_document(
    town: Town, tmp_path: Path
) -> None:
    child, (first, second) = await parents(town)
    packs = packs_with(tmp_path, "990200-xilan", "order.grantors", "binding_time")
    async with town.under(load(packs)) as changed, open_reader(changed.bureau) as reader:
        await reader.sign_in(child.number)
        html = await reader.open(f"{HOME}/order?grant={first}&grant={second}&up={second}")
        said = words(html)
        assert "几位家人按授权的先后支付。 依据 西澜医保规〔2025〕1号 第九条" in said
        assert "所以这里不能由您自己排" in said
        assert 'name="up"' not in html
        assert "试算" not in said
        assert "先扣 方**(您的父亲)的个人账户" in said


async def test_the_grantor_ends_a_grant_after_one_page_and_the_beneficiary_leaves_alone(
    town: Town, reader: Reader
) -> None:
    daughter, mother = two(town)
    path = f"{HOME}/{(await town.granted(daughter, mother))['id']}"
    await reader.sign_in(daughter.number)
    said = await reader.say(f"{path}/end")
    assert "马上停止: 从下一笔费用起不用您的钱" in said
    assert "仍退回原来的账户" in said
    assert "不用对方同意" in said
    done = await reader.submit(f"{path}/end")
    assert done.headers["location"] == f"{path}?done=end"
    assert "已结束" in await reader.say(f"{path}?done=end")
    assert (await town.purchase(mother, [line("A", "100.00")])).paid.mutual_aid == 0
    assert "以前的授权" in await reader.say(HOME)
    again = f"{HOME}/{(await town.granted(daughter, mother))['id']}"
    async with open_reader(town.bureau) as other:
        await other.sign_in(mother.number)
        assert "您不再用 李*(您的女儿)的账户" in await other.say(f"{again}/end")
        assert (await other.submit(f"{again}/end")).status_code == 303


async def test_a_grant_that_is_locked_says_until_when_and_offers_a_pause(town: Town, reader: Reader) -> None:
    hasty, father = town.family("刚授权就后悔的女儿")
    path = f"{HOME}/{(await town.granted(hasty, father))['id']}"
    await reader.sign_in(hasty.number)
    assert "2026年6月15日 以前不能解除;随时可以暂停" in await reader.say(path)
    said = await reader.say(f"{path}/end")
    assert "现在还不能解除" in said
    assert "最早 2026年6月15日 可以" in said
    assert (await reader.submit(f"{path}/end", f"{path}/pause", wanted="pause")).status_code == 303


@pytest.mark.parametrize(
    ("key", "value", "home", "end"),
    [
        ("mutual_aid.activation", "filing", "已提交,等医保经办机构备案。备案以前不会用谁的钱", "撤回申请"),
        ("mutual_aid.unbind_effective", "next_day", "生效中", "今天还可能用您的钱,从明天起不用"),
    ],
)
async def test_what_the_region_wants_is_said_before_the_act_and_after_it(
    town: Town, tmp_path: Path, key: str, value: str, home: str, end: str
) -> None:
    daughter, mother = two(town)
    packs = packs_with(tmp_path, "990200-xilan", key, value)
    async with town.under(load(packs)) as changed, open_reader(changed.bureau) as reader:
        path = f"{HOME}/{(await changed.granted(daughter, mother))['id']}"
        await reader.sign_in(daughter.number)
        assert home in await reader.say(HOME)
        told = "已提交,等备案" if value == "filing" else "已开通,立即生效"
        assert told in await reader.say(f"{path}?done=opened")
        assert end in await reader.say(f"{path}/end")
        assert (await reader.submit(f"{path}/end")).status_code == 303
        if value == "next_day":
            assert "今天还有效,2026年3月18日 停止" in await reader.say(path)


async def test_somebody_elses_grant_is_like_a_missing_one(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    path = f"{HOME}/{(await town.granted(daughter, mother))['id']}"
    await reader.sign_in(town.bureau.world.people[40].number)
    for page in (path, f"{path}/limits", f"{path}/end", f"{HOME}/nothing"):
        assert "没有找到这项共济" in await reader.say(page, 404)
    async with open_reader(town.bureau) as other:
        await other.sign_in(mother.number)
        assert "没有找到这项共济" in await other.say(f"{path}/limits", 404), "the beneficiary sets no limits"


async def test_who_is_not_signed_in_is_led_to_the_sign_in_page(reader: Reader) -> None:
    answer = await reader.client.get(HOME)
    assert answer.headers["location"] == "/sign-in?next=%2Fmutual-aid"


@pytest.mark.parametrize(
    ("page", "budget"), [("", 6), ("/open", 9), ("/order", 11), ("/{grant}", 6), ("/{grant}/limits", 6)]
)
async def test_a_page_asks_the_database_within_its_budget(
    town: Town, reader: Reader, page: str, budget: int
) -> None:
    daughter, mother = two(town)
    grant = await town.granted(daughter, mother)
    await reader.sign_in(daughter.number)
    with reader.counting() as sent:
        await reader.open(HOME + page.format(grant=grant["id"]))
    assert len(sent) <= budget, sent
