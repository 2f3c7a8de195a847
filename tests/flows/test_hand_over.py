"""What a counter took is handed over once, act by act; and what became of a form is told without doing it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from qinji.flows import cancel, hand_over, look_at_counter, reverse
from qinji.flows.parts import counter as counter_parts
from qinji.flows.parts.commands import (
    CancelSettlement,
    ClaimedIdentity,
    Origin,
    OriginalAct,
    ReverseMessage,
)
from qinji.flows.parts.counter import CounterMessage, HandOverShift
from qinji.institution import store
from qinji.institution.model import HandOver
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.kernel.takings import Parts, Takings
from qinji.platform.database import Address
from tests.simulation.answers import render_act, render_bill, result_of
from tests.simulation.scene import Scene, open_scene

ANNA, BODO = "K001", "K002"
_keys = count(1)


@pytest.fixture
async def scene(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(address, tmp_path) as opened:
        yield opened


async def place_of(scene: Scene) -> tuple[UUID, str]:
    """Somebody who pays in cash, and the clinic of their town."""
    ((_, patient),) = await scene.pairs(1)
    return patient, scene.bill(patient).institution


def origin(institution: str, message: CounterMessage, cashier: str | None = ANNA, key: str = "") -> Origin:
    """A form of the counter."""
    key = key or f"form-{next(_keys)}"
    return Origin(institution, message, key, key.encode(), cashier or "01", cashier)


async def took(
    scene: Scene, patient: UUID, cashier: str | None = ANNA, quantity: int = 10_000
) -> tuple[dict[str, Any], Origin]:
    """A bill that a cashier took, or the institution's own software; its reply and its form."""
    item = await scene.ready(scene.bill(patient, quantity))
    form = origin(item.command.origin.institution, CounterMessage.SETTLE, cashier)
    reply = await scene.answer(replace(item, command=replace(item.command, origin=form)))
    assert isinstance(result_of(reply), tuple)
    told: dict[str, Any] = json.loads(reply)
    return told, form


async def gave_back(scene: Scene, patient: UUID, told: dict[str, Any], cashier: str | None = ANNA) -> None:
    """The bill is taken back."""
    institution = scene.bill(patient).institution
    identity = ClaimedIdentity(person_number=scene.cast.people[patient].number)
    form = origin(institution, CounterMessage.CANCEL, cashier)
    reply = await cancel.run(
        CancelSettlement(form, identity, told["visit"], told["settlement"], render_bill), scene.bureau.runtime
    )
    assert "amounts" in json.loads(reply)


def rendered(outcome: HandOver | Refused) -> bytes:
    if isinstance(outcome, Refused):
        return json.dumps({"refused": outcome.code.name}).encode()
    told = asdict(outcome.takings) | {"difference_fen": outcome.difference_fen, "since": str(outcome.since)}
    return json.dumps(told).encode()


async def hands_over(
    scene: Scene, institution: str, cashier: str = ANNA, counted: int = 0, key: str = ""
) -> dict[str, Any]:
    """A cashier ends a shift."""
    form = origin(institution, CounterMessage.HAND_OVER, cashier, key)
    told: dict[str, Any] = json.loads(
        await hand_over.run(HandOverShift(form, counted, "", rendered), scene.bureau.runtime)
    )
    return told


def parts(*replies: dict[str, Any]) -> Parts:
    """What these bills come to."""
    found = Parts()
    for reply in replies:
        total, fund, own, aid, cash = reply["amounts"]
        found = found.plus(Parts(1, total, fund, own, aid, cash))
    return found


async def test_a_shift_holds_what_its_cashier_took_and_gave_back_since_the_last_one(scene: Scene) -> None:
    patient, clinic = await place_of(scene)
    first, _ = await took(scene, patient)
    second, _ = await took(scene, patient, quantity=20_000)
    await took(scene, patient, BODO)
    await took(scene, patient, None)
    await gave_back(scene, patient, first)
    expected = Takings(parts(first, second), parts(first))
    scene.bureau.later(minutes=1)
    shift = await hand_over.open_shift(clinic, ANNA, scene.bureau.runtime)
    assert (shift.since, shift.takings) == (None, expected)
    cash = second["amounts"][4]
    assert cash > 0
    told = await hands_over(scene, clinic, counted=cash - 5)
    assert (told["taken"], told["returned"]) == (asdict(expected.taken), asdict(expected.returned))
    assert told["difference_fen"] == -5
    handed_at = scene.bureau.clock()
    scene.bureau.later(hours=1)
    third, _ = await took(scene, patient)
    await gave_back(scene, patient, second)
    told = await hands_over(scene, clinic)
    assert (told["taken"], told["returned"]) == (asdict(parts(third)), asdict(parts(second)))
    assert told["since"] == str(handed_at)
    scene.bureau.later(hours=1)
    assert (await hands_over(scene, clinic))["taken"] == asdict(Parts())
    listed = await look_at_counter.hand_overs(clinic, scene.bureau.runtime)
    assert [one.takings.taken.count for one in listed] == [0, 1, 2]


async def test_the_same_form_hands_over_once(scene: Scene) -> None:
    patient, clinic = await place_of(scene)
    await took(scene, patient)
    first = await hands_over(scene, clinic, key="shift-1")
    await took(scene, patient)
    assert await hands_over(scene, clinic, key="shift-1") == first
    altered = Origin(clinic, CounterMessage.HAND_OVER, "shift-1", b"other", ANNA, ANNA)
    told = json.loads(await hand_over.run(HandOverShift(altered, 7, "", rendered), scene.bureau.runtime))
    assert told == {"refused": RefusalCode.MESSAGE_ALTERED.name}


async def test_two_hand_overs_at_the_same_time_cover_each_act_once(scene: Scene) -> None:
    patient, clinic = await place_of(scene)
    for _ in range(3):
        await took(scene, patient)
    told = await asyncio.gather(*(hands_over(scene, clinic) for _ in range(4)))
    assert sorted(one["taken"]["count"] for one in told) == [0, 0, 0, 3]


async def test_an_act_that_is_committed_after_the_hand_over_it_is_older_than_is_in_the_next(
    scene: Scene,
) -> None:
    patient, clinic = await place_of(scene)
    await hands_over(scene, clinic)
    scene.bureau.clock.move(timedelta(seconds=-30))
    late, _ = await took(scene, patient)
    scene.bureau.later(minutes=5)
    assert (await hands_over(scene, clinic))["taken"] == asdict(parts(late))
    assert (await hands_over(scene, clinic))["taken"] == asdict(Parts())


async def test_what_is_beyond_the_limit_of_one_hand_over_is_in_the_next(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient, clinic = await place_of(scene)
    for _ in range(3):
        await took(scene, patient)
        scene.bureau.later(seconds=1)
    monkeypatch.setattr(hand_over, "ACTS_MAX", 2)
    assert (await hands_over(scene, clinic))["taken"]["count"] == 2
    monkeypatch.setattr(hand_over, "ACTS_MAX", counter_parts.ACTS_MAX)
    assert (await hands_over(scene, clinic))["taken"]["count"] == 1


async def test_a_day_shows_each_cashier_and_ends_at_midnight_in_china(scene: Scene) -> None:
    patient, clinic = await place_of(scene)
    first, _ = await took(scene, patient)
    await took(scene, patient, BODO)
    today = local_day(scene.bureau.clock())
    scene.bureau.later(hours=11, minutes=59, seconds=58)
    second, _ = await took(scene, patient)
    scene.bureau.later(seconds=1)
    await gave_back(scene, patient, first, BODO)
    scene.bureau.later(seconds=1)
    tomorrow, _ = await took(scene, patient)
    runtime = scene.bureau.runtime
    found = await look_at_counter.day(clinic, today, runtime)
    takings = {cashier: sums for cashier, _, sums in found.cashiers}
    assert takings[ANNA] == Takings(parts(first, second), Parts())
    assert takings[BODO].returned == parts(first)
    assert [act.returned for act in found.acts][:1] == [True]
    assert {act.cashier for act in found.acts} == {ANNA, BODO}
    assert next(act for act in found.acts if act.cashier == ANNA).at > found.acts[-1].at
    following = await look_at_counter.day(clinic, local_day(scene.bureau.clock()), runtime)
    assert {cashier: sums for cashier, _, sums in following.cashiers}[ANNA] == Takings(
        parts(tomorrow), Parts()
    )


async def test_what_became_of_a_form_is_told_and_nothing_is_done(scene: Scene) -> None:
    patient, clinic = await place_of(scene)
    runtime = scene.bureau.runtime
    assert await look_at_counter.sale(clinic, "never-sent", runtime) is None
    told, form = await took(scene, patient)
    known = await look_at_counter.sale(clinic, form.message_id, runtime)
    assert known is not None
    assert known.bill is not None
    assert json.loads(known.reply) == told
    assert (known.reversed, known.bill.settlement, known.bill.cancelled_at) == (
        False,
        told["settlement"],
        None,
    )
    other = next(i for i in scene.cast.institutions if i != clinic)
    assert await look_at_counter.sale(other, form.message_id, runtime) is None
    await gave_back(scene, patient, told)
    known = await look_at_counter.sale(clinic, form.message_id, runtime)
    assert known is not None
    assert known.bill is not None
    assert known.bill.cancelled_at == scene.bureau.clock()
    assert known.bill.cancel_reply is not None


async def test_a_refused_form_is_told_as_refused(scene: Scene) -> None:
    patient, clinic = await place_of(scene)
    item = await scene.ready(scene.bill(patient))
    form = origin(clinic, CounterMessage.SETTLE)
    reply = await scene.answer(replace(item, command=replace(item.command, origin=form, total_fen=1)))
    known = await look_at_counter.sale(clinic, form.message_id, scene.bureau.runtime)
    assert known is not None
    assert (known.reply, known.bill) == (reply, None)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_form_that_is_given_up_charges_nobody_whether_it_arrived_or_not(
    scene: Scene, arrived: bool
) -> None:
    patient, clinic = await place_of(scene)
    runtime = scene.bureau.runtime
    form = origin(clinic, CounterMessage.SETTLE)
    item = await scene.ready(scene.bill(patient))
    item = replace(item, command=replace(item.command, origin=form))
    if arrived:
        await scene.answer(item)
    undoing = ReverseMessage(
        origin(clinic, CounterMessage.REVERSE),
        ClaimedIdentity(person_number=scene.cast.people[patient].number),
        CounterMessage.SETTLE,
        form.message_id,
        OriginalAct.SETTLEMENT,
        "",
        render_act,
    )
    assert json.loads(await reverse.run(undoing, runtime)) == {}
    known = await look_at_counter.sale(clinic, form.message_id, runtime)
    assert known is not None
    assert known.reversed
    assert (known.bill is not None) == arrived
    assert result_of(await scene.answer(item)) == RefusalCode.MESSAGE_REVERSED.name
    shift = await hand_over.open_shift(clinic, ANNA, runtime)
    assert shift.takings.drawer_fen == 0
    assert shift.takings.returned.count == arrived


async def test_only_a_bill_that_this_institutions_counter_took_is_found(scene: Scene) -> None:
    patient, clinic = await place_of(scene)
    runtime = scene.bureau.runtime
    told, form = await took(scene, patient)
    by_software, _ = await took(scene, patient, None)
    found = await look_at_counter.bill(clinic, told["settlement"], runtime)
    assert found is not None
    assert (found.visit, found.message_id, found.cashier) == (told["visit"], form.message_id, ANNA)
    assert found.person_number == scene.cast.people[patient].number
    assert json.loads(found.reply) == told
    other = next(i for i in scene.cast.institutions if i != clinic)
    assert await look_at_counter.bill(other, told["settlement"], runtime) is None
    assert await look_at_counter.bill(clinic, by_software["settlement"], runtime) is None
    for text in ("", "nothing", "0" * 26):
        assert await look_at_counter.bill(clinic, text, runtime) is None


@pytest.mark.parametrize("table", ["hand_over", "hand_over_act"])
async def test_a_shift_that_was_handed_over_is_never_changed(scene: Scene, table: str) -> None:
    patient, clinic = await place_of(scene)
    await took(scene, patient)
    await hands_over(scene, clinic)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scene.bureau.runtime.database.transaction() as connection:
            await connection.execute(f"update {table} set institution = institution")


async def test_the_database_refuses_a_shift_that_does_not_add_up(scene: Scene) -> None:
    _, clinic = await place_of(scene)
    row = HandOver(
        clinic, UUID(int=1), ANNA, None, scene.bureau.clock(), Takings(Parts(1, 100, 0, 0, 0, 99)), 99, ""
    )
    with pytest.raises(asyncpg.CheckViolationError):
        async with scene.bureau.runtime.database.transaction() as connection:
            await store.add_hand_over(connection, row, [])


async def test_the_ways_of_the_counter_are_open_at_the_doors_flows(scene: Scene) -> None:
    patient, clinic = await place_of(scene)
    flows = scene.bureau.flows
    told, form = await took(scene, patient)
    assert (await flows.counter_sale(clinic, form.message_id)) is not None
    assert (await flows.counter_bill(clinic, told["settlement"])) is not None
    assert (await flows.open_shift(clinic, ANNA)).takings.taken.count == 1
    handing = HandOverShift(origin(clinic, CounterMessage.HAND_OVER), 0, "", rendered)
    assert json.loads(await flows.hand_over(handing))["taken"]["count"] == 1
    assert [one.cashier for one in await flows.hand_overs(clinic)] == [ANNA]
    today = local_day(scene.bureau.clock())
    assert (await flows.counter_day(clinic, today)).acts[0].settlement is not None
    item = await scene.ready(scene.bill(patient))
    command = replace(item.command, preview=True, credential=scene.card(patient))
    assert len(await flows.previews([command, command])) == 2
