"""What the bureau's own counter asks of the flows beyond the institutions' messages: variants, what was shown, who."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from qinji.access.model import PersonActor
from qinji.flows import cancel, identify, settle, show_code
from qinji.flows.parts.commands import (
    AccountUse,
    Bill,
    CancelSettlement,
    ClaimedIdentity,
    CodeDecoded,
    Credential,
    CredentialKind,
    IdentifyPerson,
    PersonCard,
    Shower,
    ShownPayment,
)
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.platform.database import Address
from tests.simulation.answers import result_of
from tests.simulation.booked import DONE
from tests.simulation.operations import Bind, Contribute, Revoke, Settle
from tests.simulation.scene import Scene, open_scene

CASHIER = "K001"
VARIANTS = (AccountUse.EVERYONE, AccountUse.OWN_ONLY, AccountUse.NONE)


@pytest.fixture
async def scene(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(address, tmp_path) as opened:
        yield opened


async def shared(scene: Scene) -> tuple[UUID, UUID]:
    """A grantor with money and a beneficiary who may spend it; the latter has no account."""
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 1_000_000))
    await scene.grant(grantor, patient)
    return grantor, patient


async def sale(scene: Scene, bill: Settle, *, pharmacy: bool) -> settle.Item:
    """A bill at the counter of a pharmacy or a clinic."""
    if pharmacy:
        region = scene.cast.people[bill.person].region
        bill = replace(bill, institution=scene.bureau.institution(region, "pharmacy"))
    item = await scene.ready(bill)
    origin = replace(item.command.origin, cashier=CASHIER)
    return replace(item, command=replace(item.command, origin=origin, tell_payers=True))


def variants(item: settle.Item) -> list[settle.Item]:
    """The three ways to settle a bill, to be previewed."""
    return [replace(item, command=replace(item.command, preview=True, account_use=use)) for use in VARIANTS]


def amounts(reply: bytes) -> tuple[int, ...]:
    """Total, fund, own account, relatives and cash of a reply that refuses nothing."""
    result = result_of(reply)
    assert isinstance(result, tuple)
    return result


def named(outcome: Bill | Refused) -> bytes:
    """A bill with the names of its payers."""
    if isinstance(outcome, Refused):
        return json.dumps({"refused": outcome.text}).encode()
    return json.dumps([(one.name, one.relation, one.amount_fen) for one in outcome.payers]).encode()


@pytest.mark.parametrize("pharmacy", [True, False])
async def test_the_ways_to_pay_are_previewed_side_by_side_and_nothing_is_booked(
    scene: Scene, pharmacy: bool
) -> None:
    grantor, patient = await shared(scene)
    before = await scene.balance(grantor)
    item = await sale(scene, scene.bill(patient), pharmacy=pharmacy)
    shown = [amounts(reply) for reply in await settle.previews(variants(item), scene.bureau.runtime)]
    (_, fund, _, aid, _), own_only, cash_only = shown
    assert aid > 0
    assert own_only == cash_only == (fund + aid, fund, 0, 0, aid)
    async with scene.bureau.runtime.database.reading() as connection:
        assert await connection.fetchval("select count(*) from settlement") == 0
        assert await connection.fetchval("select count(*) from preview_note") == 0
    assert await scene.balance(grantor) == before


@pytest.mark.parametrize("pharmacy", [True, False])
async def test_what_was_shown_of_the_chosen_way_must_still_hold(scene: Scene, pharmacy: bool) -> None:
    grantor, patient = await shared(scene)
    item = await sale(scene, scene.bill(patient), pharmacy=pharmacy)
    everyone, *_ = await settle.previews(variants(item), scene.bureau.runtime)
    _, _, own, aid, cash = amounts(everyone)
    command = replace(item.command, account_use=AccountUse.EVERYONE, shown=ShownPayment(own, aid, cash))
    assert await scene.books.do(Revoke(grantor, patient, patient)) == DONE
    assert result_of(await scene.answer(replace(item, command=command))) == RefusalCode.PREVIEW_CHANGED.name
    again = scene.again(replace(item, command=command))
    fresh = replace(again, command=replace(again.command, shown=ShownPayment(0, 0, aid + cash)))
    assert amounts(await scene.answer(fresh))[4] == aid + cash


async def test_who_took_and_who_gave_back_is_kept_and_the_payers_are_named(scene: Scene) -> None:
    grantor, patient = await shared(scene)
    item = await sale(scene, scene.bill(patient), pharmacy=False)
    told = json.loads(await scene.answer(replace(item, command=replace(item.command, render=named))))
    ((name, _, amount),) = told
    assert name[0] == scene.cast.people[grantor].name[0]
    assert amount > 0
    async with scene.bureau.runtime.database.reading() as connection:
        row = await connection.fetchrow("select * from settlement")
    assert row is not None
    assert row["cashier"] == CASHIER
    origin = replace(scene.books.origin(item.command.origin.institution, "cancel"), cashier="K002")
    identity = ClaimedIdentity(person_number=scene.cast.people[patient].number)
    taken_back = CancelSettlement(
        origin, identity, to_wire(row["visit_id"]), to_wire(row["settlement_id"]), named, tell_payers=True
    )
    assert json.loads(await cancel.run(taken_back, scene.bureau.runtime)) == told
    async with scene.bureau.runtime.database.reading() as connection:
        assert await connection.fetchval("select cashier from cancellation") == "K002"


async def scan(scene: Scene, patient: UUID, shower: UUID, institution: str | None = None) -> IdentifyPerson:
    """A code of the patient, shown by somebody, before the scanner of a counter."""
    whom = None if shower == patient else scene.cast.people[patient].number
    shown = await show_code.run(show_code.ShowCode(PersonActor(shower), whom), scene.bureau.runtime)
    assert not isinstance(shown, Refused)
    region = scene.cast.people[patient].region
    place = institution or scene.bureau.institution(region, "pharmacy")
    return IdentifyPerson(
        scene.books.origin(place, "scan"),
        Credential(CredentialKind.CODE, shown.code),
        ClaimedIdentity(),
        scan_only=True,
        at_counter=True,
    )


async def test_the_counter_is_told_who_showed_a_relatives_code(scene: Scene) -> None:
    ((holder, member),) = await scene.pairs(1)
    assert await scene.books.do(Bind(holder, member, scene.cast.kin[holder, member])) == DONE
    found = await identify.identify(await scan(scene, member, holder), scene.bureau.runtime)
    assert isinstance(found, CodeDecoded)
    assert isinstance(found.shown_by, Shower)
    assert found.shown_by.name[0] == scene.cast.people[holder].name[0]
    assert found.shown_by.name[1:] == "*" * (len(scene.cast.people[holder].name) - 1)
    assert found.shown_by.relation
    own = await identify.identify(await scan(scene, holder, holder), scene.bureau.runtime)
    assert isinstance(own, CodeDecoded)
    assert own.shown_by is None


async def test_what_settling_would_refuse_is_refused_at_the_scan(scene: Scene) -> None:
    _, patient = await shared(scene)
    runtime = scene.bureau.runtime
    region = scene.cast.people[patient].region
    elsewhere = next(i.code for i in scene.cast.institutions.values() if i.region != region)
    far = await identify.identify(await scan(scene, patient, patient, elsewhere), runtime)
    assert isinstance(far, Refused)
    assert far.code is RefusalCode.INSURED_ELSEWHERE

    command = await scan(scene, patient, patient)
    first = await identify.identify(command, runtime)
    assert isinstance(first, CodeDecoded)
    item = await sale(scene, scene.bill(patient), pharmacy=True)
    presented = await identify.present(command.origin, command.credential, runtime)
    assert isinstance(result_of(await scene.answer(replace(item, presented=presented))), tuple)
    used = await identify.identify(command, runtime)
    assert isinstance(used, Refused)
    assert used.code is RefusalCode.CODE_SESSION_CONSUMED
    # Another door may still read with it.
    assert isinstance(await identify.identify(replace(command, at_counter=False), runtime), CodeDecoded)

    late = await scan(scene, patient, patient)
    async with runtime.database.transaction() as connection:
        await connection.execute("update person set status = 'stopped' where person_id = $1", patient)
    stopped = await identify.identify(late, runtime)
    assert isinstance(stopped, Refused)
    assert stopped.code is RefusalCode.BENEFIT_STOPPED
    card = replace(late, credential=scene.card(patient), scan_only=False)
    refused = await identify.identify(card, runtime)
    assert isinstance(refused, Refused)
    assert isinstance(await identify.identify(replace(card, at_counter=False), runtime), PersonCard)
