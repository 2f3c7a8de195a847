"""Limits on the phone: what waits and until when it can be undone, a pause of all in a tap, a yes to one large bill."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from re import findall, search

import pytest

from qinji.flows.parts.caution import Safety
from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.household import Town, open_town
from tests.reader import TOLD, Reader, open_reader, words
from tests.till import line
from tests.web.test_mutual_aid_pages import HOME, PURPOSES, Filled, filled, two

pytestmark = pytest.mark.asyncio
HIDDEN_FIELD = r'<input type="hidden" name="(\w+)" value="([^"]*)">'


@pytest.fixture
async def slow_town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A town in which what is widened waits for a day."""
    waits = Safety(raise_wait=timedelta(hours=24))
    async with open_bureau(address, tmp_path, safety=waits) as bureau, open_town(bureau) as opened:
        yield opened


async def test_a_raise_is_shown_with_its_moment_before_and_after_and_can_be_taken_back(
    slow_town: Town,
) -> None:
    town = slow_town
    daughter, mother = two(town)
    grant = await town.granted(daughter, mother, per_use_fen=50_00, per_month_fen=400_00)
    path = f"{HOME}/{grant['id']}"
    async with open_reader(town.bureau) as reader:
        await reader.sign_in(daughter.number)
        form: Filled = {
            "per_use_fen": "80",
            "per_month_fen": "300",
            "last_day": "2026-12-31",
            "purpose": [*PURPOSES, "resident_premium"],
        }
        checked = await reader.submit(f"{path}/limits", f"{path}/limits/check", **form)
        said = words(checked.text)
        assert "每次最多 原来 ¥50.00 → ¥80.00 2026年3月18日 12:00 起" in said
        assert "每月最多 原来 ¥400.00 → ¥300.00 有效期至 原来 长期 → 2026年12月31日(含当天)" in said
        assert "放宽的从 2026年3月18日 12:00 起生效,在那以前按现在的,随时可以撤回" in said
        done = await reader.send(checked.text, f"{path}/limits", **form)
        assert done.headers["location"] == f"{path}?done=waits"
        html = await reader.open(f"{path}?done=waits")
        said = words(html)
        assert "2026年3月18日 12:00 起这样;在那以前按现在的,可以撤回。 每次最多 现在 ¥50.00 → ¥80.00" in said
        assert "最多 ¥300.00" in said
        assert "有效期至 2026年12月31日(含当天)" in said
        assert 'name="per_use_fen" inputmode="decimal" autocomplete="off" value="80.00"' in await reader.open(
            f"{path}/limits"
        )
        kept = await reader.send(html, f"{path}/withdraw")
        assert kept.headers["location"] == f"{path}?done=kept"
        said = await reader.say(f"{path}?done=kept")
        assert "等着生效的" not in said
        assert "每次最多 ¥50.00" in said
        again = await reader.send(html, f"{path}/withdraw", key="another")
        assert again.status_code == 422
        assert "没有等待生效的变更" in words(again.text)


async def test_everything_is_paused_in_one_tap_and_taken_up_again(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    await reader.sign_in(daughter.number)
    assert "一键全部暂停" not in await reader.say(HOME)
    await town.granted(daughter, mother)
    html = await reader.open(HOME)
    assert "一键全部暂停" in words(html)
    paused = await reader.send(html, f"{HOME}/pause-all", wanted="pause")
    assert paused.headers["location"] == f"{HOME}?done=pause-all"
    said = await reader.say(f"{HOME}?done=pause-all")
    assert "已全部暂停,立即生效" in said
    assert "一键全部暂停" not in said
    assert (await town.purchase(mother, [line("C", "30.00")])).paid.mutual_aid == 0


async def test_an_old_proof_leads_to_fresh_digits_and_on_with_everything_that_was_filled_in(
    town: Town, reader: Reader
) -> None:
    daughter, mother = two(town)
    await reader.sign_in(daughter.number)
    form = filled(mother, per_use_fen="50", last_day="2026-12-31")
    checked = await reader.submit(f"{HOME}/open", f"{HOME}/open/check", **form)
    town.bureau.later(minutes=10, seconds=1)
    asked = await reader.send(checked.text, f"{HOME}/open/send", **form)
    assert asked.status_code == 200
    assert "再验证一次身份" in words(asked.text)
    assert "还没有任何变动,填好的内容都留着" in words(asked.text)
    carried: dict[str, list[str]] = {}
    for name, value in findall(HIDDEN_FIELD, asked.text):
        carried.setdefault(name, []).append(unescape(value))
    assert carried["per_use_fen"] == ["50"]
    assert carried["purpose"] == PURPOSES
    told = search(TOLD, asked.text)
    assert told is not None
    wrong = await reader.client.post(f"{HOME}/step-up", data={**carried, "digits": "x"})
    assert wrong.status_code == 422
    assert carried["per_use_fen"][0] in wrong.text
    elsewhere = {**carried, "to": ["//example.org/"], "digits": told[1]}
    assert (await reader.client.post(f"{HOME}/step-up", data=elsewhere)).status_code == 422
    data = {**carried, "digits": told[1]}
    for _ in range(2):
        onward = await reader.client.post(f"{HOME}/step-up", data=data)
        assert (onward.status_code, onward.headers["location"]) == (307, f"{HOME}/open/send")
        opened = await reader.client.post(onward.headers["location"], data=data)
        assert opened.status_code == 303, words(opened.text)
    said = await reader.say(str(opened.headers["location"]).partition("?")[0])
    assert "每次最多 ¥50.00" in said
    assert "有效期至 2026年12月31日(含当天)" in said


async def test_a_large_bill_is_asked_with_whose_where_and_how_much_and_nothing_medical(
    town: Town, reader: Reader
) -> None:
    daughter, mother = two(town)
    await town.granted(daughter, mother, confirm_above_fen=100_00)
    await reader.sign_in(daughter.number)
    empty = await reader.say(f"{HOME}/confirmations")
    assert "现在没有等您确认的用款" in empty
    await town.previewed(mother, [line("C", "300.00")])
    assert "有 1 笔用款等您确认" in await reader.say(HOME)
    html = await reader.open(f"{HOME}/confirmations")
    said = words(html)
    assert "杨**(您的母亲) 有一笔费用,想用您的 ¥280.00" in said
    assert "还没有扣款" in said
    assert "西澜市" in said
    assert "用在 门诊" in said
    assert "¥500.00 → 最少剩 ¥220.00" in said
    for medical in ("体检", "感冒", "鼻咽炎"):
        assert medical not in said
    assert '<button class="money-plain" name="answer" value="yes">' in html
    assert '<button class="money-plain" name="answer" value="no">' in html
    follow = search(r'data-follow="([^"]+)"', html)
    assert follow is not None
    same = await reader.client.get(unescape(follow[1]), headers={"HX-Request": "true"})
    assert same.status_code == 204
    action = search(rf'action="({HOME}/confirmations/\w+)"', html)
    assert action is not None
    done = await reader.send(html, action[1], answer="yes")
    assert done.headers["location"] == f"{HOME}/confirmations?done=yes"
    said = await reader.say(f"{HOME}/confirmations?done=yes")
    assert "已同意。这一笔可以用您的钱,只用一次;现在还没有扣款" in said
    assert "¥280.00 已同意" in said
    new = await reader.client.get(unescape(follow[1]), headers={"HX-Request": "true"})
    assert new.status_code == 200
    assert "<html" not in new.text
    late = await reader.send(html, action[1], answer="no", key="another")
    assert late.status_code == 422
    assert "您的钱没有动" in words(late.text)


async def test_one_who_wants_to_pay_only_some_parts_of_a_bill_says_so_and_none_is_a_fault(
    town: Town, reader: Reader
) -> None:
    daughter, mother = two(town)
    path = f"{HOME}/{(await town.granted(daughter, mother))['id']}"
    await reader.sign_in(daughter.number)
    offered = await reader.open(f"{path}/limits")
    assert 'name="use" value="aesthetic"' not in offered
    none = await reader.submit(f"{path}/limits", f"{path}/limits/check", purpose=PURPOSES, only="yes")
    assert (none.status_code, 'id="use-error"' in none.text) == (422, True)
    wrong = await reader.submit(f"{path}/limits", f"{path}/limits/check", purpose=PURPOSES, last_day="明天")
    assert "“明天”不是日期" in words(wrong.text)
    some: Filled = {"purpose": PURPOSES, "use": ["deductible"], "only": "yes"}
    checked = await reader.submit(f"{path}/limits", f"{path}/limits/check", **some)
    assert "付哪些费用 原来 当地允许的都可以 → 起付线" in words(checked.text)
    done = await reader.send(checked.text, f"{path}/limits", **some)
    assert "只付 起付线" in await reader.say(str(done.headers["location"]))
    assert (await town.purchase(mother, [line("C", "50.00")])).paid.mutual_aid == 0
