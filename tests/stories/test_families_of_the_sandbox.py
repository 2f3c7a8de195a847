"""What the sandbox tells of its families is what happens to them, where no other story shows it."""

from __future__ import annotations

import pytest

from tests.household import Town
from tests.till import BillRefused, line, paid, scanned

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_frozen_account_pays_nobody_and_a_wife_may_still_grant_to_its_owner(town: Town) -> None:
    """His 650 yuan are frozen, his insurance is not: his benefits run, and her account pays what is left."""
    husband, wife = town.family("账户被冻结的丈夫")
    assert (await (await town.phone(husband)).grant(wife)).refused == "GRANTOR_STATUS"
    alone = await town.visit(husband, [line("A", "150.00")])
    assert alone.paid == paid(fund="40.00", cash="110.00")
    await town.cancel(alone)

    await town.granted(wife, husband)
    bill = await town.visit(husband, [line("A", "150.00")])
    assert bill.paid == paid(fund="40.00", mutual_aid="90.00", cash="20.00")
    assert await town.balance(husband) == 650_00


async def test_a_relative_in_another_province_is_refused_in_words_that_say_what_works_today(
    town: Town,
) -> None:
    """Husband and wife in two provinces: no grant yet, the own account goes on; nor is a bill settled far from home."""
    husband, wife = town.family("分居两省的夫妻")
    refused = await (await town.phone(husband)).grant(wife)
    assert refused.refused == "GRANT_OUT_OF_SCOPE"
    assert "武汉市与西澜市不在家庭共济的范围内(限同一省份)" in refused.says
    assert "同省参保的近亲属使用家庭共济" in refused.says
    assert (await town.purchase(wife, [line("A", "10.00")])).paid == paid(account="10.00")

    with pytest.raises(BillRefused, match=r"异地就医直接结算尚未开通,未扣款.*先自费、持票据回参保地手工报销"):
        await town.visit(wife, [line("A", "10.00")], region="990200")


async def test_divorced_parents_both_grant_to_their_child_and_not_to_each_other(town: Town) -> None:
    """They are parents still, and spouses no more."""
    father, mother, daughter = town.family("离婚的父母与共同的孩子")
    assert (await (await town.phone(father)).grant(mother, "spouse")).refused == "GRANT_RELATION_DIFFERS"
    for parent in (father, mother):
        await town.granted(parent, daughter, per_use_fen=15_00)
    bill = await town.visit(daughter, [line("A", "100.00")])
    assert bill.paid == paid(fund="60.00", mutual_aid="30.00", cash="10.00")


async def test_a_daughter_in_law_cannot_grant_and_the_son_can(town: Town) -> None:
    """武汉: a husband's mother is no near relative of the wife; the money is her son's to grant."""
    daughter_in_law, son, mother_in_law = town.family("儿媳与婆婆")
    refused = await (await town.phone(daughter_in_law)).grant(mother_in_law)
    assert refused.refused == "GRANT_RELATION_NOT_ALLOWED"
    assert "不包括配偶的父母(国办发〔2024〕38号" in refused.says
    await town.granted(son, mother_in_law)
    bill = await town.visit(mother_in_law, [line("A", "100.00")])
    assert bill.paid == paid(account="55.00", mutual_aid="45.00")


async def test_twins_are_two_patients(town: Town) -> None:
    """Same birthday, same mother, one grant: only the twin it names is paid for, and one's code is not the other's."""
    mother, elder, younger = town.family("单亲母亲与双胞胎")
    await town.granted(mother, elder)
    assert (await town.purchase(elder, [line("A", "30.00")])).paid == paid(mutual_aid="30.00")
    assert (await town.purchase(younger, [line("A", "30.00")])).paid == paid(cash="30.00")
    await town.bound_at_window(mother, younger)
    code = (await (await town.phone(mother)).code(younger)).done
    with pytest.raises(BillRefused, match="不是出示凭证的人"):
        await town.purchase(elder, [line("A", "30.00")], shown=scanned(code))


async def test_who_left_employee_insurance_settles_nothing_and_the_family_goes_on(town: Town) -> None:
    """The shopkeeper's 45 yuan stay where they are; wife and daughter are insured by themselves."""
    husband, wife, daughter = town.family("停保的店主一家")
    with pytest.raises(BillRefused, match="参保状态为停保"):
        await town.purchase(husband, [line("A", "10.00")])
    assert (await (await town.phone(husband)).grant(daughter)).refused == "GRANTOR_STATUS"
    for patient in (wife, daughter):
        assert (await town.visit(patient, [line("A", "100.00")])).paid == paid(fund="60.00", cash="40.00")
    assert await town.balance(husband) == 45_00


async def test_a_stopped_grandmother_cannot_be_granted_to_until_she_is_insured(town: Town) -> None:
    """The granddaughter is told so when she grants."""
    grandmother, _, granddaughter = town.family("停保的外祖母")
    refused = await (await town.phone(granddaughter)).grant(grandmother)
    assert refused.refused == "BENEFICIARY_STATUS"
    assert "使用人的参保状态为停保" in refused.says


async def test_r008_the_grantors_region_says_what_a_relatives_account_may_pay(town: Town) -> None:
    """It is that region's account: 东澜's never pays category C, 西澜's does, wherever in the province it is spent."""
    lines = [line("A", "100.00"), line("C", "60.00")]
    east_daughter, west_mother = town.family("在两座城市参保的母女")
    await town.granted(east_daughter, west_mother)
    bill = await town.visit(west_mother, lines)
    assert bill.paid == paid(fund="60.00", mutual_aid="40.00", cash="60.00")

    west_son, east_father = town.family("在西澜工作的儿子与东澜的父亲")
    await town.granted(west_son, east_father)
    bill = await town.visit(east_father, lines)
    assert bill.paid == paid(account="100.00", mutual_aid="60.00")
