"""Two processes on one database: limits, codes, messages and rates hold over both, and both give the same answers."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from qinji.access.model import PersonActor
from qinji.credential.rules import SIGN_IN_TRIES
from qinji.entry.wiring import Flows, WrongKeys, open_runtime
from qinji.flows import identify, show_code
from qinji.flows.begin_sign_in import SIGN_IN_RATE
from qinji.flows.parts.commands import Credential, CredentialKind
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.mutual_aid.model import Limits
from qinji.platform.crypto import fixed_vault
from qinji.platform.database import Address
from qinji.settlement.model import Batch, Visit
from tests.bureau import SEED, TODAY, Bureau, open_bureau
from tests.crash.bills import Acknowledged, Sent, balances_fen, cancellation, customers, prove, purchase
from tests.door import Caller, Door, open_door
from tests.simulation.answers import result_of
from tests.simulation.operations import Contribute
from tests.simulation.scene import Scene, open_scene, with_credential

CLIENTS = 64
DAY_FEN = 5_000
SOMEBODY = "9902000000010001"
JSON = {"content-type": "application/json"}


@dataclass(slots=True)
class Pair:
    """The two processes; the scene's hands work in the first."""

    scene: Scene
    bureaus: tuple[Bureau, Bureau]
    doors: tuple[Door, Door]

    async def send(self, sent: Sent, process: int) -> bytes:
        """A message to one of them."""
        return (await self.bureaus[process % 2].gateway.answer(JSON, sent.body)).body


@pytest.fixture
async def pair(address: Address, tmp_path: Path) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        scene = await stack.enter_async_context(open_scene(address, tmp_path))
        other = await stack.enter_async_context(open_bureau(address, tmp_path, process="other"))
        doors = [await stack.enter_async_context(open_door(one)) for one in (scene.bureau, other)]
        yield Pair(scene, (scene.bureau, other), (doors[0], doors[1]))


async def test_sixty_four_clients_of_both_stay_within_the_limit_of_a_day(pair: Pair) -> None:
    scene = pair.scene
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 10_000_000))
    await scene.grant(grantor, patient, Limits(per_day_fen=DAY_FEN))
    visits: list[tuple[Visit, Batch]] = []
    commands = [scene.books.command(scene.bill(patient), visits) for _ in range(CLIENTS)]
    await scene.books.upload(visits)
    counters = [Flows(bureau.runtime) for bureau in pair.bureaus]
    replies = await asyncio.gather(
        *(
            counters[number % 2].settle(with_credential(command, scene.card(patient)))
            for number, command in enumerate(commands)
        )
    )
    amounts = [json.loads(reply)["amounts"] for reply in replies]
    assert sum(paid[3] for paid in amounts) == DAY_FEN
    assert any(paid[4] for paid in amounts[0::2]), "the limit was to be felt in the first process"
    assert any(paid[4] for paid in amounts[1::2]), "and in the second"
    assert await scene.audit() == []


async def test_sixty_four_requests_to_both_bind_five_relatives_and_no_sixth(pair: Pair) -> None:
    holder, *relatives = pair.bureaus[0].family("六位亲人的当家人")
    callers = [await door.sign_in(holder.number) for door in pair.doors]
    relations = {kin.number: kin.relation.value for kin in holder.kin}

    async def ask(caller: Caller, number: str) -> int:
        wish = {"psn_no": number, "relation": relations[number], "evidence_reference": "户口本 0020"}
        return (await caller.call("POST", "/family/bindings", wish)).status_code

    asked = [(callers[turn % 2], relatives[turn // 2 % 6].number) for turn in range(CLIENTS)]
    statuses = Counter(await asyncio.gather(*(ask(caller, number) for caller, number in asked)))
    assert statuses[201] == 5
    assert set(statuses) <= {201, 409, 503}
    for caller in callers:
        assert len((await caller.ok("GET", "/family/bindings"))["items"]) == 5


async def test_a_mother_sought_by_three_children_in_both_is_bound_by_two(pair: Pair) -> None:
    mother, *children = pair.bureaus[0].family("三个儿女都想帮母亲出示医保码")
    wishes = []
    for place, child in enumerate(children * 2):
        caller = await pair.doors[place % 2].sign_in(child.number)
        relation = next(kin.relation.value for kin in child.kin if kin.number == mother.number)
        body = {"psn_no": mother.number, "relation": relation}
        wishes.append(caller.call("POST", "/family/bindings", body))
    statuses = Counter(answer.status_code for answer in await asyncio.gather(*wishes))
    assert statuses[201] == 2


async def test_a_code_scanned_in_both_at_once_is_redeemed_once(pair: Pair) -> None:
    scene = pair.scene
    ((_, patient),) = await scene.pairs(1)
    region = scene.cast.people[patient].region
    places = [scene.bureau.institution(region, level) for level in ("1", "2")]
    for _ in range(10):
        shown = await show_code.run(show_code.ShowCode(PersonActor(patient)), pair.bureaus[1].runtime)
        assert not isinstance(shown, Refused)
        credential = Credential(CredentialKind.CODE, shown.code)
        origins = [scene.books.origin(places[number % 2], "2206") for number in range(8)]
        found = await asyncio.gather(
            *(
                identify.present(origin, credential, pair.bureaus[number // 2 % 2].runtime)
                for number, origin in enumerate(origins)
            )
        )
        assert len({one.session for one in found if one.refusal is None}) == 1
        refused = [one.refusal.code for one in found if one.refusal is not None]
        assert refused == [RefusalCode.CODE_USED_ELSEWHERE] * 4


async def test_a_code_pays_for_one_bill_of_both(pair: Pair) -> None:
    scene = pair.scene
    ((_, patient),) = await scene.pairs(1)
    counters = [Flows(bureau.runtime) for bureau in pair.bureaus]
    for _ in range(6):
        shown = await show_code.run(show_code.ShowCode(PersonActor(patient)), pair.bureaus[0].runtime)
        assert not isinstance(shown, Refused)
        visits: list[tuple[Visit, Batch]] = []
        commands = [scene.books.command(scene.bill(patient), visits) for _ in range(8)]
        await scene.books.upload(visits)
        credential = Credential(CredentialKind.CODE, shown.code)
        replies = await asyncio.gather(
            *(
                counters[number % 2].settle(with_credential(command, credential))
                for number, command in enumerate(commands)
            )
        )
        results = Counter(
            result if isinstance(result, str) else "settled" for result in map(result_of, replies)
        )
        assert results == {"settled": 1, RefusalCode.CODE_SESSION_CONSUMED.name: 7}


async def test_a_message_sent_to_both_at_once_has_one_effect_and_both_give_the_same_bytes(pair: Pair) -> None:
    database, chance, told = pair.bureaus[0].runtime.database, Random(7), Acknowledged()
    before_fen = await balances_fen(database)
    now = pair.bureaus[0].clock()
    for number, customer in enumerate(chance.choices(customers(SEED, TODAY), k=40)):
        bill = purchase(customer, f"{number:06d}", chance, now)
        replies = await asyncio.gather(*(pair.send(bill, place) for place in range(4)))
        assert len(set(replies)) == 1
        info = told.note(bill, replies[0])
        undo = cancellation(customer, f"{number:06d}", info, now)
        replies = await asyncio.gather(*(pair.send(undo, place) for place in range(4)))
        assert len(set(replies)) == 1
        told.note(undo, replies[0])
        assert {await pair.send(bill, place) for place in range(2)} == {told.replies[bill.message_id]}
    await prove(database, told, before_fen)


async def test_who_signs_in_at_one_is_known_to_the_other_and_a_key_counts_at_both(pair: Pair) -> None:
    signed_in = await pair.doors[0].sign_in(SOMEBODY)
    elsewhere = Caller(pair.doors[1].client, signed_in.token)
    assert (await elsewhere.ok("GET", "/me"))["psn_no"] == SOMEBODY
    kin = pair.bureaus[0].world.person(SOMEBODY).kin[0]
    body = {"psn_no": kin.number, "relation": kin.relation.value}
    answers = await asyncio.gather(
        *(
            one.call("POST", "/family/bindings", body, **{"Idempotency-Key": "one"})
            for one in (signed_in, elsewhere) * 3
        )
    )
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1


async def test_a_rate_and_the_tries_of_a_sign_in_are_counted_over_both(pair: Pair) -> None:
    one, other = (door.client for door in pair.doors)
    wanted = [
        (one, other)[number % 2].post("/sign-ins", json={"psn_no": SOMEBODY})
        for number in range(SIGN_IN_RATE.times + 10)
    ]
    begun = await asyncio.gather(*wanted)
    assert Counter(answer.status_code for answer in begun) == {201: SIGN_IN_RATE.times, 429: 10}
    first = next(answer.json() for answer in begun if answer.status_code == 201)
    for number in range(SIGN_IN_TRIES):
        await (one, other)[number % 2].post(f"/sign-ins/{first['id']}", json={"code": "x"})
    late = await one.post(f"/sign-ins/{first['id']}", json={"code": first["sandbox_code"]})
    assert late.status_code == 401


async def test_two_that_open_an_empty_database_at_once_have_one_world(
    address: Address, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        opening = (
            stack.enter_async_context(open_bureau(address, tmp_path, process=f"{seed}", seed=seed))
            for seed in (1, 2, 3)
        )
        bureaus = await asyncio.gather(*opening)
        assert len({bureau.world.people for bureau in bureaus}) == 1
        async with bureaus[0].runtime.database.reading() as connection:
            enrolled = await connection.fetchval("select count(*) from person")
        assert enrolled == len(bureaus[0].world.people)


async def test_a_database_is_not_opened_with_other_keys_than_it_was_filled_with(
    address: Address, tmp_path: Path
) -> None:
    async with open_bureau(address, tmp_path):
        pass
    with pytest.raises(WrongKeys, match=r"keys\.json"):
        await open_runtime(address, tmp_path, "sandbox", vault=fixed_vault("another home"))
