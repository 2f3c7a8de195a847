"""Settling through the flow and the database: the same answer to the same message, and what a preview promised."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from qinji.access.model import PersonActor
from qinji.flows import identify as identify_flow
from qinji.flows import settle, show_code
from qinji.flows.parts.commands import Bill, Credential, CredentialKind, SettleVisit
from qinji.flows.parts.document import read_decision
from qinji.flows.parts.facts import Presented
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.mutual_aid.model import Limits
from qinji.platform.database import Address, Connection, lock_persons
from qinji.settlement import queries as settlements
from tests.simulation.answers import render_bill, result_of
from tests.simulation.booked import DONE
from tests.simulation.operations import Contribute, Give, Revoke, Settle
from tests.simulation.scene import Scene, open_scene


@pytest.fixture
async def scene(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(address, tmp_path) as opened:
        yield opened


async def relatives(scene: Scene) -> tuple[UUID, UUID]:
    """A grantor with money and a child or parent without an account, not yet granted anything."""
    ((grantor, patient),) = await scene.pairs(1)
    await scene.books.do(Contribute(grantor, 1_000_000))
    return grantor, patient


def full_text(outcome: Bill | Refused) -> bytes:
    """The refusal in full, for tests of what it says."""
    if isinstance(outcome, Refused):
        return json.dumps({"refused": outcome.code.name, "values": dict(outcome.facts)}).encode()
    return render_bill(outcome)


def visit_command(item: settle.Item) -> SettleVisit:
    """The item's command, of a visit."""
    assert isinstance(item.command, SettleVisit)
    return item.command


async def count(scene: Scene, table: str) -> int:
    """How many rows a table has."""
    async with scene.bureau.runtime.database.reading() as connection:
        found: int = await connection.fetchval(f"select count(*) from {table}")
    return found


async def test_the_same_message_gets_the_same_bytes_and_moves_money_once(scene: Scene) -> None:
    _, patient = await relatives(scene)
    item = await scene.ready(scene.bill(patient))
    first = await scene.answer(item)
    scene.bureau.later(hours=30)
    assert await scene.answer(item) == first
    assert await count(scene, "settlement") == 1


async def test_other_content_under_the_same_message_id_is_refused_and_moves_nothing(scene: Scene) -> None:
    _, patient = await relatives(scene)
    item = await scene.ready(scene.bill(patient))
    await scene.answer(item)
    command = visit_command(item)
    altered = replace(command, origin=replace(command.origin, digest=b"other"))
    assert result_of(await scene.answer(replace(item, command=altered))) == RefusalCode.MESSAGE_ALTERED.name
    assert await count(scene, "settlement") == 1


async def test_a_final_refusal_is_remembered(scene: Scene) -> None:
    _, patient = await relatives(scene)
    item = await scene.ready(scene.bill(patient))
    wrong = replace(item, command=replace(visit_command(item), total_fen=1))
    first = await scene.answer(wrong)
    assert result_of(first) == RefusalCode.TOTAL_DIFFERS.name
    assert await scene.answer(item) == first
    assert not isinstance(result_of(await scene.answer(scene.again(item))), str)


async def test_the_same_bill_in_a_new_message_is_named_as_settled(scene: Scene) -> None:
    _, patient = await relatives(scene)
    item = await scene.ready(scene.bill(patient))
    settled = json.loads(await scene.answer(item))["settlement"]
    again = scene.again(item)
    told = json.loads(await scene.answer(replace(again, command=replace(again.command, render=full_text))))
    assert told == {"refused": RefusalCode.ALREADY_SETTLED.name, "values": {"settlement": settled}}


async def test_two_messages_with_one_bill_in_one_batch_settle_it_once(scene: Scene) -> None:
    _, patient = await relatives(scene)
    item = await scene.ready(scene.bill(patient))
    replies = await settle.run([item, scene.again(item), item], scene.bureau.runtime)
    assert [isinstance(result_of(reply), str) for reply in replies] == [False, True, False]
    assert replies[0] == replies[2]
    assert await scene.audit() == []


async def test_two_messages_with_the_same_pharmacy_lines_in_one_batch_settle_them_once(scene: Scene) -> None:
    _, patient = await relatives(scene)
    item = await scene.ready(at_pharmacy(scene, scene.bill(patient)))
    replies = await settle.run([item, scene.again(item)], scene.bureau.runtime)
    assert result_of(replies[1]) == RefusalCode.ALREADY_SETTLED.name
    assert result_of(await scene.answer(scene.again(item))) == RefusalCode.ALREADY_SETTLED.name
    assert await count(scene, "settlement") == 1


def at_pharmacy(scene: Scene, bill: Settle) -> Settle:
    """The same bill at a pharmacy of the region."""
    region = scene.cast.people[bill.person].region
    return replace(bill, institution=scene.bureau.institution(region, "pharmacy"))


async def test_a_preview_moves_no_money_and_is_equal_to_the_settlement(scene: Scene) -> None:
    grantor, patient = await relatives(scene)
    await scene.grant(grantor, patient)
    before = await scene.balance(grantor)
    item = await scene.ready(scene.bill(patient))
    shown = await scene.preview(item)
    assert json.loads(shown)["settlement"] is None
    assert (await scene.balance(grantor), await count(scene, "settlement")) == (before, 0)
    settled = result_of(await scene.answer(item))
    assert settled == result_of(shown)
    assert isinstance(settled, tuple)
    assert await scene.balance(grantor) == before - settled[3] < before


async def test_what_changed_since_the_preview_is_told_and_nothing_is_paid(scene: Scene) -> None:
    grantor, patient = await relatives(scene)
    await scene.grant(grantor, patient)
    before = await scene.balance(grantor)
    item = await scene.ready(scene.bill(patient))
    shown = result_of(await scene.preview(item))
    assert isinstance(shown, tuple)
    assert await scene.books.do(Revoke(grantor, patient, grantor)) == DONE
    told = json.loads(
        await scene.answer(replace(item, command=replace(visit_command(item), render=full_text)))
    )
    assert told["refused"] == RefusalCode.PREVIEW_CHANGED.name
    assert "家人共济" in told["values"]["changes"]
    assert "现金" in told["values"]["changes"]
    assert (await scene.balance(grantor), await count(scene, "settlement")) == (before, 0)
    # The refusal is final for that message; a new preview and a new message settle the bill, in cash.
    assert json.loads(await scene.answer(item))["refused"] == RefusalCode.PREVIEW_CHANGED.name
    again = scene.again(item)
    shown_again = result_of(await scene.preview(again))
    settled = result_of(await scene.answer(again))
    assert settled == shown_again
    assert settled[3:] == (0, shown[3] + shown[4])


async def test_without_a_preview_nothing_is_compared(scene: Scene) -> None:
    grantor, patient = await relatives(scene)
    item = await scene.ready(scene.bill(patient))
    await scene.grant(grantor, patient)
    result = result_of(await scene.answer(item))
    assert isinstance(result, tuple)
    assert result[3] > 0


async def code_item(scene: Scene, patient: UUID, bill: Settle) -> settle.Item:
    """A bill whose patient shows their code."""
    shown = await show_code.run(show_code.ShowCode(PersonActor(patient)), scene.bureau.runtime)
    assert not isinstance(shown, Refused)
    item = await scene.ready(bill)
    presented = await identify_flow.present(
        item.command.origin, Credential(CredentialKind.CODE, shown.code), scene.bureau.runtime
    )
    assert presented.refusal is None
    return replace(item, presented=presented)


async def test_a_refused_bill_uses_up_no_code_and_a_settled_one_does(scene: Scene) -> None:
    _, patient = await relatives(scene)
    item = await code_item(scene, patient, scene.bill(patient))
    wrong = scene.again(replace(item, command=replace(visit_command(item), total_fen=1)))
    assert result_of(await scene.answer(wrong)) == RefusalCode.TOTAL_DIFFERS.name
    assert not isinstance(result_of(await scene.answer(item)), str)
    other = replace(await scene.ready(scene.bill(patient)), presented=item.presented)
    assert result_of(await scene.answer(other)) == RefusalCode.CODE_SESSION_CONSUMED.name


async def test_one_code_in_one_batch_pays_for_one_bill(scene: Scene) -> None:
    _, patient = await relatives(scene)
    item = await code_item(scene, patient, scene.bill(patient))
    other = replace(await scene.ready(scene.bill(patient)), presented=item.presented)
    results = [result_of(reply) for reply in await settle.run([item, other], scene.bureau.runtime)]
    assert [isinstance(result, str) for result in results] == [False, True]


async def test_somebody_elses_credential_is_refused_before_anything_is_read(scene: Scene) -> None:
    grantor, patient = await relatives(scene)
    item = await scene.ready(scene.bill(patient))
    stolen = replace(item, presented=Presented(grantor, None, CredentialKind.CARD))
    assert result_of(await scene.answer(stolen)) == RefusalCode.CREDENTIAL_OTHER_PERSON.name
    assert await count(scene, "settlement") == 0


async def test_a_grant_that_ends_while_the_bill_waits_for_the_lock_pays_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    grantor, patient = await relatives(scene)
    await scene.grant(grantor, patient)
    item = await scene.ready(scene.bill(patient))

    async def late(connection: Connection, persons: Sequence[UUID]) -> set[UUID]:
        assert grantor in persons
        assert await scene.books.do(Revoke(grantor, patient, patient)) == DONE
        return await lock_persons(connection, persons)

    monkeypatch.setattr(settle, "lock_persons", late)
    result = result_of(await scene.answer(item))
    assert isinstance(result, tuple)
    assert result[3] == 0


async def test_a_grant_that_appears_after_the_lock_pays_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its grantor was not locked, so it is not used: the next bill will."""
    grantor, patient = await relatives(scene)
    item = await scene.ready(scene.bill(patient))
    relation = scene.cast.kin[grantor, patient]

    async def late(connection: Connection, persons: Sequence[UUID]) -> set[UUID]:
        assert grantor not in persons
        assert await scene.books.do(Give(grantor, patient, relation, Limits())) == DONE
        return await lock_persons(connection, persons)

    monkeypatch.setattr(settle, "lock_persons", late)
    result = result_of(await scene.answer(item))
    monkeypatch.undo()
    assert isinstance(result, tuple)
    assert result[3] == 0
    following = result_of(await scene.answer(await scene.ready(scene.bill(patient))))
    assert isinstance(following, tuple)
    assert following[3] > 0


async def decision_of(scene: Scene, reply: bytes) -> tuple[dict[str, Any], str]:
    """The stored decision of a settlement, and its text."""
    identifier = from_wire(json.loads(reply)["settlement"])
    assert identifier is not None
    async with scene.bureau.runtime.database.reading() as connection:
        stored = await settlements.decision_input(connection, identifier)
    assert stored is not None
    text = json.dumps(read_decision(stored), ensure_ascii=False)
    return json.loads(text), text


async def test_the_whole_input_of_a_decision_is_stored_and_no_identity_number(scene: Scene) -> None:
    grantor, patient = await relatives(scene)
    await scene.grant(grantor, patient, Limits(per_use_fen=300, floor_fen=100))
    balance = await scene.balance(grantor)
    document, text = await decision_of(scene, await scene.answer(await scene.ready(scene.bill(patient))))
    (payer,) = document["payers"]
    assert (payer["person"], payer["balance_fen"], payer["floor_fen"]) == (str(grantor), balance, 100)
    assert payer["limits"] == [300, None, None, None]
    assert payer["document"]
    assert document["pack"]
    assert document["lines"]
    assert document["used"]["deductible_used_fen"] == 0
    world = scene.bureau.world
    for person in (grantor, patient):
        secret = world.person(scene.cast.people[person].number)
        assert secret.certificate_number not in text
        assert secret.card_number not in text
