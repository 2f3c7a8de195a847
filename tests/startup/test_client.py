"""Every message, unsigned and by both schemes, through both clients, over HTTP against a running sandbox."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from typer.testing import CliRunner

from qinji.client import (
    AsyncClient,
    Bill,
    Client,
    Credential,
    Diagnosis,
    FeeLine,
    Institution,
    NotSigned,
    Operator,
    Purchase,
    SettlementKey,
    messages,
    signing_of,
    total_fen,
)
from qinji.entry.commands.institution import app
from qinji.entry.demo.calls import Sandbox
from qinji.entry.demo.phone import Phone
from qinji.entry.demo.world import Person, World
from qinji.gateway.registry import SERVED
from qinji.kernel.dates import CHINA, local_day
from qinji.platform.clock import system_clock
from tests.startup.conftest import Served, clear, served
from tests.till import AMOXICILLIN, ATORVASTATIN

OPERATOR = Operator("001", "收费员")
REGION_OF = {"none": "990200", "A": "990100", "B": "990200"}
LEVEL_OF = {"none": "1", "A": "2", "B": "3"}
SHOP_REGION = {"none": "420100", "A": "990100", "B": "990200"}
FAMILY_OF = {"990100": "女婿与岳父", "990200": "女儿与不用智能手机的母亲", "420100": "在外省的母亲与姐姐"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A sandbox whose pharmacies sign too: one by A, one by B, the third not at all."""
    home = tmp_path_factory.mktemp("client")
    try:
        with served(home) as server:
            for scheme in ("A", "B"):
                shop = f"P{SHOP_REGION[scheme]}00001"
                for words in (["scheme", shop, scheme], ["add-key", shop]):
                    done = CliRunner(env={"QINJI_HOME": str(home)}).invoke(app, words)
                    assert done.exit_code == 0, done.output
            yield server
    finally:
        clear(home)


@dataclass
class Line:
    """A client under test, and the numbers of the messages that went over its line."""

    client: Client
    numbers: list[str]


class Awaited:
    """An AsyncClient, each of whose coroutines is carried to its end before the next line of the story."""

    def __init__(self, client: AsyncClient, runner: asyncio.Runner) -> None:
        self._client, self._runner = client, runner

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        def call(*args: Any, **named: Any) -> Any:
            result = method(*args, **named)
            return self._runner.run(result) if inspect.iscoroutine(result) else result

        return call


@contextmanager
def connected(kind: str, base: str, institution: Institution) -> Iterator[Line]:
    """A client of this kind, used line by line in either case."""
    numbers: list[str] = []

    def note(request: httpx.Request) -> None:
        numbers.append(json.loads(request.content)["infno"])

    async def note_later(request: httpx.Request) -> None:
        note(request)

    if kind == "sync":
        http = httpx.Client(event_hooks={"request": [note]}, timeout=30, trust_env=False)
        with Client(base, institution, OPERATOR, http=http) as client:
            yield Line(client, numbers)
        return
    later = httpx.AsyncClient(event_hooks={"request": [note_later]}, timeout=30, trust_env=False)
    with asyncio.Runner() as runner:
        awaited = AsyncClient(base, institution, OPERATOR, http=later)
        yield Line(cast("Client", Awaited(awaited, runner)), numbers)
        runner.run(awaited.close())


def institution(world: World, region: str, level: str, scheme: str) -> Institution:
    """The institution as the sandbox publishes it, with its key."""
    found = next(
        one
        for one in world.document["institutions"]
        if (one["region"], one["level"], one["scheme"]) == (region, level, scheme)
    )
    signing = signing_of(scheme, found["access_key"], found["secret"])
    return Institution(found["fixmedins_code"], found["name"], region, signing)


def visit(bureau: Client, patient: Person, digits: str, card: Credential) -> None:
    """A visit from the sign-in to the sign-out; everything it did is undone."""
    now = datetime.now(CHINA)
    signed_in = bureau.sign_in("001")
    hospital = bureau.find_institution(name=patient.region_name[:2], kind="1")
    assert hospital
    code = bureau.decode_code(digits)
    assert (code.name, bureau.identify_person(code.credential).name) == (patient.name, patient.name)
    who = bureau.identify_person(card).patient
    opened = bureau.register_visit(who, card, begins_at=now, outpatient_number=f"{now:%H%M%S%f}").visit
    bureau.record_diagnoses(who, opened, [Diagnosis("J00.x00", "感冒")], begins_at=now)
    lines = [
        FeeLine("1", AMOXICILLIN, "16.50", "4", now),
        FeeLine("2", ATORVASTATIN, "32", "5", now),
    ]
    priced = bureau.upload_fees(who, opened, "B1", lines)
    assert [line.amount_fen for line in priced] == [6600, 16000]
    bill = Bill(who, card, opened, "B1", total_fen(lines))
    shown = bureau.preview_settlement(bill)
    paid = bureau.settle(bill, shown)
    amounts = (paid.fund_fen, paid.own_fen, paid.shared_fen, paid.cash_fen)
    assert amounts == (shown.fund_fen, shown.own_fen, shown.shared_fen, shown.cash_fen)
    assert sum(amounts) == paid.total_fen == 22600
    since, until = now - timedelta(days=1), now
    assert opened in {one.visit for one in bureau.query_visits(who, since=since, until=until)}
    assert [one.code for one in bureau.query_diagnoses(who, opened)] == ["J00.x00"]
    by_message = bureau.query_settlement(SettlementKey(who.number, message_id=paid.message_id))
    assert by_message.settlement == bureau.query_settlement(paid.key).settlement == paid.settlement
    assert [line.amount_fen for line in bureau.query_fees(paid.key)] == [6600, 16000]
    assert bureau.cancel_settlement(paid.key).total_fen == -22600
    assert bureau.query_settlement(paid.key).taken_back
    bureau.withdraw_fees(who, opened)
    bureau.cancel_visit(who, opened)
    bureau.sign_out(signed_in.number, "001")


def purchase(shop: Client, card: Credential) -> None:
    """A purchase that is taken back, and one that is sent twice and reversed."""
    now = datetime.now(CHINA)
    who = shop.identify_person(card).patient
    basket = Purchase(who, card, now, [FeeLine(f"{now:%H%M%S%f}", AMOXICILLIN, "16.50", "2", now)])
    shown = shop.preview_pharmacy(basket)
    paid = shop.settle_pharmacy(basket)
    assert (shown.total_fen, shown.cash_fen, paid.total_fen) == (3300, paid.cash_fen, 3300)
    shop.cancel_pharmacy(paid.key)
    again = replace(basket, lines=[replace(basket.lines[0], number=f"{now:%H%M%S%f}2")])
    message = shop.prepare(messages.settle_pharmacy(again))
    assert shop.ask(message) == shop.ask(message) == shop.settle_safely(message)
    shop.reverse(who.number, message.message_id, message.number)
    assert shop.query_settlement(SettlementKey(who.number, message_id=message.message_id)).taken_back


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("scheme", ["none", "A", "B"])
def test_every_message_goes_through(scheme: str, kind: str, running: Served) -> None:
    base = f"http://127.0.0.1:{running.port}"
    with Sandbox(base) as sandbox:
        world = World(sandbox.world(), local_day(system_clock()))
        patient = world.family(FAMILY_OF[REGION_OF[scheme]])[-1]
        hospital = institution(world, REGION_OF[scheme], LEVEL_OF[scheme], scheme)
        with connected(kind, base, hospital) as at:
            digits = Phone(sandbox, patient).code(None)
            visit(at.client, patient, digits, Credential.card(patient.card))
        customer = world.family(FAMILY_OF[SHOP_REGION[scheme]])[1]
        shop = institution(world, SHOP_REGION[scheme], "pharmacy", scheme)
        with connected(kind, base, shop) as counter:
            purchase(counter.client, Credential.card(customer.card))
        assert {*at.numbers, *counter.numbers} == set(SERVED)
        after = World(sandbox.world(), world.today)
        assert after.document["persons"] == world.document["persons"]


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("scheme", ["A", "B"])
def test_a_wrong_secret_is_told_as_such(scheme: str, kind: str, running: Served) -> None:
    base = f"http://127.0.0.1:{running.port}"
    with Sandbox(base) as sandbox:
        world = World(sandbox.world(), local_day(system_clock()))
    right = institution(world, REGION_OF[scheme], LEVEL_OF[scheme], scheme)
    wrong = replace(right, signing=signing_of(scheme, "nobody", "nothing"))
    with connected(kind, base, wrong) as at, pytest.raises(NotSigned):
        at.client.sign_in("001")
