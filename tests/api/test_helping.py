"""What a family asks of its region's rules is told to anybody, with the documents."""

from __future__ import annotations

from tests.door import Door


async def test_the_rules_of_a_region_are_told_without_signing_in(door: Door) -> None:
    told = (await door.client.get("/help/990100")).json()
    assert (told["region_name"], told["missing"]) == ("东澜市", "")
    facts = {fact["name"]: fact for fact in (*told["family"], *told["sharing"])}
    assert facts["max_members"]["value"] == 5
    assert facts["relations"]["value"] == ["child", "parent", "spouse"]
    assert facts["relations"]["document"] == "东澜医保规〔2025〕1号"
    assert facts["own_first"] | {"certainty": ""} == {
        "name": "own_first",
        "value": True,
        "text": "先扣本人账户,不够时再扣家人的账户",
        "document": "亲济默认值",
        "clause": "付款次序",
        "certainty": "",
        "effective_from": "2021-04-22",
    }


async def test_a_region_without_rules_says_so(door: Door) -> None:
    told = (await door.client.get("/help/999900")).json()
    assert told["sharing"] == []
    assert "请以当地医保经办机构的答复为准" in told["missing"]
    wrong = await door.client.get("/help/abc")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "REQUEST_INVALID")
