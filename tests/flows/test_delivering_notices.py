"""What is to be sent outside is sent at least once under one key, however it is disturbed; and one may not want it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from qinji.entry.sending import Sender
from qinji.entry.settings import Settings
from qinji.entry.worker import TIMERS, Worker, timers_with
from qinji.flows import deliver_notices
from qinji.platform import outbox
from qinji.platform.database import Address
from qinji.platform.outbox import TAKEN, TRIES_MAX, WAITS, Standing
from tests.bureau import Bureau, open_bureau
from tests.household import Town, open_town
from tests.receiver import LOSES, Receiver, open_receiver
from tests.till import line

DAUGHTER_AND_MOTHER = "女儿与不用智能手机的母亲"


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau that sends SMS."""
    async with open_bureau(address, tmp_path, ways=("sms",)) as bureau, open_town(bureau) as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A gateway on this machine."""
    async with open_receiver() as opened:
        yield opened


@pytest.fixture
async def sender(receiver: Receiver) -> AsyncIterator[Sender]:
    """The way to it."""
    opened = Sender(Settings(sms_url=receiver.url, sms_template="T-1", message_token="secret-token"))
    yield opened
    await opened.close()


async def standing(bureau: Bureau) -> Standing:
    """What whoever runs the service is told of sending."""
    async with bureau.runtime.database.reading() as connection:
        return await outbox.standing(connection, bureau.clock())


async def states(bureau: Bureau) -> list[tuple[str, int]]:
    """State and tries of everything in the outbox."""
    async with bureau.runtime.database.reading() as connection:
        rows = await connection.fetch("select state, tries from outbox order by message_id, person_id")
    return [(row["state"], row["tries"]) for row in rows]


async def granted(town: Town) -> None:
    """A grant: one act, two people to tell."""
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    await town.granted(daughter, mother)


async def test_each_side_gets_one_sms_with_the_least_in_it(
    town: Town, receiver: Receiver, sender: Sender
) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    await granted(town)
    bill = await town.purchase(mother, [line("A", "300.00")])
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 4
    assert await states(town.bureau) == [("sent", 1)] * 4
    assert {letter["to"] for letter in receiver.letters} == {daughter.number, mother.number}
    assert {letter["template"] for letter in receiver.letters} == {"T-1"}
    assert all("Bearer secret-token" in head for head in receiver.headers)
    texts = [letter["text"] for letter in receiver.letters]
    place = next(one.name for one in town.bureau.world.institutions if one.code == bill.institution)
    for text in texts:
        for word in (place, daughter.name, mother.name, mother.number, mother.certificate_number, "阿莫西林"):
            assert word not in text
        assert len(text) < 70
    assert any("家庭共济支出" in text and f"({mother.name[0]}**)" in text for text in texts)
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 0
    assert len(receiver.letters) == 4


async def test_a_lost_answer_is_sent_again_under_the_same_key_and_reaches_people_once(
    town: Town, receiver: Receiver, sender: Sender
) -> None:
    await granted(town)
    receiver.answers = [LOSES, LOSES]
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 0
    assert await states(town.bureau) == [("waiting", 1)] * 2
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 0
    town.bureau.clock.move(WAITS[0])
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 2
    assert await states(town.bureau) == [("sent", 2)] * 2
    assert sorted(receiver.times.values()) == [2, 2]
    assert len(receiver.sent) == 2


async def test_who_is_killed_between_sending_and_marking_sends_again_under_the_same_key(
    town: Town, receiver: Receiver, sender: Sender
) -> None:
    await granted(town)
    receiver.holds = asyncio.Event()
    at_work = asyncio.create_task(deliver_notices.run(town.bureau.runtime, sender.send))
    await receiver.arrived.wait()
    at_work.cancel()
    with suppress(asyncio.CancelledError):
        await at_work
    receiver.holds.set()
    receiver.holds = None
    assert await states(town.bureau) == [("waiting", 1)] * 2
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 0
    town.bureau.clock.move(TAKEN)
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 2
    assert await states(town.bureau) == [("sent", 2)] * 2
    assert len(receiver.sent) == 2


async def test_two_processes_at_once_take_each_message_once(
    town: Town, receiver: Receiver, sender: Sender
) -> None:
    await granted(town)
    done = await asyncio.gather(*(deliver_notices.run(town.bureau.runtime, sender.send) for _ in range(6)))
    assert sum(done) == 2
    assert set(receiver.times.values()) == {1}


async def test_a_gateway_that_is_broken_is_asked_later_each_time_and_given_up(
    town: Town, receiver: Receiver, sender: Sender
) -> None:
    await granted(town)
    assert await standing(town.bureau) == Standing(waiting=2, given_up=0)
    receiver.answers = [500] * 2 * TRIES_MAX
    for wait in WAITS:
        assert await deliver_notices.run(town.bureau.runtime, sender.send) == 0
        town.bureau.clock.move(wait)
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 0
    assert await states(town.bureau) == [("given_up", TRIES_MAX)] * 2
    assert await standing(town.bureau) == Standing(waiting=0, given_up=2)
    town.bureau.later(days=30)
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 0
    assert len(receiver.letters) == 2 * TRIES_MAX
    assert await standing(town.bureau) == Standing(waiting=0, given_up=0)
    phone = await town.phone(town.family(DAUGHTER_AND_MOTHER)[0])
    (notice,) = await phone.items("/notices", group="sharing")
    assert (await phone.call("GET", f"/notices/{notice['id']}")).done["sent"][0]["state"] == "given_up"


@pytest.mark.parametrize("status", [404, 410, 422])
async def test_a_refusal_for_good_is_not_tried_again(
    town: Town, receiver: Receiver, sender: Sender, status: int
) -> None:
    await granted(town)
    receiver.answers = [status, status]
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 2
    assert await states(town.bureau) == [("refused", 1)] * 2


async def test_who_wants_no_sms_gets_none_and_is_told_in_the_app(
    town: Town, receiver: Receiver, sender: Sender
) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    phone = await town.phone(daughter)
    assert (await phone.call("GET", "/notices/settings")).done == {"sms": True, "wechat": True}
    assert (await phone.call("PUT", "/notices/settings", {"sms": False, "wechat": True})).done
    await granted(town)
    assert await deliver_notices.run(town.bureau.runtime, sender.send) == 2
    assert [letter["to"] for letter in receiver.letters] == [mother.number]
    assert sorted(state for state, _ in await states(town.bureau)) == ["sent", "unwanted"]
    assert (await phone.items("/notices"))[0]["kind"] == "grant_made"


async def test_a_poisoned_message_that_kills_its_sender_is_given_up_too(town: Town) -> None:
    await granted(town)

    async def dies(_letter: Any) -> Any:
        raise RuntimeError

    for _ in range(TRIES_MAX):
        with pytest.raises(RuntimeError):
            await deliver_notices.run(town.bureau.runtime, dies)
        town.bureau.clock.move(TAKEN)
    assert await deliver_notices.run(town.bureau.runtime, dies) == 0
    assert {state for state, _ in await states(town.bureau)} == {"given_up"}


async def test_the_servers_timer_sends_and_a_server_without_a_way_has_none(
    town: Town, receiver: Receiver, sender: Sender
) -> None:
    await granted(town)
    assert timers_with(None) == TIMERS
    done = await Worker(town.bureau.runtime, timers_with(sender.send)).look()
    assert done["notices"] == 2
    assert len(receiver.sent) == 2


async def test_a_bureau_without_a_way_outside_keeps_nothing_to_send(address: Address, tmp_path: Path) -> None:
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as town:
        await granted(town)
        assert await states(bureau) == []
