"""On a whole bureau: each needed field missing, each checked field wrong; nothing is moved by either."""

import copy
from typing import Any

import pytest

from qinji.gateway.fields import Field, Kind, Message, Node, Role
from qinji.gateway.registry import SERVED
from tests.bureau import Bureau
from tests.unit.gateway.examples import PERSON_NUMBER
from tests.wire.story import post, tell

WRONG = {
    "certno": "999901198001010016",
    "psn_name": "别人",
    "psn_type": "12",
    "insutype": "390",
    "mdtrt_cert_no": "Q00005029",
    "vali_flag": "7",
    "mdtrt_cert_type": "77",
    "fixmedins_name": "没有这样的机构",
    "medfee_sumamt": "350.01",
}
"""A value that does not agree with the register; amounts not named here get a fen too much."""

NAMED_OTHERWISE = {
    "insutype": "险种",
    "medfee_sumamt": "medfee_sumamt",
    "fulamt_ownpay_amt": "全自费",
    "overlmt_selfpay": "超限价",
    "preselfpay_amt": "先行自付",
    "inscp_scp_amt": "符合政策范围",
    "mdtrt_cert_no": "",
}
"""What the refusal says instead of the field's name: a rule that names the amount, or the person."""


def fresh(document: dict[str, Any], number: int) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    changed["msgid"] = f"{document['msgid']}-{number:04d}"
    return changed


def item_of(document: dict[str, Any], node: Node) -> dict[str, Any]:
    found = document["input"][node.name]
    item = found[0] if isinstance(found, list) else found
    assert isinstance(item, dict)
    return item


def fields_of(message: Message, role: Role) -> list[tuple[Node, Field]]:
    return [(node, field) for node in message.nodes_in for field in node.fields if field.role is role]


async def test_a_needed_field_that_is_missing_is_named_and_moves_nothing(bureau: Bureau) -> None:
    before = await bureau.balance(PERSON_NUMBER)

    async def without(number: str, document: dict[str, Any]) -> None:
        for place, (node, field) in enumerate(fields_of(SERVED[number].message, Role.NEEDED)):
            asked = fresh(document, place)
            item = item_of(asked, node)
            item.pop(field.unless, None)
            item[field.name] = None
            reply = (await post(bureau, asked)).reply
            assert reply["infcode"] == -1, (number, field.name)
            assert field.name in reply["err_msg"]
            assert "未扣款" in reply["err_msg"]

    await tell(bureau, without)
    assert await bureau.balance(PERSON_NUMBER) == before


def wrong_value(field: Field) -> str:
    if field.kind is Kind.NUMBER and field.name not in WRONG:
        return "0.01" if field.name != "inscp_scp_amt" else "350.01"
    return WRONG[field.name]


async def test_a_checked_field_that_is_wrong_is_refused_and_moves_nothing(bureau: Bureau) -> None:
    before = await bureau.balance(PERSON_NUMBER)

    async def wrong(number: str, document: dict[str, Any]) -> None:
        for place, (node, field) in enumerate(fields_of(SERVED[number].message, Role.CHECKED), start=500):
            asked = fresh(document, place)
            item_of(asked, node)[field.name] = wrong_value(field)
            reply = (await post(bureau, asked)).reply
            if number == "1201":
                assert reply["output"]["medinsinfo"] == []
                continue
            assert reply["infcode"] == -1, (number, field.name)
            assert NAMED_OTHERWISE.get(field.name, field.name) in reply["err_msg"], reply["err_msg"]
            assert "未扣款" in reply["err_msg"]

    await tell(bureau, wrong)
    assert await bureau.balance(PERSON_NUMBER) == before


async def test_a_credential_of_another_person_is_refused_everywhere(bureau: Bureau) -> None:
    async def other(number: str, document: dict[str, Any]) -> None:
        for node in SERVED[number].message.nodes_in:
            names = {field.name for field in node.fields}
            if not {"psn_no", "mdtrt_cert_no"} <= names:
                continue
            asked = fresh(document, 900)
            item_of(asked, node)["mdtrt_cert_no"] = WRONG["mdtrt_cert_no"]
            reply = (await post(bureau, asked)).reply
            assert "不是出示凭证的人" in reply["err_msg"], number

    await tell(bureau, other)


async def test_a_preview_without_a_total_or_a_credential_is_computed(bureau: Bureau) -> None:
    async def bare(number: str, document: dict[str, Any]) -> None:
        if number != "2206":
            return
        asked = fresh(document, 950)
        data = asked["input"]["data"]
        data["medfee_sumamt"] = data["mdtrt_cert_no"] = data["mdtrt_cert_type"] = ""
        reply = (await post(bureau, asked)).reply
        assert reply["infcode"] == 0, reply["err_msg"]
        assert "凭证" in reply["warn_msg"]
        assert reply["output"]["setlinfo"]["medfee_sumamt"] == 350

    await tell(bureau, bare)


@pytest.mark.parametrize("role", [Role.CHECKED, Role.KEPT])
async def test_whatever_is_not_needed_may_be_left_empty(bureau: Bureau, role: Role) -> None:
    async def bare(number: str, document: dict[str, Any]) -> None:
        if SERVED[number].message.writes:
            return
        for place, (node, field) in enumerate(fields_of(SERVED[number].message, role), start=1000):
            asked = fresh(document, place)
            item_of(asked, node)[field.name] = ""
            reply = (await post(bureau, asked)).reply
            assert reply["infcode"] == 0, (number, field.name, reply["err_msg"])

    await tell(bureau, bare)


@pytest.mark.parametrize("shown", ["card_number", "certificate_number"])
async def test_a_preview_does_not_take_another_persons_credential_that_does_not_say_its_kind(
    bureau: Bureau, shown: str
) -> None:
    other = bureau.world.person("9901000000050002")

    async def anothers(number: str, document: dict[str, Any]) -> None:
        if number != "2206":
            return
        asked = fresh(document, 2000)
        asked["input"]["data"] |= {"mdtrt_cert_type": "", "mdtrt_cert_no": getattr(other, shown)}
        assert "不是出示凭证的人" in (await post(bureau, asked)).reply["err_msg"]
        asked["input"]["data"] |= {"mdtrt_cert_no": "X1"}
        assert "凭证" in (await post(bureau, asked)).reply["warn_msg"]

    await tell(bureau, anothers)
