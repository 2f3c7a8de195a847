"""In production the digits of a sign-in leave by SMS and stand nowhere else; whose number it is nobody can try out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from qinji.api.app import create_app
from qinji.entry.sending import Sender
from qinji.entry.settings import Settings
from qinji.flows.begin_sign_in import SENT_RATES
from qinji.flows.parts.caution import Safety
from qinji.platform.database import Address
from tests.bureau import Bureau, open_bureau
from tests.counting import counted
from tests.door import BASE
from tests.reader import Reader, open_reader, words
from tests.receiver import Receiver, open_receiver

FAMILY = "女儿与不用智能手机的母亲"
NOBODY = "9901000099990001"
DIGITS = re.compile(r"验证码 ([0-9]{6}),")


@dataclass
class Served:
    """A bureau in production with a gateway of SMS on this machine."""

    bureau: Bureau
    receiver: Receiver
    client: httpx.AsyncClient
    sender: Sender

    async def begun(self, number: str) -> httpx.Response:
        """Somebody asks for digits, and the SMS arrives."""
        answer = await self.client.post("/sign-ins", json={"psn_no": number})
        await self.sender.settled()
        return answer

    def digits(self) -> str:
        """The digits of the newest SMS."""
        found = DIGITS.search(self.receiver.letters[-1]["text"])
        assert found
        return found[1]

    async def token(self, number: str) -> str:
        """Signed in by SMS."""
        begun = (await self.begun(number)).json()
        done = await self.client.post(f"/sign-ins/{begun['id']}", json={"code": self.digits()})
        assert done.status_code == 200, done.text
        token: str = done.json()["token"]
        return token


@pytest.fixture
async def served(address: Address, tmp_path: Path) -> AsyncIterator[Served]:
    """The bureau, its receiver, and a phone."""
    async with AsyncExitStack() as stack:
        bureau = await stack.enter_async_context(open_bureau(address, tmp_path, safety=Safety()))
        receiver = await stack.enter_async_context(open_receiver())
        sender = Sender(Settings(sms_url=receiver.url))
        stack.push_async_callback(sender.close)
        bureau.runtime = replace(bureau.runtime, production=True, letters=sender)
        transport = httpx.ASGITransport(create_app(bureau.runtime))
        client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=BASE))
        yield Served(bureau, receiver, client, sender)


def number_of(served: Served) -> str:
    """The daughter's number."""
    return served.bureau.family(FAMILY)[0].number


async def test_the_digits_come_by_sms_alone_and_open_the_session(served: Served) -> None:
    begun = await served.begun(number_of(served))
    assert (begun.status_code, begun.json()["sandbox_code"]) == (201, None)
    (letter,) = served.receiver.letters
    assert (letter["way"], letter["to"]) == ("sms", number_of(served))
    assert "用于登录医保亲情账户" in letter["text"]
    assert served.digits() not in begun.text
    wrong = await served.client.post(f"/sign-ins/{begun.json()['id']}", json={"code": "000000"})
    assert wrong.json()["code"] == "SIGN_IN_WRONG"
    done = await served.client.post(f"/sign-ins/{begun.json()['id']}", json={"code": served.digits()})
    assert done.status_code == 200
    me = await served.client.get("/me", headers={"Authorization": f"Bearer {done.json()['token']}"})
    assert me.status_code == 200


async def test_a_number_of_nobody_is_answered_and_counted_like_any_other_and_nothing_is_sent(
    served: Served,
) -> None:
    answers = [[await served.begun(number) for _ in range(2)] for number in (number_of(served), NOBODY)]
    known, unknown = ([(one.status_code, shape(one.json())) for one in both] for both in answers)
    assert known == unknown
    assert [status for status, _ in known] == [201, 429]
    assert [letter["to"] for letter in served.receiver.letters] == [number_of(served)]
    forged = await served.client.post(f"/sign-ins/{answers[1][0].json()['id']}", json={"code": "123456"})
    assert forged.json()["code"] == "SIGN_IN_WRONG"


def shape(reply: Mapping[str, Any]) -> dict[str, Any]:
    """A reply without what differs each time."""
    return {name: value for name, value in reply.items() if name not in {"id", "expires_at"}}


async def test_so_many_sms_a_day_and_no_more(served: Served) -> None:
    day = SENT_RATES[1].times
    for _ in range(day):
        assert (await served.begun(number_of(served))).status_code == 201
        served.bureau.later(minutes=1)
    assert (await served.begun(number_of(served))).json()["code"] == "TOO_MANY_TRIES"
    assert len(served.receiver.letters) == day


async def test_a_stranger_who_asks_all_day_keeps_nobody_from_the_phone_they_have_used_before(
    served: Served,
) -> None:
    number = number_of(served)
    begun = (await served.begun(number)).json()
    signed_in = await served.client.post(f"/sign-ins/{begun['id']}", json={"code": served.digits()})
    device = signed_in.json()["device"]
    for _ in range(SENT_RATES[1].times):
        served.bureau.later(minutes=1)
        await served.begun(number)
    served.bureau.later(minutes=1)
    for body in ({"psn_no": number}, {"psn_no": number, "device": "somebody else's"}):
        strange = await served.client.post("/sign-ins", json=body)
        assert strange.json()["code"] == "TOO_MANY_TRIES"
    own = {"psn_no": number, "device": device}
    assert (await served.client.post("/sign-ins", json=own)).status_code == 201
    assert (await served.client.post("/sign-ins", json=own)).json()["code"] == "TOO_MANY_TRIES"
    await served.sender.settled()
    assert len(served.receiver.letters) == SENT_RATES[1].times + 1


@pytest.mark.parametrize("status", [500, 404, 0])
async def test_what_the_gateway_did_not_take_tells_nobody_whose_number_is_somebodys(
    served: Served, status: int
) -> None:
    served.receiver.answers.append(status)
    lost, nobodys = await served.begun(number_of(served)), await served.begun(NOBODY)
    assert (lost.status_code, shape(lost.json())) == (nobodys.status_code, shape(nobodys.json()))
    served.bureau.later(minutes=1)
    assert await served.token(number_of(served))


async def test_nobody_who_signs_in_waits_for_the_gateway_whose_time_would_tell_whose_number_is_somebodys(
    served: Served,
) -> None:
    served.receiver.holds = asyncio.Event()
    answer = await served.client.post("/sign-ins", json={"psn_no": number_of(served)})
    assert answer.status_code == 201
    await served.receiver.arrived.wait()
    served.receiver.holds.set()
    await served.sender.settled()
    assert len(served.receiver.letters) == 1


async def test_a_number_of_nobody_costs_the_database_the_same_statements(served: Served) -> None:
    asked = []
    for number in (number_of(served), NOBODY):
        with counted(served.bureau.runtime.database) as sent:
            await served.begun(number)
        asked.append([statement.split(" where ")[0] for statement in sent])
    assert asked[0] == asked[1]


async def test_a_step_up_that_was_not_sent_is_told_and_digits_of_a_sign_in_are_none_for_it(
    served: Served,
) -> None:
    bearer = {"Authorization": f"Bearer {await served.token(number_of(served))}"}
    served.receiver.answers.append(500)
    refused = await served.client.post("/step-ups", headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (503, "DIGITS_NOT_SENT")
    served.bureau.later(minutes=1)
    begun = (await served.begun(number_of(served))).json()
    wrong = await served.client.post(
        f"/step-ups/{begun['id']}", json={"code": served.digits()}, headers=bearer
    )
    assert wrong.json()["code"] == "SIGN_IN_WRONG"


async def test_a_step_up_says_in_its_sms_what_the_digits_open(served: Served) -> None:
    bearer = {"Authorization": f"Bearer {await served.token(number_of(served))}"}
    asked = await served.client.post("/step-ups", headers=bearer)
    assert (asked.status_code, asked.json()["sandbox_code"]) == (201, None)
    assert "用于开通、放宽或恢复家庭共济" in served.receiver.letters[-1]["text"]
    proven = await served.client.post(
        f"/step-ups/{asked.json()['id']}", json={"code": served.digits()}, headers=bearer
    )
    assert proven.status_code == 200


@asynccontextmanager
async def phone(served: Served) -> AsyncIterator[Reader]:
    """Somebody before the pages of the production bureau."""
    async with open_reader(served.bureau) as reader:
        yield reader


async def test_a_phone_signs_in_by_number_and_sms_and_the_page_names_nobody(served: Served) -> None:
    async with phone(served) as reader:
        assert "个人编号" in await reader.say("/sign-in")
        asked = await reader.client.post("/sign-in", data={"number": number_of(served), "next": "/"})
        await served.sender.settled()
        assert "编号登记过的手机会收到短信" in words(asked.text)
        assert served.digits() not in asked.text
        sign_in = re.search(r'name="sign_in" value="(\w+)"', asked.text)
        assert sign_in
        form = {"sign_in": sign_in[1], "digits": served.digits(), "next": "/"}
        done = await reader.client.post("/sign-in/digits", data=form)
        assert done.status_code == 303
        assert "¥500.00" in await reader.say("/me")
