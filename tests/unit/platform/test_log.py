"""What identifies a person does not reach the log."""

import json
import subprocess
import sys

import asyncpg
import pytest

from qinji.platform.log import mask, masked_foreign, masked_text, message_name, told_exception

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


def test_a_name_is_not_logged_wherever_it_stands() -> None:
    told = json.dumps(
        mask(None, "info", {"path": "/a/张三", "facts": {"who": ["李 四"]}}), ensure_ascii=False
    )
    assert not set("张三李四") & set(told)


def test_a_message_id_stays_whole_and_what_a_vendor_hid_in_one_does_not() -> None:
    own = "H99990100001202603171200000001"
    assert message_name("H99990100001", own) == own
    for hidden in (f"H99990100001{IDENTITY_NUMBER}", f"x{IDENTITY_NUMBER}", IDENTITY_NUMBER):
        assert IDENTITY_NUMBER[6:] not in message_name("H99990100001", hidden)


def _raised(work: object) -> BaseException:
    try:
        exec(str(work), {"asyncpg": asyncpg})  # noqa: S102
    except BaseException as problem:  # noqa: BLE001
        return problem
    raise AssertionError


def test_of_an_exception_the_type_and_the_places_are_told_and_never_the_text() -> None:
    told = told_exception(_raised("int('张三 secret-text')"))
    assert told["type"] == "builtins.ValueError"
    assert told["at"]
    assert "secret-text" not in json.dumps(told)


def test_a_drivers_codes_are_told_and_its_detail_is_not() -> None:
    error = asyncpg.UniqueViolationError("duplicate key (secret-text)")
    error.detail = "Key (name)=(secret-text) already exists."
    error.constraint_name = "pk_person"
    told = told_exception(error)
    assert (told["sqlstate"], told["constraint_name"]) == ("23505", "pk_person")
    assert "secret-text" not in json.dumps(told)


def test_what_an_exception_came_from_is_told_the_same_way() -> None:
    work = "try:\n    int('secret-text')\nexcept ValueError as e:\n    raise KeyError('secret-text') from e"
    told = told_exception(_raised(work))
    assert told["from"]["type"] == "builtins.ValueError"  # type: ignore[index]
    group = _raised("raise ExceptionGroup('secret-text', [ValueError('secret-text')])")
    assert told_exception(group)["members"][0]["type"] == "builtins.ValueError"  # type: ignore[index]
    assert "secret-text" not in json.dumps([told, told_exception(group)])


@pytest.mark.parametrize(
    "line",
    [
        "Task exception was never retrieved\nfuture: <Task exception=ValueError('secret-text')>",
        "invalid value 'secret-text' for a field",
        "Key (name)=(secret-text) already exists",
        "token=secret-text",
        "参保人密文 secret".replace("secret", "密"),
    ],
)
def test_a_librarys_line_keeps_its_words_and_loses_its_values(line: str) -> None:
    told = masked_foreign(line)
    assert "secret-text" not in told
    assert "密" not in told
    assert "\n" not in told


_EVERY_WAY = """
import asyncio, logging, sys, threading, warnings
from qinji.platform.log import configure_log
configure_log("info")
CANARY = "".join(["ca", "nary 张", "三"])
def broken(*_):
    raise ValueError(CANARY)
logging.getLogger("some.library").error("it says %r", CANARY)
logging.getLogger("some.library").warning("it broke", exc_info=ValueError(CANARY))
warnings.warn(f"beware of '{CANARY}'")
thread = threading.Thread(target=broken); thread.start(); thread.join()
class Dies:
    def __del__(self):
        broken()
Dies()
async def forgotten():
    task = asyncio.create_task(asyncio.to_thread(broken))
    await asyncio.sleep(0.05)
    del task
    asyncio.get_running_loop().call_soon(broken)
    await asyncio.sleep(0)
import gc
asyncio.run(forgotten()); gc.collect()
sys.stderr.flush()
broken()
"""


def test_nothing_reaches_standard_error_past_the_one_log() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _EVERY_WAY], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert "canary" not in done.stdout + done.stderr.replace("_canary", "")
    assert "张" not in done.stderr
    said = {line["event"] for line in lines}
    assert {"it broke", "uncaught", "Task exception was never retrieved"} <= said
    assert sum("exception" in line for line in lines) >= 5
