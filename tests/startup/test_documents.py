"""The examples of the documents work against a running sandbox."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from qinji.entry.throwaway import throwaway_sandbox

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
        "重新办理,就换新的报文号: infcode 0",
    ):
        assert told in ended.stdout, ended.stdout
