"""Bodies that are wrong in every way a network, an old program or an attacker makes them, drawn by chance."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any, TypeAlias

from qinji.gateway.endpoint import BODY_MAX
from tests.till import Json
from tests.unit.gateway.examples import HOSPITAL, INPUTS, PHARMACY

Place: TypeAlias = tuple[Any, str | int]
"""A JSON object or list, and a key of it."""

Body: TypeAlias = tuple[str, bytes]
"""The header ``content-type`` and the body."""

JSON = "application/json"
TYPES = (
    *(JSON, "", "text/plain", "application/json;charset=GBK", "application/json; charset=gb2312"),
    *("application/x-www-form-urlencoded", "application/x-www-form-urlencoded;charset=gbk"),
    *("application/json;charset=utf-16", "application/json;charset=\x00", ";;;=\xff", "multipart/form-data"),
)
ODD: tuple[object, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        10**30,
        -(10**400),
        "",
        " ",
        "\x00",
        "a\x00b",
        "机" * 5_000,
        "x" * 100_000,
    ),
    *(
        "\ud800",
        "\udfff机",
        "\u202e",
        "\ufeff",
        [],
        {},
        [[]],
        [None],
        {"a": {}},
        ["x"] * 600,
        "1e400",
        "-0.0",
    ),
    *(
        "NaN",
        "Infinity",
        "1e-400",
        "９９",
        "0x10",
        "1_000",
        "--1",
        "2026-02-30",
        "9999-12-31 23:59:59",
        "00000000",
    ),
    *("' or 1=1 --", "%s%n", "../../etc", "<b>", "${x}", "999901198001010016", "2" * 28),
)
RAW = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-1e400",
    "1e-400",
    "1" * 5_000,
    "01",
    "+1",
    ".5",
    "1e",
    '"\\ud800"',
)


def valid(chance: Random) -> Json:
    """A message as it should be."""
    number = chance.choice(sorted(INPUTS))
    pharmacy = number in {"2101", "2102", "2103"}
    return {
        "infno": number,
        "msgid": f"F{chance.getrandbits(60)}",
        "fixmedins_code": (PHARMACY if pharmacy else HOSPITAL).code,
        "opter": "01",
        "input": copy.deepcopy(dict(INPUTS[number])),
    }


def _places(value: object) -> list[Place]:
    """Every (container, key) below a value."""
    pairs: list[Place] = []
    if isinstance(value, dict | list):
        for key, part in list(value.items() if isinstance(value, dict) else enumerate(value)):
            pairs.append((value, key))
            pairs += _places(part)
    return pairs


def _text(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=True).encode()


def noise(chance: Random) -> Body:
    """Bytes by chance."""
    return chance.choice(TYPES), chance.randbytes(chance.randint(0, 400))


def damaged(chance: Random) -> Body:
    """A right message, cut off or with some bytes changed."""
    body = bytearray(json.dumps(valid(chance), ensure_ascii=False).encode())
    for _ in range(chance.randint(1, 6)):
        body[chance.randrange(len(body))] = chance.getrandbits(8)
    return chance.choice(TYPES), bytes(
        body[: chance.randint(1, len(body))] if chance.random() < 0.5 else body
    )


def other_shape(chance: Random) -> Body:
    """JSON that is no object, or an object of nothing that is known."""
    return JSON, _text(chance.choice((*ODD, *({"infno": odd} for odd in ODD))))


def odd_envelope(chance: Random) -> Body:
    """One field of the envelope odd or missing."""
    message = valid(chance)
    name = chance.choice(sorted(message))
    if chance.random() < 0.3:
        del message[name]
    else:
        message[name] = chance.choice(ODD)
    return JSON, _text(message)


def odd_field(chance: Random) -> Body:
    """Up to three values of the input odd, missing or of another type."""
    message = valid(chance)
    for _ in range(chance.randint(1, 3)):
        places = _places(message["input"])
        if places:
            container, key = chance.choice(places)
            container[key] = copy.deepcopy(chance.choice(ODD))
    return JSON, _text(message)


def raw_value(chance: Random) -> Body:
    """A value that JSON does not know, or that is beyond every number, in the middle of a message."""
    message = valid(chance)
    places = _places(message)
    container, key = chance.choice(places)
    container[key] = "@@"
    return JSON, _text(message).replace(b'"@@"', chance.choice(RAW).encode())


def doubled_key(chance: Random) -> Body:
    """The same key twice, with another value."""
    text = _text(valid(chance))
    name = chance.choice((b'"infno"', b'"msgid"', b'"input"', b'"fixmedins_code"'))
    return JSON, b"{" + name + b": " + _text(chance.choice(ODD)) + b"," + text[1:]


def wrong_encoding(chance: Random) -> Body:
    """Chinese in one encoding, announced as another; surrogates as bytes."""
    message = {**valid(chance), "opter_name": "收费员" * chance.randint(1, 40)}
    text = json.dumps(message, ensure_ascii=False)
    encoding = chance.choice(("gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-32", "big5"))
    body = text.encode(encoding, "replace")
    return chance.choice(TYPES), body.replace(b"01", b"\xed\xa0\x80", 1) if chance.random() < 0.2 else body


def deep(chance: Random) -> Body:
    """Ten thousand levels of nesting, closed or not, alone or inside a message."""
    levels = chance.choice((31, 32, 33, 1_000, 10_000))
    opening, closing = chance.choice(((b"[", b"]"), (b'{"a":', b"}")))
    nest = opening * levels + b"1" + closing * (levels if chance.random() < 0.7 else 0)
    if chance.random() < 0.5:
        return JSON, nest
    return JSON, _text({**valid(chance), "input": "@@"}).replace(b'"@@"', nest)


def form(chance: Random) -> Body:
    """Forms: with a message in them, with too many values, with broken escapes."""
    text = _text(valid(chance))
    body = chance.choice((b"data=" + text, b"a=1&b=2&c=3" * 5, b"=%ZZ%", b"data=%ED%A0%80", text + b"&x=1"))
    return chance.choice(TYPES[5:7]), body


def big(chance: Random) -> Body:
    """As large as a body may be, and one byte more: one text, many lines, or many keys."""
    message = valid(chance)
    filling = chance.choice(("text", "lines", "keys", "space"))
    if filling == "text":
        message["opter_name"] = "x" * (BODY_MAX - 2_000)
    elif filling == "lines":
        message["input"] = {"feedetail": [{"cnt": 1}] * 60_000}
    elif filling == "keys":
        message["input"] = {f"k{place}": place for place in range(40_000)}
    text = _text(message)
    return JSON, text + b" " * (BODY_MAX - len(text) + chance.choice((0, 1))) if filling == "space" else text


COMMON: tuple[Callable[[Random], Body], ...] = (
    *(noise, damaged, other_shape, odd_envelope, odd_field, odd_field, odd_field, raw_value, doubled_key),
    *(wrong_encoding, form),
)
COSTLY: tuple[Callable[[Random], Body], ...] = (deep, big)
COSTLY_IN = 100
"""One body in so many is a costly one."""


def draw(chance: Random) -> Body:
    """A malformed body."""
    return chance.choice(COSTLY if chance.randrange(COSTLY_IN) == 0 else COMMON)(chance)
