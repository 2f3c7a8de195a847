"""What a developer sees of the messages that were sent: as JSON for programs, as pages without any script."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from qinji.entry.sandbox.messages import MessageLog
from qinji.entry.sandbox.pages import SandboxPages
from qinji.entry.settings import Settings
from qinji.entry.web import Doors
from qinji.gateway.endpoint import Gateway
from qinji.gateway.registry import SERVED
from qinji.platform.database import Address
from qinji.platform.exchanges import PLACES
from tests.bureau import Bureau, open_bureau
from tests.unit.gateway.door import encoded
from tests.unit.gateway.examples import HOSPITAL, PHARMACY, request

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NAME = "欧阳测试"


@dataclass
class Site:
    """A bureau whose door is watched, and a browser for the pages."""

    door: Gateway
    client: httpx.AsyncClient

    async def send(self, document: Any) -> None:
        body = document if isinstance(document, bytes) else encoded(document)
        await self.door.answer({"content-type": "application/json"}, body)

    async def json(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()

    async def page(self, path: str, status: int = 200) -> str:
        answer = await self.client.get(path, headers=HTML)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        return answer.text


@pytest_asyncio.fixture
async def site(address: Address, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_bureau(address, tmp_path) as bureau:
        log = MessageLog(bureau.runtime.database, bureau.runtime.vault, names_of(bureau))
        door = Gateway(bureau.flows, bureau.clock, bureau.runtime.entropy, production=False, observers=[log])
        transport = httpx.ASGITransport(SandboxPages(log))
        async with httpx.AsyncClient(transport=transport, base_url="http://here:8765") as client:
            yield Site(door, client)


def names_of(bureau: Bureau) -> dict[str, str]:
    return {one.code: one.name for one in bureau.world.institutions}


def wrong() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(encoded(request("2204")))
    document["input"]["feedetail"][0].pop("cnt")
    document["insuplc_admvs"] = document.pop("insuplc_admdvs")
    return document


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and the order in which they are closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "link", "input", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def test_programs_get_what_was_sent_answered_wrong_and_where_to_read_on(site: Site) -> None:
    await site.send(request("9001"))
    await site.send(wrong())
    told = await site.json(f"/sandbox/messages?fixmedins_code={HOSPITAL.code}")
    newest, oldest = told["messages"]
    assert (newest["infno"], newest["title"], newest["outcome"], newest["refused"]) == (
        "2204", "费用明细上传", "refused", "FIELD_MISSING",
    )  # fmt: skip
    assert oldest["outcome"] == "done"
    first = newest["findings"][0]
    assert (first["severity"], first["place"]) == ("error", "$.input.feedetail[0].cnt")
    assert first["text"] == newest["reply"]["err_msg"]
    assert first["page"] == "http://here:8765/sandbox/reference/2204#feedetail.cnt"
    assert newest["request"]["input"]["feedetail"][0]["psn_no"].startswith("9901…")
    assert (told["last"], told["dropped"]) == (2, 0)


async def test_the_page_to_read_on_has_the_field_it_promises(site: Site) -> None:
    await site.send(wrong())
    (told,) = (await site.json("/sandbox/messages"))["messages"]
    for finding in told["findings"]:
        path, _, anchor = finding["page"].removeprefix("http://here:8765").partition("#")
        page = await site.page(path)
        assert not anchor or f'id="{anchor}"' in page, finding


async def test_a_limit_and_a_number_to_follow_from_are_kept_to(site: Site) -> None:
    for _ in range(5):
        await site.send(request("1201"))
    told = await site.json("/sandbox/messages?limit=2&bodies=0")
    assert [one["number"] for one in told["messages"]] == [5, 4]
    assert "request" not in told["messages"][0]
    told = await site.json("/sandbox/messages?after=1&limit=3")
    assert [one["number"] for one in told["messages"]] == [4, 3, 2]
    assert (await site.json("/sandbox/messages?fixmedins_code=" + PHARMACY.code))["messages"] == []


WRONG = ("limit=0", f"limit={PLACES + 1}", "limit=x", "after=-1", "limit=" + "9" * 40, "after=１")


async def test_a_parameter_that_cannot_be_used_is_refused_by_its_name(site: Site) -> None:
    for query in WRONG:
        answer = await site.client.get(f"/sandbox/messages?{query}")
        assert answer.status_code == 400
        assert query.partition("=")[0] in answer.json()["detail"]


async def test_people_get_the_list_and_a_message_with_its_errors_in_place(site: Site) -> None:
    await site.send(wrong())
    await site.send(request("1201"))
    page = await site.page(f"/sandbox/messages?fixmedins_code={HOSPITAL.code}")
    assert page.index("1201 医药机构信息获取") < page.index("2204 费用明细上传")
    assert f'value="{HOSPITAL.code}" selected' in page
    assert "cnt(数量)不能为空" in page
    detail = await site.page("/sandbox/messages/1")
    line = detail.partition("&#34;feedetail&#34;: ")[2].partition("mdtrt_id")[0]
    assert "cnt(数量)不能为空" in line
    assert 'href="/sandbox/reference/2204#feedetail.cnt"' in line
    assert "是不是 insuplc_admdvs?" in detail


PAGES = ("messages", "messages/1", "messages/77", "reference", "reference/2207")


async def test_no_page_needs_a_script_or_anything_from_elsewhere(site: Site) -> None:
    await site.send(wrong())
    for path in PAGES:
        answer = await site.client.get(f"/sandbox/{path}", headers=HTML)
        tags = Tags(answer.text)
        assert not {"script", "style", "img", "iframe"} & {tag for tag, _ in tags.found}
        attributes = [pair for _, found in tags.found for pair in found.items()]
        assert not any(name.startswith("on") or name == "style" for name, _ in attributes)
        links = [value or "" for name, value in attributes if name in {"href", "src", "action"}]
        assert links
        assert all(link.startswith(("/", "#")) for link in links)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "@import" not in answer.text
        assert "url(" not in answer.text


async def test_what_a_sender_wrote_is_text_and_never_markup(site: Site) -> None:
    await site.send(
        {**request("1101"), "<script>alert(1)</script>": "<b>", "infver": "<i>", "fixmedins_code": "<u>"}
    )
    for path in ("/sandbox/messages", "/sandbox/messages/1", "/sandbox/messages?fixmedins_code=<script>"):
        assert not {"script", "i", "u"} & {tag for tag, _ in Tags(await site.page(path)).found}


async def test_messages_that_name_no_institution_can_be_chosen(site: Site) -> None:
    await site.send(b"{")
    assert 'value="-"' in await site.page("/sandbox/messages")
    assert len((await site.json("/sandbox/messages?fixmedins_code=-"))["messages"]) == 1


async def test_what_is_not_there_or_only_to_be_read_is_said(site: Site) -> None:
    for path in (
        "/sandbox/messages/1",
        "/sandbox/messages/x",
        "/sandbox/messages/1/2",
        "/sandbox/reference/2304",
    ):
        assert (await site.client.get(path)).status_code == 404
        await site.page(path, 404)
    assert (await site.client.post("/sandbox/messages")).status_code == 405
    head = await site.client.head("/sandbox/messages")
    assert (head.status_code, head.text) == (200, "")


async def test_each_message_has_its_page_with_a_command_for_this_address(site: Site) -> None:
    for number, served in SERVED.items():
        page = await site.page(f"/sandbox/reference/{number}")
        for node in served.message.nodes_in:
            for field in node.fields:
                assert f'id="{node.name}.{field.name}"' in page
        assert "curl -s http://here:8765/fsi/api/call" in page
        plain = (await site.client.get(f"/sandbox/reference/{number}")).text
        assert plain.startswith(f"# {number} {served.message.title}\n")
        assert not re.search(r"\]\(\.\./", plain)


async def test_another_number_of_a_message_leads_to_its_page(site: Site) -> None:
    assert "2207 门诊结算" in await site.page("/sandbox/reference/2207A")


@pytest.mark.parametrize(("mode", "status"), [("sandbox", 200), ("production", 404)])
async def test_production_has_neither_log_nor_pages(
    address: Address, tmp_path: Path, mode: Any, status: int
) -> None:
    doors = Doors(Settings(home=tmp_path, mode=mode, database_host=address.host, database_name=address.name))
    await doors.open()
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(doors), base_url="http://here") as client:
            await client.post("/fsi/api/x", content=encoded(request("1201")))
            for path in ("/sandbox/messages", "/sandbox/reference", "/sandbox/reference/2207"):
                assert (await client.get(path, headers=HTML)).status_code == status
                assert (await client.get(path)).status_code == status
            if mode == "sandbox":
                assert len((await client.get("/sandbox/messages")).json()["messages"]) == 1
    finally:
        await doors.close()
