"""What holds for every page: who may see it, what it may load, that a form is ours, and how one reads it."""

from __future__ import annotations

import pytest

from tests.bureau import Bureau
from tests.reader import Reader, words

pytestmark = pytest.mark.asyncio


def somebody(bureau: Bureau) -> str:
    """Somebody with an active code."""
    return bureau.world.people[0].number


async def test_who_is_not_signed_in_is_asked_to_and_comes_back(reader: Reader) -> None:
    answer = await reader.client.get("/")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F"


async def test_a_page_loads_nothing_from_elsewhere_and_is_kept_by_nobody(reader: Reader) -> None:
    await reader.sign_in(somebody(reader.bureau))
    answer = await reader.client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text


async def test_a_session_is_read_by_the_server_only(reader: Reader) -> None:
    asked = await reader.client.post("/sign-in", data={"number": somebody(reader.bureau)})
    html = asked.text
    done = await reader.send(
        html, "/sign-in/digits", digits=html.split('maxlength="6" required value="')[1][:6]
    )
    cookie = next(value for value in done.headers.get_list("set-cookie") if value.startswith("qinji_family="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "away", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "javascript:1"]
)
async def test_nobody_is_led_away_by_a_link(reader: Reader, away: str) -> None:
    answer = await reader.client.get("/look", params={"size": "elder", "back": away})
    assert answer.headers["location"] == "/"


async def test_a_form_of_another_site_is_refused_and_nothing_is_done(reader: Reader) -> None:
    await reader.sign_in(somebody(reader.bureau))
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://elsewhere.example"}, {}):
        answer = await reader.client.post("/acting", data={"number": "1"}, headers=headers)
        assert answer.status_code == 422
        assert "页面已过期" in words(answer.text)


async def test_the_size_is_kept_and_said_on_every_page(reader: Reader) -> None:
    assert 'data-size="standard"' in await reader.open("/sign-in")
    await reader.client.get("/look?size=elder&back=/sign-in")
    assert 'data-size="elder"' in await reader.open("/sign-in")
    await reader.client.get("/look?size=tiny&back=/sign-in")
    assert 'data-size="elder"' in await reader.open("/sign-in")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("/family/bind/check", "/family/bind"),
        ("/mutual-aid/open/send", "/mutual-aid/open"),
        ("/sign-in/digits", "/sign-in"),
        ("/acting", "/"),
        ("/bills?after=1", "/bills?after=1"),
    ],
)
async def test_who_wants_larger_letters_on_the_answer_to_a_form_comes_back_to_the_form(
    reader: Reader, sent: str, read: str
) -> None:
    answer = await reader.client.get("/look", params={"size": "elder", "back": sent})
    assert answer.headers["location"] == read


async def test_an_unknown_address_says_so(reader: Reader) -> None:
    assert "没有这个页面" in await reader.say("/nowhere", 404)


async def test_a_form_that_is_too_large_is_stopped(reader: Reader) -> None:
    answer = await reader.client.post("/sign-in", data={"number": "1" * 200_000})
    assert answer.status_code == 413
    assert "没有任何变动" in answer.text


async def test_the_code_page_asks_the_database_within_its_budget(reader: Reader) -> None:
    await reader.sign_in(somebody(reader.bureau))
    with reader.counting() as sent:
        await reader.open("/")
    assert len(sent) <= 12, sent
