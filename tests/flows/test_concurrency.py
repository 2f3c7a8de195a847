"""Many at once: nobody overdraws, nothing is booked twice, and what was revoked pays no more."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from qinji.access.model import PersonActor
from qinji.entry.wiring import Flows
from qinji.flows import change_visit, end_grant, settle
from qinji.flows.parts.commands import (
    Bill,
    ClaimedIdentity,
    SettleVisit,
    UploadFees,
)
from qinji.flows.parts.document import read_decision
from qinji.flows.parts.undoing import grant_returns
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.mutual_aid.model import Limits
from qinji.platform.database import Address, lock_persons
from qinji.settlement import queries as settlements
from qinji.settlement.model import Batch, Visit
from tests.simulation.answers import render_act, result_of
from tests.simulation.booked import DONE
from tests.simulation.operations import Contribute, Give, Pair, Revoke
from tests.simulation.scene import Scene, open_scene, turns, with_credential

TRIALS = 1_000
PAIRS = 5
CLIENTS = 64


@pytest.fixture
async def scene(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(address, tmp_path) as opened:
        yield opened


async def test_no_settlement_after_a_revocation_was_committed_uses_the_grant(scene: Scene) -> None:
    """Both write the grant's row; whoever wrote it last committed last, so it must be the revocation."""
    pairs = await scene.pairs(PAIRS)
    assert len(pairs) == PAIRS
    outcomes: Counter[str] = Counter()

    async def trials(pair: Pair, chance: Random) -> None:
        grantor, beneficiary = pair
        await scene.books.do(Contribute(grantor, 10_000_000))
        for _ in range(TRIALS // PAIRS):
            outcomes[await _race(scene, grantor, beneficiary, chance)] += 1

    await asyncio.gather(*(trials(pair, Random(place)) for place, pair in enumerate(pairs)))
    assert outcomes.total() == TRIALS
    assert outcomes["paid by the relative"] > TRIALS / 50, outcomes
    assert outcomes["paid in cash"] > TRIALS / 50, outcomes
    assert await scene.audit() == []


async def _race(scene: Scene, grantor: UUID, beneficiary: UUID, chance: Random) -> str:
    deps = scene.bureau.runtime
    grant = await scene.grant(grantor, beneficiary)
    (item,) = await scene.books.prepare([scene.bill(beneficiary)])
    assert not isinstance(item, str)
    actor = chance.choice((grantor, beneficiary))
    end = end_grant.EndGrant(scene.books.call("end"), PersonActor(actor), Channel.WEB, grant)
    early, late = chance.randrange(40), chance.randrange(60)

    async def settles() -> bytes:
        await turns(early)
        return (await settle.run([item], deps))[0]

    async def revokes() -> bytes:
        await turns(late)
        return await end_grant.run(end, deps)

    reply, ended = await asyncio.gather(settles(), revokes())
    assert result_of(ended) == DONE
    told = json.loads(reply)
    shared = told["amounts"][3]
    async with deps.database.reading() as connection:
        last = await connection.fetchrow(
            "select g.xmin::text as grant_by, s.xmin::text as settled_by, g.state "
            "from mutual_aid_grant g, settlement s "
            "where g.person_id = $1 and g.grant_id = $2 and s.person_id = $1 and s.settlement_id = $3",
            beneficiary,
            grant,
            from_wire(told["settlement"]),
        )
    assert last is not None
    assert last["state"] == "ended"
    assert not shared or last["grant_by"] != last["settled_by"], "paid after the revocation"
    return "paid by the relative" if shared else "paid in cash"


async def test_sixty_four_clients_cannot_overdraw_one_family(scene: Scene) -> None:
    grantor, beneficiaries = await _large_family(scene)
    for beneficiary in beneficiaries:
        await scene.grant(grantor, beneficiary, Limits(floor_fen=1_234))
    money = await scene.balance(grantor)
    people = [*beneficiaries, grantor]
    visits: list[tuple[Visit, Batch]] = []
    wanted = [scene.bill(people[number % len(people)], 200_000) for number in range(CLIENTS)]
    commands = [scene.books.command(bill, visits) for bill in wanted]
    await scene.books.upload(visits)
    counters = [Flows(scene.bureau.runtime) for _ in range(4)]
    replies = await asyncio.gather(
        *(
            counters[number % len(counters)].settle(with_credential(command, scene.card(bill.person)))
            for number, (bill, command) in enumerate(zip(wanted, commands, strict=True))
        )
    )
    amounts = [json.loads(reply)["amounts"] for reply in replies]
    own = sum(paid[2] for paid, bill in zip(amounts, wanted, strict=True) if bill.person == grantor)
    taken = own + sum(paid[3] for paid in amounts)
    left = await scene.balance(grantor)
    assert left == money - taken >= 0
    assert any(paid[4] for paid in amounts), "the money was to run out"
    assert len({json.loads(reply)["settlement"] for reply in replies}) == CLIENTS
    assert await scene.audit() == []


async def _large_family(scene: Scene) -> tuple[UUID, list[UUID]]:
    """An employee with some money and two relatives who may be given a grant."""
    found: dict[UUID, list[UUID]] = {}
    for (grantor, beneficiary), relation in sorted(scene.cast.kin.items()):
        if scene.cast.people[grantor].region != scene.cast.people[beneficiary].region:
            continue
        if await scene.books.do(Give(grantor, beneficiary, relation, Limits())) != DONE:
            continue
        if await scene.books.do(Revoke(grantor, beneficiary, beneficiary)) != DONE:
            continue
        found.setdefault(grantor, []).append(beneficiary)
        if len(found[grantor]) == 2:
            await scene.books.do(Contribute(grantor, 50_000))
            return grantor, found[grantor]
    raise LookupError("no family is large enough")


async def test_two_copies_of_a_message_at_once_have_one_effect_and_the_same_bytes(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    for _ in range(20):
        prepared = await scene.books.prepare([scene.bill(patient)])
        item = prepared[0]
        assert not isinstance(item, str)
        replies = await asyncio.gather(
            *(settle.run([item] * copies, scene.bureau.runtime) for copies in (1, 2, 1))
        )
        assert len({reply for batch in replies for reply in batch}) == 1
    async with scene.bureau.runtime.database.reading() as connection:
        assert await connection.fetchval("select count(*) from settlement") == 20
        assert await connection.fetchval("select count(*) from inbox where message_number = '2207'") == 20


async def test_a_cancellation_sent_twice_at_once_gives_the_money_back_once(scene: Scene) -> None:
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 10_000_000))
    await scene.grant(grantor, patient)
    before = await scene.balance(grantor)
    for _ in range(10):
        await scene.books.settle([scene.bill(patient)])
        booking = scene.books.settled[-1]
        assert await scene.balance(grantor) < before
        results = await asyncio.gather(*(scene.books.cancel(booking) for _ in range(3)))
        refused = [result for result in results if isinstance(result, str)]
        assert refused == [RefusalCode.SETTLEMENT_CANCELLED.name] * 2
        assert await scene.balance(grantor) == before
    assert await scene.audit() == []


async def test_an_item_that_breaks_does_not_hurt_its_neighbours(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    visits: list[tuple[Visit, Batch]] = []
    commands = [
        with_credential(scene.books.command(scene.bill(patient), visits), scene.card(patient))
        for _ in range(9)
    ]
    await scene.books.upload(visits)

    def broken(outcome: Bill | Refused) -> bytes:
        raise ZeroDivisionError

    commands[4] = replace(commands[4], render=broken)
    flows = Flows(scene.bureau.runtime)
    replies = await asyncio.gather(*(flows.settle(command) for command in commands), return_exceptions=True)
    assert isinstance(replies[4], ZeroDivisionError)
    others = [reply for place, reply in enumerate(replies) if place != 4]
    assert all(isinstance(reply, bytes) and not isinstance(result_of(reply), str) for reply in others)
    async with scene.bureau.runtime.database.reading() as connection:
        assert await connection.fetchval("select count(*) from settlement") == len(others)
    assert await scene.audit() == []


async def test_who_waits_too_long_for_a_lock_is_told_to_send_the_same_message_again(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    visits: list[tuple[Visit, Batch]] = []
    command = with_credential(scene.books.command(scene.bill(patient), visits), scene.card(patient))
    await scene.books.upload(visits)
    flows = Flows(scene.bureau.runtime)
    async with scene.bureau.runtime.database.transaction() as connection:
        await lock_persons(connection, [patient])
        assert result_of(await flows.settle(command)) == RefusalCode.BUSY.name
    assert not isinstance(result_of(await flows.settle(command)), str)


async def test_a_line_that_comes_while_its_bill_settles_is_either_paid_or_refused(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    outcomes: Counter[bool] = Counter()
    for number in range(30):
        item = await scene.ready(scene.bill(patient))
        command = item.command
        assert isinstance(command, SettleVisit)
        late = UploadFees(
            scene.books.origin(command.origin.institution, "2204"),
            ClaimedIdentity(person_number=scene.cast.people[patient].number),
            command.visit,
            scene.books.sent_lines(scene.bill(patient).lines),
            render_act,
        )
        bill = replace(item, command=replace(command, total_fen=None))
        pause = number % 6

        async def uploads(late: UploadFees = late, pause: int = pause) -> bytes:
            await scene.dawdle(pause)
            return await change_visit.upload(late, scene.bureau.runtime)

        settled, uploaded = map(result_of, await asyncio.gather(scene.answer(bill), uploads()))
        assert isinstance(settled, tuple)
        refused = uploaded == RefusalCode.BATCH_SETTLED.name
        one = sum(line.amount_fen for line in scene.books.sent_lines(scene.bill(patient).lines))
        assert settled[0] == (one if refused else 2 * one)
        outcomes[refused] += 1
    assert len(outcomes) == 2, outcomes


async def test_a_storm_of_everything_leaves_right_books(scene: Scene) -> None:
    pairs = await scene.pairs(6)
    for grantor, _ in pairs:
        await scene.books.do(Contribute(grantor, 30_000))
    people = [person for pair in pairs for person in pair]

    async def client(chance: Random) -> None:
        for _ in range(25):
            grantor, beneficiary = chance.choice(pairs)
            dice = chance.random()
            if dice < 0.5:
                wanted = [scene.bill(chance.choice(people)) for _ in range(chance.choice((1, 1, 4)))]
                await scene.books.settle(wanted)
            elif dice < 0.75 and scene.books.settled:
                await scene.books.cancel(chance.choice(scene.books.settled))
            elif dice < 0.85:
                relation = scene.cast.kin[grantor, beneficiary]
                limits = Limits(per_day_fen=chance.choice((None, 5_000)), floor_fen=chance.choice((0, 777)))
                await scene.books.do(Give(grantor, beneficiary, relation, limits))
            elif dice < 0.95:
                await scene.books.do(Revoke(grantor, beneficiary, chance.choice((grantor, beneficiary))))
            else:
                await scene.books.do(Contribute(grantor, chance.randrange(1, 9_000)))

    await asyncio.gather(*(client(Random(place)) for place in range(8)))
    assert await scene.audit() == []
    await _sums_agree(scene, people)


async def _sums_agree(scene: Scene, people: list[UUID]) -> None:
    """Accumulators and used limits are the sums of the settlements that were not cancelled."""
    years: Counter[UUID] = Counter()
    days: Counter[UUID] = Counter()
    grants: Counter[UUID] = Counter()
    async with scene.bureau.runtime.database.reading() as connection:
        async for page in settlements.everything(connection, 500):
            for row in page:
                if row.cancellation is not None:
                    continue
                settled = row.settlement
                years[settled.person] += settled.in_scope_fen
                days[settled.person] += settled.fund_fen
                for use in grant_returns(settled, read_decision(settled.decision)):
                    grants[use.grant] += use.amount_fen
        kept_years = await settlements.years(connection, people)
        kept_days = await settlements.days(connection, people, [local_day(scene.bureau.clock())])
        used = await connection.fetch("select grant_id, used_day_fen from mutual_aid_grant")
    assert +Counter({person: use.in_scope_fen for (person, _, _), use in kept_years.items()}) == +years
    assert +Counter({person: fen for (person, _, _), fen in kept_days.items()}) == +days
    assert +Counter({row["grant_id"]: row["used_day_fen"] for row in used}) == +grants
    assert grants.total() > 0
