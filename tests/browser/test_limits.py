"""Limits from phone to till: set by the grantor, a large bill asks by itself, her yes lets it through, once."""

from __future__ import annotations

from playwright.sync_api import expect

from qinji.client import Settlement, messages
from tests.browser.access import breaks_no_rule_of_access
from tests.browser.conftest import Hands
from tests.browser.hand import SMALL_PHONE
from tests.browser.test_story import in_town
from tests.household import Town
from tests.till import Json, line


def test_a_daughter_limits_her_account_and_a_large_bill_of_her_mother_s_goes_through_with_her_yes(
    hands: Hands,
) -> None:
    phone = hands.device(SMALL_PHONE)
    daughter, mother = phone.site.bureau.family("女儿与不用智能手机的母亲")

    async def given(town: Town) -> Json:
        return await town.granted(daughter, mother)

    grant = f"/mutual-aid/{in_town(phone, given)['id']}"
    phone.sign_in(daughter.number, grant)
    page = phone.page
    page.get_by_role("link", name="改限额和用途").click()
    page.get_by_label("每月最多").fill("400")
    page.get_by_label("一笔超过多少,先在手机上问您").fill("100")
    page.get_by_role("button", name="下一步:看改前改后").click()
    expect(page.locator("main")).to_contain_text("还没有改")
    expect(page.locator("main")).to_contain_text("不问 → ¥100.00")
    page.get_by_role("button", name="改成这样").click()
    expect(page.get_by_role("status")).to_contain_text("已改好")

    phone.open("/mutual-aid/confirmations")
    expect(page.locator("#asked")).to_contain_text("现在没有等您确认的用款")
    bill, shown = in_town(phone, lambda town: town.previewed(mother, [line("C", "300.00")]))
    assert "需要授权人在手机上确认" in shown.warning
    assert shown.shared_fen == 100_00
    # The page asks for news by itself.
    expect(page.locator("#asked")).to_contain_text("您的母亲", timeout=15_000)
    expect(page.locator("#asked")).to_contain_text("门诊")
    breaks_no_rule_of_access(page)
    page.get_by_role("button", name="同意这一笔").click()
    expect(page.get_by_role("status")).to_contain_text("现在还没有扣款")

    async def settled(town: Town) -> Settlement:
        hospital = town.bureau.institution(mother.region, "1")
        again = await town.say(hospital, messages.preview_settlement(bill))
        return await town.say(hospital, messages.settle(bill, again))

    paid = in_town(phone, settled).shared_fen
    assert paid > 100_00
    phone.open("/bills/shared")
    expect(page.locator("main")).to_contain_text(f"您的余额 ¥500.00 → ¥{(500_00 - paid) / 100:.2f}")
    phone.open(grant)
    expect(page.locator("main")).to_contain_text(f"还剩 ¥{(400_00 - paid) / 100:.2f}")
