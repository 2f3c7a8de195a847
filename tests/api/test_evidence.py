"""Photos of papers at the JSON door: who adds, who sees, how large, how many, and when they are gone."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from qinji.evidence import queries
from qinji.evidence.model import PHOTO_BYTES_MAX, PHOTOS_MAX
from qinji.flows import expire_evidence
from qinji.flows.add_evidence import PHOTO_RATE
from qinji.flows.parts.records import evidence_hash
from qinji.insured import queries as insured
from qinji.kernel.ids import from_wire
from tests.door import Caller, Door
from tests.photos import photo

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
FATHER, BOY = "9901000000020002", "9901000000020001"
STRANGER = FATHER


async def send(caller: Caller, binding: str, content: bytes, side: str = "family") -> httpx.Response:
    """A photo is uploaded."""
    return await caller.client.post(
        f"/{side}/bindings/{binding}/photos",
        content=content,
        headers={"Authorization": f"Bearer {caller.token}", "Content-Type": "image/jpeg"},
    )


async def added(caller: Caller, binding: str, content: bytes, side: str = "family") -> Any:
    """A photo that is taken; the photos of the binding then."""
    answer = await send(caller, binding, content, side)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def code(caller: Caller, binding: str, content: bytes, side: str = "family") -> tuple[int, str]:
    """Status and code of a photo that is refused."""
    answer = await send(caller, binding, content, side)
    return answer.status_code, answer.json()["code"]


async def asked(door: Door) -> tuple[Caller, str]:
    """The daughter, who has asked to bind her mother at the window."""
    daughter = await door.sign_in(DAUGHTER)
    return daughter, (await daughter.bind(MOTHER, "parent", route="window"))["id"]


async def entered(door: Door) -> str:
    """The binding that the first clerk has entered."""
    body = {"holder_psn_no": DAUGHTER, "member_psn_no": MOTHER, "relation": "parent", "reason": "窗口申请"}
    entry = await (await door.staff(0)).ok("POST", "/staff/bindings", body)
    return str(entry["id"])


async def picture(caller: Caller, binding: str, one: str) -> httpx.Response:
    """Staff looks at a photo."""
    return await caller.call("GET", f"/staff/bindings/{binding}/photos/{one}")


async def trails(door: Door, action: str) -> list[tuple[str, str]]:
    """Who did it, in the trails of member and holder."""
    found = []
    async with door.bureau.runtime.database.reading() as connection:
        for number in (MOTHER, DAUGHTER):
            person = await door.bureau.person_id(number)
            rows = await insured.audit_trail(connection, person, 100)
            found += [(number, row.actor) for row in rows if row.action == action]
    return found


async def stored(door: Door) -> list[tuple[bytes | None, bytes | None]]:
    """The keys of cases and the pictures that the database still has."""
    async with door.bureau.runtime.database.reading() as connection:
        rows = await connection.fetch(
            "select c.wrapped_key, p.content from evidence_case c join evidence_photo p using (person_id, case_id)"
        )
    return [(row["wrapped_key"], row["content"]) for row in rows]


async def test_a_holder_adds_photos_a_clerk_sees_them_and_each_look_is_noted_for_both(door: Door) -> None:
    daughter, binding = await asked(door)
    front, back = photo("正面"), photo("反面", kind="png")
    await added(daughter, binding, front)
    there = await added(daughter, binding, back)
    assert [one["kind"] for one in there["items"]] == ["jpeg", "png"]
    assert (there["readable"], there["delete_by"]) == (True, "2026-04-16T04:00:00Z")
    assert {one["added_by"] for one in there["items"]} == {"holder"}
    clerk = await door.staff(0)
    assert await clerk.ok("GET", f"/staff/bindings/{binding}/photos") == there
    for one, content in zip(there["items"], (front, back), strict=True):
        seen = await picture(clerk, binding, one["id"])
        assert (seen.status_code, seen.content) == (200, content)
        assert seen.headers["content-type"] == f"image/{one['kind']}"
        assert seen.headers["cache-control"] == "no-store"
        assert seen.headers["x-content-type-options"] == "nosniff"
    clerk_id = door.bureau.world.staff[0].staff_id
    looks = Counter(await trails(door, "see_evidence"))
    assert looks == {(MOTHER, f"staff:{clerk_id}"): 2, (DAUGHTER, f"staff:{clerk_id}"): 2}


async def test_both_sides_know_that_photos_are_there_and_neither_is_shown_one(door: Door) -> None:
    daughter, binding = await asked(door)
    there = await added(daughter, binding, photo())
    mother, stranger = await door.sign_in(MOTHER), await door.sign_in(STRANGER)
    path = f"/family/bindings/{binding}/photos"
    assert await daughter.ok("GET", path) == await mother.ok("GET", path) == there
    assert await stranger.refused("GET", path) == "NOT_FOUND"
    one = there["items"][0]["id"]
    assert (await daughter.call("GET", f"{path}/{one}")).status_code in (404, 405)
    for person in (daughter, mother, stranger):
        assert (await picture(person, binding, one)).json()["code"] == "NOT_ALLOWED"


async def test_only_the_holder_or_the_window_adds_and_a_strangers_binding_does_not_exist(door: Door) -> None:
    _, binding = await asked(door)
    assert await code(await door.sign_in(MOTHER), binding, photo()) == (403, "NOT_ALLOWED")
    assert await code(await door.sign_in(STRANGER), binding, photo()) == (404, "NOT_FOUND")
    clerk = await door.staff(0)
    there = await added(clerk, binding, photo(), "staff")
    assert [one["added_by"] for one in there["items"]] == ["window"]
    assert await code(clerk, "0" * 26, photo(), "staff") == (404, "NOT_FOUND")
    assert await code(await door.sign_in(DAUGHTER), binding, photo(), "staff") == (403, "NOT_ALLOWED")


async def test_a_cashier_neither_adds_nor_sees(door: Door) -> None:
    daughter, binding = await asked(door)
    there = await added(daughter, binding, photo())
    place = next(number for number, one in enumerate(door.bureau.world.staff) if one.role == "cashier")
    cashier = await door.staff(place)
    assert await code(cashier, binding, photo("x"), "staff") == (403, "NOT_ALLOWED")
    assert await cashier.refused("GET", f"/staff/bindings/{binding}/photos") == "NOT_ALLOWED"
    assert (await picture(cashier, binding, there["items"][0]["id"])).status_code == 403
    assert await trails(door, "see_evidence") == []


async def test_a_photo_may_have_a_million_and_a_half_bytes_and_not_one_more(door: Door) -> None:
    daughter, binding = await asked(door)
    await added(daughter, binding, photo(size=PHOTO_BYTES_MAX))
    assert await code(daughter, binding, photo(size=PHOTO_BYTES_MAX + 1)) == (413, "EVIDENCE_TOO_LARGE")


async def test_the_larger_body_is_for_photos_alone(door: Door) -> None:
    daughter, binding = await asked(door)
    for path in (f"/family/bindings/{binding}/confirm", f"/family/bindings/{binding}/photos/x"):
        answer = await daughter.client.post(path, content=bytes(PHOTO_BYTES_MAX))
        assert (answer.status_code, answer.json()["code"]) == (413, "MESSAGE_TOO_LARGE")


async def test_four_photos_and_not_a_fifth_also_when_they_come_at_once(door: Door) -> None:
    daughter, binding = await asked(door)
    sent = [send(daughter, binding, photo(str(number))) for number in range(PHOTOS_MAX * 2)]
    codes = Counter(answer.status_code for answer in await asyncio.gather(*sent))
    assert codes == {201: PHOTOS_MAX, 409: PHOTOS_MAX}
    there = await daughter.ok("GET", f"/family/bindings/{binding}/photos")
    assert len(there["items"]) == PHOTOS_MAX


async def test_the_same_photo_again_changes_nothing(door: Door) -> None:
    daughter, binding = await asked(door)
    once = await added(daughter, binding, photo())
    assert await added(daughter, binding, photo()) == once
    assert len(await trails(door, "bind.evidence")) == 2


async def test_two_different_photos_under_one_key_are_not_taken_for_each_other(door: Door) -> None:
    daughter, binding = await asked(door)
    headers = {"Authorization": f"Bearer {daughter.token}", "Idempotency-Key": "one"}
    path = f"/family/bindings/{binding}/photos"
    # They differ in bytes that are no text in any encoding.
    one, other = photo() + b"\xff\x81", photo() + b"\xff\x82"
    first = await daughter.client.post(path, content=one, headers=headers)
    again = await daughter.client.post(path, content=one, headers=headers)
    altered = await daughter.client.post(path, content=other, headers=headers)
    assert (first.status_code, again.content) == (201, first.content)
    assert altered.json()["code"] == "KEY_ALTERED"


@pytest.mark.parametrize("content", [b"", b"x", b"[" * 5_000, b"%PDF-1.7", "照片".encode(), b"\xff\xd8"])
async def test_what_is_no_photo_is_refused_whatever_it_is_called(door: Door, content: bytes) -> None:
    daughter, binding = await asked(door)
    assert await code(daughter, binding, content) == (415, "EVIDENCE_KIND")


async def test_so_many_photos_in_an_hour(door: Door) -> None:
    daughter, binding = await asked(door)
    for _ in range(PHOTO_RATE.times):
        await added(daughter, binding, photo())
    assert await code(daughter, binding, photo()) == (429, "TOO_MANY_TRIES")
    door.bureau.later(hours=1)
    await added(await door.sign_in(DAUGHTER), binding, photo())


@pytest.mark.parametrize("decision", ["approve", "refuse"])
async def test_a_decision_deletes_the_pictures_and_their_key_in_the_same_transaction(
    door: Door, decision: str
) -> None:
    binding, first, second = await entered(door), await door.staff(0), await door.staff(1)
    there = await added(first, binding, photo(), "staff")
    one = there["items"][0]["id"]
    assert (await picture(second, binding, one)).status_code == 200
    await second.ok("POST", f"/staff/reviews/{binding}/{decision}", {"reason": "与原件核对过"})
    assert await stored(door) == [(None, None)]
    gone = await picture(second, binding, one)
    assert (gone.status_code, gone.json()["code"]) == (410, "EVIDENCE_GONE")
    after = await second.ok("GET", f"/staff/bindings/{binding}/photos")
    assert (after["readable"], after["ending"], after["delete_by"]) == (False, "decided", None)
    assert [item["id"] for item in after["items"]] == [one]
    assert await code(first, binding, photo("late"), "staff") == (409, "BIND_STATE")
    assert len(await trails(door, "see_evidence")) == 2


@pytest.mark.parametrize("word", ["confirm", "refuse"])
async def test_the_members_own_word_deletes_them_too(door: Door, word: str) -> None:
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    binding = (await daughter.bind(MOTHER, "parent"))["id"]
    await added(daughter, binding, photo())
    await mother.ok("POST", f"/family/bindings/{binding}/{word}")
    assert await stored(door) == [(None, None)]


async def test_a_request_that_is_taken_back_takes_its_photos_with_it(door: Door) -> None:
    daughter, binding = await asked(door)
    await added(daughter, binding, photo())
    await daughter.ok("DELETE", f"/family/bindings/{binding}")
    assert await stored(door) == [(None, None)]
    there = await daughter.ok("GET", f"/family/bindings/{binding}/photos")
    assert (there["readable"], there["ending"]) == (False, "withdrawn")


async def test_a_refused_decision_deletes_nothing(door: Door) -> None:
    binding, first = await entered(door), await door.staff(0)
    there = await added(first, binding, photo(), "staff")
    assert await first.refused("POST", f"/staff/reviews/{binding}/approve") == "SAME_CLERK"
    assert (await picture(first, binding, there["items"][0]["id"])).status_code == 200


async def test_photos_of_a_request_go_over_into_the_windows_entry(door: Door) -> None:
    daughter, binding = await asked(door)
    content = photo("户口本首页")
    await added(daughter, binding, content)
    entry, second = await entered(door), await door.staff(1)
    assert entry != binding
    there = await second.ok("GET", f"/staff/bindings/{entry}/photos")
    seen = await picture(second, entry, there["items"][0]["id"])
    assert seen.content == content
    assert (await second.ok("GET", f"/staff/bindings/{binding}/photos"))["items"] == []
    await second.ok("POST", f"/staff/reviews/{entry}/approve")
    assert await stored(door) == [(None, None)]


async def test_the_evidence_of_the_consent_covers_reference_and_photos(door: Door) -> None:
    father = await door.sign_in(FATHER)
    binding = (await father.bind(BOY, "child", evidence_reference="户口本-0001"))["id"]
    one, other = photo("1"), photo("2")
    for content in (one, other):
        door.bureau.later(seconds=1)
        await added(father, binding, content)
    door.bureau.later(seconds=1)
    await (await door.sign_in(FATHER)).ok("DELETE", f"/family/bindings/{binding}")
    boy, identifier = await door.bureau.person_id(BOY), from_wire(binding)
    assert identifier is not None
    async with door.bureau.runtime.database.reading() as connection:
        consents = await insured.consents(connection, boy, identifier)
        papers = await queries.latest_papers(connection, boy, identifier)
    assert papers is not None
    first, second = papers.digests
    assert [(row.act, row.evidence_hash) for row in consents] == [
        ("bind.ask", evidence_hash("户口本-0001")),
        ("bind.evidence", evidence_hash(None, [first])),
        ("bind.evidence", evidence_hash(None, [second])),
        ("unbind", None),
    ]


async def test_the_decisions_consent_says_which_photos_were_decided_on(door: Door) -> None:
    binding, first, second = await entered(door), await door.staff(0), await door.staff(1)
    await added(first, binding, photo(), "staff")
    mother, identifier = await door.bureau.person_id(MOTHER), from_wire(binding)
    assert identifier is not None
    async with door.bureau.runtime.database.reading() as connection:
        papers = await queries.open_papers(connection, mother, identifier)
    assert papers is not None
    await second.ok("POST", f"/staff/reviews/{binding}/approve")
    async with door.bureau.runtime.database.reading() as connection:
        consents = await insured.consents(connection, mother, identifier)
    decided = {row.act: row.evidence_hash for row in consents}
    assert decided["bind.confirm"] == evidence_hash(None, papers.digests)


async def test_photos_and_a_decision_at_once_leave_nothing_open_behind(door: Door) -> None:
    binding, first, second = await entered(door), await door.staff(0), await door.staff(1)
    await added(first, binding, photo("first"), "staff")
    await asyncio.gather(
        *(send(first, binding, photo(str(number)), "staff") for number in range(3)),
        second.call("POST", f"/staff/reviews/{binding}/approve"),
        *(send(first, binding, photo(str(number)), "staff") for number in range(3, 6)),
    )
    assert set(await stored(door)) == {(None, None)}


async def test_after_thirty_days_without_a_decision_they_are_deleted_and_may_be_sent_anew(door: Door) -> None:
    daughter, binding = await asked(door)
    await added(daughter, binding, photo())
    door.bureau.later(days=30)
    assert await expire_evidence.run(door.bureau.runtime) == 1
    assert await stored(door) == [(None, None)]
    daughter = await door.sign_in(DAUGHTER)
    there = await daughter.ok("GET", f"/family/bindings/{binding}/photos")
    assert (there["readable"], there["ending"]) == (False, "expired")
    again = await added(daughter, binding, photo())
    assert (len(again["items"]), again["readable"]) == (1, True)


async def test_the_notice_is_shown_before_and_another_version_is_refused(door: Door) -> None:
    daughter, binding = await asked(door)
    text = (await door.client.get("/consent-texts/evidence")).json()
    path = f"/family/bindings/{binding}/photos?consent_version="
    headers = {"Authorization": f"Bearer {daughter.token}"}
    old = await daughter.client.post(f"{path}1999-01", content=photo(), headers=headers)
    assert old.json()["code"] == "REQUEST_INVALID"
    new = await daughter.client.post(f"{path}{text['version']}", content=photo(), headers=headers)
    assert new.status_code == 201
