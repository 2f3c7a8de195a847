"""代缴: enrol, see the amount, choose whose money pays, confirm, keep the receipt; and what a year missed costs."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from qinji.kernel.refusal import Refused
from tests.bureau import TODAY
from tests.household import Town
from tests.premium import Counter, identity_number
from tests.till import BillRefused, line

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_r024_r026_r052_r053_r058_a_premium_names_who_what_and_whose_money_and_leaves_a_receipt(
    town: Town,
) -> None:
    """The sister runs her brother's errand by a power, sees 400.00, pays it from her own account, keeps the paper."""
    brother, sister, _ = town.family("没有续保的弟弟")
    counter = Counter(town)
    phone = await town.phone(sister)
    assert (await counter.order(phone, brother, 2026, 400_00, "own_account")).refused == "NOT_FOUND"
    await town.bound(sister, brother, powers=["pay_premium"])
    shown = (await counter.preview(phone, brother)).done
    quote = next(one for one in shown["quotes"] if one["year"] == 2026)
    own = next(one for one in shown["payers"] if one["payer"] == "own_account")
    assert (quote["amount_fen"], own["before_fen"], own["usable"]) == (400_00, 412_30, True)
    assert (await counter.order(phone, brother, 2026, 380_00, "own_account")).refused == "PREMIUM_CHANGED"
    order = (await counter.order(phone, brother, 2026, 400_00, "own_account")).done
    assert (order["insured"]["name"], order["orderer"]["name"]) == (brother.name, sister.name)
    await counter.send()
    assert await counter.money(sister) == (12_30, 0)
    receipt = (await phone.call("GET", f"/premiums/{order['id']}/receipt")).done
    assert (receipt["name"], receipt["item"], receipt["year"]) == (
        f"{brother.name[0]}**",
        "城乡居民医保保费",
        2026,
    )
    assert receipt["payer"] == "缴费人本人的个人账户"
    assert brother.name not in json.dumps(receipt, ensure_ascii=False)


async def test_r054_a_tariff_has_a_place_a_class_and_a_window(town: Town) -> None:
    """杭州: a child's premium is 330.00, for the next year, from 1 September to 25 December."""
    policy = town.bureau.runtime.book.at("330100", date(2026, 10, 1))
    assert not hasattr(policy, "code")
    terms = policy.premium()
    assert terms is not None
    assert (terms.amounts_fen["child"], terms.amounts_fen["adult"]) == (330_00, 400_00)
    assert (terms.opens, terms.closes) == ("09-01", "12-25")


async def test_r099_what_a_premium_was_in_each_year_is_data_with_its_document(town: Town) -> None:
    """武汉 follows the nation: 380.00 for 2024, 400.00 for 2025; each from the autumn before, with its notice."""
    book = town.bureau.runtime.book
    autumns = {
        2024: (date(2023, 9, 1), 380_00, "医保发〔2023〕24号"),
        2025: (date(2024, 9, 1), 400_00, "医保发〔2024〕19号"),
    }
    for began, fen, number in autumns.values():
        policy = book.at("420100", began)
        assert not isinstance(policy, Refused)
        terms = policy.premium()
        assert terms is not None
        assert (terms.amounts_fen["adult"], terms.amounts_fen["child"]) == (fen, fen)
        (source,) = [
            one for one in terms.sources.values() if one.parameter == "premium.resident.amount.adult"
        ]
        assert number in source.document
    before = book.at("420100", date(2023, 8, 31))
    assert not isinstance(before, Refused)
    assert before.premium() is None


async def test_r081_a_newborn_is_registered_enrolled_and_paid_in_one_way_through_and_covered_from_birth(
    town: Town,
) -> None:
    """Until it is paid no fund pays for the child; from then on it does, from the day of birth."""
    mother, _ = town.family("今天满十六岁的儿子")
    counter, phone = Counter(town), await town.phone(mother)
    born = TODAY - timedelta(days=30)
    body = {"kind": "newborn", "name": "周小满", "identity_number": identity_number(born, 7)}
    child = (await phone.call("POST", "/premiums/enrolments", body)).done
    assert child["status_text"] == "停保"
    quote = (await counter.preview(phone, child["psn_no"])).done["quotes"][0]
    assert (quote["year"], quote["premium_class_text"], quote["covered_from"]) == (
        2026,
        "新生儿",
        born.isoformat(),
    )
    order = (await counter.order(phone, child["psn_no"], 2026, quote["amount_fen"], "own_account")).done
    await counter.send()
    assert await counter.state(phone, order) == "paid"


async def test_r075_r076_whoever_missed_a_year_waits_and_no_relatives_money_buys_the_fund_sooner(
    town: Town,
) -> None:
    """The grandmother's premium is paid late by cash: her wait holds at the till, though her family is insured."""
    grandmother, _, _ = town.family("停保的外祖母")
    counter, phone = Counter(town), await town.phone(grandmother)
    quote = next(one for one in (await counter.preview(phone)).done["quotes"] if one["year"] == 2026)
    assert quote["wait_months"] >= 3
    order = (await counter.order(phone, None, 2026, quote["amount_fen"], "cash")).done
    await counter.send()
    assert await counter.state(phone, order) == "paid"
    with pytest.raises(BillRefused, match=f"待遇自 {quote['covered_from']} 起"):
        await town.visit(grandmother, [line("A", "100.00")])
