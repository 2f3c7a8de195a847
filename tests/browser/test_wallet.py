"""医保钱包 from phone to phone: opened, sent with before and after, taken by the mother, spent at the till."""

from __future__ import annotations

from tests.browser.access import breaks_no_rule_of_access
from tests.browser.conftest import Hands
from tests.browser.hand import SMALL_PHONE
from tests.household import open_town
from tests.served import Site
from tests.till import Bill, line
from tests.wallet import APART


def test_the_daughter_who_moved_away_pays_her_mother_s_bill(hands: Hands, site: Site) -> None:
    daughter, mother, _sister = site.bureau.family(APART)
    phone, mothers = hands.device(SMALL_PHONE), hands.device(SMALL_PHONE)
    for hand, who in ((mothers, mother), (phone, daughter)):
        hand.sign_in(who.number, "/wallet")
        hand.page.get_by_role("link", name="开通我的医保钱包").click()
        hand.page.get_by_role("button", name="同意,开通我的医保钱包").click()
        hand.page.get_by_text("已开通。没有动用任何钱。").wait_for()
    page = phone.page
    page.get_by_role("link", name="转钱给家人").click()
    page.get_by_label("家人的姓名").fill(mother.name)
    page.get_by_label("家人的身份证号").fill(mother.certificate_number)
    page.get_by_label("转多少").fill("200")
    page.get_by_role("button", name="下一步:核对").click()
    page.get_by_text("还没有转").wait_for()
    breaks_no_rule_of_access(page)
    page.get_by_role("button", name=f"转给 {mother.name} ¥200.00").click()
    page.get_by_role("heading", name="已转出,等对方接收").wait_for()

    mothers.open("/wallet")
    mothers.page.get_by_role("link", name="转给您 ¥200.00").click()
    mothers.page.get_by_role("button", name="接收").click()
    mothers.page.get_by_role("heading", name="您已接收").wait_for()

    async def bought() -> Bill:
        async with open_town(site.bureau) as town:
            return await town.purchase(mother, [line("A", "146.00")])

    spent = site.run(bought()).paid.account - 46_00
    assert spent > 0
    mothers.open("/wallet/movements")
    assert f"¥200.00 → ¥{(200_00 - spent) / 100:.2f}" in mothers.text
