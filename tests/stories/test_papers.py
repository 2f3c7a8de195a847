"""Papers of a binding: photographed at home, looked at by the bureau, gone with the decision."""

from __future__ import annotations

import pytest

from tests.household import Town
from tests.photos import photo

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_r063_papers_are_photographed_at_home_seen_by_the_reviewer_and_gone_with_the_decision(
    town: Town,
) -> None:
    """A mother sends household book and birth certificate; the window enters, the reviewer sees them and approves."""
    mother, child, _ = town.family("单亲母亲与双胞胎")
    phone = await town.phone(mother)
    notice = (await town.nobody().call("GET", "/consent-texts/evidence")).done
    assert "只用于核对这一项绑定" in notice["text"]
    asked = (await phone.bind(child, evidence_reference="户口本 0036")).done
    book, certificate = photo("户口本"), photo("出生医学证明", kind="webp")
    for content in (book, certificate):
        kept = (await phone.upload(f"/family/bindings/{asked['id']}/photos", content)).done
    assert [one["kind"] for one in kept["items"]] == ["jpeg", "webp"]

    clerk, reviewer = await town.clerk("C001"), await town.clerk("R001")
    entry = {
        "holder_psn_no": mother.number,
        "member_psn_no": child.number,
        "relation": town.kin(mother, child),
        "reason": "手机申请,材料照片齐全",
    }
    entered = (await clerk.call("POST", "/staff/bindings", entry)).done
    there = (await reviewer.call("GET", f"/staff/bindings/{entered['id']}/photos")).done
    places = [f"/staff/bindings/{entered['id']}/photos/{one['id']}" for one in there["items"]]
    assert [await reviewer.picture(place) for place in places] == [book, certificate]
    approved = (await reviewer.call("POST", f"/staff/reviews/{entered['id']}/approve")).done
    assert approved["state"] == "active"

    assert [(await reviewer.call("GET", place)).refused for place in places] == ["EVIDENCE_GONE"] * 2
    told = (await phone.call("GET", f"/family/bindings/{entered['id']}/photos")).done
    assert (told["readable"], told["ending"], len(told["items"])) == (False, "decided", 2)
