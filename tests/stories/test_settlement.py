"""One bill, several payers: the patient's own benefits first, then whose money for which part."""

from __future__ import annotations

import pytest

from qinji.flows import audit_books
from qinji.kernel.ids import from_wire
from qinji.ledger import queries as ledger
from qinji.ledger.chart import Account
from qinji.ledger.model import Transfer
from tests.household import Town
from tests.till import AMOXICILLIN, Bill, BillRefused, Line, line, paid, scanned

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _transfers(town: Town, bill: Bill) -> list[Transfer]:
    """Every row of the ledger that this bill wrote, whoever it belongs to."""
    act = from_wire(bill.number)
    assert act is not None
    async with town.bureau.runtime.database.reading() as connection:
        return list((await ledger.by_acts(connection, [act]))[act])


async def test_r008_which_parts_a_relatives_account_may_pay_is_the_regions_parameter(town: Town) -> None:
    """The same bill of 100 in scope and 60 for a checkup: in 东澜 the 60 stay cash, in 西澜 the father pays them."""
    lines = [line("A", "100.00"), line("C", "60.00")]
    east_child, east_father, _ = town.family("九岁的孩子与先后授权的父母")
    await town.granted(east_father, east_child)
    bill = await town.visit(east_child, lines)
    assert bill.paid == paid(fund="60.00", mutual_aid="40.00", cash="60.00")
    told = await (await town.phone(east_child)).bill(bill)
    assert [one["by_class"] for one in told["payers"]] == [{"in_scope_share": 40_00}]

    west_father, _, west_child = town.family("离婚的父母与共同的孩子")
    await town.granted(west_father, west_child)
    bill = await town.visit(west_child, lines)
    assert bill.paid == paid(fund="60.00", mutual_aid="100.00")
    told = await (await town.phone(west_child)).bill(bill)
    assert [one["by_class"] for one in told["payers"]] == [{"checkup": 60_00, "in_scope_share": 40_00}]


async def test_r019_a_beneficiary_gets_money_never_the_grantors_reimbursement(town: Town) -> None:
    """The child's fund pays a resident's 60 per cent, not the mother's 80; her deductible of the year stays unused."""
    mother, child, _ = town.family("单亲母亲与双胞胎")
    await town.granted(mother, child)

    bill = await town.visit(child, [line("A", "200.00")])
    assert bill.paid == paid(fund="120.00", mutual_aid="80.00")
    assert bill.info["insutype"] == "390"

    own = await town.visit(mother, [line("A", "200.00")])
    assert own.fen("act_pay_dedc") == 100_00
    assert own.paid == paid(fund="80.00", account="120.00")


async def test_r021_the_funds_share_comes_from_the_relatives_own_insurance_and_may_be_nothing(
    town: Town,
) -> None:
    """武汉's pack has no outpatient benefit for residents: the fund pays nothing, the parents' money still does."""
    father, mother, baby = town.family("武汉的年轻夫妇与婴儿")
    await town.granted(father, baby, per_use_fen=70_00)
    await town.granted(mother, baby)

    bill = await town.visit(baby, [line("A", "100.00")])

    assert bill.paid == paid(mutual_aid="100.00")
    assert [await town.balance(one) for one in (father, mother)] == [450_00, 213_00]


async def test_r027_what_the_own_balance_lacks_comes_from_the_granted_accounts_in_one_transaction(
    town: Town,
) -> None:
    """Own account, father, mother: three payers, one settlement, one moment; one cancel returns them all."""
    son, father, mother = town.family("甲乙丙三类都有的账单")
    for parent in (father, mother):
        await town.granted(parent, son)

    bill = await town.visit(son, [line("A", "200.00")])

    assert bill.paid == paid(fund="80.00", account="20.00", mutual_aid="100.00")
    rows = await _transfers(town, bill)
    taken = [row.amount_fen for row in rows if row.debit is Account.PERSONAL]
    assert taken == [20_00, 50_00, 50_00]
    assert {row.booked_at for row in rows} == {town.bureau.clock()}
    assert sum(row.amount_fen for row in rows if row.credit is Account.INSTITUTION_PAYABLE) == 200_00

    assert (await town.cancel(bill))["setl_id"] != bill.number
    assert [await town.balance(one) for one in (son, father, mother)] == [20_00, 50_00, 100_00]


async def test_r031_everyone_keeps_the_benefits_of_the_own_insurance(town: Town) -> None:
    """Mother and daughter in two cities and two insurances: before and after the grant each fund pays the same."""
    daughter, mother = town.family("在两座城市参保的母女")
    lines = [line("A", "300.00")]

    async def funds() -> list[int]:
        found = []
        for patient in (mother, daughter):
            bill = await town.visit(patient, lines)
            found.append(bill.paid.fund)
            await town.cancel(bill)
        return found

    before = await funds()
    assert before == [180_00, 160_00]
    await town.granted(daughter, mother)
    assert await funds() == before


async def test_r033_the_own_share_at_hospital_and_pharmacy_and_a_grant_may_be_narrowed_to_one(
    town: Town,
) -> None:
    """The mother's grant is for both, then for the pharmacy only, then for outpatient bills only."""
    son, mother = town.family("账户已空的儿子与母亲的账户")
    grant = await town.granted(mother, son)
    assert sorted(grant["purposes"]) == ["outpatient", "pharmacy", "resident_premium"]
    phone = await town.phone(mother)

    async def both() -> list[tuple[int, int]]:
        visit = await town.visit(son, [line("A", "50.00")])
        drugs = await town.purchase(son, [line("C", "12.50")])
        amounts = [(bill.paid.mutual_aid, bill.paid.cash) for bill in (visit, drugs)]
        for bill in (visit, drugs):
            await town.cancel(bill)
        return amounts

    assert await both() == [(50_00, 0), (12_50, 0)]
    assert (await phone.change(grant, purposes=["pharmacy"])).done["purposes"] == ["pharmacy"]
    assert await both() == [(0, 50_00), (12_50, 0)]
    assert (await phone.change(grant, purposes=["outpatient"])).done["purposes"] == ["outpatient"]
    assert await both() == [(50_00, 0), (0, 12_50)]


async def test_r035_mutual_aid_never_touches_the_pooled_fund(town: Town) -> None:
    """At the fund's cap of the day relatives pay what is left, from their own accounts; the fund pays no more."""
    father, mother, daughter = town.family("碰到日限额的父亲")
    alone = await town.visit(father, [line("A", "3000.00")], "3")
    assert alone.paid == paid(fund="1300.00", account="1000.00", cash="700.00")
    await town.cancel(alone)
    for relative in (mother, daughter):
        await town.granted(relative, father)

    bill = await town.visit(father, [line("A", "3000.00")], "3")

    assert bill.paid == paid(fund="1300.00", account="1000.00", mutual_aid="500.00", cash="200.00")
    rows = await _transfers(town, bill)
    assert [row.amount_fen for row in rows if row.debit is Account.FUND_POOLED_EMPLOYEE] == [1300_00]
    lent = [row for row in rows if row.credit is Account.CLEARING_MUTUAL_AID]
    assert [(row.debit, row.amount_fen) for row in lent] == [
        (Account.PERSONAL, 300_00),
        (Account.PERSONAL, 200_00),
    ]
    async with town.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


async def test_r072_a_line_is_in_the_catalogue_and_the_institution_has_a_level(town: Town) -> None:
    """What no catalogue knows is refused by name; a bill is paid by the level of the place, a pharmacy has none."""
    husband, _ = town.family("今年第一次看病的丈夫")
    unknown = Line("XZ99ZZZ999Z999999999999", "10.00")
    with pytest.raises(
        BillRefused, match=r"2204: 医保目录编码 XZ99ZZZ999Z999999999999\(.*\)不在 .* 的目录中。未扣款"
    ):
        await town.visit(husband, [unknown])

    funds = []
    for level in ("1", "2", "3"):
        found = await town.ask(
            "1201",
            town.bureau.institution("990100", level),
            {
                "medinsinfo": {
                    "fixmedins_type": "1",
                    "fixmedins_code": town.bureau.institution("990100", level),
                }
            },
        )
        assert found["medinsinfo"][0]["hosp_lv"]
        bill = await town.visit(husband, [Line(AMOXICILLIN, "16.50", "20")], level)
        funds.append(bill.paid.fund)
        await town.cancel(bill)
    assert funds == [184_00, 161_00, 138_00]
    drugs = await town.purchase(husband, [Line(AMOXICILLIN, "16.50", "2")])
    assert drugs.paid == paid(account="33.00")


async def test_r075_everyone_pays_the_own_insurance_the_familys_does_not_stand_in(town: Town) -> None:
    """The sister is insured and binds her brother; his own insurance is stopped, and so his bill is not settled."""
    brother, sister, _ = town.family("没有续保的弟弟")
    await town.bound(sister, brother)
    refused = await (await town.phone(sister)).grant(brother)
    assert refused.refused == "BENEFICIARY_STATUS"
    assert "请使用人先参保" in refused.says

    code = (await (await town.phone(sister)).code(brother)).done
    with pytest.raises(BillRefused, match="参保状态为停保,不能直接结算,未扣款"):
        await town.visit(brother, [line("A", "100.00")], shown=scanned(code))
    hers = await town.purchase(sister, [line("A", "20.00")])
    assert hers.paid == paid(account="20.00")
