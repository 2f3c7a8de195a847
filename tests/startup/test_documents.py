"""The examples of the documents work against a running sandbox."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import pytest

from qinji.entry.throwaway import throwaway_sandbox
from qinji.gateway.registry import SERVED
from tests.startup.http_file import Session

ROOT = Path(__file__).resolve().parents[2]
WITH_CURL = ("README.md", "README.zh-CN.md", "docs/start/quickstart.md", "docs/start/quickstart.zh-CN.md")
SERVED_AT = "http://127.0.0.1:8765"
CURL = re.compile(
    r"curl -s (http://127\.0\.0\.1:8765/\S+) -H 'Content-Type: application/json' -d '(\{.*?\})'", re.DOTALL
)


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """A sandbox of our own."""
    with throwaway_sandbox() as address:
        yield address


@pytest.mark.parametrize("document", WITH_CURL)
def test_the_curl_of_a_document_answers(document: str, base: str) -> None:
    calls = CURL.findall((ROOT / document).read_text(encoding="utf-8"))
    assert calls
    for url, body in calls:
        answer = httpx.post(
            url.replace(SERVED_AT, base),
            content=body,
            headers={"Content-Type": "application/json"},
            timeout=30,
        )
        reply = answer.json()
        assert reply["infcode"] == 0, reply["err_msg"]


@pytest.mark.skipif(
    not (shutil.which("openssl") and shutil.which("curl")), reason="openssl and curl are needed"
)
def test_the_signed_calls_of_the_guide_answer(base: str) -> None:
    guide = (ROOT / "docs/guides/connect-your-software.md").read_text(encoding="utf-8")
    calls = re.findall(r"```sh\n(AK=.*?)```", guide, re.DOTALL)
    assert len(calls) == 2
    for call in calls:
        ended = subprocess.run(
            ["bash", "-c", call.replace(SERVED_AT, base)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert json.loads(ended.stdout)["infcode"] == 0, ended.stdout + ended.stderr


def test_the_first_bill_goes_from_the_card_to_the_settlement_and_back(base: str) -> None:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "docs/start/first_bill.py"), base],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "同一个结算: True" in ended.stdout
    assert "余额还原: 20.00" in ended.stdout


def test_a_lost_reply_is_sent_again_queried_and_reversed(base: str) -> None:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "docs/guides/lost_reply.py"), base],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for told in (
        "再发两次,得到同一个答复: True",
        "只扣了一次: True",
        "查到结算,有效",
        "查到结算,已撤销或冲正",
        "余额还原: True",
        "没有结算记录",
        "迟到的 2207: 该报文已冲正,未扣款",
        "没有扣款: True",
        "同一笔费用,新的报文号: 总额",
        "丢了两次答复,第三次得到: 现金",
        "还是那一次结算: True,只扣了一次: True",
        "最后,余额还原: True",
    ):
        assert told in ended.stdout, ended.stdout


CHAIN = [
    *("9001", "1101", "2201", "2203", "2204", "2206", "2207", "5203", "2208", "2205", "2202", "9002"),
    *("2101", "2102", "2103", "2102", "2601"),
]


@pytest.mark.parametrize("time", ["first", "again"])
def test_the_http_file_goes_through_the_whole_chain_and_leaves_nothing_behind(time: str, base: str) -> None:
    text = (ROOT / "docs/start/chain.http").read_text(encoding="utf-8").replace(SERVED_AT, base)
    session = Session(text, lambda: datetime.now(UTC), Random(time))
    world, *requests = session.requests()
    assert [request.title.split()[0] for request in requests] == CHAIN
    with httpx.Client(timeout=30, trust_env=False) as http:
        before = session.send(http, world)
        for request in requests:
            reply = session.send(http, request)
            assert reply["infcode"] == 0, (request.title, reply["err_msg"])
        assert session.send(http, world) == before


SHELL_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the examples are commands for curl")
@pytest.mark.parametrize("time", ["first", "again"])
@pytest.mark.parametrize("number", SERVED)
def test_the_commands_of_a_message_page_work_when_they_are_pasted(number: str, time: str, base: str) -> None:
    page = (ROOT / f"docs/reference/messages/{number}.md").read_text(encoding="utf-8")
    commands = "\n".join(SHELL_BLOCK.findall(page)).replace(SERVED_AT, base)
    done = subprocess.run(
        ["sh", "-eu", "-c", commands], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    reply = json.loads(done.stdout)
    assert reply["infcode"] == 0, reply["err_msg"]


def part(document: str, name: str) -> str:
    """The Python between the marks of this name in a guide."""
    text = (ROOT / document).read_text(encoding="utf-8")
    marked = text.partition(f"<!-- BEGIN {name} -->")[2].partition(f"<!-- END {name} -->")[0]
    return marked.partition("```python\n")[2].partition("```")[0]


def test_the_example_of_the_client_settles_a_bill(base: str) -> None:
    code = part("docs/guides/client.md", "first-bill").replace(SERVED_AT, base)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"基金 \d+ 分,本人账户 \d+ 分,亲属账户 0 分,现金 \d+ 分\n", done.stdout)


def test_the_fixture_of_the_guide_gives_a_vendors_test_a_sandbox(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(part("docs/guides/client.md", "conftest"), encoding="utf-8")
    bill = part("docs/guides/client.md", "first-bill").replace(f'"{SERVED_AT}"', "bureau_url")
    inside = "".join(f"    {line}\n" for line in bill.splitlines())
    (tmp_path / "test_bill.py").write_text(f"def test_bill(bureau_url):\n{inside}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [*command, str(tmp_path)], capture_output=True, text=True, timeout=110, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
