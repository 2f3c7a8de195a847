"""The same acts by the phone's pages and by other channels; and a code in each of its states, as its owner reads it."""

from __future__ import annotations

import pytest

from qinji.insured.model import CodeState
from qinji.insured.store import set_code_state
from tests.household import Town
from tests.reader import open_reader

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_r016_a_code_is_not_activated_active_frozen_or_lost_and_its_owner_is_told_what_to_do(
    town: Town,
) -> None:
    """A husband who has never used his code activates it, freezes it, reports it lost, and takes it up again."""
    person, _wife = town.family("今年第一次看病的丈夫")
    identifier = await town.bureau.person_id(person.number)
    async with town.bureau.runtime.database.transaction() as connection:
        await set_code_state(connection, identifier, CodeState.NOT_ACTIVATED)
    async with open_reader(town.bureau) as reader:
        await reader.sign_in(person.number)
        assert "医保码尚未激活" in await reader.say("/")
        await reader.submit("/", "/code/activate")
        assert "秒后更新" in await reader.say("/")
        for wanted in ("freeze", "lost"):
            await reader.submit("/me/code", wanted=wanted)
            assert "医保码已冻结或挂失" in await reader.say("/")
            assert "社会保障卡" in await reader.say("/")
            await reader.submit("/me/code", wanted="thaw")
        assert "秒后更新" in await reader.say("/")


async def test_r091_what_was_begun_in_a_mini_program_is_answered_on_the_page_and_ended_there(
    town: Town,
) -> None:
    """A son asks by a mini-program, his mother answers on the page, and each channel is kept with what came by it."""
    mother, son, *_rest = town.family("三个儿女都想帮母亲出示医保码")
    phone = await town.phone(son, "mini_program")
    asked = (await phone.bind(mother)).done
    assert asked["channel"] == "mini_program"
    page = f"/family/{asked['id']}"
    async with open_reader(town.bureau) as reader:
        await reader.sign_in(mother.number)
        await reader.submit(page, f"{page}/answer", answer="yes", power=["show_code"])
        assert (await phone.code(mother)).done["code"]
        await reader.submit(f"{page}/end", f"{page}/end")
    assert (await phone.code(mother)).refused == "NOT_FOUND"
    consents = await town.consents(asked["id"])
    assert {act: consent["channel"] for act, consent in consents.items()} == {
        "bind.ask": "mini_program",
        "bind.confirm": "web",
        "unbind": "web",
    }
