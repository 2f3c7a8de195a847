"""Refusals as HTTP answers."""

from __future__ import annotations

import json

import pytest

from qinji.api.problem import MEDIA_TYPE, STATUS, problem
from qinji.kernel.refusal import RefusalCode, refuse


@pytest.mark.parametrize("code", RefusalCode, ids=lambda code: code.name)
def test_every_refusal_has_an_http_status_of_an_error(code: RefusalCode) -> None:
    assert 400 <= STATUS[code] < 600


def test_a_refusal_is_a_problem_that_says_what_happened_and_what_to_do() -> None:
    answer = problem(refuse(RefusalCode.BIND_HOLDER_FULL, limit=5))
    body = json.loads(bytes(answer.body))
    assert answer.media_type == MEDIA_TYPE
    assert body == {
        "type": "urn:qinji:refusal:bind_holder_full",
        "title": "BIND_HOLDER_FULL",
        "status": 409,
        "detail": "您的亲情账户已有 5 名成员(含待确认)。没有任何变动。请先解绑一名成员",
        "code": "BIND_HOLDER_FULL",
        "retryable": False,
    }


def test_a_caller_who_may_come_back_is_told_when() -> None:
    assert problem(refuse(RefusalCode.TOO_MANY_TRIES, seconds=17)).headers["retry-after"] == "17"
    assert problem(refuse(RefusalCode.BUSY)).headers["retry-after"] == "1"
    assert problem(refuse(RefusalCode.NOT_SIGNED_IN)).headers["www-authenticate"] == "Bearer"
