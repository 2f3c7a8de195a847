"""登记免等待期身份 at the window: two clerks, once, for residents; and what the papers say stays with those two."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from qinji.entry.sandbox.model import Person
from qinji.flows import note_spared
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.purpose import SPARED_CHINESE, SparedGround
from qinji.platform.database import Address
from qinji.premium import queries as premiums
from tests.bureau import open_bureau
from tests.household import Answer, Session, open_town
from tests.premium import MOTHER_AND_SON, Counter
from tests.told import notices_of, whom_nobody_told

ACTS = "/staff/window-acts"
REASON, PAPER = "本人持材料到窗口登记", "窗-2026-0077"
RELEASED = SparedGround.RELEASED
TELLING = ("刑满", "释放", RELEASED.value, SPARED_CHINESE[RELEASED])
"""What must not be read by anybody but the two clerks."""


@pytest.fixture
async def counter(address: Address, tmp_path: Path) -> AsyncIterator[Counter]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as town:
        yield Counter(town)


def stopped(counter: Counter) -> tuple[Person, Person]:
    """A grandmother whose residents' insurance has stopped, so that she would wait, and her granddaughter."""
    grandmother, _, granddaughter = counter.town.family("停保的外祖母")
    return grandmother, granddaughter


async def asked(clerk: Session, person: Person, ground: SparedGround, **other: str) -> Answer:
    """A clerk takes down what somebody with papers asks for."""
    body = {"recognised_by": "card", "number": person.card_number, "reason": REASON, "paper_reference": PAPER}
    return await clerk.call(
        "POST", ACTS, {**body, **other, "wish": {"kind": "note_spared", "ground": ground}}
    )


async def done(counter: Counter, person: Person, ground: SparedGround) -> Any:
    """One clerk has taken it down and another has carried it out."""
    act = (await asked(await counter.town.clerk("C001"), person, ground)).done
    return (await (await counter.town.clerk("R001")).call("POST", f"{ACTS}/{act['id']}/approve")).done


async def waits(counter: Counter, person: Person) -> int:
    """How many months somebody who pays for this year today waits for benefits."""
    quotes = (await counter.preview(await counter.town.phone(person))).done["quotes"]
    return next(int(one["wait_months"]) for one in quotes if one["year"] == 2026)


async def grounds(counter: Counter, person: Person) -> frozenset[SparedGround]:
    """What is kept with somebody's enrolment."""
    identifier = await counter.town.bureau.person_id(person.number)
    async with counter.town.bureau.runtime.database.reading() as connection:
        enrolment = await premiums.enrolment(connection, identifier)
    return frozenset() if enrolment is None else enrolment.grounds


def tells(shown: object) -> list[str]:
    """The words in what was shown by which the ground would be known."""
    text = json.dumps(shown, ensure_ascii=False, default=str)
    return [word for word in TELLING if word in text]


@pytest.mark.parametrize("ground", SparedGround)
async def test_two_clerks_note_it_and_the_wait_is_spared_where_the_region_spares_it(
    counter: Counter, ground: SparedGround
) -> None:
    person, _ = stopped(counter)
    clerk = await counter.town.clerk("C001")
    act = (await asked(clerk, person, ground)).done
    assert act["changes"] == [{"label": "免等待期身份", "before": "未登记", "after": "已登记"}]
    assert (await clerk.call("POST", f"{ACTS}/{act['id']}/approve")).refused == "SAME_CLERK"
    assert await grounds(counter, person) == frozenset()
    assert await waits(counter, person) >= 3
    approved = (await (await counter.town.clerk("R001")).call("POST", f"{ACTS}/{act['id']}/approve")).done
    assert approved["state"] == "done"
    assert await grounds(counter, person) == {ground}
    assert await waits(counter, person) == 0


async def test_consent_trail_and_notice_name_both_clerks_and_say_that_no_money_moved(
    counter: Counter,
) -> None:
    person, _ = stopped(counter)
    await done(counter, person, SparedGround.EX_SERVICEMAN)
    town = counter.town
    identifier = await town.bureau.person_id(person.number)
    async with town.bureau.runtime.database.reading() as connection:
        enrolment = await premiums.enrolment(connection, identifier)
        assert enrolment is not None
        (consent,) = await insured.consents(connection, identifier, enrolment.enrolment_id)
    assert (consent.subject, consent.channel) == ("enrolment", Channel.WINDOW)
    assert (consent.given_by, consent.entered_by, consent.staff) == (identifier, "C001", "R001")
    assert consent.evidence_hash is not None
    assert enrolment.enrolled_by == "staff:R001"
    phone = await town.phone(person)
    (row,) = [one for one in await phone.items("/me/trail") if one["action"] == "enrol.spared"]
    assert "R001" in row["who"]
    assert "C001" in row["who"]
    assert row["reason"] == REASON
    told = [one["text"] for one in await phone.items("/notices")]
    (sentence,) = [one for one in told if "免等待期身份。" in one]
    assert "没有动用任何人的钱" in sentence
    assert await whom_nobody_told(town.bureau) == []


async def test_what_is_known_changes_nothing_and_a_second_ground_stands_beside_the_first(
    counter: Counter,
) -> None:
    person, _ = stopped(counter)
    clerk = await counter.town.clerk("C001")
    first = (await asked(clerk, person, RELEASED)).done
    assert (await asked(clerk, person, RELEASED)).refused == "WINDOW_ACT_WAITS"
    # The command comes first: the approval finds nothing to do, and the act goes on waiting.
    command = note_spared.NoteSpared("os:test", person.number, RELEASED)
    assert await note_spared.run(command, counter.town.bureau.runtime) is None
    late = await (await counter.town.clerk("R001")).call("POST", f"{ACTS}/{first['id']}/approve")
    assert "与现在的情况相同" in late.says
    assert "与现在的情况相同" in (await asked(clerk, person, RELEASED)).says
    other = await done(counter, person, SparedGround.EX_SERVICEMAN)
    assert other["changes"] == [{"label": "免等待期身份", "before": "已登记", "after": "已登记两种"}]
    assert await grounds(counter, person) == set(SparedGround)
    assert await note_spared.run(command, counter.town.bureau.runtime) is None
    trail = await (await counter.town.phone(person)).items("/me/trail")
    assert [one["action"] for one in trail].count("enrol.spared") == 2


async def test_an_employee_is_refused_and_so_is_a_wish_without_a_paper(
    counter: Counter,
) -> None:
    clerk = await counter.town.clerk("C001")
    employee, son = counter.town.family(MOTHER_AND_SON)
    assert (await asked(clerk, employee, RELEASED)).refused == "ENROL_STATE"
    assert (await asked(clerk, son, RELEASED, paper_reference=" ")).refused == "REQUEST_INVALID"


async def test_nothing_that_is_told_says_that_somebody_was_released(counter: Counter) -> None:
    """Not the slip, the notice, the trail, the queue, the look or a relative's page: only the act itself."""
    person, granddaughter = stopped(counter)
    town = counter.town
    await town.bound(granddaughter, person, powers=["pay_premium", "query_status"])
    clerk, reviewer = await town.clerk("C001"), await town.clerk("R001")
    act = (await asked(clerk, person, RELEASED)).done
    own = f"{ACTS}/{act['id']}"
    assert (await reviewer.call("GET", own)).done["spared_ground_text"] == SPARED_CHINESE[RELEASED]
    look = {"found_by": "card", "number": person.card_number, "reason": REASON}
    shown: list[Any] = [
        await reviewer.items(ACTS),
        await clerk.items(ACTS, mine="true"),
        (await reviewer.call("POST", "/staff/look-ups", look)).done,
    ]
    assert shown[-1]["waiting"][0]["id"] == act["id"]
    assert shown[-1]["spared_noted"] is False
    assert (await reviewer.call("POST", f"{own}/approve")).done["spared_ground"] == RELEASED
    third = await town.clerk("C002")
    assert (await third.call("GET", own)).refused == "NOT_FOUND"
    phone, relative = await town.phone(person), await town.phone(granddaughter)
    shown += [
        (await third.call("POST", "/staff/look-ups", look)).done,
        (await clerk.call("GET", f"{own}/slip")).done,
        await phone.items("/me/trail"),
        await phone.items("/notices"),
        (await counter.preview(relative, person)).done,
        await notices_of(town.bureau, person.number),
        await notices_of(town.bureau, granddaughter.number),
    ]
    assert shown[3]["spared_noted"] is True
    async with town.bureau.runtime.database.reading() as connection:
        for table in ("audit", "consent", "notice"):
            shown.append([dict(row) for row in await connection.fetch(f"select * from {table}")])
    assert [tells(one) for one in shown] == [[]] * len(shown)
    assert "RELEASED" not in str(shown)


@pytest.mark.parametrize("field", ["reason", "paper_reference"])
async def test_a_clerk_cannot_write_it_where_it_would_be_printed(counter: Counter, field: str) -> None:
    person, _ = stopped(counter)
    clerk, reviewer = await counter.town.clerk("C001"), await counter.town.clerk("R001")
    wrong = await asked(clerk, person, RELEASED, **{field: "刑满释放证明 0077"})
    assert "不要写是哪一种身份" in wrong.says
    act = (await asked(clerk, person, RELEASED)).done
    told = {"reason": "释放证明上没有盖章"}
    assert "不要写是哪一种身份" in (await reviewer.call("POST", f"{ACTS}/{act['id']}/refuse", told)).says
    assert "不要写是哪一种身份" in (await clerk.call("POST", f"{ACTS}/{act['id']}/withdraw", told)).says
    said = {"reason": "材料上没有盖章"}
    assert (await reviewer.call("POST", f"{ACTS}/{act['id']}/refuse", said)).done["state"] == "refused"
    assert await grounds(counter, person) == frozenset()
