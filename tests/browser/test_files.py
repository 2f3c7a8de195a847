"""A crediting at two desks: uploaded, seen to be checked without a touch, approved, stopped and gone on with."""

from __future__ import annotations

from playwright.sync_api import expect

from qinji.bulk.model import FileKind
from qinji.flows import work_files
from tests.browser.access import breaks_no_rule_of_access
from tests.browser.conftest import Hands
from tests.browser.file_stage import WHY
from tests.browser.test_window import CLERK, REVIEWER, at_desk
from tests.filing import Desk, text_of


def test_a_months_crediting_goes_from_one_desk_to_the_other_and_its_progress_is_seen(hands: Hands) -> None:
    clerk, reviewer = at_desk(hands, CLERK), at_desk(hands, REVIEWER)
    site, page = clerk.site, clerk.page
    desk = Desk(site.bureau.runtime)
    numbers = [one.number for one in site.bureau.world.people if one.insurance == "employee"][:12]
    months = [f"{year}-{month:02}" for year in range(2016, 2024) for month in range(1, 13)]
    rows = [f"{number},{month},1.00,在职" for month in months for number in numbers]
    page.get_by_role("link", name="批量办理").click()
    page.get_by_role("link", name="上传文件 个人账户划入").click()
    content = text_of(FileKind.CREDIT, [*rows, "无此人,2026-01,1.00,在职"])
    page.get_by_label("文件", exact=True).set_input_files(
        {"name": "补缴.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("heading", name="正在逐行核对")).to_be_visible()
    site.run(desk.worked())
    # Nobody touches the page: what became of it appears by itself.
    expect(page.get_by_text("1,152 行 ¥1,152.00")).to_be_visible()
    page.get_by_label("事由").fill(WHY)
    page.get_by_role("button", name="提交,交同事复核").click()
    expect(page.locator("main")).to_contain_text("提交和复核不能是同一个人")
    other = reviewer.page
    other.goto("/console")
    other.get_by_role("link", name="审核 个人账户划入:补缴.csv").click()
    expect(other.locator("main")).to_contain_text(WHY)
    breaks_no_rule_of_access(other)
    other.get_by_role("button", name="通过,开始办理").click()
    expect(other.get_by_role("heading", name="正在办理")).to_be_visible()
    other.get_by_role("button", name="停下").focus()
    site.run(work_files.run(desk.deps))
    expect(other.get_by_text("86%:1,153 行中的 1,000 行")).to_be_visible()
    expect(other.get_by_role("button", name="停下")).to_be_focused()
    other.keyboard.press("Enter")
    expect(other.get_by_role("button", name="继续办")).to_be_visible()
    assert site.run(desk.worked()) == 0
    other.get_by_role("button", name="继续办").click()
    site.run(desk.worked())
    expect(other.get_by_text("已划入")).to_be_visible()
    expect(other.get_by_text("1,152 行 ¥1,152.00")).to_be_visible()
    with other.expect_download() as saved:
        other.get_by_role("link", name="下载全部没有办成的行").click()
    assert "无此人" in saved.value.path().read_text(encoding="utf-8-sig")
