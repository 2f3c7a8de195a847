"""A reversal leaves nothing of its original: what was done is undone, what still comes is refused, and only once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from qinji.access.model import PersonActor
from qinji.flows import identify as identify_flow
from qinji.flows import reverse, settle, show_code
from qinji.flows.parts.commands import (
    ClaimedIdentity,
    Credential,
    CredentialKind,
    Origin,
    OriginalAct,
    ReverseMessage,
)
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger import queries as ledger
from qinji.platform.database import Address
from qinji.settlement import queries as settlements
from tests.simulation.answers import render_act, result_of
from tests.simulation.booked import DONE, Booking
from tests.simulation.operations import Contribute
from tests.simulation.scene import Scene, open_scene

RACES = 60


@pytest.fixture
async def scene(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(address, tmp_path) as opened:
        yield opened


def asked(scene: Scene, original: Origin, person: UUID, **changed: object) -> ReverseMessage:
    """A fresh reversal of a settling message."""
    command = ReverseMessage(
        origin=scene.books.origin(original.institution, "2601"),
        claimed=ClaimedIdentity(person_number=scene.cast.people[person].number),
        original_number=original.message_number,
        original_id=original.message_id,
        act=OriginalAct.SETTLEMENT,
        instead="",
        render=render_act,
    )
    return replace(command, **changed)  # type: ignore[arg-type]


async def undo(scene: Scene, original: Origin, person: UUID, **changed: object) -> object:
    return result_of(await reverse.run(asked(scene, original, person, **changed), scene.bureau.runtime))


async def state(scene: Scene, *people: UUID) -> object:
    """Balances, accumulators and used limits; what is zero is as good as not there."""
    today = scene.bureau.clock().date()
    async with scene.bureau.runtime.database.reading() as connection:
        years = await settlements.years(connection, people)
        days = await settlements.days(connection, people, [today])
        used = await connection.fetch(
            "select used_day_fen, used_month_fen, used_year_fen from mutual_aid_grant"
        )
    return (
        [await scene.balance(person) for person in people],
        {key: use for key, use in years.items() if use.in_scope_fen or use.fund_paid_fen},
        {key: fen for key, fen in days.items() if fen},
        [tuple(row) for row in used if any(row)],
    )


async def rows_written(scene: Scene) -> int:
    async with scene.bureau.runtime.database.reading() as connection:
        found: int = await connection.fetchval("select count(*) from transfer")
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_bills_of_all_kinds_that_are_reversed_leave_no_trace_in_any_amount(
    scene: Scene, seed: int
) -> None:
    chance = Random(seed)
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 1_000_000))
    await scene.grant(grantor, patient)
    shop = scene.bureau.institution(scene.cast.people[patient].region, "pharmacy")
    before = await state(scene, grantor, patient)
    bills = []
    for _ in range(6):
        bill = scene.bill(chance.choice((grantor, patient)), chance.randrange(10_000, 400_000))
        bills.append(replace(bill, institution=shop) if chance.random() < 0.4 else bill)
    items = [await scene.ready(bill) for bill in bills]
    replies = [await scene.answer(item) for item in items]
    assert all(isinstance(result_of(reply), tuple) for reply in replies), replies
    assert await state(scene, grantor, patient) != before
    order = list(zip(items, bills, strict=True))
    chance.shuffle(order)
    for item, bill in order:
        assert await undo(scene, item.command.origin, bill.person) == DONE
    assert await state(scene, grantor, patient) == before
    assert await scene.audit() == []
    for item, _ in order:
        assert result_of(await scene.answer(item)) == RefusalCode.MESSAGE_REVERSED.name
        assert isinstance(result_of(await scene.answer(scene.again(item))), tuple)


async def test_original_and_reversal_at_the_same_time_never_leave_money_behind(scene: Scene) -> None:
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 10_000_000))
    await scene.grant(grantor, patient)
    before = await state(scene, grantor, patient)
    chance, outcomes = Random(7), Counter[str]()
    for _ in range(RACES):
        item = await scene.ready(scene.bill(patient))
        early, late = chance.randrange(40), chance.randrange(40)

        async def after(turns: int) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)

        async def settles(item: settle.Item = item, turns: int = early) -> bytes:
            await after(turns)
            return await scene.answer(item)

        async def reverses(origin: Origin = item.command.origin, turns: int = late) -> object:
            await after(turns)
            return await undo(scene, origin, patient)

        reply, undone = await asyncio.gather(settles(), reverses())
        assert undone == DONE
        result = result_of(reply)
        assert result == RefusalCode.MESSAGE_REVERSED.name or isinstance(result, tuple)
        outcomes["refused" if isinstance(result, str) else "settled first"] += 1
        assert result_of(await scene.answer(item)) == RefusalCode.MESSAGE_REVERSED.name
    assert await state(scene, grantor, patient) == before
    assert await scene.audit() == []
    assert len(outcomes) == 2, outcomes


async def test_copies_of_a_reversal_at_the_same_time_give_the_money_back_once(scene: Scene) -> None:
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 1_000_000))
    await scene.grant(grantor, patient)
    before = await state(scene, grantor, patient)
    item = await scene.ready(scene.bill(patient))
    await scene.answer(item)
    same = asked(scene, item.command.origin, patient)
    others = [asked(scene, item.command.origin, patient) for _ in range(5)]
    answers = await asyncio.gather(
        *(reverse.run(command, scene.bureau.runtime) for command in [same, same, *others])
    )
    assert {result_of(answer) for answer in answers} == {DONE}
    assert await state(scene, grantor, patient) == before
    assert await scene.audit() == []


async def test_a_message_never_seen_is_refused_when_it_comes_late(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    item = await scene.ready(scene.bill(patient))
    rows = await rows_written(scene)
    command = asked(scene, item.command.origin, patient)
    first = await reverse.run(command, scene.bureau.runtime)
    assert result_of(first) == DONE
    assert result_of(await scene.answer(item)) == RefusalCode.MESSAGE_REVERSED.name
    assert await reverse.run(command, scene.bureau.runtime) == first
    assert await undo(scene, item.command.origin, patient) == DONE
    assert await rows_written(scene) == rows


async def test_the_reversal_of_a_cancelled_settlement_moves_nothing_again(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    before = await state(scene, patient)
    item = await scene.ready(scene.bill(patient))
    reply = await scene.answer(item)
    assert isinstance(result_of(reply), tuple)
    async with scene.bureau.runtime.database.reading() as connection:
        (row,) = await settlements.listing(connection, patient, 1)
    settled = row.settlement
    command = item.command
    booking = Booking(
        patient, settled.institution, getattr(command, "visit", ""), to_wire(settled.settlement)
    )
    assert not isinstance(await scene.books.cancel(booking), str)
    rows = await rows_written(scene)
    assert await undo(scene, command.origin, patient) == DONE
    assert await rows_written(scene) == rows
    assert await state(scene, patient) == before


async def test_the_wrong_person_reverses_nothing(scene: Scene) -> None:
    ((grantor, patient),) = await scene.pairs(1)
    item = await scene.ready(scene.bill(patient))
    reply = await scene.answer(item)
    rows = await rows_written(scene)
    wrong = await undo(scene, item.command.origin, grantor)
    assert wrong == RefusalCode.REVERSAL_OTHER_PERSON.name
    stranger = {"claimed": ClaimedIdentity(person_number="0000000000000000")}
    wrong = await undo(scene, item.command.origin, patient, **stranger)
    assert wrong == RefusalCode.REVERSAL_OTHER_PERSON.name
    assert await rows_written(scene) == rows
    assert await scene.answer(item) == reply


async def test_another_institution_reverses_nothing_of_ours(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    item = await scene.ready(scene.bill(patient))
    reply = await scene.answer(item)
    rows = await rows_written(scene)
    elsewhere = scene.bureau.institution(scene.cast.people[patient].region, "3")
    foreign = replace(item.command.origin, institution=elsewhere)
    assert await undo(scene, foreign, patient) == DONE
    assert await rows_written(scene) == rows
    assert await scene.answer(item) == reply


async def test_a_reversed_settlement_gives_the_code_nothing_back(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    shown = await show_code.run(show_code.ShowCode(PersonActor(patient)), scene.bureau.runtime)
    assert not isinstance(shown, Refused)
    item = await scene.ready(scene.bill(patient))
    code = Credential(CredentialKind.CODE, shown.code)
    presented = await identify_flow.present(item.command.origin, code, scene.bureau.runtime)
    item = replace(item, presented=presented)
    assert isinstance(result_of(await scene.answer(item)), tuple)
    assert await undo(scene, item.command.origin, patient) == DONE
    assert result_of(await scene.answer(scene.again(item))) == RefusalCode.CODE_SESSION_CONSUMED.name


async def test_the_counter_transfers_name_what_they_reverse(scene: Scene) -> None:
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 1_000_000))
    await scene.grant(grantor, patient)
    item = await scene.ready(scene.bill(patient))
    await scene.answer(item)
    command = asked(scene, item.command.origin, patient)
    await reverse.run(command, scene.bureau.runtime)
    async with scene.bureau.runtime.database.reading() as connection:
        (row,) = await settlements.listing(connection, patient, 1)
        assert row.cancellation is not None
        acts = [row.settlement.settlement, row.cancellation]
        there, back = (await ledger.by_acts(connection, acts)).values()
    assert {t.reverses for t in back} == {row.settlement.settlement}
    assert [(t.person, t.debit, t.credit, t.amount_fen) for t in there] == [
        (t.person, t.credit, t.debit, t.amount_fen) for t in back
    ]
