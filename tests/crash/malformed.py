"""Bodies that are wrong in every way a network, an old program or an attacker makes them, drawn by chance."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from qinji.gateway.endpoint import BODY_MAX
from qinji.kernel.signing import A_PATH
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


def noise(chance: Random, message: Json) -> Body:
    """Bytes by chance."""
    return chance.choice(TYPES), chance.randbytes(chance.randint(0, 400))


def damaged(chance: Random, message: Json) -> Body:
    """A right message, cut off or with some bytes changed."""
    body = bytearray(json.dumps(message, ensure_ascii=False).encode())
    for _ in range(chance.randint(1, 6)):
        body[chance.randrange(len(body))] = chance.getrandbits(8)
    return chance.choice(TYPES), bytes(
        body[: chance.randint(1, len(body))] if chance.random() < 0.5 else body
    )


def other_shape(chance: Random, message: Json) -> Body:
    """JSON that is no object, or an object of nothing that is known."""
    return JSON, _text(chance.choice((*ODD, *({"infno": odd} for odd in ODD))))


def odd_envelope(chance: Random, message: Json) -> Body:
    """One field of the envelope odd or missing."""
    name = chance.choice(sorted(message))
    if chance.random() < 0.3:
        del message[name]
    else:
        message[name] = chance.choice(ODD)
    return JSON, _text(message)


def odd_field(chance: Random, message: Json) -> Body:
    """Up to three values of the input odd, missing or of another type."""
    for _ in range(chance.randint(1, 3)):
        places = _places(message["input"])
        if places:
            container, key = chance.choice(places)
            container[key] = copy.deepcopy(chance.choice(ODD))
    return JSON, _text(message)


def raw_value(chance: Random, message: Json) -> Body:
    """A value that JSON does not know, or that is beyond every number, in the middle of a message."""
    places = _places(message)
    container, key = chance.choice(places)
    container[key] = "@@"
    return JSON, _text(message).replace(b'"@@"', chance.choice(RAW).encode())


def doubled_key(chance: Random, message: Json) -> Body:
    """The same key twice, with another value."""
    text = _text(message)
    name = chance.choice((b'"infno"', b'"msgid"', b'"input"', b'"fixmedins_code"'))
    return JSON, b"{" + name + b": " + _text(chance.choice(ODD)) + b"," + text[1:]


def wrong_encoding(chance: Random, message: Json) -> Body:
    """Chinese in one encoding, announced as another; surrogates as bytes."""
    text = json.dumps({**message, "opter_name": "收费员" * chance.randint(1, 40)}, ensure_ascii=False)
    encoding = chance.choice(("gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-32", "big5"))
    body = text.encode(encoding, "replace")
    return chance.choice(TYPES), body.replace(b"01", b"\xed\xa0\x80", 1) if chance.random() < 0.2 else body


def deep(chance: Random, message: Json) -> Body:
    """Ten thousand levels of nesting, closed or not, alone or inside a message."""
    levels = chance.choice((31, 32, 33, 1_000, 10_000))
    opening, closing = chance.choice(((b"[", b"]"), (b'{"a":', b"}")))
    nest = opening * levels + b"1" + closing * (levels if chance.random() < 0.7 else 0)
    if chance.random() < 0.5:
        return JSON, nest
    return JSON, _text({**message, "input": "@@"}).replace(b'"@@"', nest)


def form(chance: Random, message: Json) -> Body:
    """Forms: with a message in them, with too many values, with broken escapes."""
    text = _text(message)
    body = chance.choice((b"data=" + text, b"a=1&b=2&c=3" * 5, b"=%ZZ%", b"data=%ED%A0%80", text + b"&x=1"))
    return chance.choice(TYPES[5:7]), body


def big(chance: Random, message: Json) -> Body:
    """As large as a body may be, and one byte more: one text, many lines, or many keys."""
    filling = chance.choice(("text", "lines", "keys", "space"))
    if filling == "text":
        message["opter_name"] = "x" * (BODY_MAX - 2_000)
    elif filling == "lines":
        message["input"] = {"feedetail": [{"cnt": 1}] * 60_000}
    elif filling == "keys":
        message["input"] = {f"k{place}": place for place in range(40_000)}
    text = _text(message)
    return JSON, text + b" " * (BODY_MAX - len(text) + chance.choice((0, 1))) if filling == "space" else text


COMMON: tuple[Callable[[Random, Json], Body], ...] = (
    *(noise, damaged, other_shape, odd_envelope, odd_field, odd_field, odd_field, raw_value, doubled_key),
    *(wrong_encoding, form),
)
COSTLY: tuple[Callable[[Random, Json], Body], ...] = (deep, big)
COSTLY_IN = 100
"""One body in so many is a costly one."""


SIGNATURE_ODDS = (
    *("", " ", "0", "-1", "1e13", "9" * 15, "9" * 400, "x" * 10_000, "机", "\x00", "\t", "é", "a b"),
    *("' or 1=1 --", "%00", "１７７３７２０００００００"),
)
"""What may stand in a header of a signature."""

PATHS = ("/fsi/api/", A_PATH, "/fsi/api/x/y", "/fsi/api", "/fsi/api/%00", "/fsi/api/" + "x" * 2_000)


@dataclass(frozen=True, slots=True)
class Post:
    """One request as it comes: where to, with which headers, and the body in the pieces in which it arrives."""

    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    pieces: tuple[bytes, ...]
    hung_up: bool


def draw(chance: Random, sender: str, signed: Callable[[str, str], dict[str, str]]) -> Post:
    """A malformed request of an institution, whose ``signed`` makes the headers of a message; they are odd at times."""
    message = valid(chance)
    if sender and not message["fixmedins_code"].startswith("P"):
        message["fixmedins_code"] = sender
    headers = signed(message["infno"], message["fixmedins_code"])
    kind, body = chance.choice(COSTLY if chance.randrange(COSTLY_IN) == 0 else COMMON)(chance, message)
    sent = [(name, value) for name, value in {**headers, "content-type": kind}.items()]
    if headers and chance.random() < 0.5:
        sent = _odd_headers(chance, sent)
    cut = chance.randrange(len(body) + 1)
    pieces = (body,) if chance.random() < 0.7 else (body[:cut], body[cut:])
    raw = tuple((name.encode("latin-1", "replace"), value.encode("utf-8", "replace")) for name, value in sent)
    return Post(chance.choice(PATHS), raw, pieces, hung_up=chance.random() < 0.02)


def _odd_headers(chance: Random, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """One header of a signature missing, odd, sent twice, or under another's name."""
    place = chance.randrange(len(headers))
    name, value = headers[place]
    change = chance.choice(("missing", "odd", "twice", "swapped", "upper"))
    rest = headers[:place] + headers[place + 1 :]
    if change == "missing":
        return rest
    if change == "odd":
        return [*rest, (name, chance.choice(SIGNATURE_ODDS))]
    if change == "twice":
        return [*headers, (name, chance.choice(SIGNATURE_ODDS))]
    if change == "upper":
        return [*rest, (name.upper(), value.upper())]
    return [*rest, (chance.choice(headers)[0], value)]
