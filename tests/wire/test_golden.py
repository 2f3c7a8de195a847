"""Golden messages on a whole bureau: the answer on record, the same message again, the message altered.

``QINJI_RECORD=1 pytest tests/wire/test_golden.py`` writes the records anew; the reference pages show them.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qinji.gateway.registry import SERVED
from tests.bureau import Bureau
from tests.wire.story import ORDER, Told, post, tell
from tools.generate_contracts import FOLDER

HERE = Path(__file__).parent
NOT_ON_RECORD = {
    "inf_refmsgid",
    "mdtrt_id",
    "setl_id",
    "sign_no",
    "ecToken",
    "ecQrCode",
    "ecIndexNo",
    "diag_info_id",
}
"""Values that chance gives: on record as they once were, compared by their form only."""


def written(number: str, told: Told) -> None:
    folder = HERE / number
    folder.mkdir(exist_ok=True)
    for name, document in (("request", told.request), ("reply", told.reply)):
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def on_record(number: str, name: str) -> Any:
    return json.loads((HERE / number / f"{name}.json").read_text(encoding="utf-8"))


def formed(value: Any, name: str = "") -> Any:
    """The document with chance's values replaced by their length."""
    if isinstance(value, dict):
        return {key: formed(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [formed(part, name) for part in value]
    return f"{len(value)} characters" if name in NOT_ON_RECORD and isinstance(value, str) else value


def test_each_message_has_its_record() -> None:
    assert {path.name for path in HERE.iterdir() if path.name.isdigit()} == set(SERVED) == set(ORDER)


async def test_every_message_is_answered_as_on_record(bureau: Bureau) -> None:
    told = await tell(bureau)
    for number, message in told.items():
        if os.environ.get("QINJI_RECORD"):
            written(number, message)
        assert formed(message.request) == formed(on_record(number, "request")), number
        assert formed(message.reply) == formed(on_record(number, "reply")), number
        schema = json.loads((FOLDER / f"{number}.output.schema.json").read_text(encoding="utf-8"))
        jsonschema.validate(message.reply, schema)


async def test_the_same_message_gets_the_same_answer(bureau: Bureau) -> None:
    told = await tell(bureau)
    for number, message in told.items():
        again = (await bureau.gateway.answer({"content-type": "application/json"}, message.sent)).body
        if SERVED[number].message.writes:
            assert again == message.answer, number


async def test_a_reading_message_is_answered_afresh_with_the_same_output(bureau: Bureau) -> None:
    async def twice(number: str, document: dict[str, Any]) -> None:
        if SERVED[number].message.writes:
            return
        first, second = await post(bureau, document), await post(bureau, document)
        assert first.reply["infcode"] == 0, first.reply
        assert first.reply["output"] == second.reply["output"], number
        assert first.reply["inf_refmsgid"] != second.reply["inf_refmsgid"]

    await tell(bureau, twice)


async def test_other_content_under_the_same_message_id_is_refused(bureau: Bureau) -> None:
    told = await tell(bureau)
    for number, message in told.items():
        if not SERVED[number].message.writes:
            continue
        altered = message.request
        altered["input"]["another"] = "1"
        refused = (await post(bureau, altered)).reply
        assert refused["infcode"] == -1, number
        assert "已用于内容不同的报文" in refused["err_msg"]
        again = (await bureau.gateway.answer({"content-type": "application/json"}, message.sent)).body
        assert again == message.answer, number


async def test_the_same_content_written_otherwise_is_the_same_message(bureau: Bureau) -> None:
    told = await tell(bureau)
    message = told["2207"]
    document = message.request
    document.update(infno="2207A", inf_time="2026-03-17 12:00:59", opter="0099", cainfo="x")
    document["input"]["data"]["medfee_sumamt"] = "350.0"
    document["input"]["data"]["card_sn"] = "null"
    assert (await post(bureau, document)).answer == message.answer


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
async def test_a_registration_in_either_encoding_opens_a_visit(bureau: Bureau, encoding: str) -> None:
    body = json.dumps(on_record("2201", "request"), ensure_ascii=False).encode(encoding)
    answer = (await bureau.gateway.answer({"content-type": f"text/plain; charset={encoding}"}, body)).body
    assert json.loads(answer)["infcode"] == 0
