"""A cashier at the counter's page in a real browser: by keyboard alone, by camera, and when an answer is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Playwright, Route, expect

from qinji.entry.sandbox.model import Person
from qinji.web.counter.till import Till
from tests.browser.access import AXE, RULES, told
from tests.browser.conftest import FLAGS, Hands
from tests.browser.hand import DESK, PHONE, Hand
from tests.browser.stage import CASHIER
from tests.counter import AMOXICILLIN, Counter
from tests.household import Town, open_town
from tests.served import Site

T = TypeVar("T")
DAUGHTER = "女儿与不用智能手机的母亲"


def behind(site: Site, work: Callable[[Town], Awaitable[T]]) -> T:
    """Something that happens behind the pages."""

    async def done() -> T:
        async with open_town(site.bureau) as town:
            return await work(town)

    return site.run(done())


def code_of(site: Site, person: Person) -> str:
    """A code that somebody shows."""
    counter = Counter(site.bureau, Till(site.bureau.flows, site.bureau.runtime), CASHIER)
    return site.run(counter.code(person))


def balance(site: Site, person: Person) -> int:
    """What is in somebody's account."""
    return behind(site, lambda town: town.balance(person))


def at_desk(hands: Hands, *, scripts: bool = True) -> Hand:
    """The cashier of the pharmacy before the counter's page."""
    desk = hands.device(DESK, scripts=scripts, scale=1)
    desk.sign_in_staff(CASHIER.staff_id)
    if scripts:
        desk.page.locator("#counter[data-ready]").wait_for()
    return desk


def typed(page: Page, text: str) -> None:
    """As a scanner or a hand types: digits into whatever has the focus, and Enter.

    A page just opened is given its focus only when it is drawn, which can be after it has loaded, and what is
    typed before that goes nowhere.
    """
    expect(page.locator(":focus")).not_to_have_count(0)
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def rung_up(desk: Hand, patient: Person) -> None:
    """A scanned patient with one line."""
    typed(desk.page, code_of(desk.site, patient))
    one_line(desk.page)


def one_line(page: Page) -> None:
    """A line for whoever was scanned."""
    expect(page.locator("#item")).to_be_focused()
    typed(page, AMOXICILLIN)
    expect(page.locator(".ways")).to_contain_text("尚未扣款")
    expect(page.locator(".htmx-settling, .htmx-added, .htmx-request")).to_have_count(0)
    expect(page.locator("#item")).to_be_focused()


def press_settle(page: Page) -> None:
    """F8 goes to the act, F8 again does it."""
    page.keyboard.press("F8")
    page.locator(".settle :focus").wait_for()
    page.keyboard.press("F8")


def test_a_whole_sale_is_done_by_keyboard_alone(hands: Hands) -> None:
    desk = at_desk(hands)
    page, site = desk.page, desk.site
    daughter = site.bureau.family(DAUGHTER)[0]
    before = balance(site, daughter)
    expect(page.locator("#code")).to_be_focused()
    typed(page, code_of(site, daughter))
    expect(page.locator(".patient h2")).to_contain_text(f"{daughter.name[0]}* 职工医保")
    expect(page.locator("#item")).to_be_focused()
    page.keyboard.type("amxl")
    expect(page.locator("#found button")).to_contain_text("阿莫西林胶囊")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#quantity")).to_be_focused()
    typed(page, "2")
    expect(page.locator(".goods .total")).to_contain_text("¥33.00")
    expect(page.locator(".ways")).to_contain_text("预结算,尚未扣款")
    expect(page.locator("#item")).to_be_focused()
    page.evaluate(AXE)
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    assert told(found["violations"]) == []
    assert told(one for one in found["incomplete"] if one["id"] == "color-contrast") == []
    page.keyboard.press("F8")
    settle = page.get_by_role("button", name="扣款 ¥33.00,结算")
    expect(settle).to_be_focused()
    assert balance(site, daughter) == before
    page.keyboard.press("F8")
    expect(page.get_by_role("heading", level=1)).to_have_text("已扣款")
    assert balance(site, daughter) == before - 3_300
    expect(page.get_by_role("link", name="新的一笔").last).to_be_focused()
    page.locator("main [data-ready]").wait_for()
    page.keyboard.press("F2")
    page.wait_for_url(f"{site.url}/counter")
    expect(page.locator("#code")).to_be_focused()


def test_change_is_told_while_the_cash_is_typed(hands: Hands) -> None:
    desk = at_desk(hands)
    desk.expected_errors = True
    page = desk.page
    rung_up(desk, desk.site.bureau.family(DAUGHTER)[0])
    page.get_by_role("button", name="改用这一种").last.click()
    field = page.locator("#received")
    expect(field).to_be_focused()
    page.keyboard.type("10")
    expect(page.locator(".change")).to_have_text("还差 ¥6.50")
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_contain_text("少于应收的 16.50 元")
    expect(field).to_have_value("10")
    page.locator("[data-fill='20.00']").click()
    expect(page.locator(".change")).to_have_text("找零 ¥3.50")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("收到 ¥20.00,找零 ¥3.50")


def test_a_wrong_scan_is_told_and_the_next_one_goes_into_the_same_field(hands: Hands) -> None:
    desk = at_desk(hands)
    desk.expected_errors = True
    page = desk.page
    page.keyboard.press("F4")
    typed(page, AMOXICILLIN)
    expect(page.locator(".goods .total")).to_contain_text("1 行")
    expect(page.locator("#item")).to_be_focused()
    page.keyboard.press("F3")
    expect(page.locator("#code")).to_be_focused()
    typed(page, "134567890123456789")
    expect(page.locator(".said")).to_contain_text("微信的付款码")
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#code")).to_have_value("")
    expect(page.locator(".goods .total")).to_contain_text("1 行")
    # A scanner that sends Enter more than once still settles nothing.
    typed(page, code_of(desk.site, desk.site.bureau.family(DAUGHTER)[0]))
    page.keyboard.press("Enter")
    expect(page.locator(".ways")).to_contain_text("尚未扣款")
    expect(page.locator("#item")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(".settle :focus").wait_for()
    expect(page.locator(".ways")).to_contain_text("尚未扣款")


@pytest.mark.parametrize("arrives", [True, False], ids=["arrives", "never arrives"])
def test_after_a_lost_answer_nobody_is_charged_twice(hands: Hands, *, arrives: bool) -> None:
    desk = at_desk(hands)
    desk.loses_answers = True
    page, site = desk.page, desk.site
    daughter = site.bureau.family(DAUGHTER)[0]
    before = balance(site, daughter)
    rung_up(desk, daughter)
    sent: list[str] = []

    def lose(route: Route) -> None:
        body = route.request.post_data or ""
        if "act=settle" not in body or sent:
            route.continue_()
            return
        sent.append(body)
        if arrives:
            route.fetch()
        route.abort()

    page.route("**/counter", lose)
    press_settle(page)
    expect(page.locator("#lost")).to_contain_text("正在核对,不要重复收费")
    expect(page.locator(".settle")).not_to_be_visible()
    if arrives:
        expect(page.get_by_role("heading", level=1)).to_have_text("已扣款", timeout=15_000)
    else:
        expect(page.get_by_role("heading", level=1)).to_have_text("没有收到这一笔,没有扣款", timeout=15_000)
        assert balance(site, daughter) == before
        page.get_by_role("button", name="再收一次这一笔").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("已扣款")
    assert balance(site, daughter) == before - 1_650


def test_a_server_that_does_not_answer_a_line_loses_nothing(hands: Hands) -> None:
    desk = at_desk(hands)
    desk.loses_answers = True
    page = desk.page
    page.route("**/counter", lambda route: route.abort())
    page.keyboard.press("F4")
    typed(page, AMOXICILLIN)
    expect(page.locator("#unsent")).to_contain_text("没有扣款,录入的都在")
    expect(page.locator("#item")).to_have_value(AMOXICILLIN)
    page.unroute("**/counter")
    page.keyboard.press("Enter")
    expect(page.locator(".goods .total")).to_contain_text("1 行")
    expect(page.locator("#unsent")).not_to_be_visible()


def test_a_sale_needs_no_scripts_and_its_receipt_is_a_strip_of_paper(hands: Hands, tmp_path: Path) -> None:
    desk = at_desk(hands, scripts=False)
    page = desk.page
    daughter = desk.site.bureau.family(DAUGHTER)[0]
    typed(page, code_of(desk.site, daughter))
    expect(page.locator("#item")).to_be_focused()
    typed(page, "诊察费")
    page.locator("#found button").first.click()
    expect(page.locator(".goods .total")).to_contain_text("1 行")
    expect(page.locator("#item")).to_be_focused()
    typed(page, "amxl")
    expect(page.locator(".goods .total")).to_contain_text("2 行")
    page.get_by_role("button", name="改用这一种").first.click()
    page.locator(".settle button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已扣款")
    page.emulate_media(media="print")
    assert page.locator(".bar").is_hidden()
    assert page.locator(".receipt").is_visible()
    width = page.locator(".receipt").evaluate("one => one.getBoundingClientRect().width")
    assert width <= 80 / 25.4 * 96 + 1
    paper = page.pdf(width="80mm", path=tmp_path / "receipt.pdf")
    assert b"/Count 1" in paper
    page.emulate_media(media="screen")
    picture = Image.open(BytesIO(page.locator(".receipt .picture").screenshot()))
    (read,) = zxingcpp.read_barcodes(picture)
    page.goto("/counter")
    typed(page, read.text)
    expect(page.get_by_role("heading", level=1)).to_have_text("已扣款")
    page.get_by_role("link", name="退费").click()
    page.get_by_role("button", name="全部退回").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已退回")


def test_a_camera_and_a_photograph_read_what_a_phone_shows(
    hands: Hands, playwright: Playwright, chromium_path: str, site: Site, tmp_path: Path
) -> None:
    daughter, mother = site.bureau.family(DAUGHTER)
    phone = hands.device(PHONE)
    phone.sign_in(daughter.number)
    screen = Image.open(BytesIO(phone.page.screenshot())).convert("RGB")
    frame = Image.new("RGB", (640, 480), "#888")
    frame.paste(screen.resize((screen.width * 480 // screen.height, 480)), (180, 0))
    jpeg = BytesIO()
    frame.save(jpeg, "JPEG", quality=90)
    film = tmp_path / "phone.mjpeg"
    film.write_bytes(jpeg.getvalue() * 10)
    photo = tmp_path / "phone.png"
    photo.write_bytes(phone.page.screenshot())
    flags = [
        *FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    browser = playwright.chromium.launch(executable_path=chromium_path, args=flags)
    try:
        seeing = Hands(browser, site)
        desk = at_desk(seeing)
        desk.page.get_by_role("button", name="用摄像头扫").click()
        expect(desk.page.locator(".patient h2")).to_contain_text(daughter.name[0], timeout=20_000)
        phone.sign_in(mother.number)
        photo.write_bytes(phone.page.screenshot())
        desk.page.locator(".camera input[type=file]").set_input_files(photo)
        expect(desk.page.locator(".patient h2")).to_contain_text(mother.name[0], timeout=20_000)
        seeing.close()
    finally:
        browser.close()


def test_bound_shown_on_a_phone_scanned_at_the_page_settled_seen_by_both_and_given_back(hands: Hands) -> None:
    hers, mothers, desk = hands.device(), hands.device(), at_desk(hands)
    daughter, mother = hers.site.bureau.family(DAUGHTER)
    hers.sign_in(daughter.number, "/family/bind")
    hers.page.get_by_label("家人的姓名").fill(mother.name)
    hers.page.get_by_label("家人的身份证号").fill(mother.certificate_number)
    hers.page.get_by_label("他是您的").select_option("parent")
    hers.page.get_by_role("button", name="下一步:核对").click()
    hers.page.get_by_role("button", name="提交绑定申请").click()
    mothers.sign_in(mother.number, "/family")
    mothers.page.get_by_role("link", name="想替您出示医保码").click()
    mothers.page.get_by_label("替您出示医保码").check()
    mothers.page.get_by_role("button", name="同意选中的").click()
    hers.open("/family")
    hers.page.get_by_role("button", name="出示医保码").click()
    expect(hers.page.locator(".acting")).to_contain_text("正在替 杨** 出示")
    (found, *_same) = zxingcpp.read_barcodes(Image.open(BytesIO(hers.page.screenshot())))

    page = desk.page
    typed(page, found.text)
    expect(page.locator(".for-another")).to_contain_text("杨** 的码,由 李*(患者的子女)代为出示")
    one_line(page)
    press_settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("已扣款")
    number = page.url.rsplit("/", 1)[1]
    expect(hers.page.locator("#code")).to_contain_text("已在 西澜市百草堂药店 结算", timeout=15_000)
    mothers.open(f"/bills/{number}")
    expect(mothers.page.locator("main")).to_contain_text("医保码由 李*(您的女儿) 出示")

    page.get_by_role("link", name="退费").click()
    page.get_by_role("button", name="全部退回").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已退回")
    mothers.page.reload()
    expect(mothers.page.locator("main")).to_contain_text("每一份钱都退回了原来的账户")
    hers.open("/bills/shared")
    expect(hers.page.locator("main")).to_be_visible()
