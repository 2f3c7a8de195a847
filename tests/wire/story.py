"""One visit and one purchase told in messages, from sign-in to sign-out, with what each reply gives to the next."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qinji.access.model import PersonActor
from qinji.flows import show_code
from qinji.gateway.wire import Json
from tests.bureau import Bureau
from tests.unit.gateway.door import encoded
from tests.unit.gateway.examples import PERSON_NUMBER, request

ORDER = (
    "9001", "1201", "1162", "1101", "2201", "2203", "2204", "2206", "2207", "5201", "5202", "5203", "5204",
    "2208", "2205", "2202", "2101", "2102", "2103", "2601", "9002",
)  # fmt: skip
"""1162 stands alone: the rest is told by card, which needs no fresh code."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message and its answer, as they went over the wire."""

    sent: bytes
    answer: bytes

    @property
    def request(self) -> dict[str, Any]:
        """The request as JSON."""
        found = json.loads(self.sent)
        assert isinstance(found, dict)
        return found

    @property
    def reply(self) -> dict[str, Any]:
        """The reply as JSON."""
        found = json.loads(self.answer)
        assert isinstance(found, dict)
        return found


Visitor = Callable[[str, dict[str, Any]], Awaitable[None]]


async def post(bureau: Bureau, document: Json) -> Told:
    """A whole request through the bureau's door."""
    sent = encoded(document)
    return Told(sent, (await bureau.gateway.answer({"content-type": "application/json"}, sent)).body)


async def tell(bureau: Bureau, visitor: Visitor | None = None) -> dict[str, Told]:
    """The story; before each message the visitor is shown its request and may send others."""
    told: dict[str, Told] = {}
    known: dict[str, str] = {}
    for number in ORDER:
        if number == "1162":
            known["ecQrCode"] = await shown_code(bureau)
        document = with_known(request(number), known)
        if visitor is not None:
            await visitor(number, document)
        told[number] = await post(bureau, document)
        known.update(learnt(number, told[number].reply))
    return told


async def shown_code(bureau: Bureau) -> str:
    """A fresh code of the story's patient."""
    actor = PersonActor(await bureau.person_id(PERSON_NUMBER))
    shown = await show_code.run(show_code.ShowCode(actor), bureau.runtime)
    assert isinstance(shown, show_code.CodeShown), shown
    return shown.code


def with_known(document: dict[str, Json], known: Mapping[str, str]) -> dict[str, Any]:
    """The request with the visit, settlement, sign-in and code that earlier replies gave."""

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: known.get(name, filled(part)) for name, part in value.items()}
        return [filled(part) for part in value] if isinstance(value, list) else value

    plain = json.loads(encoded(document))
    return {**plain, "input": filled(plain["input"])}


def learnt(number: str, reply: dict[str, Any]) -> dict[str, str]:
    """What a reply gives to later messages, by field name; fails when it is a refusal."""
    assert reply["infcode"] == 0, (number, reply["err_msg"])
    if number == "9001":
        return {"sign_no": reply["output"]["signinoutb"]["sign_no"]}
    if number == "2201":
        return {"mdtrt_id": reply["output"]["data"]["mdtrt_id"]}
    if number in {"2207", "2102"}:
        info = reply["output"]["setlinfo"]
        return {"setl_id": info["setl_id"], "mdtrt_id": info["mdtrt_id"]}
    return {}
