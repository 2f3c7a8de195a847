"""Codes under pressure: one bill, one place, and never after the binding under which they were shown has ended."""

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
from qinji.entry.wiring import Flows
from qinji.flows import identify, show_code
from qinji.flows.parts.commands import (
    Credential,
    CredentialKind,
)
from qinji.kernel.kinship import Relation
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.platform.database import Address
from qinji.settlement.model import Batch, Visit
from tests.simulation.answers import result_of
from tests.simulation.booked import DONE
from tests.simulation.operations import Bind, Unbind
from tests.simulation.scene import Scene, open_scene, turns, with_credential


@pytest.fixture
async def scene(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(address, tmp_path) as opened:
        yield opened


async def test_a_code_pays_for_one_bill_however_many_scan_it_at_once(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    clients, codes = 8, 6
    counters = [Flows(scene.bureau.runtime) for _ in range(4)]
    for _ in range(codes):
        shown = await show_code.run(show_code.ShowCode(PersonActor(patient)), scene.bureau.runtime)
        assert not isinstance(shown, Refused)
        visits: list[tuple[Visit, Batch]] = []
        commands = [scene.books.command(scene.bill(patient), visits) for _ in range(clients)]
        await scene.books.upload(visits)
        credential = Credential(CredentialKind.CODE, shown.code)
        replies = await asyncio.gather(
            *(
                counters[number % len(counters)].settle(with_credential(command, credential))
                for number, command in enumerate(commands)
            )
        )
        results = Counter(
            result if isinstance(result, str) else "settled" for result in map(result_of, replies)
        )
        assert results == {"settled": 1, RefusalCode.CODE_SESSION_CONSUMED.name: clients - 1}
    assert await scene.audit() == []


async def test_a_code_scanned_at_two_places_at_once_belongs_to_one_of_them(scene: Scene) -> None:
    ((_, patient),) = await scene.pairs(1)
    region = scene.cast.people[patient].region
    places = [scene.bureau.institution(region, level) for level in ("1", "2")]
    for _ in range(10):
        shown = await show_code.run(show_code.ShowCode(PersonActor(patient)), scene.bureau.runtime)
        assert not isinstance(shown, Refused)
        credential = Credential(CredentialKind.CODE, shown.code)
        origins = [scene.books.origin(places[number % 2], "2206") for number in range(8)]
        found = await asyncio.gather(
            *(identify.present(origin, credential, scene.bureau.runtime) for origin in origins)
        )
        winners = {
            origin.institution for origin, one in zip(origins, found, strict=True) if one.refusal is None
        }
        assert len(winners) == 1
        assert len({one.session for one in found if one.refusal is None}) == 1
        refused = [one.refusal.code for one in found if one.refusal is not None]
        assert refused == [RefusalCode.CODE_USED_ELSEWHERE] * 4


async def test_no_settlement_after_an_unbinding_was_committed_uses_the_code_its_holder_showed(
    scene: Scene,
) -> None:
    """Both write the session's row; a bill that wrote it last must have found it open."""
    holder, member, relation = await _bound(scene)
    outcomes: Counter[str] = Counter()
    chance = Random(5)
    for _ in range(60):
        outcomes[await _unbinding_race(scene, holder, member, chance)] += 1
        assert await scene.books.do(Bind(holder, member, relation)) == DONE
    assert outcomes["settled"] >= 5, outcomes
    assert outcomes[RefusalCode.CODE_VOID.name] >= 5, outcomes


async def _bound(scene: Scene) -> tuple[UUID, UUID, Relation]:
    for (holder, member), relation in sorted(scene.cast.kin.items()):
        if scene.cast.people[member].status != "normal":
            continue
        if await scene.books.do(Bind(holder, member, relation)) == DONE:
            return holder, member, relation
    raise LookupError("nobody may bind anybody")


async def _unbinding_race(scene: Scene, holder: UUID, member: UUID, chance: Random) -> str:
    deps = scene.bureau.runtime
    item = await scene.ready(replace(scene.bill(member), shown_by=holder))
    assert item.presented is not None
    pause, late = chance.randrange(4), chance.randrange(20)

    async def settles() -> bytes:
        await scene.dawdle(pause)
        return await scene.answer(item)

    async def unbinds() -> object:
        await turns(late)
        return await scene.books.do(Unbind(holder, member, holder))

    reply, ended = await asyncio.gather(settles(), unbinds())
    assert ended == DONE
    result = result_of(reply)
    async with deps.database.reading() as connection:
        session = await connection.fetchrow(
            "select c.voided_at, c.consumed_by, c.xmin::text as session_by, s.xmin::text as settled_by, s.shown_by "
            "from code_session c left join settlement s on s.person_id = c.person_id "
            "and s.settlement_id = c.consumed_by where c.person_id = $1 and c.session_id = $2",
            member,
            item.presented.session,
        )
    assert session is not None
    if isinstance(result, str):
        assert session["consumed_by"] is None
        return result
    assert session["shown_by"] == holder
    assert session["voided_at"] is None or session["session_by"] != session["settled_by"]
    return "settled"
