"""The counter's pages without a browser: what each says, who may open it, and that nothing entered is ever lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import httpx
import pytest

from qinji.entry.sandbox.model import Person
from qinji.platform.database import InDoubt, Overloaded
from qinji.web.app import create_pages
from tests.bureau import Bureau
from tests.counter import AMOXICILLIN, CHECK_UP, Counter, open_counter
from tests.household import Town
from tests.reader import Reader, words

WEST = "990200"
DAUGHTER = "女儿与不用智能手机"


@dataclass
class Sale:
    """A sale on the page, act by act, as a browser without scripts does it."""

    reader: Reader
    counter: Counter
    html: str = field(default="", repr=False)

    async def begin(self) -> str:
        """A new sale."""
        self.html = await self.reader.open("/counter")
        return words(self.html)

    async def do(self, act: str, status: int = 200, **fields: str) -> str:
        """One act; what the page says then."""
        answer = await self.reader.send(self.html, "/counter", act, **fields)
        assert answer.status_code == status, words(answer.text)
        self.html = answer.text
        return words(answer.text)

    async def settle(self, received: str = "") -> str:
        """Settle as chosen; the path of the bill."""
        answer = await self.reader.send(self.html, "/counter", "settle", received=received)
        assert answer.status_code == 303, words(answer.text)
        return answer.headers["location"]

    async def rung_up(self, patient: Person, item: str = AMOXICILLIN) -> str:
        """A scanned patient with one line; what the page says."""
        await self.begin()
        await self.do("scan", code=await self.counter.code(patient))
        return await self.do("add", item=item)


@pytest.fixture(params=["pharmacy", "1"])
async def sale(request: pytest.FixtureRequest, bureau: Bureau, reader: Reader) -> Sale:
    """A cashier at the page of a pharmacy, and of a clinic."""
    counter = await open_counter(bureau, WEST, request.param)
    await reader.sign_in_staff(counter.cashier.staff_id)
    return Sale(reader, counter)


async def test_a_sale_is_done_from_the_scan_to_the_receipt_without_scripts(sale: Sale, town: Town) -> None:
    son, mother = town.family("账户已空的儿子")
    await town.granted(mother, son)
    before = await town.balance(mother)
    assert "请扫医保码" in await sale.begin()
    said = await sale.do("scan", code=await sale.counter.code(son))
    assert f"{son.name[0]}{'*' * (len(son.name) - 1)} 职工医保" in said
    assert "本人出示的医保码" in said
    said = await sale.do("add", item=CHECK_UP)
    assert "预结算,尚未扣款" in said
    for way in ("本人账户,不够时家人共济", "只用本人账户", "全部现金"):
        assert way in said
    assert re.search(r"(患者的父母)的个人账户 家庭共济 ¥".replace("(", r"\(").replace(")", r"\)"), said)
    assert "余额 ¥0.00 → ¥0.00" in said
    assert await town.balance(mother) == before
    path = await sale.settle()
    told = await sale.reader.say(path)
    assert "已扣款" in told
    assert "医保结算小票" in told
    assert "体检套餐" in told
    assert await town.balance(mother) < before
    assert son.certificate_number not in sale.reader.last
    assert mother.name not in sale.reader.last
    assert son.name not in sale.reader.last


async def test_another_way_to_pay_is_chosen_and_its_button_says_what_it_does(sale: Sale, town: Town) -> None:
    daughter, _ = town.family(DAUGHTER)
    said = await sale.rung_up(daughter)
    assert "扣款 ¥16.50,结算" in said
    said = await sale.do("choose", variant="cash")
    assert "收现金 ¥16.50,结算" in said
    said = await sale.do("settle", 422, received="十块")
    assert "“十块”不是金额" in said
    said = await sale.do("settle", 422, received="10")
    assert "收到的现金 10.00 元,少于应收的 16.50 元" in said
    assert 'name="received" type="text" inputmode="decimal" class="digits" value="10"' in sale.html
    told = await sale.reader.say(await sale.settle("20"))
    assert "找零 ¥3.50" in told
    assert await town.balance(daughter) == daughter.balance_fen


@pytest.mark.parametrize(
    ("scanned", "sentence"),
    [
        ("134567890123456789", "微信的付款码"),
        ("1" * 27, "扫到 27 位数字"),
        ("6901234567892", "商品条码"),
        ("", "这不是医保码"),
    ],
)
async def test_a_wrong_scan_says_what_it_was_and_loses_nothing(
    sale: Sale, town: Town, scanned: str, sentence: str
) -> None:
    daughter, _ = town.family(DAUGHTER)
    await sale.begin()
    await sale.do("add", item=AMOXICILLIN, quantity="2")
    said = await sale.do("scan", 422, code=scanned)
    assert sentence in said
    assert "未扣款" in said
    assert "1 行,合计 ¥33.00" in said
    assert scanned not in sale.html or not scanned
    assert re.search(r'name="code"[^>]*autofocus', sale.html)
    assert "预结算,尚未扣款" in await sale.do("scan", code=await sale.counter.code(daughter))


async def test_a_code_that_is_over_or_used_elsewhere_is_told_as_that(sale: Sale, town: Town) -> None:
    daughter, _ = town.family(DAUGHTER)
    late, elsewhere = [await sale.counter.code(daughter) for _ in range(2)]
    other = await open_counter(sale.counter.bureau, WEST, "2")
    desk = await other.desk()
    await other.till.scan(desk, other.till.begin(desk), elsewhere)
    await sale.begin()
    assert "其他" in await sale.do("scan", 422, code=elsewhere)
    sale.counter.bureau.later(seconds=61)
    assert "过期" in await sale.do("scan", 422, code=late)


async def test_who_shows_a_relatives_code_stands_in_yellow(sale: Sale, town: Town) -> None:
    daughter, mother = town.family(DAUGHTER)
    await town.bound(daughter, mother)
    await sale.begin()
    said = await sale.do("scan", code=await sale.counter.code(mother, daughter))
    assert f"{mother.name[0]}** 的码,由 {daughter.name[0]}*(患者的子女)代为出示" in said
    assert 'class="for-another"' in sale.html
    await sale.do("scan", code=await sale.counter.code(daughter))
    assert "for-another" not in sale.html


async def test_a_card_and_a_code_typed_into_the_wrong_field_are_taken_too(sale: Sale, town: Town) -> None:
    daughter, _ = town.family(DAUGHTER)
    await sale.begin()
    assert "本人出示的社保卡" in await sale.do("scan", code=daughter.card_number, card="1")
    assert "本人出示的医保码" in await sale.do("add", item=await sale.counter.code(daughter))


async def test_lines_are_found_by_letters_changed_and_taken_out(sale: Sale) -> None:
    await sale.begin()
    said = await sale.do("add", item="诊察费")
    assert "用 ↓ ↑ 选" in said
    picked = re.findall(r'name="pick" value="([^"]+)"', sale.html)
    assert len(picked) > 1
    await sale.do("add", item="诊察费", pick=picked[0])
    said = await sale.do("add", item="amxl", quantity="0.5", price="10")
    assert "10.00 0.5 ¥5.00" in said
    said = await sale.do("drop", place="0")
    assert "1 行,合计 ¥5.00" in said
    said = await sale.do("add", 422, item=AMOXICILLIN, quantity="x", price="-1")
    assert "数量请写成" in said
    assert "单价不能小于 0" in said
    assert 'value="x"' in sale.html
    assert "目录中没有这一项" in await sale.do("add", 422, item="没有的", find="1")
    found = await sale.reader.open("/counter/items?item=amxl")
    assert "阿莫西林胶囊" in found
    assert "<html" not in found
    assert "目录中没有这一项" in await sale.reader.open("/counter/items?item=zzzzzz")


async def test_a_bill_is_found_by_its_number_printed_again_and_given_back_after_one_question(
    sale: Sale, town: Town
) -> None:
    daughter, _ = town.family(DAUGHTER)
    await sale.rung_up(daughter)
    path = await sale.settle()
    number = path.rsplit("/", 1)[1]
    looked_up = await sale.reader.client.get(f"/counter/bills?number={number.lower()}")
    assert looked_up.headers["location"] == path
    await sale.begin()
    scanned = await sale.reader.send(sale.html, "/counter", "scan", code=number)
    assert scanned.headers["location"] == path
    question = await sale.reader.say(f"{path}/give-back")
    assert "全部退回?" in question
    assert "退完不能撤销" in question
    asked = sale.reader.last
    done = await sale.reader.send(asked, f"{path}/give-back")
    assert (done.status_code, done.headers["location"]) == (303, path)
    assert (await sale.reader.send(asked, f"{path}/give-back")).status_code == 303
    told = await sale.reader.say(path)
    assert "已退回" in told
    assert "医保退费小票" in told
    assert "/give-back" not in sale.reader.last
    assert await town.balance(daughter) == daughter.balance_fen
    assert (await sale.reader.client.get(f"{path}/give-back")).headers["location"] == path
    again = await sale.reader.send(
        asked.replace('name="key" value="', 'name="key" value="f'), f"{path}/give-back"
    )
    assert again.status_code == 422
    assert "这一笔已经退过" in words(again.text)


async def test_the_same_form_sent_twice_settles_once(sale: Sale, town: Town) -> None:
    daughter, _ = town.family(DAUGHTER)
    await sale.rung_up(daughter)
    first, second = await sale.settle(), await sale.settle()
    assert first == second
    assert await town.balance(daughter) == daughter.balance_fen - 1_650


async def test_another_counters_bill_and_ticket_are_nothing_here(
    sale: Sale, town: Town, bureau: Bureau
) -> None:
    daughter, _ = town.family(DAUGHTER)
    await sale.rung_up(daughter)
    path = await sale.settle()
    other = await open_counter(bureau, WEST, "2")
    old = sale.html
    await sale.reader.sign_in_staff(other.cashier.staff_id)
    assert "本收费台没有这一笔" in await sale.reader.say(path, 404)
    assert "本收费台没有这一笔" in await sale.reader.say(f"{path}/give-back", 404)
    fresh = await sale.reader.open("/counter")
    ticket = re.search(r'name="ticket" value="([^"]+)"', old)
    mine = re.search(r'name="ticket" value="([^"]+)"', fresh)
    assert ticket
    assert mine
    foreign = fresh.replace(mine[1], ticket[1])
    refused = await sale.reader.send(foreign, "/counter", "scan", code="1")
    assert refused.status_code == 422
    assert "这一页已经过期" in words(refused.text)


class Loses:
    """The flows of a bureau; ``fault`` is what comes instead of the answer to a settlement that was done or not."""

    def __init__(self, bureau: Bureau) -> None:
        self._flows = bureau.flows
        self.arrives = True
        self.fault: type[Exception] | None = InDoubt

    def __getattr__(self, name: str) -> object:
        return getattr(self._flows, name)

    async def settle(self, command: object) -> bytes:
        """A clinic's."""
        return await self._lost(command, "settle")

    async def settle_pharmacy(self, command: object) -> bytes:
        """A pharmacy's."""
        return await self._lost(command, "settle_pharmacy")

    async def _lost(self, command: object, name: str) -> bytes:
        kept: bytes = b""
        if self.arrives or self.fault is None:
            kept = await getattr(self._flows, name)(command)
        if self.fault is not None:
            raise self.fault
        return kept


@pytest.fixture
def losing(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> Loses:
    """The same pages, whose settlements lose their answers."""
    flows = Loses(sale.counter.bureau)
    pages = create_pages(sale.counter.bureau.runtime, None, flows)  # type: ignore[arg-type]
    monkeypatch.setattr(sale.reader.client, "_transport", httpx.ASGITransport(pages))
    return flows


async def test_a_lost_answer_is_looked_up_and_the_truth_is_told(
    sale: Sale, town: Town, losing: Loses
) -> None:
    daughter, _ = town.family(DAUGHTER)
    await sale.rung_up(daughter)
    assert "正在核对,不要重复收费" in await sale.do("settle", 202)
    answer = await sale.reader.send(sale.html, "/counter", "check")
    assert answer.status_code == 303
    assert "已扣款" in await sale.reader.say(answer.headers["location"])
    assert await town.balance(daughter) == daughter.balance_fen - 1_650


async def test_what_never_arrived_may_be_sent_again_or_given_up(
    sale: Sale, town: Town, losing: Loses
) -> None:
    daughter, _ = town.family(DAUGHTER)
    await sale.rung_up(daughter)
    losing.arrives = False
    await sale.do("settle", 202)
    said = await sale.do("check", 202)
    assert "没有收到这一笔,没有扣款" in said
    absent = sale.html
    said = await sale.do("give_up", 422)
    assert "这笔收费已经放弃,没有扣款" in said
    assert "1 行,合计 ¥16.50" in said
    losing.fault = None
    late = await sale.reader.send(absent, "/counter", "settle")
    assert late.status_code == 422
    assert "这笔收费已经放弃,未扣款" in words(late.text)
    assert await town.balance(daughter) == daughter.balance_fen
    told = await sale.reader.say(await sale.settle())
    assert "已扣款" in told


async def test_a_busy_bureau_charges_nothing_and_loses_nothing(sale: Sale, town: Town, losing: Loses) -> None:
    daughter, _ = town.family(DAUGHTER)
    await sale.rung_up(daughter)
    losing.arrives, losing.fault = False, Overloaded
    said = await sale.do("settle", 422)
    assert "系统繁忙,本次未扣款" in said
    assert "1 行,合计 ¥16.50" in said
    losing.fault = None
    await sale.do("reckon")
    assert (await sale.settle()).startswith("/counter/bills/")


async def test_a_day_adds_up_and_a_shift_is_handed_over(sale: Sale, town: Town) -> None:
    daughter, _ = town.family(DAUGHTER)
    await sale.rung_up(daughter)
    await sale.do("choose", variant="cash")
    path = await sale.settle()
    said = await sale.reader.say("/counter/day")
    assert "2026年3月17日" in said
    assert "当日现金净收 ¥16.50" in said
    assert "钱箱应有(不含备用金) ¥16.50" in said
    assert path in sale.reader.last
    wrong = await sale.reader.submit("/counter/day", counted="", note="找错了")
    assert (wrong.status_code, "请填写点得的现金" in words(wrong.text)) == (422, True)
    assert 'value="找错了"' in wrong.text
    wrong = await sale.reader.submit("/counter/day", counted="十")
    assert "不是金额" in words(wrong.text)
    html = await sale.reader.open("/counter/day")
    done = await sale.reader.send(html, "/counter/day", counted="15.50", note="少一元")
    assert done.status_code == 303
    assert (await sale.reader.send(html, "/counter/day", counted="15.50", note="少一元")).headers[
        "location"
    ] == done.headers["location"]
    told = await sale.reader.say(done.headers["location"])
    assert "已交班。钱箱应有 ¥16.50 ,点得 ¥15.50 ,相差 -¥1.00" in told
    assert "少一元" in told
    assert "钱箱应有(不含备用金) ¥0.00" in told
    assert "这一天还没有账单" in await sale.reader.say("/counter/day?day=2026-03-16")
    assert "2026年3月17日" in await sale.reader.say("/counter/day?day=2030-01-01")


async def test_only_cashiers_come_in_and_each_page_asks_for_it(reader: Reader, bureau: Bureau) -> None:
    for path in (
        "/counter",
        "/counter/day",
        "/counter/items",
        "/counter/bills/x",
        "/counter/bills/x/give-back",
    ):
        away = await reader.client.get(path)
        assert (away.status_code, "/counter/sign-in" in away.headers["location"]) == (303, True)
    partial = await reader.client.get("/counter", headers={"hx-request": "true"})
    assert partial.headers["hx-redirect"].startswith("/counter/sign-in")
    said = await reader.say("/counter/sign-in")
    assert "阮小禾 西澜市" in said
    assert "程晓岚" not in said
    clerk = await reader.client.post("/counter/sign-in", data={"staff": "C001"})
    assert "这个工号不是收费员的" in words(clerk.text)
    assert not reader.client.cookies.get("qinji_counter")
    assert (await reader.client.post("/counter/sign-in", data={"staff": "nobody"})).status_code == 422
    for back in ("https://example.org/", "/family", "/counter/sign-in", "//x"):
        signed = await reader.client.post("/counter/sign-in", data={"staff": "T004", "next": back})
        assert (signed.status_code, signed.headers["location"]) == (303, "/counter")
    left = await reader.submit("/counter", "/counter/sign-out")
    assert left.headers["location"] == "/counter/sign-in"
    assert (await reader.client.get("/counter")).status_code == 303


async def test_the_sale_asks_the_database_within_its_budget(sale: Sale, town: Town) -> None:
    daughter, _ = town.family(DAUGHTER)
    with sale.reader.counting() as sent:
        await sale.begin()
    assert len(sent) <= 3, sent
    await sale.do("add", item=AMOXICILLIN)
    code = await sale.counter.code(daughter)
    with sale.reader.counting() as sent:
        await sale.do("scan", code=code)
    assert len(sent) <= 60, sent
    with sale.reader.counting() as sent:
        await sale.reader.open("/counter/day")
    assert len(sent) <= 16, sent
