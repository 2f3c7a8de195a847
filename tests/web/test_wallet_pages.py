"""医保钱包 on the phone: whose money, before and after, until when, and why something cannot be done now."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from qinji.entry.sandbox.model import Person
from qinji.flows import audit_books
from qinji.kernel.dates import CHINA
from qinji.web.counter.lines import Typed
from tests.bureau import TODAY
from tests.counter import AMOXICILLIN, open_counter
from tests.household import Town
from tests.reader import Reader, open_reader, words
from tests.till import line
from tests.wallet import APART, funded, pair_of

pytestmark = pytest.mark.asyncio
HOME = "/wallet"


def two(town: Town) -> tuple[Person, Person]:
    """The daughter in 东澜 with 800.00, the mother in 武汉."""
    daughter, mother, _sister = town.family(APART)
    return daughter, mother


def form(receiver: Person, amount: str) -> dict[str, str | list[str]]:
    """Whom and how much."""
    return {"name": receiver.name, "certificate": receiver.certificate_number, "amount": amount}


async def opened(reader: Reader) -> None:
    """One's own wallet is opened on the pages."""
    done = await reader.submit(f"{HOME}/open")
    assert done.headers["location"] == f"{HOME}?done=opened"


async def sent(reader: Reader, receiver: Person, amount: str) -> str:
    """Both pages filled in; the path of the transfer."""
    checked = await reader.submit(f"{HOME}/send", f"{HOME}/send/check", **form(receiver, amount))
    assert checked.status_code == 200, words(checked.text)
    done = await reader.send(checked.text, f"{HOME}/send/confirm", **form(receiver, amount))
    assert done.status_code == 303, words(done.text)
    return str(done.headers["location"]).partition("?")[0]


async def test_money_is_sent_after_a_page_to_check_and_taken_by_its_receiver(
    town: Town, reader: Reader
) -> None:
    daughter, mother = two(town)
    await reader.sign_in(daughter.number)
    said = await reader.say(HOME)
    assert "您还没有开通医保钱包" in said
    assert "什么时候需要钱包" in said
    await opened(reader)
    assert "已开通。没有动用任何钱。" in await reader.say(f"{HOME}?done=opened")
    async with open_reader(town.bureau) as hers:
        await hers.sign_in(mother.number)
        await opened(hers)
        checked = words(
            (await reader.submit(f"{HOME}/send", f"{HOME}/send/check", **form(mother, "300"))).text
        )
        assert "还没有转" in checked
        assert "您的个人账户 转前 ¥800.00 → 转后 ¥500.00" in checked
        assert "2026年3月18日 06:00 没有接收,自动退回您的账户" in checked
        assert f"转给 {mother.name} ¥300.00" in checked
        assert mother.certificate_number not in checked
        assert "您还没有转出过" in await reader.say(HOME), "the check page sends nothing"

        path = await sent(reader, mother, "300")
        assert "已转出,等对方接收" in await reader.say(f"{path}?done=sent")
        said = await reader.say(HOME)
        assert "您转出、对方还没接收 ¥300.00" in said
        assert "今天还可以转 2 次(每天 3 次)" in said

        assert "转给您 ¥300.00 ,请在 2026年3月18日 06:00 前接收或退回" in await hers.say(HOME)
        assert "您的医保钱包 接收前 ¥0.00 → 接收后 ¥300.00" in await hers.say(path)
        done = await hers.submit(path, answer="accept")
        assert done.headers["location"] == f"{path}?done=accept"
        assert "您已接收" in await hers.say(f"{path}?done=accept")
        assert "对方已接收" in await reader.say(path)
        bill = await town.purchase(mother, [line("A", "100.00")])
        spent = bill.paid.account - 46_00
        said = await hers.say(f"{HOME}/movements")
        assert f"¥300.00 → ¥{(300_00 - spent) / 100:.2f}" in said
        assert "徐**(您的女儿) 转来,您已接收 " in said
    async with town.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


async def test_what_arrives_is_given_back_by_a_button_of_the_same_size(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    pair = await pair_of(town, daughter, mother)
    transfer = (await pair.send(300_00)).done["id"]
    await reader.sign_in(mother.number)
    path = f"{HOME}/transfers/{transfer}"
    page = await reader.open(path)
    assert page.count('name="answer"') == 2
    done = await reader.send(page, path, answer="return")
    assert done.status_code == 303
    assert "您已退回" in await reader.say(f"{path}?done=return")
    again = await reader.send(page, path, answer="accept", key="another")
    assert again.status_code == 422
    assert "这笔转账当前为“已退回”,不能接收。本次没有动钱" in words(again.text)
    assert await pair.money() == (800_00, 0, 0)


async def test_nobody_else_sees_or_answers_a_transfer(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    pair = await pair_of(town, daughter, mother)
    transfer = (await pair.send(1_00)).done["id"]
    stranger, _ = town.family("女儿与不用智能手机的母亲")
    await reader.sign_in(stranger.number)
    assert "没有找到这笔转账" in await reader.say(f"{HOME}/transfers/{transfer}", 404)


async def test_both_are_told_when_the_receiver_has_no_wallet(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    await reader.sign_in(daughter.number)
    await opened(reader)
    for _ in range(2):
        refused = await reader.submit(f"{HOME}/send", f"{HOME}/send/check", **form(mother, "300"))
        assert refused.status_code == 422
        said = words(refused.text)
        assert "还没有开通医保钱包。没有转出钱。请先各自开通,再转" in said
        assert "已在对方的“谁看过我的信息”里告诉对方" in said
    async with open_reader(town.bureau) as hers:
        await hers.sign_in(mother.number)
        said = await hers.say(HOME)
        assert "徐**(您的女儿) 想转钱给您,没有转成:您还没有开通医保钱包" in said
        assert (await hers.say("/me/trail")).count("想用医保钱包转钱给您,没有转成") == 1, "once a day"


async def test_within_one_province_the_way_to_mutual_aid_is_shown(town: Town, reader: Reader) -> None:
    _daughter, mother, sister = town.family(APART)
    await pair_of(town, sister, mother)
    await reader.sign_in(sister.number)
    refused = await reader.submit(f"{HOME}/send", f"{HOME}/send/check", **form(mother, "10"))
    assert refused.status_code == 422
    assert "省内请用家庭共济" in words(refused.text)
    assert 'href="/mutual-aid/open"' in refused.text


async def test_strangers_and_nobody_are_told_alike(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    other, _ = town.family("女儿与不用智能手机的母亲")
    await pair_of(town, daughter, mother)
    await reader.sign_in(daughter.number)
    said = []
    for receiver in (form(other, "10"), {**form(mother, "10"), "name": "别人"}):
        refused = await reader.submit(f"{HOME}/send", f"{HOME}/send/check", **receiver)
        assert refused.status_code == 422
        said.append(words(refused.text).partition("登记中没有")[2][:60])
    assert said[0] == said[1] != ""


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("2000.01", "每次最多转 2000.00 元,本次 2000.01 元。没有转出钱"),
        ("900", "可转的余额是 800.00 元,不够转 900.00 元"),
        ("", "请写转多少"),
        ("abc", "“abc”不是金额"),
    ],
)
async def test_an_amount_that_cannot_be_sent_is_told_beside_its_field(
    town: Town, reader: Reader, amount: str, sentence: str
) -> None:
    daughter, mother = two(town)
    await pair_of(town, daughter, mother)
    await reader.sign_in(daughter.number)
    refused = await reader.submit(f"{HOME}/send", f"{HOME}/send/check", **form(mother, amount))
    assert refused.status_code == 422
    assert sentence in words(refused.text)
    assert f'value="{mother.name}"' in refused.text


async def test_at_night_the_page_says_when_it_opens_and_taking_goes_on(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    pair = await pair_of(town, daughter, mother)
    transfer = (await pair.send(1_00)).done["id"]
    town.bureau.clock.set(datetime.combine(TODAY, time(22), CHINA))
    await reader.sign_in(daughter.number)
    closed = "现在不能转出: 每天 22:00 到次日 06:00 不能转出,请在 06:00 以后再来"
    assert closed.replace(" ", "") in (await reader.say(HOME)).replace(" ", "")
    assert "不能转出" in await reader.say(f"{HOME}/send")
    async with open_reader(town.bureau) as hers:
        await hers.sign_in(mother.number)
        done = await hers.submit(f"{HOME}/transfers/{transfer}", answer="accept")
        assert done.status_code == 303


async def test_a_form_sent_twice_is_one_transfer(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    pair = await pair_of(town, daughter, mother)
    await reader.sign_in(daughter.number)
    checked = await reader.submit(f"{HOME}/send", f"{HOME}/send/check", **form(mother, "300"))
    places = {
        (await reader.send(checked.text, f"{HOME}/send/confirm", **form(mother, "300"))).headers["location"]
        for _ in range(2)
    }
    assert len(places) == 1
    assert await pair.money() == (500_00, 300_00, 0)


async def test_a_holder_with_the_power_opens_a_relative_s_wallet_and_nobody_else(
    town: Town, reader: Reader
) -> None:
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    bound = await town.bound(daughter, mother, powers=["show_code", "open_wallet"])
    await reader.sign_in(daughter.number)
    path = f"{HOME}/open?member={mother.number}"
    assert path in await reader.open(f"/family/{bound['id']}")
    done = await reader.submit(path, f"{HOME}/open")
    assert "的医保钱包已开通" in words(done.text)
    async with open_reader(town.bureau) as hers:
        await hers.sign_in(mother.number)
        assert "您钱包里的钱 ¥0.00" in await hers.say(HOME)
    stranger, _mother, _sister = town.family(APART)
    async with open_reader(town.bureau) as other:
        await other.sign_in(stranger.number)
        assert "不能替这位家人开通" in await other.say(path, 404)


async def test_pages_ask_little(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    pair = await pair_of(town, daughter, mother)
    await funded(pair, 100_00)
    transfer = (await pair.send(1_00)).done["id"]
    await reader.sign_in(mother.number)
    for path, most in (
        (HOME, 10),
        (f"{HOME}/send", 7),
        (f"{HOME}/movements", 10),
        (f"{HOME}/transfers/{transfer}", 9),
    ):
        with reader.counting() as statements:
            await reader.open(path)
        assert len(statements) <= most, (path, len(statements))


async def test_at_the_counter_and_in_the_list_of_bills_the_wallet_is_a_payer_of_its_own(
    town: Town, reader: Reader
) -> None:
    daughter, mother = two(town)
    pair = await pair_of(town, daughter, mother)
    await funded(pair, 300_00)
    counter = await open_counter(town.bureau, mother.region, "pharmacy")
    receipt = await counter.sold(mother, Typed(AMOXICILLIN, "20"))
    paid = receipt.payment
    assert paid.account_fen == 46_00
    assert paid.wallet_fen == paid.own_fen - 46_00 > 0
    assert (paid.wallet_before_fen, paid.wallet_after_fen) == (300_00, 300_00 - paid.wallet_fen)
    told = f"¥300.00 → ¥{(300_00 - paid.wallet_fen) / 100:.2f}"
    await reader.sign_in_staff(counter.cashier.staff_id)
    said = await reader.say(f"/counter/bills/{receipt.settlement}")
    assert "(患者本人)的个人账户 余额 ¥46.00 → ¥0.00 ¥46.00" in said
    assert f"(患者本人)的医保钱包 余额 {told}" in said
    async with open_reader(town.bureau) as hers:
        await hers.sign_in(mother.number)
        assert f"本人账户 46.00 元 · 本人医保钱包 {paid.wallet_fen / 100:.2f} 元" in await hers.say("/bills")
