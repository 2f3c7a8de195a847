"""家庭共济 at the window's pages: given within bounds, changed, paused one by one or all at once, and ended by two."""

from __future__ import annotations

import re

import pytest

from tests.bureau import Bureau
from tests.household import Town
from tests.reader import Reader, words
from tests.web.test_window_pages import (
    CLERK,
    PAPER,
    REASON,
    WHAT,
    Filled,
    approved,
    form_of,
    found,
    taken_down,
    two,
)

pytestmark = pytest.mark.asyncio


async def test_a_grant_is_given_changed_paused_and_ended_at_the_window(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    given: Filled = {
        "relative_name": mother.name,
        "relative_number": mother.card_number,
        "relation": town.kin(daughter, mother),
        "per_month_fen": "300",
        "purpose": ["outpatient", "pharmacy"],
    }
    path = await taken_down(reader, daughter, "grant", given)
    assert "每月限额 无 300.00 元" in await reader.say(path)
    await approved(bureau, path)
    changed: Filled = {"per_month_fen": "200.50", "purpose": ["pharmacy"], "floor_fen": "100"}
    path = await taken_down(reader, daughter, "change_grant", changed)
    said = await reader.say(path)
    assert "每月限额 300.00 元 200.50 元" in said
    assert "账户保底余额 0.00 元 100.00 元" in said
    await approved(bureau, path)
    for kind in ("pause_grant", "resume_grant", "end_grant"):
        await approved(bureau, await taken_down(reader, daughter, kind))
    (grant,) = await (await town.phone(daughter)).items("/mutual-aid/grants")
    assert grant["state"] == "ended"


async def test_parts_of_a_bill_and_a_last_day_are_set_and_lifted_at_the_window(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    given: Filled = {
        "relative_name": mother.name,
        "relative_number": mother.card_number,
        "relation": town.kin(daughter, mother),
        "purpose": ["pharmacy"],
        "only": "yes",
        "use": ["deductible", "in_scope_share"],
        "last_day": "2026-12-31",
        "confirm_above_fen": "200",
    }
    path = await taken_down(reader, daughter, "grant", given)
    said = await reader.say(path)
    assert "费用种类 无 起付线、" in said
    assert "有效期至 无 2026-12-31(含当天)" in said
    await approved(bureau, path)
    seen = words((await found(reader, daughter)).text)
    assert "一笔超过这些先问本人 ¥200.00" in seen
    assert "只付这些费用 起付线" in seen
    assert "有效期至 2026年12月31日(含当天)" in seen
    form = await form_of(reader, daughter, "change_grant")
    assert re.search(r'name="last_day" type="date"[^>]* value="2026-12-31"', form)
    ticked = re.findall(r'name="(only|use)" value="(\w+)" checked', form)
    assert ticked == [("only", "yes"), ("use", "deductible"), ("use", "in_scope_share")]
    lifted: Filled = {
        "purpose": ["pharmacy"],
        "confirm_above_fen": "200",
        "use": ["deductible"],
        "last_day": "",
    }
    path = await taken_down(reader, daughter, "change_grant", lifted)
    said = await reader.say(path)
    assert "当地允许的全部" in said
    assert "2026-12-31(含当天) 长期" in said
    await approved(bureau, path)
    (grant,) = await (await town.phone(daughter)).items("/mutual-aid/grants")
    assert (grant["uses"], grant["last_day"], grant["confirm_above_fen"]) == (None, None, 200_00)


async def test_a_part_of_a_bill_that_was_not_chosen_and_a_day_that_is_none_are_said_beside_their_fields(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await town.granted(daughter, mother)
    await reader.sign_in_staff(CLERK, "/console")
    form = await form_of(reader, daughter, "change_grant")
    answer = await reader.send(
        form, "/console/window/enter",
        purpose="pharmacy", only="yes", last_day="年底", per_use_fen="-1", reason=REASON, paper=PAPER,
    )  # fmt: skip
    assert answer.status_code == 422
    said = words(answer.text)
    for fault in ("请至少选一种费用", "“年底”不是日期", "金额不能小于 0", "有 3 处要改"):
        assert fault in said, said
    assert 'name="only" value="yes" checked' in answer.text


async def test_everything_one_gave_is_paused_and_taken_up_again_in_one_act_at_the_window(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    offered = WHAT.findall((await found(reader, daughter)).text)
    assert not {"pause_all_grants:", "resume_all_grants:"} & set(offered), "there is nothing to pause"
    await town.granted(daughter, mother)
    form = words(await form_of(reader, daughter, "pause_all_grants"))
    assert f"付 {mother.name}(母亲)的 现在在付" in form
    path = await taken_down(reader, daughter, "pause_all_grants")
    said = await reader.say(path)
    assert "全部暂停家庭共济" in said
    assert "母亲" in said
    assert "生效中 已暂停" in said
    await approved(bureau, path)
    assert "从下一笔费用起,您的账户不付家人的费用" in await reader.say(f"{path}/slip")
    (grant,) = await (await town.phone(daughter)).items("/mutual-aid/grants")
    assert grant["state"] == "paused"
    offered = WHAT.findall((await found(reader, daughter)).text)
    assert "pause_all_grants:" not in offered
    await approved(bureau, await taken_down(reader, daughter, "resume_all_grants"))
    (grant,) = await (await town.phone(daughter)).items("/mutual-aid/grants")
    assert grant["state"] == "active"
