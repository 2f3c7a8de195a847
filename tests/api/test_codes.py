"""医保码: shown at the JSON door, scanned at an institution, good for one scan and one settlement."""

from __future__ import annotations

import asyncio

from qinji.credential import queries as credentials
from qinji.flows.show_code import CODE_RATE
from tests.api.purchase import buy, decode, error, pharmacy, reply
from tests.bureau import Bureau
from tests.door import Door

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"


def elsewhere(bureau: Bureau) -> str:
    """A hospital of the same city."""
    return bureau.institution("990200", "1")


async def test_a_scan_names_the_patient_and_gives_a_token_for_one_settlement(door: Door) -> None:
    daughter, bureau = await door.sign_in(DAUGHTER), door.bureau
    answer = await decode(bureau, await daughter.code(), pharmacy(bureau, DAUGHTER))
    data = answer["output"]["data"] if answer.get("output") else answer["data"]
    token = data["ecToken"]
    assert len(token) <= 40
    assert token.startswith("990200ec")
    await buy(bureau, DAUGHTER, token)
    assert "本次扫码已用于一次结算" in await error(bureau, DAUGHTER, token)


async def test_the_same_institution_gets_the_same_session_again(door: Door) -> None:
    code = await (await door.sign_in(DAUGHTER)).code()
    place = pharmacy(door.bureau, DAUGHTER)
    first, second = await asyncio.gather(*(decode(door.bureau, code, place) for _ in range(2)))
    assert first["data"] == second["data"]
    door.bureau.later(hours=2)
    assert (await decode(door.bureau, code, place))["data"] == first["data"]


async def test_another_institution_is_told_that_the_code_was_used_elsewhere(door: Door) -> None:
    code = await (await door.sign_in(DAUGHTER)).code()
    data = (await decode(door.bureau, code, elsewhere(door.bureau)))["data"]
    assert "该医保码已在其他机构使用" in await error(door.bureau, DAUGHTER, code)
    assert "该医保码已在其他机构使用" in await error(door.bureau, DAUGHTER, data["ecToken"])


async def test_a_code_lives_sixty_seconds_to_the_scan(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    in_time, late = await daughter.code(), await daughter.code()
    door.bureau.later(seconds=60)
    await buy(door.bureau, DAUGHTER, in_time)
    door.bureau.later(seconds=1)
    assert "医保码已过期" in await error(door.bureau, DAUGHTER, late)


async def test_wrong_digits_and_payment_codes_answer_differently(door: Door) -> None:
    assert "医保码不正确" in await error(door.bureau, DAUGHTER, "0" * 28)
    assert "这是微信的付款码,不是医保码" in await error(door.bureau, DAUGHTER, "1" * 18)


async def test_a_session_ends_with_the_day(door: Door) -> None:
    code = await (await door.sign_in(DAUGHTER)).code()
    token = (await decode(door.bureau, code, pharmacy(door.bureau, DAUGHTER)))["data"]["ecToken"]
    door.bureau.later(hours=13)
    assert "本次扫码已过有效期" in await error(door.bureau, DAUGHTER, token)


async def test_a_code_of_another_person_is_refused(door: Door) -> None:
    code = await (await door.sign_in(DAUGHTER)).code()
    answer = await reply(door.bureau, MOTHER, code)
    assert "不是出示凭证的人" in answer["err_msg"]


async def test_whoever_showed_the_code_is_kept_with_the_bill(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent")
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    paid = await buy(door.bureau, MOTHER, await daughter.code(MOTHER))
    bill = await mother.ok("GET", f"/settlements/{paid.settlement}")
    assert bill["shown_by"]["psn_no"] == DAUGHTER
    assert await daughter.refused("GET", f"/settlements/{paid.settlement}") == "NOT_FOUND"


async def test_unbinding_ends_codes_and_sessions_that_the_holder_showed_and_no_others(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    place = pharmacy(door.bureau, MOTHER)
    token = (await decode(door.bureau, await daughter.code(MOTHER), place))["data"]["ecToken"]
    shown, own = await daughter.code(MOTHER), await mother.code()
    await mother.ok("DELETE", f"/family/bindings/{bound['id']}")
    for ended in (token, shown):
        assert "该医保码已失效" in await error(door.bureau, MOTHER, ended)
    await buy(door.bureau, MOTHER, own)


async def test_taking_the_power_to_show_ends_what_was_shown(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    shown = await (await door.sign_in(DAUGHTER)).code(MOTHER)
    mother = await door.sign_in(MOTHER)
    await mother.ok("PATCH", f"/family/bindings/{bound['id']}/powers", {"powers": ["query_status"]})
    assert "该医保码已失效" in await error(door.bureau, MOTHER, shown)


async def test_freezing_ends_every_code_whoever_showed_it_and_thawing_revives_none(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent")
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    shown, own = await daughter.code(MOTHER), await mother.code()
    assert (await mother.ok("POST", "/credential/freeze", {"lost": True}))["code_state"] == "lost"
    assert await mother.refused("POST", "/credential/codes") == "CODE_FROZEN"
    assert await daughter.refused("POST", "/credential/codes", {"psn_no": MOTHER}) == "CODE_FROZEN"
    assert await daughter.refused("POST", "/credential/activate", {"psn_no": MOTHER}) == "CODE_FROZEN"
    assert (await mother.ok("POST", "/credential/thaw"))["code_state"] == "active"
    for ended in (shown, own):
        assert "该医保码已失效" in await error(door.bureau, MOTHER, ended)
    await buy(door.bureau, MOTHER, await mother.code())
    await buy(door.bureau, MOTHER)


async def test_showing_codes_is_limited_in_a_minute(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    for _ in range(CODE_RATE.times):
        await daughter.code()
    refused = await daughter.call("POST", "/credential/codes")
    assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_TRIES")
    door.bureau.later(seconds=60)
    await daughter.code()


async def test_activating_is_kept_as_a_consent_and_an_active_code_stays_active(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    assert (await daughter.ok("POST", "/credential/activate"))["code_state"] == "active"


async def test_of_64_purchases_with_one_code_exactly_one_is_settled(door: Door) -> None:
    code = await (await door.sign_in(DAUGHTER)).code()
    answers = await asyncio.gather(*(reply(door.bureau, DAUGHTER, code) for _ in range(64)))
    assert [answer["infcode"] for answer in answers].count(0) == 1
    patient = await door.bureau.person_id(DAUGHTER)
    async with door.bureau.runtime.database.reading() as connection:
        sessions = await credentials.latest_sessions(connection, patient)
    assert len(sessions) == 1
    assert sessions[0].consumed_by is not None


async def test_a_copy_of_an_answered_message_gets_its_answer_although_the_code_is_used_up(door: Door) -> None:
    code = await (await door.sign_in(DAUGHTER)).code()
    place = pharmacy(door.bureau, DAUGHTER)
    message = door.bureau.message_id(place)
    first = await reply(door.bureau, DAUGHTER, code, message_id=message)
    assert first["infcode"] == 0
    door.bureau.later(hours=1)
    again = await reply(door.bureau, DAUGHTER, code, message_id=message)
    assert "已用于内容不同的报文" in again["err_msg"]
