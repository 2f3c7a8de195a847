"""Grants where a region wants a filing first (北京), or lets a grant end on the next day (铜陵)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from qinji.api.app import create_app
from qinji.kernel.refusal import Refused
from qinji.platform.database import Address
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.model import SharingTerms
from tests.api.purchase import buy
from tests.bureau import open_bureau
from tests.door import BASE, Door
from tests.window import done

BOY, FATHER, BOYS_MOTHER = "9901000000020001", "9901000000020002", "9901000000020003"


class ChangedBook(Book):
    """The sandbox's book with other terms of mutual aid, as another city might have them."""

    def __init__(self, book: Book, **changes: Any) -> None:
        super().__init__(book.packs)
        self._changes_of_terms = changes

    def at(self, region: str, day: date) -> RegionPolicy | Refused:
        """The region's policy with the changes."""
        policy = super().at(region, day)
        if not isinstance(policy, Refused):
            terms: SharingTerms = replace(policy.sharing(), **self._changes_of_terms)
            policy.sharing = lambda: terms  # type: ignore[method-assign]
        return policy


@pytest.fixture
async def elsewhere(address: Address, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Door]:
    """A door in a bureau whose region has the terms that the test names."""
    async with open_bureau(address, tmp_path) as bureau:
        changed = replace(bureau.runtime, book=ChangedBook(bureau.runtime.book, **request.param))
        transport = httpx.ASGITransport(create_app(changed))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            yield Door(bureau, client)


@pytest.mark.parametrize("elsewhere", [{"activation": "filing", "lock_days": 90}], indirect=True)
async def test_a_filed_grant_pays_nothing_until_the_bureau_has_filed_it(elsewhere: Door) -> None:
    father, clerk = await elsewhere.sign_in(FATHER), await elsewhere.staff()
    filed = await father.grant(BOY, "child")
    assert (filed["state_text"], filed["locked_until"]) == ("备案中", None)
    assert (await buy(elsewhere.bureau, BOY)).relatives == 0
    queue = (await clerk.ok("GET", "/staff/grants"))["items"]
    assert [one["id"] for one in queue] == [filed["id"]]
    assert await father.refused("GET", "/staff/grants") == "NOT_ALLOWED"
    begun = await clerk.ok("POST", f"/staff/grants/{filed['id']}/approve", {"reason": "材料齐全"})
    assert (begun["state"], begun["locked_until"]) == ("active", "2026-06-15")
    assert (await buy(elsewhere.bureau, BOY)).relatives > 0
    assert await clerk.refused("POST", f"/staff/grants/{filed['id']}/approve") == "GRANT_STATE"
    assert await father.refused("DELETE", f"/mutual-aid/grants/{filed['id']}") == "GRANT_LOCKED"


@pytest.mark.parametrize("elsewhere", [{"activation": "filing", "lock_days": 90}], indirect=True)
async def test_a_filing_may_be_turned_down_or_withdrawn_and_asked_again(elsewhere: Door) -> None:
    father, clerk = await elsewhere.sign_in(FATHER), await elsewhere.staff()
    first = await father.grant(BOY, "child")
    unsaid = await clerk.refused("POST", f"/staff/grants/{first['id']}/refuse")
    assert unsaid == "REQUEST_INVALID", "the family reads why"
    over = await clerk.ok("POST", f"/staff/grants/{first['id']}/refuse", {"reason": "材料不齐"})
    assert over["state"] == "ended"
    second = await father.grant(BOY, "child")
    assert (await father.ok("DELETE", f"/mutual-aid/grants/{second['id']}"))["state"] == "ended"
    assert await clerk.refused("POST", f"/staff/grants/{'0' * 26}/approve") == "NOT_FOUND"


@pytest.mark.parametrize("elsewhere", [{"activation": "filing", "lock_days": 90}], indirect=True)
async def test_kin_of_whom_only_a_paper_tells_are_filed_when_two_clerks_took_it_down(elsewhere: Door) -> None:
    act = await done(elsewhere, FATHER, "grant", beneficiary_psn_no="9901000000180001", relation="child")
    assert {"label": "家庭共济", "before": "无", "after": "备案中"} in act["changes"]
    clerk = await elsewhere.staff(2)
    (filed,) = (await clerk.ok("GET", "/staff/grants"))["items"]
    begun = await clerk.ok("POST", f"/staff/grants/{filed['id']}/approve", {"reason": "材料齐全"})
    assert begun["state"] == "active"


@pytest.mark.parametrize("elsewhere", [{"unbind_effective": "next_day"}], indirect=True)
async def test_at_the_window_too_a_grant_ends_on_the_next_day_and_the_slip_says_so(elsewhere: Door) -> None:
    granted = await (await elsewhere.sign_in(FATHER)).grant(BOY, "child")
    act = await done(elsewhere, FATHER, "end_grant", grant=granted["id"])
    assert (act["from_day"], act["changes"][0]["after"]) == ("2026-03-18", "自 2026-03-18 起不再支付")
    slip = await (await elsewhere.staff(0)).ok("GET", f"/staff/window-acts/{act['id']}/slip")
    assert slip["holds_from"] == "2026年3月18日"
    assert (await buy(elsewhere.bureau, BOY)).relatives > 0


@pytest.mark.parametrize("elsewhere", [{"unbind_effective": "next_day"}], indirect=True)
async def test_a_grant_that_ends_on_the_next_day_pays_today_and_may_be_given_again_tomorrow(
    elsewhere: Door,
) -> None:
    father = await elsewhere.sign_in(FATHER)
    granted = await father.grant(BOY, "child")
    path = f"/mutual-aid/grants/{granted['id']}"
    ending = await father.ok("DELETE", path)
    assert (ending["state"], ending["ends_on"]) == ("active", "2026-03-18")
    assert await father.refused("DELETE", path) == "GRANT_STATE"
    assert (await buy(elsewhere.bureau, BOY)).relatives > 0
    elsewhere.bureau.later(hours=12)
    assert (await buy(elsewhere.bureau, BOY)).relatives == 0
    father = await elsewhere.sign_in(FATHER)
    assert (await father.ok("GET", "/mutual-aid/grants"))["items"][0]["state_text"] == "已结束"
    again = await father.grant(BOY, "child")
    assert again["id"] != granted["id"]
    assert (await buy(elsewhere.bureau, BOY)).relatives > 0


@pytest.mark.parametrize("elsewhere", [{"max_beneficiaries": 0}], indirect=True)
async def test_a_region_may_limit_the_beneficiaries(elsewhere: Door) -> None:
    father = await elsewhere.sign_in(FATHER)
    body = {"beneficiary_psn_no": BOYS_MOTHER, "relation": "spouse"}
    assert await father.refused("POST", "/mutual-aid/grants", body) == "GRANT_FULL"


@pytest.mark.parametrize("elsewhere", [{"group": True}], indirect=True)
async def test_in_a_region_of_groups_a_person_belongs_to_one(elsewhere: Door) -> None:
    father, mother = await elsewhere.sign_in(FATHER), await elsewhere.sign_in(BOYS_MOTHER)
    membership = await father.grant(BOY, "child")
    wish = {"beneficiary_psn_no": BOY, "relation": "child"}
    assert await mother.refused("POST", "/mutual-aid/grants", wish) == "GRANT_GROUP_TAKEN"
    await father.ok("DELETE", f"/mutual-aid/grants/{membership['id']}")
    assert (await mother.grant(BOY, "child"))["state"] == "active"


@pytest.mark.parametrize("elsewhere", [{"group": True}], indirect=True)
async def test_in_a_region_of_groups_an_owner_is_nobodys_member_and_a_member_owns_none(
    elsewhere: Door,
) -> None:
    father, mother = await elsewhere.sign_in(FATHER), await elsewhere.sign_in(BOYS_MOTHER)
    await father.grant(BOY, "child")
    to_father = {"beneficiary_psn_no": FATHER, "relation": "spouse"}
    assert await mother.refused("POST", "/mutual-aid/grants", to_father) == "GRANT_GROUP_TAKEN"
    await father.grant(BOYS_MOTHER, "spouse")
    to_boy = {"beneficiary_psn_no": BOY, "relation": "child"}
    assert await mother.refused("POST", "/mutual-aid/grants", to_boy) == "GRANT_GROUP_MEMBER"
    assert (await buy(elsewhere.bureau, BOY)).relatives > 0, "the group pays as grants do"


@pytest.mark.parametrize("elsewhere", [{"max_grantors": 1}], indirect=True)
async def test_a_region_may_limit_who_shares_with_one_person(elsewhere: Door) -> None:
    father, mother = await elsewhere.sign_in(FATHER), await elsewhere.sign_in(BOYS_MOTHER)
    first = await father.grant(BOY, "child")
    wish = {"beneficiary_psn_no": BOY, "relation": "child"}
    assert await mother.refused("POST", "/mutual-aid/grants", wish) == "GRANT_GRANTORS_FULL"
    boys = await elsewhere.sign_in(BOY)
    await boys.ok("DELETE", f"/mutual-aid/grants/{first['id']}")
    assert (await mother.grant(BOY, "child"))["state"] == "active"


@pytest.mark.parametrize("elsewhere", [{"group": True}], indirect=True)
async def test_two_owners_who_invite_the_same_person_at_once_get_one_of_them(elsewhere: Door) -> None:
    father, mother = await elsewhere.sign_in(FATHER), await elsewhere.sign_in(BOYS_MOTHER)
    wish = {"beneficiary_psn_no": BOY, "relation": "child"}
    answers = await asyncio.gather(
        *(one.call("POST", "/mutual-aid/grants", wish) for one in (father, mother))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
