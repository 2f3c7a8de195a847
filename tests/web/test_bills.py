"""账单 and 我的: whose money paid is said in each sentence, and nobody reads what is not theirs to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from qinji.entry.sandbox.model import Person
from qinji.policy.load import load
from tests.household import Town, packs_with
from tests.reader import Reader, open_reader, words
from tests.till import Bill, line

pytestmark = pytest.mark.asyncio


def two(town: Town) -> tuple[Person, Person]:
    """A daughter, and her mother whose account holds twenty yuan."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    return daughter, mother


async def shared_bill(town: Town) -> Bill:
    """The mother's bill that her account and her daughter's paid."""
    daughter, mother = two(town)
    phone = await town.phone(daughter)
    assert (await phone.grant(mother)).done
    town.bureau.later(minutes=1)
    return await town.purchase(mother, [line("A", "100.00")])


async def test_a_bill_names_whose_money_paid_and_what_was_left_of_ones_own(
    town: Town, reader: Reader
) -> None:
    bill = await shared_bill(town)
    _daughter, mother = two(town)
    await reader.sign_in(mother.number)
    said = await reader.say(f"/bills/{bill.number}")
    assert "您的个人账户" in said
    assert "余额 ¥20.00 → ¥0.00" in said
    assert "李*(您的女儿)的个人账户(家庭共济)" in said
    assert "¥80.00" in said
    assert "已扣款" in said
    assert "¥500.00" not in said, "a relative's balance is not told"


async def test_a_cancelled_bill_says_that_everything_went_back(town: Town, reader: Reader) -> None:
    bill = await shared_bill(town)
    await town.cancel(bill)
    await reader.sign_in(bill.patient.number)
    assert "已退回" in await reader.say("/bills")
    assert "每一份钱都退回了原来的账户" in await reader.say(f"/bills/{bill.number}")


async def test_a_grantor_reads_the_amount_the_region_and_the_kind_and_no_institution(
    town: Town, reader: Reader
) -> None:
    bill = await shared_bill(town)
    daughter, _mother = two(town)
    await reader.sign_in(daughter.number)
    said = await reader.say("/bills/shared")
    assert "替 杨** 付" in said
    assert "-¥80.00" in said
    assert "您的余额 ¥500.00 → ¥420.00" in said
    assert "西澜市 · 药店购药" in said
    place = next(one for one in town.bureau.world.institutions if one.code == bill.institution)
    for secret in (place.name, place.code):
        assert secret not in reader.last, secret
    assert "看不到这些账单" in await reader.say(f"/bills/{bill.number}", 404)
    assert "看不到这些账单" in await reader.say(f"/bills?of={bill.patient.number}", 404)


async def test_before_and_after_add_up_over_uses_returns_and_ones_own_bills(
    town: Town, reader: Reader
) -> None:
    daughter, mother = two(town)
    first = await shared_bill(town)
    for who, yuan in ((daughter, "20.00"), (mother, "30.00")):
        town.bureau.later(minutes=1)
        await town.purchase(who, [line("A", yuan)])
    town.bureau.later(minutes=1)
    await town.cancel(first)
    town.bureau.later(minutes=1)
    await town.purchase(mother, [line("A", "50.00")])
    await reader.sign_in(daughter.number)
    said = await reader.say("/bills/shared")
    assert await town.balance(daughter) == 420_00
    told = ["¥450.00 → ¥420.00", "¥400.00 → ¥370.00", "¥500.00 → ¥420.00"]
    places = [said.find(f"您的余额 {one}") for one in told]
    assert -1 not in places, said
    assert places == sorted(places), "newest first"


async def test_a_members_bills_are_read_with_that_power_only(town: Town, reader: Reader) -> None:
    daughter, mother = two(town)
    bill = await town.purchase(mother, [line("A", "10.00")])
    phone, mothers = await town.phone(daughter), await town.phone(mother)
    await mothers.confirm((await phone.bind(mother, powers=["show_code", "query_cost"])).done)
    await reader.sign_in(daughter.number)
    assert f"/bills?of={mother.number}" in await reader.open("/bills")
    assert "杨** 的账单" in await reader.say(f"/bills?of={mother.number}")
    said = await reader.say(f"/bills/{bill.number}?of={mother.number}")
    assert "杨**(您的母亲)的个人账户" in said
    assert "余额" not in said, "a member's balance is not told to who may see the costs"


async def test_an_empty_list_says_what_will_be_there(town: Town, reader: Reader) -> None:
    await reader.sign_in(two(town)[0].number)
    assert "还没有账单" in await reader.say("/bills")
    assert "还没有替家人付过钱" in await reader.say("/bills/shared")


async def test_ones_code_is_stopped_and_taken_up_again_and_a_second_sending_changes_nothing(
    town: Town, reader: Reader
) -> None:
    daughter, _mother = two(town)
    await reader.sign_in(daughter.number)
    html = await reader.open("/me/code")
    for _ in range(2):
        answer = await reader.send(html, "/me/code", wanted="freeze")
        assert answer.headers["location"] == "/me/code?done=yes"
    assert "没有人能出示" in await reader.say("/me/code?done=yes")
    assert "现在不能出示医保码" in await reader.say("/")
    await reader.submit("/me/code", wanted="thaw")
    assert "现在不能出示" not in await reader.say("/")


async def test_the_page_of_oneself_masks_what_is_masked(town: Town, reader: Reader) -> None:
    daughter, _mother = two(town)
    await reader.sign_in(daughter.number)
    html = await reader.open("/me")
    assert daughter.certificate_number not in html
    assert daughter.name not in html
    assert "¥500.00" in words(html)


async def test_who_is_in_arrears_reads_what_can_still_be_used_and_what_to_do(
    town: Town, reader: Reader, tmp_path: Path
) -> None:
    daughter, mother = town.family("断缴的女儿与退休的母亲")
    await reader.sign_in(daughter.number)
    assert "还可以用您账户里原有的余额。续缴请找您的单位" in await reader.say("/me")
    frozen = packs_with(tmp_path, "990000-seed", "employee_gap.account_usable", "false")
    async with town.under(load(frozen)) as there, open_reader(there.bureau) as elsewhere:
        await elsewhere.sign_in(daughter.number)
        assert "请先自己付钱、留好票据" in await elsewhere.say("/me")
    await reader.sign_in(mother.number)
    assert "断缴" not in await reader.say("/me")


@pytest.mark.parametrize(
    ("path", "budget"), [("/bills", 8), ("/bills/shared", 8), ("/me", 4), ("/me/code", 3)]
)
async def test_a_page_asks_the_database_within_its_budget(
    town: Town, reader: Reader, path: str, budget: int
) -> None:
    await shared_bill(town)
    await reader.sign_in(two(town)[0].number)
    with reader.counting() as sent:
        await reader.open(path)
    assert len(sent) <= budget, sent
