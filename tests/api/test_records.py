"""Records at the JSON door: both sides find what was spent, each what they may know; the books of one person add up."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from qinji.entry.sandbox.model import Person
from qinji.flows.export_data import PARTS
from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.household import Phone, Town, open_town
from tests.premium import MOTHER_AND_SON
from tests.premium import Counter as Premiums
from tests.till import Bill, line
from tests.wallet import APART, pair_of

pytestmark = pytest.mark.asyncio
MONTH = "2026-03"


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as opened:
        yield opened


def two(town: Town) -> tuple[Person, Person]:
    """A daughter with 500.00 yuan, and her mother whose account holds 20.00."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    return daughter, mother


async def bills(town: Town) -> list[Bill]:
    """Three bills of the mother's that both paid, the middle one taken back; one of the daughter's own."""
    daughter, mother = two(town)
    assert (await (await town.phone(daughter)).grant(mother)).done
    made = []
    for yuan in ("100.00", "40.00", "60.00"):
        town.bureau.later(minutes=7)
        made.append(await town.purchase(mother, [line("A", yuan)]))
    town.bureau.later(minutes=7)
    await town.cancel(made[1])
    town.bureau.later(minutes=7)
    made.append(await town.purchase(daughter, [line("A", "25.00")]))
    return made


async def got(phone: Phone, path: str, **query: str) -> Any:
    """What was asked for."""
    return (await phone.call("GET", f"/records{path}", query=query)).done


async def raw(phone: Phone, method: str, path: str) -> bytes:
    """A file."""
    headers = {"Authorization": f"Bearer {phone.token}"}
    answer = await phone.town.client.request(method, f"/api/v1/records{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_a_patient_finds_bills_by_every_term_and_each_names_who_paid(town: Town) -> None:
    made = await bills(town)
    _daughter, mother = two(town)
    phone = await town.phone(mother)
    found = (await got(phone, "/uses"))["items"]
    assert [one["settlement_id"] for one in found] == [bill.number for bill in reversed(made[:3])]
    first = found[-1]
    assert first["total_fen"] == 100_00
    assert first["own_account_fen"] == 20_00
    assert [(one["who"]["text"], one["amount_fen"]) for one in first["relatives"]] == [
        ("李*(您的女儿)", 80_00)
    ]
    assert [one["state_text"] for one in found] == ["已扣款", "已退回", "已扣款"]

    async def ids(**query: str) -> list[int]:
        return [one["total_fen"] for one in (await got(phone, "/uses", **query))["items"]]

    daughter = two(town)[0]
    assert await ids(returned="true") == [40_00]
    assert await ids(least_fen="6000", returned="false") == [60_00, 100_00]
    assert await ids(most_fen="5999") == [40_00]
    assert await ids(paid_by=daughter.number) == [60_00, 40_00, 100_00]
    assert await ids(paid_by=daughter.number, least_fen="9000") == [100_00]
    assert await ids(paid_by="own") == [100_00]
    assert await ids(paid_by="cash") == []
    assert await ids(kind="outpatient") == []
    assert await ids(kind="pharmacy", limit="1") == [60_00]
    assert await ids(place="没有这个地方") == []
    assert len(await ids(place=first["institution_name"][:2])) == 3
    assert len(await ids(**{"from": "2026-03-17", "to": "2026-03-17"})) == 3
    assert await ids(**{"from": "2026-03-18"}) == []
    page = await got(phone, "/uses", limit="2")
    rest = await got(phone, "/uses", limit="2", after=page["next"])
    assert [one["total_fen"] for one in page["items"] + rest["items"]] == [60_00, 40_00, 100_00]
    assert rest["next"] is None


async def test_a_grantor_finds_what_their_account_paid_and_nothing_of_what_it_was_for(town: Town) -> None:
    made = await bills(town)
    daughter, mother = two(town)
    phone = await town.phone(daughter)
    query = {"as": "grantor"}
    found = (await got(phone, "/uses", **query))["items"]
    assert [one["amount_fen"] for one in found] == [60_00, 40_00, 80_00]
    assert found[0]["who"]["text"] == "杨**(您的母亲)"
    assert found[0]["region_name"]
    assert sum(one["amount_fen"] for one in found[0]["uses"]) == 60_00
    assert [one["state"] for one in found] == ["settled", "returned", "settled"]
    for wanted, amounts in (
        ({"returned": "true"}, [40_00]),
        ({"least_fen": "6001"}, [80_00]),
        ({"psn_no": mother.number, "most_fen": "5000"}, [40_00]),
        ({"kind": "pharmacy", "limit": "1"}, [60_00]),
        ({"kind": "outpatient"}, []),
        ({"place": found[0]["region_name"]}, [60_00, 40_00, 80_00]),
        ({"from": "2026-03-18"}, []),
    ):
        told = (await got(phone, "/uses", **query, **wanted))["items"]
        assert [one["amount_fen"] for one in told] == amounts, wanted
    place = (await got(await town.phone(mother), "/uses"))["items"][0]["institution_name"]
    assert (await got(phone, "/uses", **query, place=place))["items"] == []
    assert (await phone.call("GET", "/records/uses", query={"psn_no": mother.number})).refused == "NOT_FOUND"
    assert made


async def test_the_books_tell_balances_of_any_moment_and_each_transfer(town: Town) -> None:
    await bills(town)
    daughter, _mother = two(town)
    phone = await town.phone(daughter)
    lines = (await got(phone, "/account"))["items"]
    assert [one["account_change_fen"] for one in lines] == [-25_00, 40_00, -60_00, -40_00, -80_00, 500_00]
    assert [one["account_fen"] for one in lines] == [335_00, 360_00, 320_00, 380_00, 420_00, 500_00]
    assert lines[1]["text"] == "家庭共济退回:杨**(您的母亲)的药店购药"
    assert lines[-2]["text"] == "家庭共济:为杨**(您的母亲)支付(药店购药)"
    assert lines[-2]["institution_name"] == ""
    assert lines[0]["institution_name"]
    for one in lines[:-1]:
        then = await got(phone, "/balance", at=one["booked_at"])
        assert then["account_fen"] == one["account_fen"]
    assert (await got(phone, "/balance"))["account_fen"] == await town.balance(daughter)
    page = await got(phone, "/account", limit="4")
    rest = await got(phone, "/account", limit="4", after=page["next"])
    assert page["items"] + rest["items"] == lines
    shared = (await got(phone, "/account", kind="shared", returns="false"))["items"]
    assert [one["account_change_fen"] for one in shared] == [-60_00, -40_00, -80_00]
    assert (await phone.call("GET", "/records/account", query={"after": "nowhere"})).refused == "NOT_FOUND"
    for query, count in (({"from": "0001-01-01", "to": "9999-12-31"}, 6), ({"to": "0001-01-01"}, 0)):
        assert len((await got(phone, "/account", **query))["items"]) == count
    for at, fen in (
        ("0001-01-02T00:00:00Z", 0),
        ("1950-01-01T00:00:00Z", 0),
        ("9999-12-31T23:59:59Z", 335_00),
    ):
        assert (await got(phone, "/balance", at=at))["account_fen"] == fen


async def test_a_statement_adds_up_and_is_the_same_on_paper_and_in_a_workbook(town: Town) -> None:
    await bills(town)
    daughter, _mother = two(town)
    phone = await town.phone(daughter)
    told = await got(phone, f"/statements/{MONTH}")
    (account,) = told["balances"]
    assert account == {
        "name": "个人账户",
        "opening_fen": 0,
        "in_fen": 540_00,
        "out_fen": 205_00,
        "closing_fen": 335_00,
    }
    assert await town.balance(daughter) == 335_00
    assert told["sentence"] == "个人账户:期初 0.00 元 + 收入 540.00 元 - 支出 205.00 元 = 期末 335.00 元"
    assert told["paid_for"] == [{"label": "杨**(您的母亲)", "amount_fen": 140_00}]
    assert told["paid_by"] == [{"label": "您的个人账户", "amount_fen": 25_00}]
    assert told["paid_total_fen"] == 25_00
    labels = {bar["label"]: bar["amount_fen"] for bar in told["who_for_whom"]}
    assert labels == {"您的账户为您本人": 25_00, "您的账户为杨**(您的母亲)": 140_00}

    pdf = await raw(phone, "GET", f"/statements/{MONTH}/pdf")
    assert pdf.startswith(b"%PDF-")
    book = CalamineWorkbook.from_filelike(io.BytesIO(await raw(phone, "GET", f"/statements/{MONTH}/xlsx")))
    rows = book.get_sheet_by_name("余额").to_python()
    assert rows[1] == ["个人账户", 0.0, 540.0, 205.0, 335.0]
    changes = [row[3] for row in book.get_sheet_by_name("收支明细").to_python()[1:]]
    assert changes == [500.0, -80.0, -40.0, -60.0, 40.0, -25.0]
    for month, words in (("2026-13", "不是月份"), ("2026-04", "还没有开始"), ("1901-01", "太早")):
        assert words in (await phone.call("GET", f"/records/statements/{month}")).says


async def everything_told(phone: Phone) -> str:
    """All that a person can read of their records, as one text."""
    told = [json.dumps(await got(phone, path), ensure_ascii=False) for path in ("/uses", "/account")]
    told.append(json.dumps(await got(phone, "/uses", **{"as": "grantor"}), ensure_ascii=False))
    told.append(json.dumps(await got(phone, f"/statements/{MONTH}"), ensure_ascii=False))
    workbook = CalamineWorkbook.from_filelike(
        io.BytesIO(await raw(phone, "GET", f"/statements/{MONTH}/xlsx"))
    )
    told += [str(workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names]
    exported = zipfile.ZipFile(io.BytesIO(await raw(phone, "POST", "/export")))
    told += [exported.read(name).decode() for name in exported.namelist()]
    return "\n".join(told)


async def test_nothing_a_grantor_reads_names_what_a_relative_was_given_or_what_they_have(town: Town) -> None:
    daughter, mother = two(town)
    assert (await (await town.phone(daughter)).grant(mother)).done
    town.bureau.later(minutes=7)
    await town.purchase(mother, [line("A", "100.00")])
    hers = await everything_told(await town.phone(mother))
    mine = await everything_told(await town.phone(daughter))
    item = "阿莫西林"
    place = (await got(await town.phone(mother), "/uses"))["items"][0]["institution_name"]
    assert item in hers
    assert place in hers
    for secret in (item, place, mother.name, mother.certificate_number, mother.number):
        assert secret not in mine, secret
    for secret in (
        daughter.name,
        daughter.certificate_number,
        daughter.number,
        "50000",
        "42000",
        "500.0",
        "420.0",
    ):
        assert secret not in hers, secret


async def test_all_of_ones_data_is_one_zip_and_asking_for_it_is_in_the_trail(town: Town) -> None:
    pair = await pair_of(town, *town.family(APART)[:2])
    town.bureau.later(minutes=1)
    sent = (await pair.send(30_00)).done
    town.bureau.later(minutes=1)
    assert (await pair.accept(sent)).done
    town.bureau.later(minutes=1)
    exported = zipfile.ZipFile(io.BytesIO(await raw(pair.daughter, "POST", "/export")))
    assert exported.testzip() is None
    assert exported.namelist() == [*(f"{part.name}.json" for part in PARTS), "对账单.html", "说明.txt"]
    for part in PARTS:
        read = json.loads(exported.read(f"{part.name}.json"))
        assert read["title"] == part.title
        for row in read["rows"]:
            assert set(row) == set(read["fields"]), part.name
    book = json.loads(exported.read("account_book.json"))["rows"]
    assert [row["account_change_fen"] for row in book] == [800_00, -30_00, 0]
    assert json.loads(exported.read("wallet.json"))["rows"][1]["state"] == "已接收"
    assert "770.00" in exported.read("对账单.html").decode()
    trail = (await pair.daughter.call("GET", "/me/trail")).done["items"]
    assert trail[0]["what"] == "下载您的全部信息"


async def test_premiums_and_complaints_are_among_all_of_ones_data_as_ones_own_pages_tell_them(
    town: Town,
) -> None:
    mother, son = town.family(MOTHER_AND_SON)
    phone, bureau = await town.phone(mother), Premiums(town)
    order = (await bureau.order(phone, son, 2027, 330_00, "own_account")).done
    await bureau.send()
    trail = (await phone.call("GET", "/me/trail")).done["items"]
    about = {"about": f"look:{trail[0]['id']}", "kind": "question", "text": "这是谁办的?"}
    case = (await phone.call("POST", "/complaints", about)).done
    reviewer, clerk = await town.clerk("R001"), await town.clerk("C001")
    taken = {"to": "C001", "words": "由窗口同事经办"}
    assert (await reviewer.call("POST", f"/staff/complaints/{case['id']}/hand-on", taken)).status in (
        200,
        400,
    )
    noted = {"words": "只给同事看的话"}
    assert (await clerk.call("POST", f"/staff/complaints/{case['id']}/note", noted)).status == 200
    exported = zipfile.ZipFile(io.BytesIO(await raw(phone, "POST", "/export")))
    (paid,) = json.loads(exported.read("premiums.json"))["rows"]
    assert (paid["order"], paid["state"], paid["account_fen"]) == (order["id"], "已缴清", 330_00)
    (opened,) = json.loads(exported.read("complaints.json"))["rows"]
    assert (opened["complaint"], opened["text"], opened["state"]) == (case["id"], "这是谁办的?", "办理中")
    assert opened["steps"][0]["what"] == "提出异议"
    told = "".join(exported.read(name).decode() for name in exported.namelist())
    for secret in ("只给同事看的话", son.name, son.certificate_number):
        assert secret not in told, secret
    sons = zipfile.ZipFile(io.BytesIO(await raw(await town.phone(son), "POST", "/export")))
    days = json.loads(sons.read("coverage.json"))["rows"][-1]
    assert (days["order"], days["covered_from"], days["covered_until"]) == (
        order["id"],
        "2027-01-01",
        "2027-12-31",
    )


async def test_a_look_at_a_members_bills_is_noted_and_needs_the_power(town: Town) -> None:
    daughter, mother = two(town)
    await town.purchase(mother, [line("A", "10.00")])
    phone, mothers = await town.phone(daughter), await town.phone(mother)
    assert (await mothers.confirm((await phone.bind(mother, powers=["show_code"])).done)).done
    refused = await phone.call("GET", "/records/uses", query={"psn_no": mother.number})
    assert refused.refused == "POWER_NOT_GIVEN"
    binding = (await phone.items("/family/bindings"))[0]
    body = {"powers": ["show_code", "query_cost"]}
    assert (await mothers.call("PATCH", f"/family/bindings/{binding['id']}/powers", body)).done
    town.bureau.later(seconds=1)
    found = (await got(phone, "/uses", psn_no=mother.number))["items"]
    assert [one["total_fen"] for one in found] == [10_00]
    trail = (await mothers.call("GET", "/me/trail")).done["items"]
    assert (trail[0]["what"], trail[0]["who"]) == ("查看您的花费", "李*(您的女儿)")
