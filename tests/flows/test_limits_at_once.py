"""Sixty-four at once over each limit: reached to the fen, never passed, and nobody is refused money that is there."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest
import pytest_asyncio

from qinji.entry.wiring import Flows
from qinji.flows import answer_confirmation, list_confirmations, pause_all_grants, settle
from qinji.flows.parts.commands import Credential, SettlePharmacy
from qinji.kernel.actor import Channel
from qinji.mutual_aid.model import Limits
from qinji.platform.database import Address
from qinji.settlement.model import Batch, Visit
from tests.bureau import signed_in
from tests.simulation.answers import result_of
from tests.simulation.booked import DONE
from tests.simulation.operations import Contribute, Pair, Settle
from tests.simulation.scene import Scene, open_scene, with_credential

pytestmark = pytest.mark.asyncio(loop_scope="module")
CLIENTS = 64
MONEY = 10_000_000
LIMIT = 12_345
LARGE = 200_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(module_address: Address, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with open_scene(module_address, tmp_path_factory.mktemp("bureau")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pairs(scene: Scene) -> AsyncIterator[list[Pair]]:
    """Pairs that nobody has used yet, each grantor with plenty of money."""
    found = await scene.pairs(9)
    for grantor, _ in found:
        await scene.books.do(Contribute(grantor, MONEY))
    yield found


async def at_once(scene: Scene, bills: list[Settle]) -> list[list[int]]:
    """The amounts of all bills, settled at once through four processes' queues: total, fund, own, relatives, cash."""
    visits: list[tuple[Visit, Batch]] = []
    commands = [scene.books.command(bill, visits) for bill in bills]
    await scene.books.upload(visits)
    counters = [Flows(scene.bureau.runtime) for _ in range(4)]

    async def sent(number: int) -> bytes:
        command, shown = commands[number], scene.card(bills[number].person)
        counter = counters[number % len(counters)]
        if isinstance(command, SettlePharmacy):
            return await counter.settle_pharmacy(replace(command, credential=shown))
        return await counter.settle(with_credential(command, shown))

    replies = await asyncio.gather(*(sent(number) for number in range(len(bills))))
    return [json.loads(reply)["amounts"] for reply in replies]


def relatives(amounts: list[list[int]]) -> int:
    """What relatives paid of all bills."""
    for total, fund, own, shared, cash in amounts:
        assert total == fund + own + shared + cash
    return sum(paid[3] for paid in amounts)


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        (Limits(per_day_fen=LIMIT), LIMIT),
        (Limits(per_month_fen=LIMIT), LIMIT),
        (Limits(per_year_fen=LIMIT), LIMIT),
        (Limits(per_use_fen=99), CLIENTS * 99),
        (Limits(confirm_above_fen=101), CLIENTS * 101),
        (Limits(per_use_fen=1_000, per_day_fen=LIMIT), LIMIT),
    ],
    ids=["day", "month", "year", "use", "unconfirmed", "use and day"],
)
async def test_a_limit_is_reached_to_the_fen_and_never_passed(
    scene: Scene, pairs: list[Pair], limits: Limits, most: int
) -> None:
    grantor, beneficiary = pairs.pop()
    await scene.grant(grantor, beneficiary, limits)
    money = await scene.balance(grantor)
    amounts = await at_once(scene, [scene.bill(beneficiary, LARGE)] * CLIENTS)
    assert relatives(amounts) == most
    assert await scene.balance(grantor) == money - most
    each = limits.per_use_fen or limits.confirm_above_fen
    assert each is None or max(paid[3] for paid in amounts) == each
    again = await at_once(scene, [scene.bill(beneficiary, LARGE)])
    assert (relatives(again) == 0) is (most == LIMIT)


async def test_the_floor_stays_to_the_fen_also_below_bills_of_the_grantor(
    scene: Scene, pairs: list[Pair]
) -> None:
    grantor, beneficiary = pairs.pop()
    money = await scene.balance(grantor)
    await scene.grant(grantor, beneficiary, Limits(floor_fen=money - LIMIT))
    amounts = await at_once(scene, [scene.bill(beneficiary, LARGE)] * CLIENTS)
    assert relatives(amounts) == LIMIT
    assert await scene.balance(grantor) == money - LIMIT


async def test_nobody_is_refused_money_that_is_there(scene: Scene, pairs: list[Pair]) -> None:
    grantor, beneficiary = pairs.pop()
    await scene.grant(grantor, beneficiary, Limits(per_day_fen=MONEY, per_year_fen=MONEY, floor_fen=1))
    amounts = await at_once(scene, [scene.bill(beneficiary)] * CLIENTS)
    assert [paid[4] for paid in amounts] == [0] * CLIENTS
    assert relatives(amounts) == sum(paid[0] - paid[1] for paid in amounts)


async def test_one_yes_is_given_once_and_used_by_one_of_sixty_four_bills_and_a_pause_of_all_ends_it(
    scene: Scene, pairs: list[Pair]
) -> None:
    grantor, beneficiary = pairs.pop()
    await scene.grant(grantor, beneficiary, Limits(confirm_above_fen=500))
    bill = replace(scene.bill(beneficiary, LARGE), institution=pharmacy(scene, beneficiary))
    await ask(scene, bill)
    deps, actor = scene.bureau.runtime, signed_in(grantor, scene.bureau.clock())
    (request,) = (await list_confirmations.run(actor, deps)).waiting

    async def says_yes() -> str:
        command = answer_confirmation.AnswerConfirmation(
            scene.books.call("yes"),
            actor,
            Channel.WEB,
            request.confirmation_id,
            request.amount_fen,
            approve=True,
        )
        return str(result_of(await answer_confirmation.run(command, deps)))

    answers = Counter(await asyncio.gather(*(says_yes() for _ in range(CLIENTS))))
    assert answers == {DONE: 1, "CONFIRMATION_STATE": CLIENTS - 1}
    amounts = await at_once(scene, [bill] * CLIENTS)
    assert sorted(paid[3] for paid in amounts) == [500] * (CLIENTS - 1) + [request.amount_fen]
    await a_pause_of_all_among_bills(scene, grantor, beneficiary)
    assert await scene.audit() == []


def pharmacy(scene: Scene, person: UUID) -> str:
    """A pharmacy of the person's region."""
    region = scene.cast.people[person].region
    places = scene.cast.institutions.values()
    return next(one.code for one in places if one.region == region and one.level == "pharmacy")


async def ask(scene: Scene, bill: Settle) -> None:
    """Preview a purchase, which asks its grantors."""
    command = scene.books.command(bill, [])
    assert isinstance(command, SettlePharmacy)
    shown: Credential = scene.card(bill.person)
    item = settle.Item(replace(command, credential=shown, preview=True), None)
    await settle.preview(item, scene.bureau.runtime)


async def a_pause_of_all_among_bills(scene: Scene, grantor: UUID, beneficiary: UUID) -> None:
    """Pausing everything between bills: once it is done, no bill is paid by the grantor."""
    deps, actor = scene.bureau.runtime, signed_in(grantor, scene.bureau.clock())

    async def pauses() -> None:
        command = pause_all_grants.PauseAllGrants(scene.books.call("pause"), actor, Channel.WEB, paused=True)
        assert result_of(await pause_all_grants.run(command, deps)) == DONE
        left = await scene.balance(grantor)
        after = await at_once(scene, [scene.bill(beneficiary)] * 4)
        assert relatives(after) == 0
        assert await scene.balance(grantor) == left

    await asyncio.gather(at_once(scene, [scene.bill(beneficiary)] * CLIENTS), pauses())
