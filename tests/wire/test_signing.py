"""Signed institutions at a whole bureau: they settle, and no key, nonce or scheme outlives the moment it ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from qinji.entry.sandbox.load import describe, open_sandbox
from qinji.entry.sandbox.model import Institution
from qinji.flows import change_scheme, find_senders, issue_key, revoke_key
from qinji.flows.parts.commands import Sender
from qinji.institution import queries
from qinji.kernel.dates import milliseconds
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.kernel.signing import headers_a, headers_b
from qinji.platform.database import Address
from qinji.platform.postgres_server import RunningServer
from tests.bureau import SEED, Bureau, open_bureau
from tests.till import Till, line

MISSING, NOBODY, DIFFERS = "缺少服务网关的请求头!", "非法用户!", "签名不一致!"
SENDERS = 32
ACTOR = "os:test"
REGIONS = ("990100", "990200", "420100")


def place(bureau: Bureau, scheme: str, region: str = "990100") -> Institution:
    """The institution of a region that signs by this scheme."""
    return next(i for i in bureau.world.institutions if (i.region, i.scheme) == (region, scheme))


async def post(
    bureau: Bureau, institution: Institution, headers: Mapping[str, str], number: str = "1201"
) -> Any:
    """A message of this institution with these headers; the body of the answer."""
    body = {
        "infno": number,
        "msgid": bureau.message_id(institution.code),
        "fixmedins_code": institution.code,
        "input": {"medinsinfo": {"fixmedins_code": institution.code}},
    }
    sent = json.dumps(body).encode()
    answer = await bureau.gateway.answer({"content-type": "application/json", **headers}, sent)
    return json.loads(answer.body)


def by_a(bureau: Bureau, access_key: str, secret: str, number: str = "1201") -> dict[str, str]:
    """The headers of scheme A now."""
    return headers_a(number, access_key, secret, milliseconds(bureau.clock()))


def by_b(bureau: Bureau, access_key: str, secret: str, nonce: str) -> dict[str, str]:
    """The headers of scheme B now."""
    return headers_b(access_key, secret, milliseconds(bureau.clock()) // 1000, nonce)


@pytest_asyncio.fixture
async def two(address: Address, tmp_path: Path) -> AsyncIterator[tuple[Bureau, Bureau]]:
    """Two gateways on one database."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_bureau(address, tmp_path))
        second = await stack.enter_async_context(open_bureau(address, tmp_path))
        yield first, second


async def issued(bureau: Bureau, code: str) -> issue_key.KeyIssued:
    """One more key."""
    found = await issue_key.run(issue_key.IssueKey(code, ACTOR), bureau.runtime)
    assert isinstance(found, issue_key.KeyIssued), found
    return found


async def revoke(bureau: Bureau, access_key: str) -> None:
    """End a key."""
    found = await revoke_key.run(revoke_key.RevokeKey(access_key, ACTOR), bureau.runtime)
    assert isinstance(found, revoke_key.KeyRevoked), found


# They settle.


@pytest.mark.parametrize("mode", ["sandbox", "production"])
async def test_institutions_that_sign_by_a_and_by_b_settle_and_take_back(
    address: Address, tmp_path: Path, mode: str
) -> None:
    async with open_bureau(address, tmp_path, mode) as bureau:
        till, patient = Till(bureau), bureau.family("女儿")[0]
        before = await till.balance(patient)
        for level, scheme in (("2", "A"), ("3", "B")):
            bill = await till.visit(patient, [line("A", "300.00")], level)
            assert bill.institution == place(bureau, scheme, patient.region).code
            assert bill.fen("medfee_sumamt") == 30_000
            assert bill.paid == bill.previewed
            await till.cancel(bill)
        assert await till.balance(patient) == before


async def test_in_each_area_one_institution_signs_by_a_and_one_by_b(bureau: Bureau) -> None:
    told: Any = await describe(await open_sandbox(SEED, bureau.runtime), bureau.runtime, "")
    for region in REGIONS:
        here = [one for one in told["institutions"] if one["region"] == region]
        assert sorted(one["scheme"] for one in here) == ["A", "B", "none", "none"]
        assert all(bool(one["secret"]) == (one["scheme"] != "none") for one in here)


async def test_production_refuses_an_institution_that_does_not_sign_over_http(
    address: Address, tmp_path: Path
) -> None:
    async with open_bureau(address, tmp_path, "production") as bureau:
        code = bureau.institution("990100", "1")
        transport = httpx.ASGITransport(bureau.gateway)
        async with httpx.AsyncClient(transport=transport, base_url="http://bureau") as client:
            body = {"infno": "1201", "msgid": "m1", "fixmedins_code": code, "input": {}}
            answer = await client.post("/fsi/api/", json=body)
        assert (answer.status_code, answer.headers["x-qinji-mode"]) == (200, "production")
        assert answer.json()["infcode"] == -1
        assert "正式环境不接受未签名的报文" in answer.json()["err_msg"]


# What is turned away leaves nothing behind.


@pytest.mark.parametrize("scheme", ["A", "B"])
async def test_a_message_turned_away_is_not_remembered_and_moves_nothing(bureau: Bureau, scheme: str) -> None:
    till, patient = Till(bureau), bureau.family("女儿")[0]
    hospital = place(bureau, scheme, patient.region)
    visit, _ = await till.register(patient, hospital.code)
    before = await till.balance(patient)
    async with bureau.runtime.database.reading() as connection:
        rows = await connection.fetchval("select count(*) from inbox")
    document = {
        "infno": "2202",
        "msgid": "turned-away",
        "fixmedins_code": hospital.code,
        "input": {"data": {"psn_no": patient.number, "mdtrt_id": visit, "ipt_otp_no": "1"}},
    }
    sent = json.dumps(document).encode()
    turned = json.loads((await bureau.gateway.answer({}, sent)).body)
    assert turned.get("code", turned.get("errcode")) in {401, 40101}
    async with bureau.runtime.database.reading() as connection:
        assert await connection.fetchval("select count(*) from inbox") == rows
    assert await till.balance(patient) == before
    signed = bureau.signed("2202", hospital.code)
    assert json.loads((await bureau.gateway.answer(signed, sent)).body)["infcode"] == 0


async def test_neither_secret_nor_signature_is_logged(bureau: Bureau) -> None:
    hospital = place(bureau, "A")
    good = by_a(bureau, hospital.access_key, hospital.secret)
    with capture_logs() as logged:
        await post(bureau, hospital, {**good, "_api_version": "2"})
        await post(bureau, hospital, good)
    assert [entry["event"] for entry in logged] == ["message turned away"]
    assert hospital.secret not in str(logged)
    assert good["_api_signature"] not in str(logged)


# Keys.


async def test_two_keys_are_valid_at_once_and_a_third_is_refused(bureau: Bureau) -> None:
    hospital = place(bureau, "A")
    second = await issued(bureau, hospital.code)
    assert second.beside == 1
    third = await issue_key.run(issue_key.IssueKey(hospital.code, ACTOR), bureau.runtime)
    assert isinstance(third, Refused)
    assert third.code is RefusalCode.KEYS_FULL
    for key in ((hospital.access_key, hospital.secret), (second.access_key, second.secret)):
        assert (await post(bureau, hospital, by_a(bureau, *key)))["infcode"] == 0
    await revoke(bureau, hospital.access_key)
    old = await post(bureau, hospital, by_a(bureau, hospital.access_key, hospital.secret))
    assert old == {"code": 401, "message": NOBODY}
    assert (await post(bureau, hospital, by_a(bureau, second.access_key, second.secret)))["infcode"] == 0
    await issued(bureau, hospital.code)


async def test_of_keys_that_are_asked_for_at_the_same_moment_only_two_are_given(bureau: Bureau) -> None:
    code = bureau.institution("990100", "1")
    command = issue_key.IssueKey(code, ACTOR)
    found = await asyncio.gather(*(issue_key.run(command, bureau.runtime) for _ in range(4)))
    given = [one for one in found if isinstance(one, issue_key.KeyIssued)]
    refused = [one.code for one in found if isinstance(one, Refused)]
    async with bureau.runtime.database.reading() as connection:
        kept = await queries.valid_keys(connection, [code])
    assert {key.access_key for key in kept} == {one.access_key for one in given}
    assert (len(given), refused) == (2, [RefusalCode.KEYS_FULL] * 2)


async def test_a_key_is_revoked_once_and_an_unknown_one_never(bureau: Bureau) -> None:
    hospital = place(bureau, "A")
    await revoke(bureau, hospital.access_key)
    for access_key in (hospital.access_key, "nobody's"):
        found = await revoke_key.run(revoke_key.RevokeKey(access_key, ACTOR), bureau.runtime)
        assert isinstance(found, Refused)
        assert found.code is RefusalCode.KEY_UNKNOWN


async def test_the_key_of_another_institution_is_a_strangers(bureau: Bureau) -> None:
    first, second = place(bureau, "A", "990100"), place(bureau, "A", "990200")
    answer = await post(bureau, first, by_a(bureau, second.access_key, second.secret))
    assert answer == {"code": 401, "message": NOBODY}
    third, fourth = place(bureau, "B", "990100"), place(bureau, "B", "990200")
    answer = await post(bureau, third, by_b(bureau, fourth.access_key, fourth.secret, "n"))
    assert answer["errcode"] == 40103


async def test_after_a_revocation_is_committed_no_gateway_takes_the_key(two: tuple[Bureau, Bureau]) -> None:
    hospital, revoked, over = place(two[0], "A"), asyncio.Event(), asyncio.Event()
    counts = {"before": 0, "accepted after": 0, "refused after": 0}

    async def send(bureau: Bureau) -> None:
        while not over.is_set():
            late = revoked.is_set()
            answer = await post(bureau, hospital, by_a(bureau, hospital.access_key, hospital.secret))
            if late:
                accepted = answer.get("infcode") == 0
                counts["accepted after" if accepted else "refused after"] += 1
                assert accepted or answer == {"code": 401, "message": NOBODY}
            else:
                counts["before"] += 1
            if counts["before"] >= 2 * SENDERS and not late:
                busy.set()
            if counts["refused after"] + counts["accepted after"] >= 4 * SENDERS:
                over.set()

    busy = asyncio.Event()
    async with asyncio.TaskGroup() as senders:
        for number in range(SENDERS):
            senders.create_task(send(two[number % 2]))
        await busy.wait()
        await revoke(two[0], hospital.access_key)
        revoked.set()
    assert counts["accepted after"] == 0
    assert counts["refused after"] >= 4 * SENDERS


async def test_what_was_done_about_an_institution_is_kept_without_the_secret(bureau: Bureau) -> None:
    hospital = place(bureau, "A")
    second = await issued(bureau, hospital.code)
    await revoke(bureau, hospital.access_key)
    command = change_scheme.ChangeScheme(hospital.code, "B", ACTOR)
    assert await change_scheme.run(command, bureau.runtime) == change_scheme.SchemeChanged(1)
    async with bureau.runtime.database.reading() as connection:
        trail = await queries.acts(connection, hospital.code)
    assert [(act.actor, act.action, act.detail) for act in trail] == [
        (ACTOR, "issue_key", second.access_key),
        (ACTOR, "revoke_key", hospital.access_key),
        (ACTOR, "change_scheme", "B"),
    ]
    assert second.secret not in str(trail)


# What stands now counts.


async def test_another_scheme_counts_from_the_next_message_on(two: tuple[Bureau, Bureau]) -> None:
    hospital = place(two[0], "A")
    key = (hospital.access_key, hospital.secret)
    assert (await post(two[1], hospital, by_a(two[1], *key)))["infcode"] == 0
    command = change_scheme.ChangeScheme(hospital.code, "B", ACTOR)
    assert await change_scheme.run(command, two[0].runtime) == change_scheme.SchemeChanged(1)
    assert (await post(two[1], hospital, by_a(two[1], *key)))["errcode"] == 40101
    assert (await post(two[1], hospital, by_b(two[1], *key, nonce="n")))["infcode"] == 0


async def test_an_institution_that_was_struck_off_is_unknown_from_the_next_message_on(
    bureau: Bureau, address: Address, postgres: RunningServer
) -> None:
    hospital = place(bureau, "none")
    assert (await post(bureau, hospital, {}))["infcode"] == 0
    postgres.execute(f"delete from institution where code = '{hospital.code}'", address.name, "qinji_owner")
    assert "不存在或未定点" in (await post(bureau, hospital, {}))["err_msg"]


async def test_a_world_that_was_loaded_before_institutions_signed_tells_that_they_do_not(
    bureau: Bureau, address: Address, postgres: RunningServer
) -> None:
    postgres.execute("update institution set scheme = 'none'", address.name, "qinji_owner")
    postgres.execute("delete from institution_key", address.name, "qinji_owner")
    told: Any = await describe(await open_sandbox(SEED, bureau.runtime), bureau.runtime, "")
    assert {(one["scheme"], one["access_key"], one["secret"]) for one in told["institutions"]} == {
        ("none", "", "")
    }
    assert (await post(bureau, place(bureau, "A"), {}))["infcode"] == 0


async def test_the_sandbox_shows_the_newest_key(bureau: Bureau) -> None:
    hospital = place(bureau, "A")
    bureau.later(seconds=1)
    newest = await issued(bureau, hospital.code)
    told: Any = await describe(await open_sandbox(SEED, bureau.runtime), bureau.runtime, "")
    shown = next(one for one in told["institutions"] if one["fixmedins_code"] == hospital.code)
    assert (shown["access_key"], shown["secret"]) == (newest.access_key, newest.secret)


async def test_senders_of_one_moment_are_read_together_and_later_ones_anew(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    reading, going_on = asyncio.Event(), asyncio.Event()
    run = find_senders.run

    async def watched(codes: list[str], decrypt: Any, deps: Any) -> list[Sender | None]:
        reads.append(len(codes))
        found = await run(codes, decrypt, deps)
        reading.set()
        await going_on.wait()
        return found

    monkeypatch.setattr(find_senders, "run", watched)
    hospital = place(bureau, "A")
    first = asyncio.gather(*(bureau.flows.sender(hospital.code) for _ in range(64)))
    await reading.wait()
    later = asyncio.create_task(bureau.flows.sender(hospital.code))
    command = change_scheme.ChangeScheme(hospital.code, "B", ACTOR)
    await change_scheme.run(command, bureau.runtime)
    going_on.set()
    assert [one.scheme for one in await first if one is not None] == ["A"] * 64
    sender = await later
    assert sender is not None
    assert (sender.scheme, reads) == ("B", [64, 1])


# Nonces.


async def test_a_nonce_that_one_gateway_took_is_refused_by_another(two: tuple[Bureau, Bureau]) -> None:
    hospital = place(two[0], "B")
    headers = by_b(two[0], hospital.access_key, hospital.secret, "once")
    assert (await post(two[0], hospital, headers))["infcode"] == 0
    assert [(await post(one, hospital, headers))["errcode"] for one in two] == [40104, 40104]


async def test_of_many_copies_at_the_same_moment_one_is_taken(two: tuple[Bureau, Bureau]) -> None:
    hospital = place(two[0], "B")
    for turn in range(5):
        headers = by_b(two[0], hospital.access_key, hospital.secret, f"turn-{turn}")
        answers = await asyncio.gather(*(post(two[n % 2], hospital, headers) for n in range(SENDERS)))
        assert sorted(one["infcode"] for one in answers) == [-1] * (SENDERS - 1) + [0]


async def test_only_nonces_of_signed_messages_are_kept_and_old_ones_are_forgotten(bureau: Bureau) -> None:
    hospital = place(bureau, "B")
    key = (hospital.access_key, hospital.secret)
    await post(bureau, hospital, by_b(bureau, hospital.access_key, "wrong", "unsigned"))
    await post(bureau, hospital, by_b(bureau, *key, nonce="old"))
    assert await kept(bureau) == {"old"}
    bureau.later(minutes=10)
    await post(bureau, hospital, by_b(bureau, *key, nonce="middle"))
    assert await kept(bureau) == {"old", "middle"}
    bureau.later(seconds=1)
    await post(bureau, hospital, by_b(bureau, *key, nonce="new"))
    assert await kept(bureau) == {"middle", "new"}


async def test_a_message_from_a_clock_ahead_cannot_come_again_while_it_is_in_time(bureau: Bureau) -> None:
    hospital = place(bureau, "B")
    seconds = milliseconds(bureau.clock()) // 1000 + 300
    headers = headers_b(hospital.access_key, hospital.secret, seconds, "ahead")
    assert (await post(bureau, hospital, headers))["infcode"] == 0
    bureau.later(seconds=599)
    await post(bureau, hospital, by_b(bureau, hospital.access_key, hospital.secret, "another"))
    assert (await post(bureau, hospital, headers))["errcode"] == 40104
    bureau.later(seconds=2)
    assert (await post(bureau, hospital, headers))["errcode"] == 40102


async def kept(bureau: Bureau) -> set[str]:
    """The nonces that the database remembers."""
    async with bureau.runtime.database.reading() as connection:
        return {row["nonce"] for row in await connection.fetch("select nonce from nonce")}
