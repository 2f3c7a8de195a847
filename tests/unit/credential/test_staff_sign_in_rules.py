"""Who may sign in as staff, what their password may be, and for how long six digits count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from qinji.credential.model import StaffSecret
from qinji.credential.rules import (
    FIRST_PASSWORD_LIFE,
    PASSWORD_MAX,
    PASSWORD_MIN,
    may_sign_in_staff,
    password_refused,
)
from qinji.credential.second_factor import matching_step, otpauth_uri
from qinji.kernel.refusal import RefusalCode

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
OWN = StaffSecret("C010", "hash", None, b"second", 100, NOW)
FIRST = replace(OWN, first_until=NOW + FIRST_PASSWORD_LIFE)
RFC_SECRET = b"12345678901234567890"
"""Of RFC 6238, appendix B; the codes there have eight digits, of which ours are the last six."""


def asked(
    secret: StaffSecret | None = OWN,
    *,
    employed: bool = True,
    password_right: bool = True,
    step: int | None = 101,
    changes_password: bool = False,
    now: datetime = NOW,
) -> RefusalCode | None:
    """The refusal's code, or None."""
    refused = may_sign_in_staff(
        secret,
        employed=employed,
        password_right=password_right,
        step=step,
        changes_password=changes_password,
        now=now,
    )
    return None if refused is None else refused.code


def test_who_is_right_in_everything_comes_in() -> None:
    assert asked() is None
    assert asked(changes_password=True) is None


def test_whatever_is_wrong_is_answered_alike() -> None:
    answers = {
        asked(None),
        asked(employed=False),
        asked(password_right=False),
        asked(step=None),
        asked(step=100),
        asked(step=99),
        asked(None, employed=False, password_right=False, step=None),
    }
    assert answers == {RefusalCode.STAFF_SIGN_IN_WRONG}


def test_a_first_password_is_good_for_its_exchange_only_and_for_three_days() -> None:
    assert asked(FIRST) is RefusalCode.PASSWORD_TO_CHANGE
    assert asked(FIRST, changes_password=True) is None
    last = NOW + FIRST_PASSWORD_LIFE
    assert asked(FIRST, changes_password=True, now=last) is None
    late = last + timedelta(seconds=1)
    assert asked(FIRST, changes_password=True, now=late) is RefusalCode.STAFF_SIGN_IN_WRONG
    assert asked(FIRST, password_right=False) is RefusalCode.STAFF_SIGN_IN_WRONG


@pytest.mark.parametrize(
    ("new", "taken"),
    [
        ("x" * (PASSWORD_MIN - 1), False),
        ("x" * PASSWORD_MIN, True),
        ("x" * PASSWORD_MAX, True),
        ("x" * (PASSWORD_MAX + 1), False),
        ("the old password", False),
        ("桃花潭水深千尺不及汪伦送我", True),
    ],
)
def test_a_password_has_a_least_and_a_largest_length_and_is_a_new_one(new: str, *, taken: bool) -> None:
    assert (password_refused(new, "the old password") is None) is taken


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_digits_are_those_of_the_standard(second: int, code: str) -> None:
    assert matching_step(RFC_SECRET, code, datetime.fromtimestamp(second, UTC)) == second // 30


def test_digits_count_one_step_before_and_after_and_not_two() -> None:
    began = datetime.fromtimestamp(1111111110, UTC)  # the first second of a step
    step = 1111111110 // 30
    code = "050471"
    for seconds, found in ((-31, None), (-30, step), (0, step), (59, step), (60, None)):
        assert matching_step(RFC_SECRET, code, began + timedelta(seconds=seconds)) == found


@pytest.mark.parametrize("code", ["", "0", "28708", "2870820", "二八七零八二", "\ud800", "287 082"])
def test_what_is_not_six_digits_matches_nothing(code: str) -> None:
    assert matching_step(RFC_SECRET, code, datetime.fromtimestamp(59, UTC)) is None


def test_an_authenticator_app_is_told_issuer_holder_and_secret() -> None:
    uri = urlsplit(otpauth_uri(RFC_SECRET, "C010"))
    asked_for = parse_qs(uri.query)
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/qinji:C010")
    assert asked_for["secret"] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
    assert asked_for["issuer"] == ["qinji"]


def test_secrets_are_not_shown_where_a_value_is_printed() -> None:
    assert "hash" not in repr(OWN).replace("password_hash", "")
    assert "second'" not in repr(OWN)
