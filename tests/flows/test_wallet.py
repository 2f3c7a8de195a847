"""医保钱包: money is somewhere at every moment, once, and goes where the rules of the day say."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date, datetime, time
from pathlib import Path

import pytest

from qinji.flows import audit_books, return_unaccepted
from qinji.insured import queries as insured
from qinji.insured.model import Status
from qinji.kernel.dates import CHINA
from qinji.platform.database import Address
from qinji.policy.load import load
from tests.bureau import TODAY, open_bureau
from tests.household import Town, open_town, packs_with
from tests.wallet import APART, Pair, pair_of


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as opened:
        yield opened


@pytest.fixture
async def pair(town: Town) -> Pair:
    """The daughter and the mother in another province, both with a wallet."""
    daughter, mother, _ = town.family(APART)
    return await pair_of(town, daughter, mother)


async def test_what_is_sent_is_held_until_it_is_accepted_and_then_in_the_wallet(pair: Pair) -> None:
    assert await pair.money() == (800_00, 0, 0)
    sent = (await pair.send(300_00)).done
    assert await pair.money() == (500_00, 300_00, 0)
    assert sent["state_text"] == "等待接收"
    assert [one["id"] for one in await pair.mother.items("/wallet/transfers/received", waiting="true")] == [
        sent["id"]
    ]
    assert (await pair.accept(sent)).done["state"] == "accepted"
    assert await pair.money() == (500_00, 0, 300_00)
    assert await pair.mother.items("/wallet/transfers/received", waiting="true") == []
    assert [one["state"] for one in await pair.daughter.items("/wallet/transfers/sent")] == ["accepted"]


async def test_what_the_receiver_gives_back_is_in_the_account_again(pair: Pair) -> None:
    sent = (await pair.send(300_00)).done
    assert (await pair.give_back(sent)).done["state"] == "returned"
    assert await pair.money() == (800_00, 0, 0)
    for again in (await pair.give_back(sent), await pair.accept(sent)):
        assert again.refused == "WALLET_TRANSFER_STATE"
        assert "已退回" in again.says
    assert await pair.money() == (800_00, 0, 0)


async def test_nobody_but_the_receiver_answers(pair: Pair) -> None:
    sent = (await pair.send(1_00)).done
    for path in ("accept", "return"):
        call = await pair.daughter.call("POST", f"/wallet/transfers/{sent['id']}/{path}")
        assert call.refused == "NOT_FOUND"
    assert await pair.money() == (799_00, 1_00, 0)


async def test_the_third_transfer_of_a_day_is_the_last_also_a_second_before_closing(pair: Pair) -> None:
    for _ in range(2):
        assert (await pair.send(10_00)).done
    await pair.at(time(21, 59, 59))
    third = (await pair.send(10_00)).done
    assert (await pair.give_back(third)).done["state"] == "returned"
    fourth = await pair.send(10_00)
    assert fourth.refused == "WALLET_DAY_COUNT"
    assert "每天最多转 3 次" in fourth.says
    await pair.at(time(6), date(2026, 3, 18))
    assert (await pair.send(10_00)).done


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        (time(21, 59, 59), None),
        (time(22), "WALLET_CLOSED"),
        (time(23, 59, 59), "WALLET_CLOSED"),
        (time(0), "WALLET_CLOSED"),
        (time(5, 59, 59), "WALLET_CLOSED"),
        (time(6), None),
    ],
)
async def test_nothing_is_sent_from_22_to_6(pair: Pair, moment: time, refusal: str | None) -> None:
    await pair.at(moment)
    answer = await pair.send(10_00)
    assert (answer.status == 201) if refusal is None else (answer.refused == refusal)
    assert (await pair.daughter.call("GET", "/wallet")).done["closed_now"] is (refusal is not None)
    assert await pair.money() == ((790_00, 10_00, 0) if refusal is None else (800_00, 0, 0))


async def test_a_closed_wallet_may_be_tried_again_with_the_same_key(pair: Pair) -> None:
    """The refusal is not remembered: the same request succeeds in the morning."""
    body = {"receiver_psn_no": pair.mother.person.number, "amount_fen": 10_00}
    headers = {"Authorization": f"Bearer {pair.daughter.token}", "Idempotency-Key": "one-key"}
    statuses = []
    for day, moment in ((TODAY, time(22)), (date(2026, 3, 18), time(6)), (date(2026, 3, 18), time(6, 1))):
        await pair.at(moment, day)
        headers["Authorization"] = f"Bearer {pair.daughter.token}"
        reply = await pair.town.client.post("/api/v1/wallet/transfers", json=body, headers=headers)
        statuses.append(reply.status_code)
    assert statuses == [409, 201, 201]
    assert len(await pair.daughter.items("/wallet/transfers/sent")) == 1


async def test_unaccepted_money_goes_back_at_six_of_the_next_day_once(pair: Pair) -> None:
    sent = (await pair.send(300_00)).done
    deps, tomorrow = pair.town.bureau.runtime, date(2026, 3, 18)
    await pair.at(time(5, 59, 59), tomorrow)
    assert await return_unaccepted.run(deps) == 0
    await pair.at(time(6), tomorrow)
    too_late = await pair.accept(sent)
    assert too_late.refused == "WALLET_TRANSFER_STATE"
    assert "未接收,已退回" in too_late.says
    assert await return_unaccepted.run(deps) == 1
    assert await return_unaccepted.run(deps) == 0
    assert await pair.money() == (800_00, 0, 0)
    assert [one["state"] for one in await pair.daughter.items("/wallet/transfers/sent")] == ["expired"]
    async with deps.database.reading() as connection:
        for person in (pair.daughter.person, pair.mother.person):
            identifier = await pair.town.bureau.person_id(person.number)
            trail = await insured.audit_trail(connection, identifier, 20)
            assert [row.actor for row in trail if row.action == "wallet.expire"] == ["timer:wallet"]


async def test_of_sixty_four_at_once_three_are_sent(pair: Pair) -> None:
    answers = await asyncio.gather(*(pair.send(10_00) for _ in range(64)))
    refused = Counter(answer.refused for answer in answers if answer.status >= 400)
    assert refused == {"WALLET_DAY_COUNT": 61}
    assert await pair.money() == (770_00, 30_00, 0)


async def test_what_is_sent_at_once_never_overdraws(pair: Pair) -> None:
    answers = await asyncio.gather(*(pair.send(500_00) for _ in range(2)))
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert await pair.money() == (300_00, 500_00, 0)


async def test_of_acceptance_return_and_timer_at_once_one_happens(
    address: Address, tmp_path: Path, pair: Pair
) -> None:
    """The timers of two processes and both hands of the receiver, on the second."""
    sent = (await pair.send(300_00)).done
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(open_bureau(address, tmp_path, process="other"))
        other.clock.set(datetime.combine(date(2026, 3, 18), time(6), CHINA))
        answers = await asyncio.gather(
            pair.accept(sent),
            return_unaccepted.run(other.runtime),
            pair.give_back(sent),
            return_unaccepted.run(other.runtime),
        )
    done = [one == 1 if isinstance(one, int) else one.status == 200 for one in answers]
    assert sum(done) == 1
    money = await pair.money()
    assert money in ((500_00, 0, 300_00), (800_00, 0, 0))


REFUSALS = [
    ("no wallet of either side", "WALLET_MISSING", "您和对方(郑**)"),
    ("2000.01", "WALLET_AMOUNT", "每次最多转 2000.00 元"),
    ("800.01", "WALLET_BALANCE", "可转的余额是 800.00 元"),
    ("from the wallet", "WALLET_NOT_ONWARD", "不能再转给别人"),
    ("to herself", "WALLET_SELF", "不能用医保钱包转给您自己"),
    ("to a stranger", "WALLET_RELATION", "登记中没有"),
    ("mother not insured", "WALLET_RECEIVER_STATUS", "停保"),
    ("daughter's account frozen", "WALLET_SENDER_STATUS", "账户冻结"),
]


@pytest.mark.parametrize(("case", "refusal", "words"), REFUSALS, ids=[case for case, _, _ in REFUSALS])
async def test_a_refusal_says_why_and_that_no_money_was_sent(
    town: Town, case: str, refusal: str, words: str
) -> None:
    daughter, mother, _ = town.family(APART)
    receiver = {"to herself": daughter, "to a stranger": town.family("分居两省的夫妻")[1]}.get(case, mother)
    pair = await pair_of(town, daughter, receiver, opened=not case.startswith("no wallet"))
    if case == "mother not insured":
        await town.set_status(mother, Status.STOPPED)
    if case == "daughter's account frozen":
        await town.set_status(daughter, Status.FROZEN)
    amount = {"2000.01": 2000_01, "800.01": 800_01}.get(case, 10_00)
    answer = await pair.send(amount, purse="wallet" if case == "from the wallet" else "account")
    assert answer.refused == refusal
    assert words in answer.says
    assert "没有转出钱" in answer.says
    assert await town.balance(daughter) == 800_00


async def test_only_the_missing_wallet_is_named(town: Town) -> None:
    daughter, mother, _ = town.family(APART)
    pair = await pair_of(town, daughter, mother, opened=False)
    assert (await pair.daughter.call("POST", "/wallet", {})).done
    refused = await pair.send(10_00)
    assert refused.refused == "WALLET_MISSING"
    assert refused.says.startswith("对方(郑**)还没有开通")


async def test_two_thousand_yuan_is_the_most_and_may_be_sent(pair: Pair) -> None:
    """The limit itself is accepted: what fails is the balance, not the amount."""
    assert (await pair.send(2000_00)).refused == "WALLET_BALANCE"


async def test_a_resident_has_nothing_to_send_and_a_region_may_say_across_provinces_only(town: Town) -> None:
    mother, son = town.family("今天满十六岁的儿子")
    child = await pair_of(town, son, mother)
    assert (await child.send(1_00)).refused == "WALLET_NO_ACCOUNT"
    young, wife, _ = town.family("武汉的年轻夫妇与婴儿")
    couple = await pair_of(town, young, wife)
    refused = await couple.send(1_00)
    assert refused.refused == "WALLET_SAME_PROVINCE"
    assert "省内请用家庭共济" in refused.says


async def test_where_a_region_says_nothing_or_no_there_is_no_wallet(town: Town, tmp_path: Path) -> None:
    daughter, mother, _ = town.family(APART)
    pair = await pair_of(town, daughter, mother)
    async with town.under(load(packs_with(tmp_path, "420100-wuhan", "wallet.offered", "false"))) as there:
        phone = await there.phone(daughter)
        body = {"receiver_psn_no": mother.number, "amount_fen": 1_00}
        assert (await phone.call("POST", "/wallet/transfers", body)).refused == "WALLET_NOT_OFFERED"
        hers = await there.phone(mother)
        assert (await hers.call("POST", "/wallet", {})).refused == "WALLET_NOT_OFFERED"
        state = (await hers.call("GET", "/wallet")).done
        assert state["terms"] is None
        assert "没有开通医保钱包" in state["why_not"]
    assert await pair.money() == (800_00, 0, 0)


async def test_where_the_region_lets_it_received_money_is_sent_on_and_comes_back_to_the_wallet(
    town: Town, tmp_path: Path
) -> None:
    daughter, mother, sister = town.family(APART)
    first = await pair_of(town, daughter, mother)
    assert (await first.accept((await first.send(300_00)).done)).done
    rule = packs_with(tmp_path, "420100-wuhan", "wallet.onward_transfer", "true")
    async with town.under(load(rule)) as there:
        back = await pair_of(there, mother, daughter)
        sent = (await back.send(200_00, purse="wallet")).done
        state = (await back.daughter.call("GET", "/wallet")).done
        assert (state["balance_fen"], state["held_fen"]) == (100_00, 200_00)
        assert (await back.give_back(sent)).done
        assert (await back.daughter.call("GET", "/wallet")).done["balance_fen"] == 300_00
    async with town.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []
    assert await town.balance(mother) == 46_00
    assert sister.region == mother.region


async def test_opening_twice_is_one_wallet_with_one_consent(pair: Pair) -> None:
    first = (await pair.daughter.call("GET", "/wallet")).done["opened_at"]
    pair.town.bureau.later(hours=1)
    phone = await pair.town.phone(pair.daughter.person)
    assert (await phone.call("POST", "/wallet", {})).done["opened_at"] == first
    identifier = await pair.town.bureau.person_id(pair.daughter.person.number)
    async with pair.town.bureau.runtime.database.reading() as connection:
        consents = await insured.consents(connection, identifier, identifier)
    assert [one.act for one in consents if one.subject == "wallet"] == ["wallet.open"]


async def test_a_relative_opens_it_by_that_power_alone_and_where_the_region_lets_them(town: Town) -> None:
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    phone, hers = await town.phone(daughter), await town.phone(mother)
    assert (await phone.call("POST", "/wallet", {"psn_no": mother.number})).refused == "NOT_FOUND"
    asked = (await phone.bind(mother, powers=["show_code", "activate_code"])).done
    bound = (await hers.confirm(asked)).done
    refused = await phone.call("POST", "/wallet", {"psn_no": mother.number})
    assert refused.refused == "POWER_NOT_GIVEN"
    assert "代开通医保钱包" in refused.says
    wider = {"powers": ["show_code", "open_wallet"]}
    assert (await hers.call("PATCH", f"/family/bindings/{bound['id']}/powers", wider)).done
    assert (await hers.call("GET", "/wallet")).done["opened_at"] is None
    opened = (await phone.call("POST", "/wallet", {"psn_no": mother.number})).done
    assert opened["psn_no"] == mother.number
    assert (await hers.call("GET", "/wallet")).done["opened_at"] is not None
    trail = await hers.items("/me/trail")
    assert any(one["what"] == "开通医保钱包" and "亲情账户" in one["right"] for one in trail)


async def test_where_the_region_lets_nobody_open_it_for_another_the_power_is_not_enough(
    town: Town, tmp_path: Path
) -> None:
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    first = packs_with(tmp_path / "proxy", "000000-national", "wallet.open_by_proxy", "false")
    async with town.under(load(first)) as there:
        phone, hers = await there.phone(daughter), await there.phone(mother)
        asked = (await phone.bind(mother, powers=["open_wallet"])).done
        assert (await hers.confirm(asked)).done
        refused = await phone.call("POST", "/wallet", {"psn_no": mother.number})
        assert refused.refused == "NOT_ALLOWED"
        assert "代家人开通医保钱包" in refused.says
