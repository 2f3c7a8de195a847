"""Nothing that could be a person's is kept of a message, wherever in it the sender put it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.gateway.masking import FORMS, KNOWN_NAMES, Masker
from qinji.gateway.registry import SERVED
from qinji.gateway.wire import Json
from tests.unit.gateway.door import encoded, gateway
from tests.unit.gateway.examples import INPUTS, request

IDENTITY, NAME, CARD, CODE = "99990119900307415X", "欧阳测试", "Q90417735", "2841970365129048375610293847"
CANARIES = (IDENTITY, NAME, CARD, CODE, IDENTITY[:17], IDENTITY.lower())


def masker() -> Masker:
    return Masker(lambda text: hashlib.sha256(b"k" + text.encode()).hexdigest()[:4])


def kept(document: Json) -> str:
    return encoded(masker().document(document)).decode()


def clean(text: str) -> bool:
    return not any(canary in text for canary in CANARIES)


def planted(value: Any, canary: Json) -> Iterator[Any]:
    """The document as often as it has plain values, each time with the canary in another one's place."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            for changed in planted(inner, canary):
                yield {**value, name: changed}
        yield {**value, "unheard_of": canary}
        yield {**value, str(canary): "1"}
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            for changed in planted(inner, canary):
                yield [*value[:index], changed, *value[index + 1 :]]
    else:
        yield canary


@pytest.mark.parametrize("number", SERVED)
@pytest.mark.parametrize("canary", [IDENTITY, NAME, CARD, CODE, int(IDENTITY[:17] + "1"), int(CODE)])
def test_a_canary_in_any_field_of_any_message_is_not_kept(number: str, canary: Json) -> None:
    for document in planted(request(number), canary):
        assert clean(kept(document)), document


@pytest.mark.parametrize("canary", [IDENTITY, NAME, CARD, CODE])
def test_a_canary_in_broken_json_is_not_kept(canary: str) -> None:
    for document in planted(request("2207"), canary):
        whole = encoded(document).decode()
        for body in (whole[:-1], whole.replace(":", "", 1), whole.replace('"', "'"), whole.replace('"', "")):
            assert clean(masker().text(body))


@pytest.mark.parametrize("canary", [IDENTITY, NAME, CARD, CODE])
def test_a_canary_that_a_refusal_repeats_is_not_kept(canary: str) -> None:
    one = masker()
    one.document({"input": {"data": {"mdtrt_cert_type": canary}}})
    assert clean(one.sentence(f"字段 mdtrt_cert_type(就诊凭证类型)的值“{canary}”不正确:应为 01。未扣款"))


def test_a_canary_in_the_text_of_an_extension_is_not_kept() -> None:
    inner = json.dumps(
        {"acct_payers": [{"psn_name": NAME, "rlts": "1", "pay_amt": 12.5}]}, ensure_ascii=False
    )
    found = kept({"output": {"setlinfo": {"exp_content": inner}}})
    assert clean(found)
    assert "12.5" in found


@given(st.text(min_size=8, max_size=60))
def test_no_text_is_kept_whole_in_a_field_that_we_do_not_know(text: str) -> None:
    found = masker().value("unheard_of", text)
    assert len(found.split("…[")[0]) <= 4


def test_equal_values_have_equal_marks_and_others_have_not() -> None:
    one = masker()
    first, second = one.value("psn_no", "9901000000050001"), one.value("psn_no", "9901000000050002")
    assert first == masker().value("psn_no", "9901000000050001")
    assert first != second
    assert first.startswith("9901…[16#")


def test_of_a_name_one_character_is_left() -> None:
    assert masker().value("psn_name", NAME).startswith("欧…[4#")


async def test_what_a_developer_needs_is_left() -> None:
    sent = masker().document(request("2204"))
    line = sent["input"]["feedetail"][0]  # type: ignore[index,call-overload]
    asked = INPUTS["2204"]["feedetail"][0]  # type: ignore[index]
    shown = (
        "mdtrt_id",
        "chrg_bchno",
        "feedetl_sn",
        "fee_ocur_time",
        "med_list_codg",
        "cnt",
        "pric",
        "hosp_appr_flag",
    )
    for name in shown:
        assert line[name] == asked[name]  # type: ignore[index,call-overload]
    answer = await gateway().answer({}, encoded(request("2207")))
    reply = masker().document(json.loads(answer.body), ours=True)
    output = reply["output"]  # type: ignore[index,call-overload]
    assert output["setlinfo"]["setl_id"]  # type: ignore[index,call-overload]
    assert "个人负担 150.00 元" in str(output["setldetail"])  # type: ignore[index,call-overload]


def test_personal_fields_have_no_form_in_which_they_are_shown() -> None:
    for name in (
        "psn_no",
        "certno",
        "mdtrt_cert_no",
        "psn_name",
        "card_sn",
        "tel",
        "addr",
        "ecToken",
        "brdy",
    ):
        assert name not in FORMS
        assert name in KNOWN_NAMES
