"""代缴: a year of a person is paid once, the money is somewhere at every moment, and benefits follow what was paid."""

from __future__ import annotations

import asyncio
from collections import Counter as Counted
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from qinji.flows import answer_premiums, send_premiums
from qinji.kernel.ids import from_wire
from qinji.platform.database import Address
from qinji.policy.load import load
from qinji.premium import queries
from qinji.premium import store as premium_store
from qinji.premium.model import BureauAnswer, Said, Taken
from tests.bureau import open_bureau
from tests.household import Answer, Phone, Town, open_town, packs_with
from tests.premium import BROTHER, MOTHER_AND_SON, Counter
from tests.till import line
from tests.wallet import APART, funded, pair_of


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as opened:
        yield opened


@pytest.fixture
def counter(town: Town) -> Counter:
    """Premiums of this town."""
    return Counter(town)


def order_id(order: dict[str, str]) -> UUID:
    """The inner id of an order."""
    found = from_wire(order["id"])
    assert found is not None
    return found


async def said(counter: Counter, *answers: BureauAnswer) -> list[Taken]:
    """The tax bureau's answer file, or its callback."""
    return await answer_premiums.run(answer_premiums.AnswerPremiums(answers), counter.town.bureau.runtime)


async def test_what_is_ordered_is_held_until_it_is_collected_and_then_paid(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    shown = (await counter.preview(phone, son)).done
    quote = next(one for one in shown["quotes"] if one["year"] == 2027)
    assert (quote["amount_fen"], quote["in_window"], quote["wait_months"]) == (330_00, True, 0)
    assert [one["payer"] for one in shown["payers"]] == ["own_account", "cash"]
    assert shown["payers"][0]["before_fen"] == 330_00
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    assert (order["state"], await counter.money(mother)) == ("ordered", (0, 330_00))
    assert await counter.send() == 1
    assert await counter.state(phone, order) == "paid"
    assert await counter.money(mother) == (0, 0)
    assert await counter.send() == 0
    assert counter.bureau.collected == {order_id(order): 330_00}


async def test_what_the_tax_bureau_refuses_goes_back_to_where_it_came_from(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    counter.bureau.refuses = "税务登记不符"
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    await counter.send()
    seen = (await phone.call("GET", f"/premiums/{order['id']}")).done
    assert (seen["state"], seen["reason"]) == ("failed", "税务登记不符")
    assert await counter.money(mother) == (330_00, 0)
    counter.bureau.refuses = ""
    assert (await counter.order(phone, son, 2027, 330_00, "own_account")).done["state"] == "ordered"


async def test_of_sixteen_orders_of_one_person_and_year_one_is_made(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone, his = await counter.town.phone(mother), await counter.town.phone(son)
    answers = await asyncio.gather(
        *(
            counter.order(phone, son, 2027, 330_00, "own_account")
            if each % 2
            else counter.order(his, None, 2027, 330_00, "cash")
            for each in range(16)
        )
    )
    assert Counted(answer.refused for answer in answers if answer.status >= 400) == {"PREMIUM_ORDERED": 15}
    await counter.send()
    assert len(counter.bureau.collected) == 1
    assert sum(await counter.money(mother)) in (0, 330_00)


async def test_a_lost_reply_is_asked_for_again_and_the_bureau_collects_once(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    counter.bureau.lost = 2
    waits = []
    for _ in range(3):
        assert await counter.send() == 1
        waited = 0
        while await counter.state(phone, order) == "sent" and await counter.send() == 0:
            counter.town.bureau.later(minutes=1)
            waited += 1
            phone = await counter.town.phone(mother)
            if await _due(counter):
                break
        waits.append(waited)
    assert waits == [1, 2, 0]
    assert await counter.state(phone, order) == "paid"
    assert counter.bureau.asked[order_id(order)] == 3
    assert counter.bureau.collected == {order_id(order): 330_00}
    assert await counter.money(mother) == (0, 0)


async def _due(counter: Counter) -> bool:
    runtime = counter.town.bureau.runtime
    async with runtime.database.reading() as connection:
        return bool(await queries.due(connection, runtime.clock(), 1))


async def test_an_answer_that_comes_twice_is_booked_once_and_one_that_contradicts_is_put_aside(
    counter: Counter,
) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = order_id((await counter.order(phone, son, 2027, 330_00, "own_account")).done)
    counter.bureau.late = True
    await counter.send()
    paid = counter.bureau.paid(order)
    refused = BureauAnswer(order, Said.REFUSED, reason="余额不足")
    other = BureauAnswer(order, Said.PAID, "另一张税票")
    nobody = BureauAnswer(UUID(int=1), Said.PAID, "税票9")
    assert await said(counter, paid, paid, refused, other, nobody) == [
        Taken.DONE,
        Taken.KNOWN,
        Taken.CONTRADICTS,
        Taken.CONTRADICTS,
        Taken.UNKNOWN,
    ]
    assert await counter.money(mother) == (0, 0)


async def test_the_same_answer_by_file_callback_and_timer_at_once_is_booked_once(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = order_id((await counter.order(phone, son, 2027, 330_00, "own_account")).done)
    counter.bureau.late = True
    await counter.send()
    paid = counter.bureau.paid(order)
    taken = [one for found in await asyncio.gather(*(said(counter, paid) for _ in range(8))) for one in found]
    assert Counted(taken) == {Taken.DONE: 1, Taken.KNOWN: 7}
    assert await counter.money(mother) == (0, 0)


class Killed(Exception):
    """The process dies here."""


@pytest.mark.parametrize(
    "step", ["before it is marked", "after it is marked", "after it was collected", "while booking"]
)
async def test_a_process_that_dies_anywhere_leaves_an_order_that_is_finished_later(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done

    async def dies(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        place, name = {
            "before it is marked": (premium_store, "change"),
            "after it is marked": (counter.bureau, "collect"),
            "after it was collected": (send_premiums, "take_answer"),
            "while booking": (premium_store, "cover"),
        }[step]
        patch.setattr(place, name, dies)
        with pytest.raises(Killed):
            await counter.send()
    assert await counter.money(mother) == (0, 330_00)
    counter.town.bureau.later(hours=1)
    phone = await counter.town.phone(mother)
    assert await counter.send() == 1
    assert await counter.state(phone, order) == "paid"
    assert await counter.money(mother) == (0, 0)
    assert counter.bureau.collected == {order_id(order): 330_00}


async def test_two_processes_send_an_order_once_each_time_it_is_due(
    address: Address, tmp_path: Path, counter: Counter
) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    async with open_bureau(address, tmp_path, process="other") as other:
        done = await asyncio.gather(
            *(send_premiums.run(one, counter.bureau) for one in (counter.town.bureau.runtime, other.runtime))
        )
    assert sorted(done) == [0, 1]
    assert counter.bureau.asked[order_id(order)] == 1
    assert await counter.money(mother) == (0, 0)


async def test_the_errand_and_the_money_are_two_questions(counter: Counter) -> None:
    """The sister may order only with the power; the brother is no minor, and without a grant she pays with her own."""
    brother, sister, _ = counter.town.family(BROTHER)
    phone = await counter.town.phone(sister)
    assert (await counter.preview(phone, brother)).refused == "NOT_FOUND"
    assert (await counter.order(phone, brother, 2026, 400_00, "own_account")).refused == "NOT_FOUND"
    await counter.town.bound(sister, brother, powers=["show_code"])
    assert (await counter.order(phone, brother, 2026, 400_00, "own_account")).refused == "POWER_NOT_GIVEN"


async def test_who_pays_is_told_the_amount_first_and_another_amount_is_refused(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    refused = await counter.order(phone, son, 2027, 300_00, "own_account")
    assert refused.refused == "PREMIUM_CHANGED"
    assert "应缴 330.00 元" in refused.says
    assert await counter.money(mother) == (330_00, 0)


async def test_a_relatives_account_pays_by_a_grant_for_premiums_whose_limits_count(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    hers, his = await counter.town.phone(mother), await counter.town.phone(son)
    grant = (await hers.grant(son, purposes=["outpatient"])).done
    own = {"grant": grant["id"]}
    refused = await counter.order(his, None, 2027, 330_00, "relative", **own)
    assert refused.refused == "PREMIUM_PAYER"
    assert "用途不包括居民医保缴费" in refused.says
    assert (await hers.change(grant, purposes=["resident_premium"], per_year_fen=329_99)).done
    assert (await counter.order(his, None, 2027, 330_00, "relative", **own)).refused == "PREMIUM_BALANCE"
    assert (await hers.change(grant, per_year_fen=330_00)).done
    order = (await counter.order(his, None, 2027, 330_00, "relative", **own)).done
    assert await counter.money(mother) == (0, 330_00)
    counter.bureau.refuses = "停机"
    await counter.send()
    assert await counter.money(mother) == (330_00, 0)
    counter.bureau.refuses = ""
    again = (await counter.order(his, None, 2027, 330_00, "relative", **own)).done
    await counter.send()
    assert await counter.state(his, again) == "paid"
    assert await counter.state(hers, order) == "failed"
    assert await counter.money(mother) == (0, 0)
    assert (await counter.order(his, None, 2027, 330_00, "cash")).refused == "PREMIUM_ORDERED"


async def test_a_holder_pays_with_her_own_and_does_not_reach_into_a_third_persons_account(
    counter: Counter,
) -> None:
    """The sister runs her brother's errand; that their mother's account may pay for him is his to use, not hers."""
    brother, sister, mother = counter.town.family(BROTHER)
    await counter.town.bound(sister, brother, powers=["pay_premium"])
    phone = await counter.town.phone(sister)
    order = (await counter.order(phone, brother, 2026, 400_00, "own_account")).done
    assert await counter.money(sister) == (12_30, 400_00)
    await counter.send()
    assert await counter.state(phone, order) == "paid"
    assert await counter.money(sister) == (12_30, 0)
    await counter.town.granted(mother, brother)
    his = await counter.town.phone(brother)
    seen = {
        who: [one["payer"] for one in (await counter.preview(one_phone, whom)).done["payers"]]
        for who, one_phone, whom in (("sister", phone, brother), ("brother", his, None))
    }
    assert seen == {"sister": ["own_account", "cash"], "brother": ["relative", "cash"]}
    offered = (await counter.preview(his)).done["payers"][0]
    assert offered["before_fen"] is None, "a relative's balance is not told"


async def test_a_premium_is_not_split_unless_the_region_says_so(counter: Counter, tmp_path: Path) -> None:
    """The rule case of policy.md: what the account lacks is refused, or paid in cash where a split is allowed."""
    town = counter.town
    mother, son = town.family(MOTHER_AND_SON)
    phone = await town.phone(mother)
    spent = await town.purchase(mother, [line("A", "230.00")])
    left = 330_00 - spent.paid.account
    refused = await counter.order(phone, son, 2027, 330_00, "own_account")
    assert refused.refused == "PREMIUM_BALANCE"
    assert "由一处付清" in refused.says
    rule = packs_with(tmp_path, "000000-national", "premium.allow_split", "true")
    async with town.under(load(rule)) as there:
        hers = await there.phone(mother)
        order = (await Counter(there).order(hers, son, 2027, 330_00, "own_account")).done
        assert (order["account_fen"], order["cash_fen"]) == (left, 330_00 - left)
    await counter.send()
    assert await counter.money(mother) == (0, 0)


async def test_who_left_an_employer_comes_back_as_a_resident_by_the_own_wallet_which_gets_back_what_failed(
    counter: Counter,
) -> None:
    """Within 90 days of the employee's insurance nothing is waited for; nobody else's hand reaches the wallet."""
    town = counter.town
    daughter, mother, sister = town.family(APART)
    pair = await pair_of(town, daughter, mother)
    await funded(pair, 500_00)
    assert (await counter.order(pair.mother, None, 2026, 400_00, "own_wallet")).refused == "PREMIUM_EMPLOYEE"
    assert (await enrol(pair.mother)).refused == "ENROL_STATE"
    await counter.stopped(mother, date(2026, 2, 1))
    assert (await enrol(pair.mother)).done["kind_text"] == "恢复参加居民医保"
    await town.bound(sister, mother, powers=["pay_premium"])
    hers = await town.phone(sister)
    offered = {
        who: [one["payer"] for one in (await counter.preview(phone, whom)).done["payers"]]
        for who, phone, whom in (("mother", pair.mother, None), ("sister", hers, mother))
    }
    assert offered == {"mother": ["own_wallet", "cash"], "sister": ["own_account", "cash"]}
    counter.bureau.refuses = "停机"
    failed = (await counter.order(pair.mother, None, 2026, 400_00, "own_wallet")).done
    assert (failed["wait_months"], failed["covered_from"]) == (0, "2026-03-17")
    assert (await counter.money(mother))[1] == 400_00
    await counter.send()
    assert await counter.state(pair.mother, failed) == "failed"
    assert (await pair.mother.call("GET", "/wallet")).done["balance_fen"] == 500_00
    assert (await counter.money(mother))[1] == 0
    counter.bureau.refuses = ""
    paid = (await counter.order(pair.mother, None, 2026, 400_00, "own_wallet")).done
    await counter.send()
    assert await counter.state(pair.mother, paid) == "paid"
    assert (await pair.mother.call("GET", "/wallet")).done["balance_fen"] == 100_00
    assert (await counter.money(mother))[1] == 0


async def enrol(phone: Phone) -> Answer:
    """Somebody comes back to the residents' insurance."""
    return await phone.call("POST", "/premiums/enrolments", {"kind": "returning"})


async def test_a_paid_premium_goes_back_the_way_it_came_before_its_days_begin(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    assert (await phone.call("POST", f"/premiums/{order['id']}/refund")).refused == "PREMIUM_STATE"
    await counter.send()
    counter.bureau.refuses_refund = "已划入统筹"
    assert (await phone.call("POST", f"/premiums/{order['id']}/refund")).done["state"] == "refunding"
    await counter.send()
    seen = (await phone.call("GET", f"/premiums/{order['id']}")).done
    assert (seen["state"], seen["reason"]) == ("paid", "已划入统筹")
    assert await counter.money(mother) == (0, 0)
    counter.bureau.refuses_refund = ""
    counter.bureau.lost = 1
    assert (await phone.call("POST", f"/premiums/{order['id']}/refund")).done["state"] == "refunding"
    await counter.send()
    counter.town.bureau.later(minutes=5)
    phone = await counter.town.phone(mother)
    await counter.send()
    assert await counter.state(phone, order) == "refunded"
    assert await counter.money(mother) == (330_00, 0)
    assert counter.bureau.paid_back == {order_id(order): 330_00}
    assert (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    await counter.send()
    await counter.at(date(2027, 1, 1))
    phone = await counter.town.phone(mother)
    again = (await phone.items("/premiums"))[0]
    assert (await phone.call("POST", f"/premiums/{again['id']}/refund")).refused == "PREMIUM_REFUND_LATE"
