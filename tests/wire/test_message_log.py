"""The sandbox's message log: what was sent and answered, masked, shared, in order, and never in a message's way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from qinji.entry.sandbox import messages
from qinji.entry.sandbox.messages import MessageLog
from qinji.gateway.endpoint import Gateway
from qinji.platform import exchanges
from qinji.platform.database import Address, Database
from qinji.platform.exchanges import PLACES, Numbered
from tests.bureau import Bureau
from tests.unit.gateway.door import encoded
from tests.unit.gateway.examples import HOSPITAL, PHARMACY, request

IDENTITY, NAME, CARD, CODE = "99990119900307415X", "欧阳测试", "Q90417735", "2841970365129048375610293847"
JSON = "application/json"


def log_of(bureau: Bureau, database: Database | None = None) -> MessageLog:
    names = {one.code: one.name for one in bureau.world.institutions}
    return MessageLog(database or bureau.runtime.database, bureau.runtime.vault, names)


def door_of(bureau: Bureau, log: MessageLog) -> Gateway:
    runtime = bureau.runtime
    return Gateway(bureau.flows, bureau.clock, runtime.entropy, production=False, observers=[log])


async def send(door: Gateway, document: Any, content_type: str = JSON) -> dict[str, Any]:
    body = document if isinstance(document, bytes) else encoded(document)
    found = json.loads((await door.answer({"content-type": content_type}, body)).body)
    assert isinstance(found, dict)
    return found


async def read(log: MessageLog, sender: str | None = HOSPITAL.code, limit: int = 100) -> list[Numbered]:
    return (await log.listed(sender, None, limit, bodies=True))[0]


def asking(number: int) -> dict[str, Any]:
    return {**request("1201"), "msgid": f"{HOSPITAL.code}20260317{number:010d}"}


async def everything(bureau: Bureau) -> str:
    """Every value of the log's tables, as text."""
    async with bureau.runtime.database.reading() as connection:
        rows = [await connection.fetch(f"select * from {name}") for name in ("exchange", "exchange_count")]
    return "\n".join(str(value) for found in rows for row in found for value in row.values())


@asynccontextmanager
async def locked(address: Address) -> AsyncIterator[None]:
    """The log's table locked by somebody else."""
    owner = await asyncpg.connect(
        host=address.host, port=address.port, user="qinji_owner", database=address.name
    )
    try:
        async with owner.transaction():
            await owner.execute("lock table exchange in access exclusive mode")
            yield
    finally:
        await owner.close()


async def test_a_reader_sees_what_was_answered_before_it_asked_newest_first(bureau: Bureau) -> None:
    log = log_of(bureau)
    door = door_of(bureau, log)
    for number in ("1201", "1101", "9001"):
        await send(door, request(number))
    kept = await read(log)
    assert [one.exchanged.message_number for one in kept] == ["9001", "1101", "1201"]
    assert [one.number for one in kept] == [3, 2, 1]
    assert {one.exchanged.outcome for one in kept} == {"done"}
    assert json.loads(kept[0].exchanged.reply)["infcode"] == 0
    assert json.loads(kept[0].exchanged.request)["infno"] == "9001"
    assert json.loads(kept[0].exchanged.findings) == []


async def test_of_more_than_a_hundred_messages_the_last_hundred_stay(bureau: Bureau) -> None:
    log = log_of(bureau)
    door = door_of(bureau, log)
    for number in range(PLACES + 30):
        await send(door, asking(number))
    await send(door, request("2101"))
    kept = await read(log, limit=500)
    assert [one.number for one in kept] == list(range(PLACES + 30, 30, -1))
    assert kept[0].exchanged.message_id == asking(PLACES + 29)["msgid"]
    assert len(await read(log, PHARMACY.code)) == 1


async def test_two_processes_share_one_log_and_its_order(bureau: Bureau, address: Address) -> None:
    other = await Database.open(address)
    try:
        first, second = log_of(bureau), log_of(bureau, other)
        doors = [door_of(bureau, first), door_of(bureau, second)]
        await asyncio.gather(*(send(doors[number % 2], asking(number)) for number in range(80)))
        await asyncio.gather(first.flush(), second.flush())
        kept = await read(first, limit=500)
        assert [one.number for one in kept] == list(range(80, 0, -1))
        assert kept == await read(second, limit=500)
        assert (first.dropped, second.dropped) == (0, 0)
    finally:
        await other.close()


async def test_who_follows_misses_nothing(bureau: Bureau) -> None:
    log = log_of(bureau)
    door = door_of(bureau, log)
    for number in range(25):
        await send(door, asking(number))
    seen: list[int] = []
    after = 0
    for _ in range(4):
        found, last = await log.listed(HOSPITAL.code, after, 10, bodies=False)
        assert last == 25
        seen += [one.number for one in reversed(found)]
        after = seen[-1]
    assert seen == list(range(1, 26))


CANARY_BODIES = {
    "every field": encoded(
        {
            **request("2207"),
            "fixmedins_name": NAME,
            "msgid": IDENTITY,
            "opter": CARD,
            "infver": CODE,
            NAME: IDENTITY,
            "input": {
                "data": {
                    "psn_no": IDENTITY, "mdtrt_cert_type": NAME, "mdtrt_cert_no": CODE, "certno": IDENTITY,
                    "psn_name": NAME, "card_sn": CARD, "medfee_sumamt": IDENTITY, "mdtrt_id": CODE, "insutype": CARD,
                    "unheard_of": {"deep": [NAME, IDENTITY, int(CODE)]}, "exp_content": json.dumps({"tel": IDENTITY}),
                },
            },
        }
    ),
    "the institution's code": encoded({**request("1101"), "fixmedins_code": IDENTITY}),
    "the institution's code as a name": encoded({**request("1101"), "fixmedins_code": NAME}),
    "the message number": encoded({**request("1101"), "infno": CARD}),
    "broken JSON": f'{{"fixmedins_code":"{IDENTITY}","psn_name":"{NAME}" "{CARD}":{CODE}'.encode(),
    "no JSON": f"<psn><name>{NAME}</name><no>{IDENTITY}</no>{CARD} {CODE}</psn>".encode(),
    "a form": f"certno={IDENTITY}&psn_name={NAME}&card_sn={CARD}&ecToken={CODE}".encode(),
}  # fmt: skip


CHARSETS = (("utf-8", "utf-8"), ("gbk", "gbk"), ("gbk", "utf-8"), ("utf-16", "utf-8"))
"""How a body is written, and how it says it is."""


@pytest.mark.parametrize("case", CANARY_BODIES)
async def test_no_canary_is_in_the_database_or_in_what_the_log_answers(bureau: Bureau, case: str) -> None:
    log = log_of(bureau)
    door = door_of(bureau, log)
    for charset, declared in CHARSETS:
        body = CANARY_BODIES[case].decode().encode(charset)
        await send(door, body, f"application/json; charset={declared}")
    kept = await read(log, None)
    assert (len(kept), log.dropped) == (len(CHARSETS), 0)
    told = str(kept) + await everything(bureau) + str(await log.senders())
    assert not any(canary in told for canary in (IDENTITY, IDENTITY[:17], NAME, CARD, CODE))


async def test_an_unreadable_body_is_found_under_the_institution_that_it_names(bureau: Bureau) -> None:
    log = log_of(bureau)
    await send(door_of(bureau, log), f'{{"infno":"1101","fixmedins_code":"{HOSPITAL.code}",}}'.encode())
    (kept,) = await read(log)
    assert kept.exchanged.refusal == "MESSAGE_UNREADABLE"
    assert {one["rule"] for one in json.loads(kept.exchanged.findings)} >= {"broken_json"}
    assert '"infno":"1101"' in kept.exchanged.request


@pytest.mark.parametrize("typed", ["H9901000000", "h99010000001", "医院一号", "X-77", IDENTITY])
async def test_who_mistyped_the_code_finds_the_message_under_what_was_typed(
    bureau: Bureau, typed: str
) -> None:
    log = log_of(bureau)
    await send(door_of(bureau, log), {**request("1101"), "fixmedins_code": typed})
    (kept,) = await read(log, typed)
    assert kept.exchanged.refusal == "INSTITUTION_UNKNOWN"


async def test_a_message_that_is_not_signed_is_kept_with_that_reason(bureau: Bureau) -> None:
    log = log_of(bureau)
    signing = bureau.institution("990100", "2")
    await door_of(bureau, log).answer({}, encoded({**request("1101"), "fixmedins_code": signing}))
    (kept,) = await read(log, signing)
    first = json.loads(kept.exchanged.findings)[0]
    assert (kept.exchanged.outcome, first["severity"], first["rule"]) == ("not_signed", "error", "not_signed")
    assert first["text"] in kept.exchanged.reply


async def test_a_long_message_is_cut_and_says_so(bureau: Bureau) -> None:
    log = log_of(bureau)
    line = request("2204")["input"]["feedetail"][0]  # type: ignore[index,call-overload]
    await send(door_of(bureau, log), {**request("2204"), "input": {"feedetail": [line] * 1500}})
    (kept,) = await read(log)
    assert kept.exchanged.request.endswith("…(其余未保存)")
    assert len(kept.exchanged.request) < 300_000


async def test_a_message_is_answered_although_the_log_is_locked_and_what_is_lost_is_counted(
    bureau: Bureau, address: Address
) -> None:
    log = log_of(bureau)
    door = door_of(bureau, log)
    async with locked(address):
        for number in range(3):
            assert (await send(door, asking(number)))["infcode"] == 0
        await log.flush()
    assert log.dropped == 3
    assert (await send(door, asking(4)))["infcode"] == 0
    assert len(await read(log)) == 1


async def test_a_full_queue_drops_log_entries_and_never_a_message(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, real = asyncio.Event(), MessageLog._write

    async def slow(self: MessageLog, batch: list[Any]) -> list[None]:
        await gate.wait()
        return await real(self, batch)

    monkeypatch.setattr(MessageLog, "_write", slow)
    monkeypatch.setattr(messages, "QUEUE_MAX", 20)
    log = log_of(bureau)
    door = door_of(bureau, log)
    for number in range(70):
        assert (await send(door, asking(number)))["infcode"] == 0
    assert log.dropped == 50
    gate.set()
    assert len(await read(log)) == 20
    assert log.dropped == 50


async def test_messages_that_wait_have_a_bound_in_bytes(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "WAITING_BYTES_MAX", 1000)
    log = log_of(bureau)
    door = door_of(bureau, log)
    await send(door, {**asking(1), "opter_name": "x" * 2000})
    await send(door, {**asking(2), "input": {}})
    assert log.dropped == 1
    assert len(await read(log)) == 1


async def test_a_bug_in_the_log_costs_its_entry_only(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(bureau)
    door = door_of(bureau, log)
    real = MessageLog._entries

    def broken(self: MessageLog, batch: list[Any]) -> Any:
        if any(one.number == "1101" for one in batch):
            raise KeyError("a bug")
        return real(self, batch)

    monkeypatch.setattr(MessageLog, "_entries", broken)
    for number in ("1201", "1101", "9001"):
        assert (await send(door, request(number)))["infcode"] == 0
    assert [one.exchanged.message_number for one in await read(log)] == ["9001", "1201"]
    assert log.dropped == 1


async def test_there_is_a_bound_for_senders_that_nobody_knows(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanges, "SENDERS_MAX", 4)
    log = log_of(bureau)
    door = door_of(bureau, log)
    for number in range(10):
        await send(door, {**request("1101"), "fixmedins_code": f"H7700000000{number}"})
    assert (await send(door, request("1101")))["infcode"] == 0
    kept = await log.senders()
    assert HOSPITAL.code in kept
    assert len(kept) <= 6
    assert len(await read(log, "")) >= 5
