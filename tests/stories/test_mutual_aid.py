"""家庭共济: whose account may pay for whom, who opens it, and what ends it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qinji.insured.model import Status
from qinji.kernel.kinship import CHINESE, Relation
from qinji.policy.load import load
from tests.household import Town, packs_with
from tests.till import BillRefused, card, line, paid

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_r005_an_employees_account_pays_a_relatives_own_share(town: Town) -> None:
    """The wife grants; of her husband's bill the fund pays its part, his account his 80, hers the 70 that are left."""
    husband, wife = town.family("今年第一次看病的丈夫")
    await town.granted(wife, husband)

    bill = await town.visit(husband, [line("A", "350.00")])

    assert bill.paid == paid(fund="200.00", account="80.00", mutual_aid="70.00")
    assert (await town.balance(husband), await town.balance(wife)) == (0, 430_00)
    told = await (await town.phone(husband)).bill(bill)
    right = next(one["right"] for one in told["payers"] if one["kind"] == "grantor")
    assert right == "家庭共济授权(使用人是授权人的配偶),依据 东澜医保规〔2025〕1号 第二条"


async def test_r007_the_owner_starts_the_relation_is_checked_and_the_place_is_designated(town: Town) -> None:
    """Only the own account can be opened; a false relation is refused; money goes to designated institutions only."""
    father, _, child = town.family("离婚的父母与共同的孩子")
    assert (await (await town.phone(child)).grant(father)).refused == "GRANTOR_NOT_EMPLOYEE"
    phone = await town.phone(father)
    false = await phone.grant(child, "spouse")
    assert false.refused == "GRANT_RELATION_DIFFERS"
    assert "登记的亲属关系与共济授权填写的“配偶”不符" in false.says
    assert (await phone.grant(child)).done["grantor"]["psn_no"] == father.number

    with pytest.raises(BillRefused, match="不存在或未定点。未扣款,没有任何变动"):
        await town.register(child, "H99020099999")
    assert await town.balance(father) == 460_00
    bill = await town.visit(child, [line("A", "100.00")])
    assert bill.paid == paid(fund="60.00", mutual_aid="40.00")


async def test_r010_the_grantor_opens_it_and_the_beneficiary_just_pays_with_the_own_card(town: Town) -> None:
    """The mother never signs in and agrees to nothing; her card is enough, her daughter is not there."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    grant = await town.granted(daughter, mother)
    assert grant["state"] == "active"

    bill = await town.visit(mother, [line("A", "300.00")], shown=card(mother))

    assert bill.paid == paid(fund="160.00", account="20.00", mutual_aid="120.00")


async def test_r014_only_an_insured_employee_grants_and_the_insurance_is_checked_at_each_use(
    town: Town,
) -> None:
    """A resident cannot; somebody in arrears cannot; and who falls into arrears later pays no more until it is over."""
    _, resident_wife = town.family("自费项目只能付现金")
    husband = town.family("自费项目只能付现金")[0]
    assert (await (await town.phone(resident_wife)).grant(husband)).refused == "GRANTOR_NOT_EMPLOYEE"
    daughter, mother = town.family("断缴的女儿与退休的母亲")
    refused = await (await town.phone(daughter)).grant(mother)
    assert refused.refused == "GRANTOR_STATUS"
    assert "您的参保状态为欠费" in refused.says

    await town.set_status(daughter, Status.NORMAL)
    await town.granted(daughter, mother)
    drugs = [line("A", "250.00")]
    assert (await town.purchase(mother, drugs)).paid == paid(account="188.50", mutual_aid="61.50")
    await town.set_status(daughter, Status.ARREARS)
    assert (await town.purchase(mother, [line("A", "40.00")])).paid == paid(cash="40.00")
    await town.set_status(daughter, Status.NORMAL)
    assert (await town.purchase(mother, [line("A", "40.00")])).paid == paid(mutual_aid="40.00")


async def test_r020_brothers_sisters_and_grandparents_may_be_granted_to_where_the_region_says_so(
    town: Town,
) -> None:
    """西澜 follows the nine kinds of the civil code, 东澜 has three; 武汉 had three until 26 July 2024."""
    _, brother, sister = town.family("互相照应的兄妹")
    grandmother, _, daughters_child = town.family("外祖母带大的外孙女")
    grandfather, *_, grandson = town.family("三代同堂的一家六口")
    for grantor, beneficiary in ((brother, sister), (grandmother, daughters_child), (grandfather, grandson)):
        grant = await town.granted(grantor, beneficiary)
        assert grant["relation_text"] == CHINESE[Relation(town.kin(grantor, beneficiary))]
    bill = await town.visit(grandson, [line("A", "100.00")])
    assert bill.paid == paid(fund="60.00", mutual_aid="40.00")

    narrow, _, granddaughter = town.family("祖母想为孙女付药费")
    refused = await (await town.phone(narrow)).grant(granddaughter)
    assert refused.refused == "GRANT_RELATION_NOT_ALLOWED"
    assert "可授权给配偶、父母、子女,不包括孙子女(东澜医保规〔2025〕1号 第二条)" in refused.says

    maternal = town.family("武汉的三代人")
    with town.on(date(2024, 7, 25)):
        early = await (await town.phone(maternal[1])).grant(maternal[4])
        assert early.refused == "GRANT_RELATION_NOT_ALLOWED"
        assert "国办发〔2021〕14号" in early.says
    with town.on(date(2024, 7, 26)):
        assert (await town.granted(maternal[1], maternal[4]))["relation"] == "daughters_child"


async def test_r030_money_is_shared_the_card_never_and_both_are_insured_when_it_is_used(town: Town) -> None:
    """The son pays with his own card from his mother's account; her card is not his; each side's insurance counts."""
    son, _, mother = town.family("上大学的儿子")
    await town.granted(mother, son)
    with pytest.raises(BillRefused, match="不是出示凭证的人"):
        await town.visit(son, [line("A", "100.00")], shown=card(mother))
    assert (await town.visit(son, [line("A", "100.00")])).paid == paid(fund="60.00", mutual_aid="40.00")

    await town.set_status(mother, Status.STOPPED)
    assert (await town.visit(son, [line("A", "100.00")])).paid == paid(fund="60.00", cash="40.00")
    await town.set_status(mother, Status.NORMAL)
    await town.set_status(son, Status.STOPPED)
    with pytest.raises(BillRefused, match="参保状态为停保"):
        await town.visit(son, [line("A", "100.00")])
    assert await town.balance(mother) == 588_00


async def test_r032_with_the_own_card_one_still_pays_from_a_relatives_account(town: Town) -> None:
    """The wife of 77 has eight yuan and no phone: her card draws on her own account, then on her husband's."""
    husband, wife = town.family("没有子女的老夫妇")
    await town.granted(husband, wife)

    bill = await town.visit(wife, [line("A", "60.00")], shown=card(wife))

    assert bill.info["mdtrt_cert_type"] == "03"
    assert bill.paid == paid(account="8.00", mutual_aid="52.00")
    assert await town.balance(husband) == 182_00


async def test_r034_parents_of_a_spouse_may_be_granted_to_only_where_the_region_includes_them(
    town: Town, tmp_path: Path
) -> None:
    """By 西澜's rule of today they are not; under a rule that names them the same grant pays."""
    son_in_law, _, mother_in_law = town.family("西澜的女婿与岳母")
    refused = await (await town.phone(son_in_law)).grant(mother_in_law)
    assert refused.refused == "GRANT_RELATION_NOT_ALLOWED"
    assert "不包括配偶的父母(西澜医保规〔2025〕1号 第二条)" in refused.says

    packs = packs_with(
        tmp_path, "990200-xilan", "mutual_aid.relations", "[spouse, parent, child, spouse_parent]"
    )
    async with town.under(load(packs)) as there:
        await there.granted(son_in_law, mother_in_law)
        bill = await there.visit(mother_in_law, [line("A", "100.00")])
        assert bill.paid == paid(fund="60.00", mutual_aid="40.00")
    under_the_old_rule = await town.visit(mother_in_law, [line("A", "100.00")])
    assert under_the_old_rule.paid == paid(fund="60.00", cash="40.00")


async def test_r047_relatives_pay_at_once_in_an_order_fixed_beforehand(town: Town) -> None:
    """Granted first, the father pays first, until the son puts his mother first; both are debited with the reply."""
    son, father, mother = town.family("甲乙丙三类都有的账单")
    grants = [await town.granted(parent, son) for parent in (father, mother)]
    drugs = [line("A", "60.00")]
    first = await town.purchase(son, drugs)
    assert first.paid == paid(account="20.00", mutual_aid="40.00")
    assert [await town.balance(one) for one in (son, father, mother)] == [0, 10_00, 100_00]
    await town.cancel(first)

    phone = await town.phone(son)
    turned = {"grants": [grant["id"] for grant in reversed(grants)]}
    ordered = (await phone.call("PUT", "/mutual-aid/order", turned)).done["items"]
    assert [one["grantor"]["name"] for one in ordered] == [mother.name, father.name]
    await town.purchase(son, drugs)
    assert [await town.balance(one) for one in (son, father, mother)] == [0, 50_00, 60_00]


async def test_r048_the_own_balance_first_and_with_an_empty_account_the_grantor_at_once(town: Town) -> None:
    """The father's own 35 yuan go first; for the wife with an empty account her husband's pays from the first fen."""
    _, daughter, father = town.family("女婿与岳父")
    await town.granted(daughter, father)
    bill = await town.visit(father, [line("A", "200.00")])
    assert bill.paid == paid(fund="80.00", account="35.00", mutual_aid="85.00")

    wife, husband, _ = town.family("设了限额的丈夫与儿子")
    await town.granted(husband, wife)
    assert (await town.visit(wife, [line("A", "50.00")])).paid == paid(mutual_aid="50.00")


CLOSE = [
    ("东澜", "六位亲人的当家人", 0, (1, 2, 6)),
    ("西澜", "三代同堂的一家六口", 2, (3, 1, 4)),
    ("武汉", "武汉的三代人", 2, (3, 0, 4)),
]


@pytest.mark.parametrize(("region", "family", "grantor", "others"), CLOSE, ids=["东澜", "西澜", "武汉"])
async def test_r051_spouse_parents_and_children_may_be_granted_to_in_every_region(
    town: Town, region: str, family: str, grantor: int, others: tuple[int, int, int]
) -> None:
    """Whatever else a region allows: husband or wife, father or mother, son or daughter."""
    people = town.family(family)
    grants = [await town.granted(people[grantor], people[other]) for other in others]
    assert [grant["relation"] for grant in grants] == ["spouse", "parent", "child"]
    bill = await town.purchase(people[others[2]], [line("A", "10.00")])
    assert bill.paid == paid(mutual_aid="10.00")


async def test_r069_wuhan_keeps_a_grant_for_ninety_days_but_it_can_be_paused(town: Town) -> None:
    """The daughter regrets it the next day: ending is refused with the first day it may end, a pause stops payment."""
    daughter, father = town.family("刚授权就后悔的女儿")
    grant = await town.granted(daughter, father)
    drugs = [line("A", "150.00")]
    assert (await town.purchase(father, drugs)).paid == paid(account="144.00", mutual_aid="6.00")
    with town.later(days=1):
        phone = await town.phone(daughter)
        locked = await phone.revoke(grant)
        assert locked.refused == "GRANT_LOCKED"
        assert "授权后 90 天内不能解除,最早 2026-06-15" in locked.says
        assert (await phone.change(grant, paused=True)).done["state_text"] == "已暂停"
        assert (await town.purchase(father, [line("A", "9.00")])).paid == paid(cash="9.00")
    with town.on(date(2026, 6, 15)):
        assert (await town.revoked(daughter, grant))["state"] == "ended"


async def test_r069_a_grant_ends_on_the_next_day_where_the_region_says_so(town: Town, tmp_path: Path) -> None:
    """As in 铜陵: today's bills are still paid, tomorrow's are not; the binding of the two stays."""
    packs = packs_with(tmp_path, "990100-donglan", "mutual_aid.unbind_effective", "next_day")
    child, father, _ = town.family("九岁的孩子与先后授权的父母")
    async with town.under(load(packs)) as there:
        await there.bound_at_window(father, child)
        grant = await there.granted(father, child)
        ending = await there.revoked(father, grant)
        assert (ending["state"], ending["ends_on"]) == ("active", "2026-03-18")
        lines = [line("A", "100.00")]
        assert (await there.visit(child, lines)).paid == paid(fund="60.00", mutual_aid="40.00")
        with there.later(days=1):
            assert (await there.visit(child, lines)).paid == paid(fund="60.00", cash="40.00")
            phone = await there.phone(father)
            assert [one["state_text"] for one in await phone.items("/mutual-aid/grants")] == ["已结束"]
            assert (await phone.code(child)).done["name"] == child.name


async def test_r097_what_the_family_uses_is_each_grantors_own_balance(town: Town) -> None:
    """Three children pay within their limits, each from the own account; cancelled, each gets back what was theirs."""
    mother, eldest, second, youngest = town.family("三个儿女都想帮母亲出示医保码")
    await town.granted(eldest, mother, per_use_fen=50_00)
    await town.granted(second, mother, floor_fen=445_00)
    await town.granted(youngest, mother)

    bill = await town.visit(mother, [line("A", "500.00")], "3")

    assert bill.paid == paid(fund="240.00", account="64.00", mutual_aid="196.00")
    everybody = (mother, eldest, second, youngest)
    assert [await town.balance(one) for one in everybody] == [0, 490_00, 445_00, 494_00]
    told = await (await town.phone(mother)).bill(bill)
    assert [one["amount_fen"] for one in told["payers"]] == [64_00, 50_00, 30_00, 116_00]
    uses = await (await town.phone(second)).items("/settlements", **{"as": "grantor"})
    assert [(one["beneficiary"]["name"], one["amount_fen"]) for one in uses] == [(mother.name, 30_00)]

    await town.cancel(bill)
    assert [await town.balance(one) for one in everybody] == [one.balance_fen for one in everybody]


async def test_r098_mutual_aid_needs_its_own_authorisation_and_in_some_regions_a_filing(
    town: Town, tmp_path: Path
) -> None:
    """As in 北京: bound is not enough, granted is filed and does not pay yet; taken into the files, it pays."""
    packs = packs_with(tmp_path, "990100-donglan", "mutual_aid.activation", "filing")
    mother, child, _ = town.family("单亲母亲与双胞胎")
    async with town.under(load(packs)) as there:
        await there.bound_at_window(mother, child)
        assert (await there.visit(child, [line("A", "100.00")])).paid == paid(fund="60.00", cash="40.00")

        grant = await there.granted(mother, child)
        assert (grant["state"], grant["state_text"], grant["active_at"]) == ("filed", "备案中", None)
        assert (await there.visit(child, [line("A", "100.00")])).paid == paid(fund="60.00", cash="40.00")

        clerk = await there.clerk("C002")
        assert [one["id"] for one in await clerk.items("/staff/grants")] == [grant["id"]]
        approve = f"/staff/grants/{grant['id']}/approve"
        assert (await clerk.call("POST", approve)).done["state"] == "active"
        assert (await there.visit(child, [line("A", "100.00")])).paid == paid(
            fund="60.00", mutual_aid="40.00"
        )
