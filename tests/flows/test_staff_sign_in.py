"""Staff sign in with a password and six digits: once each, not too often, and never after they have left."""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest

from qinji.api.app import create_app
from qinji.credential.first_secrets import FirstSecrets
from qinji.flows import employ_staff, end_staff, reset_staff
from qinji.flows.sign_in_staff import STAFF_RATE
from qinji.institution import queries
from qinji.institution.model import StaffMember
from qinji.kernel.actor import StaffRole
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.platform.database import Address
from qinji.platform.passwords import PASSWORDS
from tests.bureau import Bureau, open_bureau
from tests.door import BASE, Caller

REVIEWER = StaffMember("R010", "沈某", StaffRole.REVIEWER)
OWN = "桃花潭水深千尺不及汪伦送我情"
ADMINISTRATOR = "os:test"


@dataclass
class Staff:
    """A member of staff with their papers in hand, before the JSON door of a production bureau."""

    bureau: Bureau
    client: httpx.AsyncClient
    first: FirstSecrets
    staff_id: str = REVIEWER.staff_id
    secret: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.take(self.first)

    def take(self, first: FirstSecrets) -> None:
        """Scan what was handed out."""
        (text,) = parse_qs(urlsplit(first.uri).query)["secret"]
        self.first, self.secret = first, base64.b32decode(text)

    def digits(self) -> str:
        """What the app shows now."""
        return pyotp.TOTP(base64.b32encode(self.secret).decode()).at(self.bureau.clock())

    async def sign_in(
        self, password: str, *, code: str | None = None, new: str | None = None
    ) -> httpx.Response:
        """One try, with the digits of now where no others are said."""
        body: dict[str, Any] = {"name": self.staff_id, "password": password, "code": code or self.digits()}
        return await self.client.post("/staff/sign-ins", json=body | ({"new_password": new} if new else {}))

    async def signed_in(self, password: str, new: str | None = None) -> Caller:
        """A try that succeeds, half a minute after whatever was before."""
        self.bureau.later(seconds=30)
        answer = await self.sign_in(password, new=new)
        assert answer.status_code == 201, answer.text
        return Caller(self.client, answer.json()["token"])


def code_of(answer: httpx.Response) -> str:
    """The refusal's code."""
    assert answer.status_code >= 400, answer.text
    code: str = answer.json()["code"]
    return code


@pytest.fixture
async def staff(address: Address, tmp_path: Path) -> AsyncIterator[Staff]:
    """A reviewer who was employed a moment ago; the door is a production one."""
    async with AsyncExitStack() as stack:
        bureau = await stack.enter_async_context(open_bureau(address, tmp_path))
        first = await employ_staff.run(employ_staff.EmployStaff(REVIEWER, ADMINISTRATOR), bureau.runtime)
        assert isinstance(first, FirstSecrets)
        app = create_app(replace(bureau.runtime, production=True))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE)
        yield Staff(bureau, await stack.enter_async_context(client), first)


async def test_the_first_password_is_exchanged_and_the_own_one_signs_in_from_then_on(staff: Staff) -> None:
    assert code_of(await staff.sign_in(staff.first.password)) == "PASSWORD_TO_CHANGE"
    caller = await staff.signed_in(staff.first.password, OWN)
    assert (await caller.ok("GET", "/staff/reviews"))["items"] == []
    staff.bureau.later(seconds=30)
    assert code_of(await staff.sign_in(staff.first.password)) == "STAFF_SIGN_IN_WRONG"
    again = await staff.signed_in(OWN)
    await again.ok("GET", "/staff/reviews")
    async with staff.bureau.runtime.database.reading() as connection:
        acts = await queries.staff_acts(connection, REVIEWER.staff_id)
    assert [(act.action, act.actor) for act in acts] == [
        ("employ", ADMINISTRATOR),
        ("sign_in_new_password", "staff:R010"),
        ("sign_in", "staff:R010"),
    ]


async def test_digits_are_good_once(staff: Staff) -> None:
    await staff.signed_in(staff.first.password, OWN)
    assert code_of(await staff.sign_in(OWN)) == "STAFF_SIGN_IN_WRONG"
    earlier = staff.digits()
    staff.bureau.later(seconds=30)
    assert (await staff.sign_in(OWN)).status_code == 201
    assert code_of(await staff.sign_in(OWN, code=earlier)) == "STAFF_SIGN_IN_WRONG"


async def test_of_two_that_come_at_once_with_the_same_digits_one_is_let_in(staff: Staff) -> None:
    await staff.signed_in(staff.first.password, OWN)
    staff.bureau.later(seconds=30)
    answers = await asyncio.gather(*(staff.sign_in(OWN) for _ in range(4)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 401: 3}


async def test_whatever_is_wrong_is_answered_alike_and_costs_the_same(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    await staff.signed_in(staff.first.password, OWN)
    staff.bureau.later(seconds=30)
    checked: list[str] = []
    matches = PASSWORDS.matches

    async def watched(kept: str, password: str) -> bool:
        checked.append(password)
        return await matches(kept, password)

    monkeypatch.setattr(PASSWORDS, "matches", watched)
    nobody = with_id(staff, "R999")
    without = with_id(staff, "C001")
    answers = [
        await staff.sign_in("not the password at all"),
        await staff.sign_in(OWN, code="000000"),
        await staff.sign_in(""),
        await nobody.sign_in(OWN),
        await without.sign_in(OWN),
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}
    assert len(checked) == len(answers)
    assert (await staff.sign_in(OWN)).status_code == 201


def with_id(staff: Staff, staff_id: str) -> Staff:
    """Somebody else's id with the same papers."""
    return Staff(staff.bureau, staff.client, staff.first, staff_id)


async def test_after_ten_tries_the_id_is_locked_for_who_is_right_too_and_free_after_the_time(
    staff: Staff,
) -> None:
    await staff.signed_in(staff.first.password, OWN)
    staff.bureau.later(minutes=15)
    for _ in range(STAFF_RATE.times):
        assert code_of(await staff.sign_in("not the password at all")) == "STAFF_SIGN_IN_WRONG"
    locked = await staff.sign_in(OWN)
    assert (locked.status_code, code_of(locked)) == (429, "TOO_MANY_TRIES")
    # Another way to write the id is the same id, and another id is not locked.
    assert code_of(await with_id(staff, " r010 ").sign_in(OWN)) == "TOO_MANY_TRIES"
    assert code_of(await with_id(staff, "R011").sign_in(OWN)) == "STAFF_SIGN_IN_WRONG"
    staff.bureau.later(seconds=int(locked.headers["retry-after"]))
    assert (await staff.sign_in(OWN)).status_code == 201


async def test_an_id_that_nobody_has_is_locked_like_any_other(staff: Staff) -> None:
    nobody = with_id(staff, "R999")
    for _ in range(STAFF_RATE.times):
        assert code_of(await nobody.sign_in(OWN)) == "STAFF_SIGN_IN_WRONG"
    assert code_of(await nobody.sign_in(OWN)) == "TOO_MANY_TRIES"


async def test_a_first_password_ends_after_three_days(staff: Staff) -> None:
    staff.bureau.later(days=3, seconds=1)
    assert code_of(await staff.sign_in(staff.first.password, new=OWN)) == "STAFF_SIGN_IN_WRONG"


@pytest.mark.parametrize("new", ["too short", "same"])
async def test_a_weak_password_is_refused_and_uses_nothing_up(staff: Staff, new: str) -> None:
    weak = staff.first.password if new == "same" else new
    assert code_of(await staff.sign_in(staff.first.password, new=weak)) == "REQUEST_INVALID"
    assert (await staff.sign_in(staff.first.password, new=OWN)).status_code == 201


async def test_who_has_left_is_out_at_the_very_next_call_and_never_comes_in_again(staff: Staff) -> None:
    caller = await staff.signed_in(staff.first.password, OWN)
    await caller.ok("GET", "/staff/reviews")
    runtime = staff.bureau.runtime
    ended = await end_staff.run(end_staff.EndStaff(REVIEWER.staff_id, ADMINISTRATOR), runtime)
    assert isinstance(ended, StaffMember)
    assert await caller.refused("GET", "/staff/reviews") == "NOT_SIGNED_IN"
    staff.bureau.later(seconds=30)
    assert code_of(await staff.sign_in(OWN)) == "STAFF_SIGN_IN_WRONG"
    for again in (
        await end_staff.run(end_staff.EndStaff(REVIEWER.staff_id, ADMINISTRATOR), runtime),
        await reset_staff.run(reset_staff.ResetStaff(REVIEWER.staff_id, ADMINISTRATOR), runtime),
        await end_staff.run(end_staff.EndStaff("R999", ADMINISTRATOR), runtime),
    ):
        assert isinstance(again, Refused)
        assert again.code is RefusalCode.STAFF_UNKNOWN
    taken = await employ_staff.run(employ_staff.EmployStaff(REVIEWER, ADMINISTRATOR), runtime)
    assert isinstance(taken, Refused)
    assert taken.code is RefusalCode.STAFF_EXISTS


async def test_new_secrets_end_the_old_ones_and_whoever_is_signed_in_with_them(staff: Staff) -> None:
    caller = await staff.signed_in(staff.first.password, OWN)
    told = await reset_staff.run(
        reset_staff.ResetStaff(REVIEWER.staff_id, ADMINISTRATOR), staff.bureau.runtime
    )
    assert isinstance(told, FirstSecrets)
    assert await caller.refused("GET", "/staff/reviews") == "NOT_SIGNED_IN"
    staff.bureau.later(seconds=30)
    assert code_of(await staff.sign_in(OWN)) == "STAFF_SIGN_IN_WRONG"
    staff.take(told)
    await staff.signed_in(told.password, OWN + "二")


async def test_a_changed_password_ends_every_other_sign_in(staff: Staff) -> None:
    caller = await staff.signed_in(staff.first.password, OWN)
    fresh = await staff.signed_in(OWN, OWN + "二")
    assert await caller.refused("GET", "/staff/reviews") == "NOT_SIGNED_IN"
    await fresh.ok("GET", "/staff/reviews")


async def test_production_picks_nobody_and_the_sandbox_nobody_who_has_left(staff: Staff) -> None:
    picked = await staff.client.post("/staff/sign-ins", json={"name": REVIEWER.name})
    assert code_of(picked) == "SANDBOX_ONLY"
    sandbox = httpx.ASGITransport(create_app(staff.bureau.runtime))
    async with httpx.AsyncClient(transport=sandbox, base_url=BASE) as client:
        assert (await client.post("/staff/sign-ins", json={"name": REVIEWER.name})).status_code == 201
        await end_staff.run(end_staff.EndStaff(REVIEWER.staff_id, ADMINISTRATOR), staff.bureau.runtime)
        gone = await client.post("/staff/sign-ins", json={"name": REVIEWER.name})
    assert code_of(gone) == "NOT_FOUND"


async def test_a_cashier_needs_an_institution_that_is_there(staff: Staff) -> None:
    cashier = StaffMember("T010", "某", StaffRole.CASHIER, "P00000000000")
    refused = await employ_staff.run(employ_staff.EmployStaff(cashier, ADMINISTRATOR), staff.bureau.runtime)
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.INSTITUTION_UNKNOWN


async def test_no_password_and_no_second_factor_stands_in_the_clear(staff: Staff) -> None:
    await staff.signed_in(staff.first.password, OWN)
    hidden = [
        text.encode() for text in (staff.first.password, OWN, base64.b32encode(staff.secret).decode())
    ] + [staff.secret]
    async with staff.bureau.runtime.database.reading() as connection:
        for (table,) in await connection.fetch("select tablename from pg_tables where schemaname = 'public'"):
            for row in await connection.fetch(f'select * from "{table}"'):
                for value in row.values():
                    found = value if isinstance(value, bytes) else str(value).encode()
                    assert not any(secret in found for secret in hidden), table
