"""不是我 stops at once what a notice is about, tells the other side, and is undone by the way it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.household import Answer, Phone, Town, open_town
from tests.till import Bill, line, scanned
from tests.told import kinds_of, whom_nobody_told

DAUGHTER_AND_MOTHER = "女儿与不用智能手机的母亲"


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as opened:
        yield opened


async def notice(phone: Phone, kind: str) -> Any:
    """The one notice of this kind."""
    (found,) = [one for one in await phone.items("/notices", limit="100") if one["kind"] == kind]
    return found


async def disown(phone: Phone, told: Any) -> Answer:
    """Say 不是我."""
    return await phone.call("POST", f"/notices/{told['id']}/not-me")


async def bought_by_daughter(town: Town) -> tuple[Phone, Phone, Bill]:
    """The daughter shows the mother's code and her own account pays a part."""
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    await town.bound(daughter, mother, powers=["show_code"])
    await town.granted(daughter, mother)
    phone, mothers = await town.phone(daughter), await town.phone(mother)
    code = (await phone.code(mother)).done
    return phone, mothers, await town.purchase(mother, [line("A", "300.00")], shown=scanned(code))


async def test_a_patient_freezes_the_code_and_who_showed_it_is_told(town: Town) -> None:
    phone, mothers, _ = await bought_by_daughter(town)
    told = await notice(mothers, "spent")
    assert told["remedy"] == "freeze_code"
    done = (await disown(mothers, told)).done
    assert done["stopped"] is True
    assert "已冻结" in done["text"]
    assert "恢复" in done["undo"]
    assert (await phone.code(mothers.person)).refused == "CODE_FROZEN"
    assert "不是我" in (await notice(phone, "disowned"))["text"]
    assert (await notice(mothers, "spent"))["disowned_at"] is not None
    assert [one["what"] for one in await mothers.items("/me/trail") if one["action"] == "notice.disown"] == [
        "对通知说“不是我”"
    ]
    assert (await mothers.call("POST", "/credential/thaw")).done
    assert (await phone.code(mothers.person)).done
    assert await whom_nobody_told(town.bureau) == []


async def test_a_grantor_pauses_the_grant_and_the_very_next_bill_follows(town: Town) -> None:
    phone, mothers, _ = await bought_by_daughter(town)
    done = (await disown(phone, await notice(phone, "shared_spent"))).done
    assert (done["remedy"], done["stopped"]) == ("pause_grant", True)
    assert (await town.purchase(mothers.person, [line("A", "30.00")])).paid.mutual_aid == 0
    assert (await notice(mothers, "grant_paused"))["title"] == "家庭共济已暂停"
    assert (await phone.code(mothers.person)).done
    assert await whom_nobody_told(town.bureau) == []


async def test_said_twice_or_of_what_stands_still_it_stops_nothing_more(town: Town) -> None:
    phone, mothers, _ = await bought_by_daughter(town)
    told = await notice(mothers, "spent")
    answers = await asyncio.gather(*(disown(mothers, told) for _ in range(6)))
    assert sorted(answer.done["stopped"] for answer in answers) == [False] * 5 + [True]
    assert (await kinds_of(town.bureau, phone.person.number)).count("disowned") == 1
    assert (await kinds_of(town.bureau, mothers.person.number)).count("code_frozen") == 1
    grant = await notice(phone, "grant_made")
    await phone.call("DELETE", f"/mutual-aid/grants/{grant['subject_id']}")
    over = (await disown(phone, grant)).done
    assert over["stopped"] is False
    assert "本来就不再支付" in over["text"]


async def test_a_code_that_was_reported_lost_stays_lost_and_no_case_thaws_it(town: Town) -> None:
    phone, mothers, bill = await bought_by_daughter(town)
    body = {"about": f"settlement:{bill.number}", "kind": "not_mine", "freezes": ["code"]}
    case = (await mothers.call("POST", "/complaints", body)).done
    assert (await mothers.call("POST", "/credential/freeze", {"lost": True})).done
    done = (await disown(mothers, await notice(mothers, "spent"))).done
    assert (done["remedy"], done["stopped"]) == ("freeze_code", False)
    assert (await kinds_of(town.bureau, mothers.person.number)).count("code_frozen") == 1
    assert (await mothers.call("POST", f"/complaints/{case['id']}/lift")).done["lifted_at"]
    assert (await phone.code(mothers.person)).refused == "CODE_FROZEN"


async def test_nobody_disowns_anothers_notice_or_what_can_not_be_stopped(town: Town) -> None:
    phone, mothers, _ = await bought_by_daughter(town)
    assert (await disown(phone, await notice(mothers, "spent"))).status == 200
    assert (await disown(phone, await notice(mothers, "bind_asked"))).refused == "NOT_FOUND"
    received = await notice(mothers, "grant_made")
    assert received["remedy"] == "none"
    assert (await disown(mothers, received)).refused == "NOT_FOUND"


async def test_what_was_read_is_read_and_the_rest_is_counted(town: Town) -> None:
    _, mothers, _ = await bought_by_daughter(town)
    before = (await mothers.call("GET", "/notices/unread")).done["unread"]
    assert before == len(await mothers.items("/notices", unread="true"))
    told = await notice(mothers, "spent")
    assert (await mothers.call("POST", f"/notices/{told['id']}/read")).done == {"read": 1}
    assert (await mothers.call("POST", f"/notices/{told['id']}/read")).done == {"read": 0}
    assert (await mothers.call("GET", "/notices/unread")).done["unread"] == before - 1
    assert (await mothers.call("POST", "/notices/read")).done == {"read": before - 1}
    assert await mothers.items("/notices", unread="true") == []
