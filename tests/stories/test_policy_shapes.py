"""What regions decide of a bill beyond ratio and deductible: the kind of visit, the goods, the place, second layers.

What no national message carries yet is asked of the estimate, which settles nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.household import Town
from tests.till import BillRefused, Line, line, paid

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEVICE, DISINFECTANT, CHECK_UP, TOOTH_WHITENING = (
    Line("C02030200100000000002", "199.90"),
    Line("W00010001", "12.50"),
    Line("001210000010000-121000001", "60.00"),
    Line("003305000010000-330501001", "150.00"),
)


async def _estimate(town: Town, **bill: Any) -> dict[str, Any]:
    """What a bill would come to, asked by somebody who is not signed in."""
    return (await town.nobody().call("POST", "/estimates", bill)).done


async def test_r015_r041_an_emergency_is_paid_by_rules_of_its_own(town: Town) -> None:
    """A resident's ordinary visit and emergency are paid 60 per cent, a rescue 70, each said in the reasons."""
    _, _, child = town.family("离婚的父母与共同的孩子")
    for kind, fund, cash, said in (
        ("11", "60.00", "40.00", ""),
        ("13", "60.00", "40.00", "按急诊的规定计算"),
        ("1301", "70.00", "30.00", "按急诊抢救的规定计算"),
    ):
        bill = await town.visit(child, [line("A", "100.00")], "2", flag="0", medical_type=kind)
        assert bill.paid == paid(fund=fund, cash=cash)
        told = await (await town.phone(child)).bill(bill)
        reasons = " ".join(str(step) for step in told["trace"])
        assert said in reasons


async def test_r044_r073_a_convenience_clinic_is_an_ordinary_visit_and_a_special_illness_is_refused_by_name(
    town: Town,
) -> None:
    """便民门诊 comes out like 普通门诊; 门诊慢特病 has a benefit of its own and is not paid as something else."""
    _, _, child = town.family("离婚的父母与共同的孩子")
    ordinary = await town.visit(child, [line("A", "100.00")], flag="0")
    convenient = await town.visit(child, [line("A", "100.00")], flag="0", medical_type="1103")
    assert convenient.paid == ordinary.paid
    with pytest.raises(BillRefused, match="14"):
        await town.visit(child, [line("A", "100.00")], flag="0", medical_type="14")


async def test_r028_what_is_bought_decides_whether_an_account_pays(town: Town) -> None:
    """In 西澜 a father pays device, disinfectant and checkup; what makes teeth white is paid by no account anywhere."""
    father, _, child = town.family("离婚的父母与共同的孩子")
    await town.granted(father, child)
    bill = await town.visit(child, [DEVICE, DISINFECTANT, CHECK_UP, TOOTH_WHITENING])
    assert bill.paid == paid(mutual_aid="272.40", cash="150.00")
    told = await (await town.phone(child)).bill(bill)
    assert [one["by_class"] for one in told["payers"]] == [
        {"device": 199_90, "disinfectant": 12_50, "checkup": 60_00}
    ]

    fuzhou = await _estimate(
        town,
        region="350100",
        date="2025-03-18",
        person={"insurance": "employee", "status": "in_service", "age": 40},
        institution_level="pharmacy",
        fee_lines=[
            {"category": "C", "amount": "199.90", "own_expense_as": "device"},
            {"category": "C", "amount": "12.50", "own_expense_as": "disinfectant"},
        ],
        accounts=[{"owner": "mother", "relation": "parent", "balance": "500.00"}],
    )
    assert fuzhou["mutual_aid"] == [{"owner": "mother", "amount": "212.40"}]


async def test_r023_a_pharmacy_of_another_city_is_open_or_closed_by_the_insured_region(town: Town) -> None:
    """苏州's residents of the notes could not use a pharmacy elsewhere; a hospital elsewhere is settled."""
    bill = {
        "region": "320500",
        "date": "2024-07-07",
        "person": {"insurance": "employee", "status": "in_service", "age": 40},
        "visit": {"region": "320100", "filing": "long_term"},
        "fee_lines": [{"category": "A", "amount": "100.00"}],
        "accounts": [{"owner": "self", "relation": "self", "balance": "500.00"}],
        "accumulators": {"deductible_used": "600"},
    }
    shop = await _estimate(town, **bill, institution_level="pharmacy")
    assert (shop["fund"], shop["account"], shop["cash"]) == ("0.00", "0.00", "100.00")
    assert "手工报销" in shop["trace"][0]["text"]
    hospital = await _estimate(town, **bill, institution_level="3")
    assert (hospital["fund"], hospital["account"]) == ("60.00", "40.00")


async def test_r043_r074_a_second_layer_begins_above_its_threshold_and_rewards_years_without_a_break(
    town: Town,
) -> None:
    """Half of what is above 6000 for employees; 60 per cent for residents, 5 more after three years."""
    stay = {
        "region": "990200",
        "date": "2025-06-01",
        "visit": {"treatment": "inpatient"},
        "institution_level": "3",
        "fee_lines": [{"category": "A", "amount": "40000.00"}],
        "accounts": [],
    }
    employee = await _estimate(
        town, **stay, person={"insurance": "employee", "status": "in_service", "age": 40}
    )
    # The pool pays half of 40000; of the 20000 that are left, 14000 lie above 6000.
    assert (employee["fund"], employee["catastrophic"], employee["cash"]) == (
        "20000.00",
        "7000.00",
        "13000.00",
    )

    resident = {"insurance": "resident", "status": "adult", "age": 40}
    first = await _estimate(town, **stay, person=resident)
    loyal = await _estimate(town, **stay, person={**resident, "continuous_years": 4})
    assert (first["fund"], first["catastrophic"]) == ("20000.00", "12000.00")
    assert (loyal["fund"], loyal["catastrophic"]) == ("20000.00", "13000.00")
