"""异议 from the bill to the letter: doubted on a phone, stopped as chosen, answered at the console, read by both."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.access import breaks_no_rule_of_access
from tests.browser.conftest import Hands
from tests.browser.hand import DESK, SMALL_PHONE
from tests.browser.test_story import in_town
from tests.complaints import doubted


def test_a_bill_is_doubted_and_the_clerk_whose_name_she_reads_answers_by_a_letter_to_both(
    hands: Hands,
) -> None:
    phone = hands.device(SMALL_PHONE)
    doubt = in_town(phone, doubted)
    mother, daughter = doubt.mother.person, doubt.daughter.person
    phone.sign_in(mother.number, f"/bills/{doubt.bill.number}")
    page = phone.page
    page.get_by_role("link", name="有疑问").click()
    expect(page.get_by_label("有疑问,请说明")).to_be_checked()
    page.get_by_label("您的医保码", exact=True).check()
    page.get_by_label("办结时自动恢复").check()
    page.get_by_label("想说明的").fill("我那天没有去药店")
    page.get_by_role("button", name="提出异议").click()
    expect(page.get_by_role("status")).to_contain_text("您选的已立即停用")
    expect(page.locator("main")).to_contain_text("现在停用着")
    expect(page.locator("main")).to_contain_text("2026年4月1日")
    named = re.search(r"\((C\d{3})\)", phone.text)
    assert named, phone.text
    breaks_no_rule_of_access(page)
    case = page.url.partition("?")[0]

    desk = hands.device(DESK, scale=1)
    desk.sign_in_staff(named[1], "/console")
    desk.open("/console?kind=complaint")
    desk.page.get_by_role("link", name=mother.name).click()
    expect(desk.page.locator("main")).to_contain_text("我那天没有去药店")
    desk.page.get_by_label("已说明").check()
    desk.page.get_by_label("给本人的说明").fill("已与药店核对:是您女儿出示您的码购药。")
    desk.page.get_by_role("button", name="办结,出结果函").click()
    expect(desk.page.get_by_role("status")).to_be_visible()
    desk.page.get_by_role("link", name="结果函").click()
    expect(desk.page.locator("article.letter")).to_have_count(2)

    phone.open(case)
    expect(page.locator("main")).to_contain_text("曾经停用,已恢复")
    page.get_by_role("link", name="结果函").click()
    expect(page.locator("article.letter")).to_contain_text("是您女儿出示您的码购药")
    hers = hands.device(SMALL_PHONE)
    hers.sign_in(daughter.number, "/complaints")
    hers.page.get_by_role("link", name="提出的异议已办结").click()
    expect(hers.page.locator("article.letter")).to_be_visible()
    expect(hers.page.locator("article.letter")).not_to_contain_text("是您女儿出示您的码购药")
