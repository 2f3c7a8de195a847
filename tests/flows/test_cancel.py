"""A cancelled bill gives every fen back to whom it came from, once, and only to the institution that settled it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from qinji.access.model import PersonActor
from qinji.flows import cancel, show_code
from qinji.flows import identify as identify_flow
from qinji.flows.parts.commands import CancelSettlement, ClaimedIdentity, Credential, CredentialKind
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger import queries as ledger
from qinji.ledger.model import Transfer
from qinji.mutual_aid.model import Limits
from qinji.platform.database import Address
from qinji.settlement import queries as settlements
from tests.simulation.answers import render_bill, result_of
from tests.simulation.booked import DONE, Booking
from tests.simulation.operations import Contribute, Revoke, Settle
from tests.simulation.scene import Scene, open_scene


@pytest.fixture
async def scene(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(address, tmp_path) as opened:
        yield opened


async def settled_by_relative(scene: Scene, limits: Limits | None = None) -> tuple[UUID, UUID, Booking]:
    """A bill that a relative's account paid a part of."""
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 1_000_000))
    await scene.grant(grantor, patient, limits)
    (result,) = await scene.books.settle([scene.bill(patient)])
    assert not isinstance(result, str)
    assert result[3] > 0
    return grantor, patient, scene.books.settled[-1]


def command(scene: Scene, booking: Booking) -> CancelSettlement:
    """The cancellation of a settlement by its own institution."""
    return CancelSettlement(
        scene.books.origin(booking.institution, "2208"),
        ClaimedIdentity(person_number=scene.cast.people[booking.person].number),
        booking.visit,
        booking.settlement,
        render_bill,
    )


async def state(scene: Scene, *people: UUID) -> object:
    """Balances and accumulators; what is zero is as good as not there."""
    async with scene.bureau.runtime.database.reading() as connection:
        years = await settlements.years(connection, people)
        days = await settlements.days(connection, people, [scene.bureau.clock().date()])
    return (
        [await scene.balance(person) for person in people],
        {key: use for key, use in years.items() if use.in_scope_fen or use.fund_paid_fen},
        {key: fen for key, fen in days.items() if fen},
    )


async def rows_of(scene: Scene, act: UUID) -> list[Transfer]:
    """The transfers of an act."""
    async with scene.bureau.runtime.database.reading() as connection:
        return list((await ledger.by_acts(connection, [act])).get(act, []))


async def test_every_fen_goes_back_to_its_source_although_the_grant_has_ended(scene: Scene) -> None:
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 1_000_000))
    before = await state(scene, grantor, patient)
    await scene.grant(grantor, patient)
    await scene.books.settle([scene.bill(patient, 400_000)])
    assert await state(scene, grantor, patient) != before
    assert await scene.books.do(Revoke(grantor, patient, grantor)) == DONE
    assert not isinstance(await scene.books.cancel(scene.books.settled[-1]), str)
    assert await state(scene, grantor, patient) == before
    assert await scene.audit() == []


async def test_the_counter_transfers_mirror_the_settlement_row_by_row(scene: Scene) -> None:
    _, _, booking = await settled_by_relative(scene)
    await cancel.run(command(scene, booking), scene.bureau.runtime)
    act = from_wire(booking.settlement)
    assert act is not None
    async with scene.bureau.runtime.database.reading() as connection:
        row = await settlements.one(connection, booking.person, act)
    assert row is not None
    assert row.cancellation is not None
    there, back = await rows_of(scene, act), await rows_of(scene, row.cancellation)
    assert [(t.person, t.seq, t.debit, t.credit, t.amount_fen, act) for t in there] == [
        (t.person, t.seq, t.credit, t.debit, t.amount_fen, t.reverses) for t in back
    ]


async def test_a_cancelled_settlement_is_named_with_its_cancellation(scene: Scene) -> None:
    grantor, _, booking = await settled_by_relative(scene)
    asked = command(scene, booking)
    first = await cancel.run(asked, scene.bureau.runtime)
    money = await scene.balance(grantor)
    assert await cancel.run(asked, scene.bureau.runtime) == first
    assert await scene.books.cancel(booking) == RefusalCode.SETTLEMENT_CANCELLED.name
    assert await scene.balance(grantor) == money


@pytest.mark.parametrize("wrong", ["institution", "visit", "settlement", "person"])
async def test_for_anybody_else_the_settlement_does_not_exist(scene: Scene, wrong: str) -> None:
    grantor, _, booking = await settled_by_relative(scene)
    before = await scene.balance(grantor)
    other = scene.bureau.institution(scene.cast.people[booking.person].region, "3")
    strange = {
        "institution": replace(booking, institution=other),
        "visit": replace(booking, visit=booking.settlement),
        "settlement": replace(booking, settlement=booking.visit),
        "person": replace(booking, person=grantor),
    }[wrong]
    assert await scene.books.cancel(strange) == RefusalCode.SETTLEMENT_UNKNOWN.name
    assert await scene.balance(grantor) == before


async def test_a_cancelled_charge_batch_may_be_settled_again(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    item = await scene.ready(scene.bill(patient))
    reply = await scene.answer(item)
    assert result_of(await scene.answer(scene.again(item))) == RefusalCode.ALREADY_SETTLED.name
    await cancel_reply(scene, item.command.origin.institution, patient, reply)
    assert result_of(await scene.answer(scene.again(item))) == result_of(reply)
    assert await scene.audit() == []


async def cancel_reply(scene: Scene, institution: str, patient: UUID, reply: bytes) -> None:
    """Cancel the settlement that a reply tells of."""
    told = json.loads(reply)
    booking = Booking(patient, institution, told["visit"], told["settlement"])
    assert not isinstance(await scene.books.cancel(booking), str)


async def test_cancelled_pharmacy_lines_may_be_settled_again(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    bill = scene.bill(patient)
    place = scene.bureau.institution(scene.cast.people[patient].region, "pharmacy")
    item = await scene.ready(replace(bill, institution=place))
    reply = await scene.answer(item)
    assert result_of(await scene.answer(scene.again(item))) == RefusalCode.ALREADY_SETTLED.name
    await cancel_reply(scene, place, patient, reply)
    assert result_of(await scene.answer(scene.again(item))) == result_of(reply)


async def used(scene: Scene, grantor: UUID, patient: UUID) -> tuple[int, int, int]:
    """What the grant has used of its day, month and year, as of today."""
    grant = await scene.books.live_grant(grantor, patient)
    assert grant is not None
    seen = grant.used.on(scene.bureau.clock().date())
    return seen.day_fen, seen.month_fen, seen.year_fen


async def test_used_limits_fall_back_while_their_period_runs(scene: Scene) -> None:
    grantor, patient, booking = await settled_by_relative(scene, Limits(per_use_fen=300))
    assert await used(scene, grantor, patient) == (300, 300, 300)
    scene.bureau.later(days=1)
    await scene.books.settle([scene.bill(patient)])
    assert await used(scene, grantor, patient) == (300, 600, 600)
    await scene.books.cancel(booking)
    assert await used(scene, grantor, patient) == (300, 300, 300)


async def test_a_limit_of_a_month_that_is_over_is_left_alone(scene: Scene) -> None:
    grantor, patient, booking = await settled_by_relative(scene, Limits(per_use_fen=300))
    scene.bureau.later(days=25)
    await scene.books.settle([scene.bill(patient)])
    await scene.books.cancel(booking)
    assert await used(scene, grantor, patient) == (300, 300, 300)


async def test_a_cancellation_gives_the_code_nothing_back(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    shown = await show_code.run(show_code.ShowCode(PersonActor(patient)), scene.bureau.runtime)
    assert not isinstance(shown, Refused)
    bill: Settle = scene.bill(patient)
    item = await scene.ready(bill)
    presented = await identify_flow.present(
        item.command.origin, Credential(CredentialKind.CODE, shown.code), scene.bureau.runtime
    )
    item = replace(item, presented=presented)
    await cancel_reply(scene, bill.institution, patient, await scene.answer(item))
    assert result_of(await scene.answer(scene.again(item))) == RefusalCode.CODE_SESSION_CONSUMED.name
