"""The whole application over HTTP: what ``world.json`` publishes is enough to sign, and to settle a bill."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from qinji.entry.settings import Settings
from qinji.entry.web import Doors
from qinji.kernel.dates import CHINA, milliseconds
from qinji.kernel.signing import A_PATH, headers_a, headers_b
from qinji.platform.clock import system_clock
from qinji.platform.database import Address
from tests.till import AMOXICILLIN

OPEN_PATH = "/fsi/api/outpatientSettleService/saveSettletmentA"


class Counter:
    """An institution's own program, which knows its key and the formulas."""

    def __init__(self, http: httpx.AsyncClient, place: dict[str, str]) -> None:
        self.http, self.place = http, place
        self.serial = count(1)
        self.now = f"{datetime.now(CHINA):%Y-%m-%d %H:%M:%S}"

    def headers(self, number: str) -> dict[str, str]:
        """The headers of a message, in the writing in which that scheme's clients send them."""
        now_ms = milliseconds(system_clock())
        key = (self.place["access_key"], self.place["secret"])
        if self.place["scheme"] == "A":
            found = headers_a(number, *key, now_ms)
            return {name.upper(): value for name, value in found.items()}
        found = headers_b(*key, now_ms // 1000, f"{now_ms:x}-{next(self.serial)}")
        return {name.replace("paasid", "paasId").title(): value for name, value in found.items()}

    async def ask(self, number: str, content: dict[str, Any]) -> dict[str, Any]:
        """The output of a message that is done."""
        body = {
            "infno": number,
            "msgid": f"{self.place['fixmedins_code']}{next(self.serial):018d}",
            "mdtrtarea_admvs": self.place["region"],
            "fixmedins_code": self.place["fixmedins_code"],
            "input": content,
        }
        path, kind = (
            (A_PATH, "text/plain") if self.place["scheme"] == "A" else (OPEN_PATH, "application/json")
        )
        headers = {**self.headers(number), "Content-Type": kind}
        answer = await self.http.post(path, content=json.dumps(body), headers=headers)
        assert answer.status_code == 200
        reply: dict[str, Any] = json.loads(answer.content, parse_float=Decimal)
        assert reply.get("infcode") == 0, reply
        output: dict[str, Any] = reply["output"] or {}
        return output

    async def bill(self, card: str) -> dict[str, Any]:
        """A visit of 300 yuan from the card to the settlement, and back; the settlement."""
        shown = {"mdtrt_cert_type": "03", "mdtrt_cert_no": card}
        found = await self.ask("1101", {"data": shown})
        who = {**shown, "psn_no": found["baseinfo"]["psn_no"]}
        who["insutype"] = found["insuinfo"][0]["insutype"]
        visiting = {**who, "begntime": self.now, "ipt_otp_no": "1", "dept_name": "全科"}
        visit = (await self.ask("2201", {"data": visiting}))["data"]["mdtrt_id"]
        line = {
            "feedetl_sn": "1",
            "mdtrt_id": visit,
            "psn_no": who["psn_no"],
            "chrg_bchno": "B1",
            "fee_ocur_time": self.now,
            "med_list_codg": AMOXICILLIN,
            "medins_list_codg": "1",
            "det_item_fee_sumamt": "300.00",
            "cnt": "1",
            "pric": "300.00",
        }
        await self.ask("2204", {"feedetail": [line]})
        what = {
            **who,
            "mdtrt_id": visit,
            "chrg_bchno": "B1",
            "med_type": "11",
            "psn_setlway": "01",
            "medfee_sumamt": "300.00",
        }
        previewed = (await self.ask("2206", {"data": what}))["setlinfo"]
        settled: dict[str, Any] = (await self.ask("2207", {"data": what}))["setlinfo"]
        names = ("medfee_sumamt", "fund_pay_sumamt", "acct_pay", "psn_cash_pay")
        assert [settled[name] for name in names] == [previewed[name] for name in names]
        undone = {"setl_id": settled["setl_id"], "mdtrt_id": visit, "psn_no": who["psn_no"]}
        await self.ask("2208", {"data": undone})
        return settled


@pytest.mark.parametrize("scheme", ["A", "B"])
async def test_what_the_sandbox_publishes_is_enough_to_settle_a_bill(
    address: Address, tmp_path: Path, scheme: str
) -> None:
    doors = Doors(Settings(home=tmp_path, database_host=address.host, database_name=address.name))
    await doors.open()
    try:
        transport = httpx.ASGITransport(doors)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            world = (await http.get("/sandbox/world.json")).json()
            places = [one for one in world["institutions"] if one["scheme"] == scheme]
            assert len(places) == 3
            for place in places:
                patient = next(
                    one
                    for one in world["persons"]
                    if (one["region"], one["insutype"], one["status"]) == (place["region"], "310", "normal")
                )
                settled = await Counter(http, place).bill(patient["card_no"])
                assert settled["medfee_sumamt"] == 300
            late = headers_a("1101", places[0]["access_key"], places[0]["secret"], 0)
            if scheme == "A":
                body = json.dumps({"infno": "1101", "fixmedins_code": places[0]["fixmedins_code"]})
                answer = await http.post(A_PATH, content=body, headers=late)
                assert (answer.status_code, answer.text) == (
                    200,
                    '{"code":401,"message":"签名时间戳超时!"}',
                )
    finally:
        await doors.close()


async def test_production_publishes_no_keys(address: Address, tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path, database_host=address.host, database_name=address.name, mode="production"
    )
    doors = Doors(settings)
    await doors.open()
    try:
        transport = httpx.ASGITransport(doors)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            assert (await http.get("/sandbox/world.json")).status_code == 404
    finally:
        await doors.close()
