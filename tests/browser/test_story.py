"""A daughter and her mother, each with a phone of her own, and a pharmacy between them: the whole way on the pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import zxingcpp
from PIL import Image
from playwright.sync_api import Route, expect

from qinji.evidence.model import PHOTO_BYTES_MAX
from tests.browser.access import breaks_no_rule_of_access
from tests.browser.conftest import Hands
from tests.browser.hand import Hand
from tests.household import Town, open_town
from tests.till import Bill, line, scanned

T = TypeVar("T")


def in_town(hand: Hand, work: Callable[[Town], Awaitable[T]]) -> T:
    """Something that happens behind the pages."""

    async def done() -> T:
        async with open_town(hand.site.bureau) as town:
            return await work(town)

    return hand.site.run(done())


def test_bound_agreed_shown_scanned_settled_seen_by_both_and_taken_back(hands: Hands) -> None:
    hers, mothers = hands.device(), hands.device()
    daughter, mother = hers.site.bureau.family("女儿与不用智能手机的母亲")
    hers.sign_in(daughter.number, "/family/bind")
    hers.page.get_by_label("家人的姓名").fill(mother.name)
    hers.page.get_by_label("家人的身份证号").fill(mother.certificate_number)
    hers.page.get_by_label("他是您的").select_option("parent")
    hers.page.get_by_role("button", name="下一步:核对").click()
    expect(hers.page.locator("main")).to_contain_text("这一步不会扣任何人的钱")
    breaks_no_rule_of_access(hers.page)
    hers.page.get_by_role("button", name="提交绑定申请").click()
    expect(hers.page.locator("main")).to_contain_text("在自己的手机上同意")

    mothers.sign_in(mother.number, "/family")
    mothers.page.get_by_role("link", name="想替您出示医保码").click()
    mothers.page.get_by_label("替您出示医保码").check()
    mothers.page.get_by_role("button", name="同意选中的").click()
    expect(mothers.page.get_by_role("status")).to_contain_text("您已同意")

    hers.open("/family")
    hers.page.get_by_role("button", name="出示医保码").click()
    expect(hers.page.locator(".acting")).to_contain_text("正在替 杨** 出示")
    found = zxingcpp.read_barcodes(Image.open(BytesIO(hers.page.screenshot())))
    shown = scanned({"code": found[0].text})

    async def settle(town: Town) -> Bill:
        return await town.purchase(mother, [line("A", "30.00")], shown=shown)

    bill = in_town(hers, settle)
    expect(hers.page.locator("#code")).to_contain_text("已在 西澜市百草堂药店 结算", timeout=15_000)
    mothers.open("/bills")
    expect(mothers.page.locator("main")).to_contain_text("本人账户 20.00 元 · 现金 10.00 元")
    mothers.open(f"/bills/{bill.number}")
    expect(mothers.page.locator("main")).to_contain_text("医保码由 李*(您的女儿) 出示")

    async def take_back(town: Town) -> None:
        await town.cancel(bill)

    in_town(hers, take_back)
    mothers.page.reload()
    expect(mothers.page.locator("main")).to_contain_text("每一份钱都退回了原来的账户")
    hers.page.get_by_role("button", name="换回本人").click()
    expect(hers.page.locator(".acting")).to_have_count(0)


def test_the_whole_way_to_a_binding_needs_no_scripts(hands: Hands) -> None:
    phone = hands.device(scripts=False)
    phone.expected_errors = True
    elder, child, *_rest = phone.site.bureau.family("三个儿女都想帮母亲出示医保码")
    phone.sign_in(child.number, "/family/bind")
    phone.page.get_by_label("家人的姓名").fill(elder.name)
    phone.page.get_by_label("家人的身份证号").fill("1")
    phone.page.get_by_role("button", name="下一步:核对").click()
    expect(phone.page.locator("main")).to_contain_text("身份证号不对")
    expect(phone.page.get_by_label("家人的姓名")).to_have_value(elder.name)
    phone.page.get_by_label("家人的身份证号").fill(elder.certificate_number)
    phone.page.get_by_label("他是您的").select_option("parent")
    phone.page.get_by_role("button", name="下一步:核对").click()
    phone.page.get_by_role("button", name="提交绑定申请").click()
    expect(phone.page.locator("main")).to_contain_text("您已提交")


def photo_of(folder: Path) -> Path:
    """A photo as a phone takes it: twelve million points, more than four megabytes."""
    taken = folder / "household-book.jpg"
    noise = Image.effect_noise((3000, 4000), 90).convert("RGB")
    noise.save(taken, "JPEG", quality=92)
    assert taken.stat().st_size > 4_000_000
    return taken


def before_papers(hands: Hands, phone: Hand | None = None) -> Hand:
    """A parent on the page that takes papers for a child."""
    phone = phone or hands.device()
    child, parent, _other = phone.site.bureau.family("九岁的孩子")
    phone.sign_in(parent.number, "/family/bind")
    phone.page.get_by_label("家人的姓名").fill(child.name)
    phone.page.get_by_label("家人的身份证号").fill(child.certificate_number)
    phone.page.get_by_label("他是您的").select_option("child")
    phone.page.get_by_role("button", name="下一步:核对").click()
    return phone


def made_small(phone: Hand) -> None:
    """The photo that was chosen has become one that may be sent."""
    phone.page.locator("#album[data-ready]").wait_for()
    size = phone.page.evaluate("() => document.querySelector('#album').files[0].size")
    assert 0 < size <= PHOTO_BYTES_MAX


def test_a_photo_is_made_small_on_the_phone_before_it_is_sent(hands: Hands, tmp_path: Path) -> None:
    phone = before_papers(hands)
    phone.page.get_by_label("从相册选").set_input_files(photo_of(tmp_path))
    made_small(phone)
    expect(phone.page.get_by_alt_text("选好的照片")).to_be_visible()
    phone.page.get_by_role("button", name="提交绑定申请").click()
    expect(phone.page.locator("main")).to_contain_text("已附 1 张证件照片")


def test_a_photo_that_was_chosen_before_the_script_had_come_is_made_small_too(
    hands: Hands, tmp_path: Path
) -> None:
    phone = hands.device()
    held: list[Route] = []
    phone.page.context.route("**/photo*.js", lambda route: held.append(route))  # noqa: PLW0108  -- it marks its handler
    phone = before_papers(hands, phone)
    phone.page.get_by_label("从相册选").set_input_files(photo_of(tmp_path))
    phone.page.context.unroute("**/photo*.js")
    for one in held:
        one.continue_()
    made_small(phone)
