"""消息 on the phone: a bill is told with a number at the tab, 不是我 freezes at once and leads on to 异议."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.access import breaks_no_rule_of_access
from tests.browser.conftest import Hands
from tests.browser.hand import SMALL_PHONE
from tests.browser.test_story import in_town
from tests.household import Town
from tests.till import line, scanned


def test_a_bill_is_told_and_who_says_it_was_not_them_is_frozen_at_once_and_led_to_a_complaint(
    hands: Hands,
) -> None:
    phone = hands.device(SMALL_PHONE)
    daughter, mother = phone.site.bureau.family("女儿与不用智能手机的母亲")

    async def bought(town: Town) -> None:
        await town.bound(daughter, mother, powers=["show_code"])
        code = (await (await town.phone(daughter)).code(mother)).done
        town.bureau.later(seconds=1)
        await town.purchase(mother, [line("A", "30.00")], shown=scanned(code))

    in_town(phone, bought)
    phone.sign_in(mother.number, "/")
    page = phone.page
    tab = page.get_by_role("link", name="我的 3 条未读")
    expect(tab).to_be_visible()
    breaks_no_rule_of_access(page)
    tab.click()
    page.get_by_role("link", name="消息").first.click()
    page.get_by_role("link", name="医保支付").click()
    expect(page.locator("main")).to_contain_text("已扣款")
    expect(page.get_by_role("link", name="我的 2 条未读")).to_be_visible()
    page.get_by_role("button", name="不是我").click()
    expect(page.get_by_role("status")).to_contain_text("您的医保码已冻结,没有动账户里的钱")

    async def refused(town: Town) -> str:
        return (await (await town.phone(daughter)).code(mother)).refused

    assert in_town(phone, refused) == "CODE_FROZEN"
    breaks_no_rule_of_access(page)
    page.get_by_role("link", name="提出异议").click()
    expect(page.get_by_label("不是我操作的")).to_be_checked()
    expect(page.locator("main")).to_contain_text("西澜市百草堂药店")
    phone.open("/")
    expect(page.locator("main")).to_contain_text("现在不能出示医保码")
