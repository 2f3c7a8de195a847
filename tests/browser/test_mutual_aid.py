"""家庭共济 from phone to till: opened within limits, told on the code page, paid, seen by both, paused, paid no more."""

from __future__ import annotations

from playwright.sync_api import Page

from qinji.entry.sandbox.model import Person
from tests.browser.access import breaks_no_rule_of_access
from tests.browser.conftest import Hands
from tests.browser.hand import SMALL_PHONE
from tests.household import Town, open_town
from tests.served import Site
from tests.till import Bill, line, scanned


def code_shown(page: Page) -> str:
    """The digits of the code on the page."""
    return (page.locator(".code-digits").text_content() or "").replace(" ", "")


def bought(site: Site, who: Person, code: str, yuan: str) -> Bill:
    """A purchase at the pharmacy with the code off the phone."""

    async def work() -> Bill:
        async with open_town(site.bureau) as town:
            return await town.purchase(who, [line("A", yuan)], shown=scanned({"code": code}))

    return site.run(work())


def test_an_account_is_opened_pays_at_the_till_is_seen_by_both_and_paused(hands: Hands, site: Site) -> None:
    daughter, mother = site.bureau.family("女儿与不用智能手机的母亲")
    phone, mothers = hands.device(SMALL_PHONE), hands.device(SMALL_PHONE)
    phone.sign_in(daughter.number, "/mutual-aid")
    page = phone.page
    page.get_by_role("link", name="让家人用我的账户").click()
    page.get_by_label("家人的姓名").fill(mother.name)
    page.get_by_label("家人的身份证号").fill(mother.certificate_number)
    page.get_by_label("他是您的").select_option("父母")
    page.get_by_label("每次最多").fill("60")
    page.get_by_role("button", name="下一步:核对").click()
    assert "还没有开通" in phone.text
    breaks_no_rule_of_access(page)
    page.get_by_role("button", name=f"同意,让 {mother.name} 用我的账户").click()
    page.get_by_role("heading", name="已开通,立即生效").wait_for()

    mothers.sign_in(mother.number)
    payers = mothers.page.locator("#payers").inner_text()
    assert payers.startswith("先扣 您的个人账户,不够时扣 李*(您的女儿) 的个人账户")
    site.bureau.later(seconds=1)
    bill = bought(site, mother, code_shown(mothers.page), "100.00")
    assert (bill.paid.account, bill.paid.mutual_aid, bill.paid.cash) == (20_00, 60_00, 20_00)
    mothers.open(f"/bills/{bill.number}")
    assert "李*(您的女儿)的个人账户(家庭共济)" in mothers.text
    phone.open("/bills/shared")
    assert "您的余额 ¥500.00 → ¥440.00" in phone.text

    phone.open("/mutual-aid")
    page.get_by_role("button", name="暂停使用").click()
    page.get_by_text("已暂停,立即生效").wait_for()
    mothers.open("/")
    assert "个人账户这次不支付" not in mothers.page.locator("#payers").inner_text()
    site.bureau.later(seconds=1)
    paused = bought(site, mother, code_shown(mothers.page), "30.00")
    assert (paused.paid.mutual_aid, paused.paid.cash) == (0, 30_00)


def test_an_order_is_set_with_the_keyboard_and_without_scripts_and_the_focus_stays(
    hands: Hands, site: Site
) -> None:
    one, other, child = site.bureau.family("离婚的父母与共同的孩子")

    async def both(town: Town) -> None:
        for who in (one, other):
            await town.granted(who, child, per_use_fen=60_00)
            site.bureau.later(seconds=1)

    async def work() -> None:
        async with open_town(site.bureau) as town:
            await both(town)

    site.run(work())
    phone = hands.device(SMALL_PHONE, scripts=False)
    phone.sign_in(child.number, "/mutual-aid/order")
    page = phone.page
    assert "先扣 方**(您的父亲)的个人账户" in phone.text
    page.get_by_role("button", name="把 蒋**(您的母亲) 往前移").press("Enter")
    assert "还没有保存" in phone.text
    assert page.locator("button:focus").get_attribute("aria-label") == "把 蒋**(您的母亲) 往后移"
    assert "先扣 蒋**(您的母亲)的个人账户" in phone.text
    page.get_by_label("您个人要付").fill("90")
    page.get_by_role("button", name="试算").click()
    assert "¥30.00 → ¥60.00" in phone.text.replace("\n", " ")
    page.get_by_role("button", name="按这个次序扣").click()
    assert "次序已改好" in phone.text
    assert "先扣 蒋**(您的母亲)的个人账户" in phone.text
