"""Pages that answer a form: what is filled in and sent before they stand there. Each works without scripts too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from playwright.sync_api import Locator, Page, Route, expect

from tests.counter import AMOXICILLIN

Names: TypeAlias = Mapping[str, str]
Prepare: TypeAlias = Callable[[Page, Names], None]
"""Goes on from the sheet's own page, by the names that the stage has made."""

REASON = "本人没有手机,持卡到窗口"
WECHAT = "134567890123456789"


def nothing_filled_in(button: str) -> Prepare:
    """The first button of this name is pressed, and the form comes again with what is missing."""

    def prepare(page: Page, _names: Names) -> None:
        page.get_by_role("button", name=button).first.click()
        expect(page.locator("[role=alert]")).to_be_visible()

    return prepare


def bound(who: str, relation: str) -> Prepare:
    """The form by which this relative is bound, to be checked."""

    def prepare(page: Page, names: Names) -> None:
        page.get_by_label("家人的姓名").fill(names[f"{who}_name"])
        page.get_by_label("家人的身份证号").fill(names[f"{who}_certificate"])
        page.get_by_label("他是您的").select_option(relation)
        page.get_by_role("button", name="下一步:核对").click()
        expect(page.get_by_role("button", name="提交绑定申请")).to_be_visible()

    return prepare


def shared(page: Page, names: Names) -> None:
    """The form by which an account is opened to a relative, to be checked."""
    page.get_by_label("家人的姓名").fill(names["mother_name"])
    page.get_by_label("家人的身份证号").fill(names["mother_certificate"])
    page.get_by_label("他是您的").select_option("parent")
    page.get_by_label("每次最多").fill("60")
    page.get_by_role("button", name="下一步:核对").click()
    expect(page.locator("main")).to_contain_text("还没有开通")


def limited(page: Page, _names: Names) -> None:
    """Other limits of a grant, to be checked."""
    page.get_by_label("每次最多").fill("200")
    page.get_by_label("每年最多").fill("")
    page.get_by_role("button", name="下一步:看改前改后").click()
    expect(page.get_by_role("button", name="下一步:看改前改后")).to_have_count(0)


def purse_filled(page: Page, names: Names) -> None:
    """Money for a relative's wallet, to be checked."""
    page.get_by_label("家人的姓名").fill(names["receiver_name"])
    page.get_by_label("家人的身份证号").fill(names["receiver_certificate"])
    page.get_by_label("转多少").fill("50")
    page.get_by_role("button", name="下一步:核对").click()
    expect(page.locator("main")).to_contain_text("还没有转")


def premium_chosen(page: Page, _names: Names) -> None:
    """Whose account pays a premium, to be checked."""
    page.locator("input[name=payer]:not([disabled])").first.check()
    page.get_by_role("button", name="下一步:核对").click()
    expect(page.locator("main")).to_contain_text("还没有扣款")


def receipt_verified(page: Page, names: Names) -> None:
    """What the code on a receipt says."""
    page.get_by_label("验证码").fill(names["receipt_code"])
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("status")).to_contain_text("没有改动")


def showing(page: Page, _names: Names) -> None:
    """The code page, with a relative's code and the yellow bar."""
    page.locator("form[action='/acting'] button").first.click()
    expect(page.locator(".acting")).to_contain_text("正在替")


def told(page: Page, names: Names) -> None:
    """The six digits are asked for."""
    page.locator(f'button[name=number][value="{names["elder"]}"]').first.click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()


def patient(page: Page, names: Names) -> None:
    """A patient before the counter, by card."""
    page.locator("#code").fill(names["mother_card"])
    page.get_by_role("button", name="按社保卡号查").click()
    expect(page.locator(".patient h2")).to_contain_text(names["mother_name"][0])


def items(page: Page, _names: Names) -> None:
    """A line without a patient, and a choice of items for the next one."""
    _line(page)
    page.locator("#item").fill("诊")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("#found button").first).to_be_visible()


def ways(page: Page, names: Names) -> None:
    """A patient with a line, and the three ways to pay."""
    patient(page, names)
    _line(page)
    expect(page.locator(".ways")).to_contain_text("尚未扣款")


def settled(page: Page, names: Names) -> None:
    """A bill paid in cash, with change."""
    _in_cash(page, names)
    page.locator("#received").fill("20")
    _settle(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已扣款")


def too_little(page: Page, names: Names) -> None:
    """A bill for which too little cash was received."""
    _in_cash(page, names)
    page.locator("#received").fill("1")
    _settle(page).click()
    expect(page.locator(".said")).to_contain_text("少于应收的")


def unsent(page: Page, names: Names) -> None:
    """A bill that never arrived, asked for: nothing was taken, and it may be sent once more."""
    ways(page, names)

    def ask(route: Route) -> None:
        body = route.request.post_data or ""
        route.continue_(post_data=body.replace("act=settle", "act=check"))

    page.route("**/counter", ask)
    _settle(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有收到这一笔,没有扣款")
    page.unroute("**/counter", ask)


def wrong_scan(page: Page, _names: Names) -> None:
    """A payment code instead of a code of ours."""
    page.locator("#code").fill(WECHAT)
    page.get_by_role("button", name="查医保码").click()
    expect(page.locator(".said")).to_contain_text("微信的付款码")


def _line(page: Page) -> None:
    page.locator("#item").fill(AMOXICILLIN)
    page.get_by_role("button", name="加入").click()
    expect(page.locator(".goods .total")).to_contain_text("1 行")


def _in_cash(page: Page, names: Names) -> None:
    ways(page, names)
    page.get_by_role("button", name="改用这一种").last.click()
    expect(page.locator("#received")).to_have_attribute("placeholder", "16.50")


def _settle(page: Page) -> Locator:
    return page.locator(".settle button.money-act")


def at_window(page: Page, names: Names, who: str = "mother") -> None:
    """Somebody who is present with a card, looked up with a reason."""
    page.get_by_label("号码", exact=True).fill(names[f"{who}_card"])
    page.get_by_label("事由").fill(REASON)
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(names[f"{who}_name"])


def month_of_notices(page: Page, names: Names) -> None:
    """What somebody was told of this month, to be printed."""
    at_window(page, names)
    page.get_by_role("button", name="打印每月通知单").click()
    expect(page.locator("article.told")).to_be_visible()


def wish(button: str, who: str = "mother") -> Prepare:
    """What somebody at the window asks for, before it is entered."""

    def prepare(page: Page, names: Names) -> None:
        at_window(page, names, who)
        page.get_by_role("button", name=button, exact=True).first.click()
        expect(page.get_by_label("本人签字的材料编号")).to_be_visible()

    return prepare


def wish_refused(page: Page, names: Names) -> None:
    """A wish without what it needs."""
    wish("为本人开通新的共济")(page, names)
    page.get_by_role("button", name="录入,交同事审核").click()
    expect(page.locator("[role=alert]")).to_be_visible()


def spared_refused(page: Page, names: Names) -> None:
    """Papers by which somebody need not wait, without what they say."""
    wish("登记免等待期身份", "resident")(page, names)
    page.get_by_role("button", name="录入,交同事审核").click()
    expect(page.locator("[role=alert]")).to_be_visible()


def complaint_at_window(page: Page, names: Names) -> None:
    """What somebody at the window doubts, before it is entered."""
    at_window(page, names)
    page.get_by_role("button", name="提出异议").first.click()
    expect(page.get_by_role("button", name="录入异议")).to_be_visible()


def complaint_at_window_refused(page: Page, names: Names) -> None:
    """The same without what it needs."""
    complaint_at_window(page, names)
    page.get_by_role("button", name="录入异议").click()
    expect(page.locator("[role=alert]")).to_be_visible()


def explained(page: Page, names: Names) -> None:
    """用款说明 of a bill."""
    page.get_by_label("结算编号").fill(names["bill"])
    page.get_by_label("事由").fill(REASON)
    page.get_by_role("button", name="打开用款说明").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("医保用款说明")
