"""A cashier signs in for real: password and six digits, the first password exchanged, nobody picked from a list."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp

from qinji.credential.first_secrets import FirstSecrets
from qinji.flows import employ_staff
from qinji.institution.model import StaffMember
from qinji.kernel.actor import StaffRole
from qinji.web.app import create_pages
from tests.bureau import Bureau
from tests.reader import words

OWN = "桃花潭水深千尺不及汪伦送我情"
PHARMACY = "P99020000001"
PATH = "/counter/sign-in"


async def test_in_production_a_cashier_needs_password_and_digits(bureau: Bureau) -> None:
    member = StaffMember("T900", "简某", StaffRole.CASHIER, PHARMACY)
    first = await employ_staff.run(employ_staff.EmployStaff(member, "os:test"), bureau.runtime)
    assert isinstance(first, FirstSecrets)
    (secret,) = parse_qs(urlsplit(first.uri).query)["secret"]
    pages = create_pages(replace(bureau.runtime, production=True), None, bureau.flows)
    transport = httpx.ASGITransport(pages)

    async with httpx.AsyncClient(transport=transport, base_url="http://bureau") as client:

        async def tried(password: str, **more: str) -> httpx.Response:
            bureau.later(seconds=30)
            digits = pyotp.TOTP(secret).at(bureau.clock())
            fields = {"staff": "t900", "password": password, "digits": digits, "next": "/counter/day", **more}
            return await client.post(PATH, data=fields)

        asked = await client.get(PATH)
        assert 'name="staff" value="T004"' not in asked.text
        for name in ("staff", "password", "digits", "new_password"):
            assert f'name="{name}"' in asked.text
        picked = await client.post(PATH, data={"staff": "T004"})
        assert (picked.status_code, "工号、密码或动态码不正确" in words(picked.text)) == (422, True)
        early = await tried(first.password)
        assert "首次登录须设置自己的密码" in words(early.text)
        assert re.search(r'class="field wrong"><label for="new_password"', early.text)
        assert first.password not in early.text
        assert "新密码应为" in words((await tried(first.password, new_password="短")).text)
        done = await tried(first.password, new_password=OWN)
        assert (done.status_code, done.headers["location"]) == (303, "/counter/day")
        assert "简某" in words((await client.get("/counter/day")).text)
        assert (await tried(first.password)).status_code == 422
        assert (await tried(OWN)).status_code == 303
