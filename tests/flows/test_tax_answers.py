"""The tax bureau over HTTP: signed both ways; a reply lost, altered or unreadable counts as none; callbacks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from qinji.api.app import create_app
from qinji.entry.commands.premium import app as commands
from qinji.entry.commands.premium import book_answers
from qinji.entry.settings import Settings, WrongSetting
from qinji.entry.sheets import Report, read_file
from qinji.entry.tax_bureau import HttpTaxBureau, SandboxTaxBureau, tax_bureau_of
from qinji.flows import send_premiums
from qinji.flows.parts.tax_words import COLUMNS, SIGNATURE, read_row, signature_of
from qinji.platform.database import Address
from qinji.platform.signatures import public_key
from qinji.premium.model import BureauAnswer, Said
from tests.bureau import open_bureau
from tests.household import open_town
from tests.premium import MOTHER_AND_SON, Counter

SECRET = "约定的密钥"
Words = dict[str, Any]


@pytest.fixture
async def counter(address: Address, tmp_path: Path) -> AsyncIterator[Counter]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as town:
        yield Counter(town)


def over_http(answers: Callable[[Words], tuple[int, bytes, str]]) -> HttpTaxBureau:
    """A tax bureau at the other end of a wire without a network."""

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.headers[SIGNATURE] == signature_of(SECRET, request.content)
        status, body, signature = answers(json.loads(request.content))
        return httpx.Response(status, content=body, headers={SIGNATURE: signature})

    return HttpTaxBureau("http://127.0.0.1/premiums", SECRET, httpx.MockTransport(handle))


def signed(words: Words) -> tuple[int, bytes, str]:
    """An answer as the tax bureau signs it."""
    body = json.dumps(words, ensure_ascii=False).encode()
    return 200, body, signature_of(SECRET, body)


def paid(asked: Words) -> Words:
    """The tax bureau has collected."""
    return {"number": asked["number"], "result": "paid", "voucher": "税票1"}


async def test_an_order_is_collected_by_a_signed_call_and_told_without_a_name(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    asked: list[Words] = []

    def answer(words: Words) -> tuple[int, bytes, str]:
        asked.append(words)
        return signed(paid(words))

    assert await send_premiums.run(counter.town.bureau.runtime, over_http(answer)) == 1
    assert await counter.state(phone, order) == "paid"
    assert (asked[0]["number"], asked[0]["amount"], asked[0]["year"]) == (order["id"], "330.00", 2027)
    assert son.name not in json.dumps(asked, ensure_ascii=False)
    assert son.certificate_number not in json.dumps(asked)


BROKEN: dict[str, Callable[[Words], tuple[int, bytes, str]]] = {
    "an error": lambda _words: (500, b"", ""),
    "another signature": lambda words: (*signed(paid(words))[:2], "00"),
    "no JSON": lambda _words: (200, b"ok", signature_of(SECRET, b"ok")),
    "another order": lambda words: signed({**paid(words), "number": "0" * 26}),
    "an unknown result": lambda words: signed({**paid(words), "result": "perhaps"}),
    "paid without a voucher": lambda words: signed({**paid(words), "voucher": ""}),
    "too long": lambda words: signed({**paid(words), "reason": "长" * 60_000}),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_an_answer_that_cannot_be_trusted_counts_as_none(counter: Counter, case: str) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    assert await send_premiums.run(counter.town.bureau.runtime, over_http(BROKEN[case])) == 1
    assert await counter.state(phone, order) == "sent"
    assert await counter.money(mother) == (0, 330_00)


async def test_a_callback_is_booked_once_and_only_with_the_shared_secret(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    taken = over_http(lambda words: signed({"number": words["number"], "result": "taken"}))
    await send_premiums.run(counter.town.bureau.runtime, taken)
    _, body, signature = signed({"number": order["id"], "result": "paid", "voucher": "税票1"})
    app = create_app(counter.town.bureau.runtime, taken)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bureau")
        )
        path = "/api/v1/premiums/tax-answers"
        forged = await client.post(path, content=body, headers={SIGNATURE: "00"})
        assert forged.json()["code"] == "TAX_ANSWER_WRONG"
        told = [
            (await client.post(path, content=body, headers={SIGNATURE: signature})).json()["taken"]
            for _ in range(2)
        ]
    assert told == ["done", "known"]
    assert (await counter.town.client.post(path, content=body)).status_code == 404
    assert await counter.money(mother) == (0, 0)


async def test_an_answer_file_is_booked_row_by_row_however_often_it_is_run(
    counter: Counter, tmp_path: Path
) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    rows = [
        COLUMNS,
        (order["id"], "已缴清", "税票1", ""),
        (order["id"], "未受理", "", "不符"),
        ("01" + "0" * 24, "已缴清", "税票2", ""),
    ]
    file = tmp_path / "回盘.csv"
    file.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    for expected in ((1, 0), (0, 1)):
        report = Report(tmp_path / "未办理.csv", COLUMNS)
        sheet = read_file(file, COLUMNS)
        assert await book_answers(sheet, report, counter.town.bureau.runtime) == expected
        report.close()
        assert [what for _, what, _ in report.first] == ["与账面已记的结果矛盾", "没有这个缴费编号"]
    assert await counter.money(mother) == (0, 0)


def test_a_row_of_an_answer_file_is_read_or_told_why_not() -> None:
    number = "01" + "0" * 24
    found = read_row((number, "已缴清", "税票1", ""))
    assert isinstance(found, BureauAnswer)
    assert (found.said, found.voucher) == (Said.PAID, "税票1")
    assert read_row((number, "已缴清", "", "")) == "已缴清的须有税票号;文字不超过 200 字"
    assert read_row(("1", "已缴清", "税票1", "")) == "缴费编号不正确"
    assert "结果应为" in str(read_row((number, "好", "税票1", "")))
    assert read_row((number,)) == "应有 4 列"


def test_the_settings_name_the_bureau() -> None:
    assert isinstance(tax_bureau_of(Settings()), SandboxTaxBureau)
    assert tax_bureau_of(Settings(mode="production")) is None
    with pytest.raises(WrongSetting):
        tax_bureau_of(Settings(tax_url="http://127.0.0.1/"))
    assert isinstance(tax_bureau_of(Settings(tax_url="http://127.0.0.1/", tax_secret="x")), HttpTaxBureau)


async def test_a_receipt_is_checked_offline_by_the_public_key_alone(counter: Counter) -> None:
    mother, son = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)
    order = (await counter.order(phone, son, 2027, 330_00, "own_account")).done
    assert (await phone.call("GET", f"/premiums/{order['id']}/receipt")).refused == "NOT_FOUND"
    await counter.send()
    receipt = (await phone.call("GET", f"/premiums/{order['id']}/receipt")).done
    code, key = receipt["verify_code"], receipt["public_key"]
    assert key == public_key(counter.town.bureau.runtime.vault)
    told = CliRunner().invoke(commands, ["verify", code, "--key", key])
    assert told.exit_code == 0, told.output
    assert "330.00 元" in told.output
    assert f"{son.name[0]}**" in told.output
    assert son.name not in told.output
    altered = code[:-5] + ("A" if code[-5] != "A" else "B") + code[-4:]
    for wrong_code, wrong_key in ((altered, key), (code, "00" * 32), ("QJ1.x", key), (code, "zz")):
        assert CliRunner().invoke(commands, ["verify", wrong_code, "--key", wrong_key]).exit_code == 1
    shown = await counter.town.client.post("/api/v1/premiums/receipts/verify", json={"code": code})
    assert shown.json()["amount_fen"] == 330_00
    wrong = await counter.town.client.post("/api/v1/premiums/receipts/verify", json={"code": altered})
    assert wrong.json()["code"] == "RECEIPT_CODE_WRONG"
