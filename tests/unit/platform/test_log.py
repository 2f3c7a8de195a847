"""What identifies a person does not reach the log."""

import pytest

from qinji.platform.log import mask, masked_text

IDENTITY_NUMBER = "99990119900307881X"
CODE = "9" * 28


@pytest.mark.parametrize("number", [IDENTITY_NUMBER, CODE, IDENTITY_NUMBER.lower()])
def test_a_number_of_a_person_is_cut_to_its_first_four_digits(number: str) -> None:
    assert masked_text(f"参保人{number},已登记") == "参保人9999***,已登记"


@pytest.mark.parametrize(
    "text", ["2026-11-24", "H99990100001", "12345.67", "0190f7c2a3b44d5e8f60718293a4b5c6"]
)
def test_what_names_nobody_stays(text: str) -> None:
    assert masked_text(text) == text


def test_a_value_is_masked_however_deep_it_lies() -> None:
    event = {
        "event": "refused",
        "facts": [{"number": IDENTITY_NUMBER, "count": 3}],
        "error": ValueError(CODE),
    }
    assert mask(None, "info", event) == {
        "event": "refused",
        "facts": [{"number": "9999***", "count": 3}],
        "error": "9999***",
    }


def test_a_number_that_was_not_made_a_text_is_masked_too() -> None:
    assert mask(None, "info", {"number": 999901199003078811})["number"] == "9999***"


@pytest.mark.parametrize("key", ["access_secret", "token", "Authorization", "set-cookie"])
def test_a_secret_is_not_logged_at_all(key: str) -> None:
    assert mask(None, "info", {key: "abc"}) == {key: "***"}
