"""The contract of the JSON door is checked in, fresh, and says of each call what it needs and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tools import generate_openapi

UNKEYED = {
    "/api/v1/sign-ins",
    "/api/v1/sign-ins/{sign_in_id}",
    "/api/v1/step-ups",
    "/api/v1/step-ups/{step_up_id}",
    "/api/v1/staff/sign-ins",
    "/api/v1/credential/codes",
    "/api/v1/staff/look-ups",
    "/api/v1/staff/settlements/{settlement}/explanation",
    "/api/v1/estimates",
    "/api/v1/records/export",
    "/api/v1/premiums/receipts/verify",
    "/api/v1/premiums/tax-answers",
}
"""Secrets told once, looks that are noted each time, estimates, receipts that are checked: kept nowhere, so that
no key can bring them back; an answer of the tax bureau is known by its order."""


FILES = {
    "application/json",
    "application/pdf",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv",
}
"""What a call may answer with, beside pictures."""


def calls() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every call of the door: method, path, description."""
    for path, methods in json.loads(generate_openapi.render())["paths"].items():
        for method, described in methods.items():
            yield method, path, described


CALLS = list(calls())


def test_the_contract_is_fresh() -> None:
    kept = generate_openapi.TARGET.read_text(encoding="utf-8")
    assert kept == generate_openapi.render(), "run .venv/bin/python tools/generate_openapi.py"


@pytest.mark.parametrize(("method", "path", "described"), CALLS, ids=[f"{m} {p}" for m, p, _ in CALLS])
def test_a_call_is_described_and_takes_a_key_when_it_writes(
    method: str, path: str, described: dict[str, Any]
) -> None:
    names = {parameter["name"] for parameter in described.get("parameters", [])}
    writes = method != "get" and path not in UNKEYED
    assert ("idempotency-key" in names) is writes
    assert described["description"]
    assert described["tags"]
    good = next(answer for status, answer in described["responses"].items() if status.startswith("2"))
    assert good["content"]
    assert all(kind in FILES or kind.startswith("image/") for kind in good["content"])
    assert all(told["schema"] for told in good["content"].values())


@pytest.mark.parametrize(("method", "path", "described"), CALLS, ids=[f"{m} {p}" for m, p, _ in CALLS])
def test_a_list_has_a_limit(method: str, path: str, described: dict[str, Any]) -> None:
    lists = method == "get" and "Page" in json.dumps(described["responses"])
    limits = [one for one in described.get("parameters", []) if one["name"] == "limit"]
    assert bool(limits) is lists, path
    assert all(one["schema"]["maximum"] == 100 for one in limits)
