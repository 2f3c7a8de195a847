"""A mother without a phone at the window, two clerks at two desks: bound, frozen, and a slip to take home."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.access import breaks_no_rule_of_access
from tests.browser.conftest import Hands
from tests.browser.hand import DESK, Hand
from tests.browser.test_story import in_town
from tests.household import Town
from tests.photos import picture
from tests.till import Bill, line

CLERK, REVIEWER = "C001", "R001"
POINTS_OF_A_MILLIMETRE = 72 / 25.4
A5, A4 = (148, 210), (210, 297)


def at_desk(hands: Hands, staff: str, *, scripts: bool = True) -> Hand:
    """A member of staff at their desk."""
    hand = hands.device(DESK, scripts=scripts, scale=1)
    hand.sign_in_staff(staff, "/console")
    return hand


def sheets(page: Page) -> list[tuple[int, int]]:
    """The pages that would be printed, each with its width and height in millimetres."""
    raw = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", raw)
    return [
        (round(float(width) / POINTS_OF_A_MILLIMETRE), round(float(height) / POINTS_OF_A_MILLIMETRE))
        for width, height in boxes
    ]


def test_a_mother_without_a_phone_is_bound_and_frozen_by_two_clerks_and_takes_slips_home(
    hands: Hands,
) -> None:
    clerk, reviewer = at_desk(hands, CLERK), at_desk(hands, REVIEWER)
    daughter, mother = clerk.site.bureau.family("女儿与不用智能手机的母亲")
    desk = clerk.page
    desk.get_by_role("link", name="录入绑定").click()
    names, numbers = desk.get_by_label("姓名,照证件写"), desk.get_by_label("身份证号或社保卡号")
    names.nth(0).fill(daughter.name)
    numbers.nth(0).fill(daughter.certificate_number)
    names.nth(1).fill(mother.name)
    numbers.nth(1).fill(mother.card_number)
    desk.get_by_label("成员是主账户人的").select_option("parent")
    desk.get_by_label("为什么在窗口办").fill("母亲不用手机,本人持卡到窗口")
    desk.get_by_label("签字的授权书或材料编号").fill("窗-0001")
    desk.get_by_label("材料照片", exact=True).set_input_files(
        {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": picture("授权书")}
    )
    expect(desk.get_by_alt_text("将要提交的照片")).to_be_visible()
    desk.get_by_role("button", name="录入,交同事审核").click()
    expect(desk.get_by_role("status")).to_contain_text("请另一位同事审核")
    expect(desk.get_by_role("button", name="通过,绑定生效")).to_have_count(0)

    reviewer.open("/console?kind=review")
    reviewer.page.get_by_role("link", name=mother.name).click()
    shown = reviewer.page.get_by_alt_text("材料照片 1")
    expect(shown).to_be_visible()
    seen = shown.evaluate("async (image) => { await image.decode(); return image.naturalWidth }")
    assert seen > 0, "the photo itself is there"
    with reviewer.page.expect_popup() as larger:
        reviewer.page.get_by_role("link", name="放大第 1 张").click()
    assert larger.value.locator("img").evaluate("(image) => image.naturalWidth") > 0
    larger.value.close()
    expect(reviewer.page.locator("main")).to_contain_text("父母")
    reviewer.page.get_by_role("button", name="通过,绑定生效").click()
    expect(reviewer.page.get_by_role("status")).to_contain_text("材料照片已删除")
    reviewer.page.get_by_role("link", name="凭条,给本人带回家").click()
    expect(reviewer.page.locator(".slip")).to_contain_text("如果不对,怎么办")
    assert sheets(reviewer.page) == [A5]

    frozen_with_two_pairs_of_eyes(clerk, reviewer, mother.card_number, mother.name)


def frozen_with_two_pairs_of_eyes(clerk: Hand, reviewer: Hand, card: str, name: str) -> None:
    """She comes again, her bag was stolen: the freeze holds at once, the colleague looks at it afterwards."""
    desk = clerk.page
    clerk.open("/console/window")
    desk.get_by_label("号码", exact=True).fill(card)
    desk.get_by_label("事由").fill("卡包被偷,来冻结医保码")
    desk.get_by_role("button", name="查找").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(name)
    expect(desk.get_by_role("button", name="冻结医保码")).to_be_visible()
    breaks_no_rule_of_access(desk)
    desk.get_by_role("button", name="冻结医保码").click()
    expect(desk.get_by_role("button", name="冻结医保码,立即生效")).to_be_visible()
    breaks_no_rule_of_access(desk)
    desk.get_by_label("本人签字的材料编号").fill("窗-0002")
    desk.get_by_role("button", name="冻结医保码,立即生效").click()
    expect(desk.locator("main")).to_contain_text("已生效,待复核")
    desk.get_by_role("link", name="凭条,给本人带回家").click()
    expect(desk.locator(".slip .what")).to_be_visible()
    assert sheets(desk) == [A5]
    large = desk.locator(".slip .what").evaluate("(line) => parseFloat(getComputedStyle(line).fontSize)")
    assert large >= 24

    reviewer.open("/console?kind=window")
    expect(reviewer.page.locator("main")).to_contain_text("已生效,请复核")
    reviewer.page.get_by_role("link", name=name).click()
    reviewer.page.get_by_role("button", name="核对无误").click()
    expect(reviewer.page.get_by_role("status")).to_contain_text("已通过并办好")


def test_the_window_needs_no_scripts_and_an_explained_bill_is_one_page(hands: Hands) -> None:
    clerk = at_desk(hands, CLERK, scripts=False)
    _daughter, mother = clerk.site.bureau.family("女儿与不用智能手机的母亲")

    async def bought(town: Town) -> Bill:
        return await town.visit(mother, [line("A", "300.00"), line("B", "66.00"), line("C", "12.40")])

    bill = in_town(clerk, bought)
    desk = clerk.page
    clerk.open("/console/window")
    desk.get_by_label("号码", exact=True).fill(mother.card_number)
    desk.get_by_label("事由").fill("来问一笔钱花在哪里")
    desk.get_by_role("button", name="查找").click()
    desk.get_by_role("link", name="用款说明").last.click()
    desk.get_by_label("结算编号").fill(bill.number)
    desk.get_by_label("事由").fill("本人来问一笔钱花在哪里")
    desk.get_by_role("button", name="打开用款说明").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("医保用款说明")
    assert sheets(desk) == [A4]
