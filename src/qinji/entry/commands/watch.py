"""`qinji watch`: the messages of one institution, or of all, as they come; until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    import httpx

    from qinji.entry.sandbox.message_views import ListDocument, MessageDocument

app = typer.Typer()

POLL_SECONDS = 0.4
AWAY_SECONDS = 1.0
CALL_SECONDS = 10
PAGE = 50
LAST_MAX = 100
TITLE_CELLS = 22
RESULT_CELLS = 16
NUMBER_CELLS, SENDER_CELLS, DURATION_CELLS = 5, 12, 8
PATH = "/sandbox/messages"
STYLES: Mapping[str, str] = {"done": "green", "refused": "red", "remembered": "blue", "trouble": "bold red"}


class NoLog(Exception):
    """What answers there keeps no log of messages."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to follow, and where."""

    base: str
    institution: str
    bodies: bool


@app.command()
def watch(
    institution: Annotated[
        str, typer.Argument(help="机构编号,不填为全部 · institution code, all without")
    ] = "",
    base_url: Annotated[str, typer.Option(help="沙箱的地址,默认本机的 PORT · the sandbox's address")] = "",
    last: Annotated[
        int, typer.Option(min=0, max=LAST_MAX, help="先显示最近几条 · so many of the last ones first")
    ] = 10,
    bodies: Annotated[bool, typer.Option("--bodies", help="显示请求和答复 · with request and reply")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="每条一行 JSON · one JSON document a line")] = False,
) -> None:
    """跟着看机构收发的报文,哪里写错了、到哪里看说明;Ctrl-C 结束 · follow the messages of an institution."""
    from qinji.entry.ready import HOST
    from qinji.entry.settings import WrongSetting, read_settings

    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _end)
    try:
        base = base_url.rstrip("/") or f"http://{HOST}:{read_settings().port}"
        write = _json_lines if as_json else _terminal(bodies) if sys.stdout.isatty() else _plain_lines(bodies)
        follow(Asked(base, institution, bodies), last, write)
    except (WrongSetting, NoLog) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except BrokenPipeError:
        # The reader of our lines has gone (`| head`); what is buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


Write = Callable[["MessageDocument"], None]


def follow(asked: Asked, last: int, write: Write) -> None:
    """Write the last messages and then each that comes; goes on when the server was away or is a new one.

    Raises NoLog when what answers there is no sandbox.
    """
    import httpx

    after: int | None = None
    away = False
    with httpx.Client(base_url=asked.base, timeout=CALL_SECONDS, trust_env=False) as client:
        while not client.is_closed:
            try:
                found = _fetched(client, asked, after, last)
            except httpx.HTTPError:
                if not away:
                    _remark(f"{asked.base} 没有答复,等它启动…… no answer, waiting")
                away = True
                time.sleep(AWAY_SECONDS)
                continue
            if away or after is None:
                _remark(f"正在看 {asked.base} {asked.institution or '全部机构'} · Ctrl-C 结束")
            if after is None and last and not found["messages"]:
                _remark(f"还没有报文,来了就显示。机构编号见 {asked.base}/sandbox/world.json")
            away = False
            if after is not None and found["last"] < after:
                after = 0  # another database: its numbers begin again
                continue
            for message in reversed(found["messages"]):
                write(message)
            sys.stdout.flush()
            after = _seen(found, after)
            if len(found["messages"]) < PAGE:
                time.sleep(POLL_SECONDS)


def _seen(found: ListDocument, after: int | None) -> int:
    """Up to where everything was written; of a first look everything before is left out."""
    newest = max((message["number"] for message in found["messages"]), default=0)
    return max(newest, after) if after is not None else max(newest, found["last"] if not newest else 0)


def _fetched(client: httpx.Client, asked: Asked, after: int | None, last: int) -> ListDocument:
    import httpx

    query: dict[str, str | int] = {"bodies": int(asked.bodies), "limit": PAGE}
    if asked.institution:
        query["fixmedins_code"] = asked.institution
    if after is not None:
        query["after"] = after
    elif last:
        query["limit"] = last
    answer = client.get(PATH, params=query, headers={"accept": "application/json"})
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise httpx.HTTPError(f"HTTP {answer.status_code}")
    if answer.status_code != httpx.codes.OK or answer.headers.get("x-qinji-mode") != "sandbox":
        raise NoLog(
            f"{asked.base} 没有报文记录:它不是亲济的沙箱(正式环境不保存报文)。"
            f"\nNo log of messages at {asked.base}: it is no qinji sandbox."
        )
    found: ListDocument = answer.json()
    if after is None and not last:
        found["messages"] = []
    return found


def _remark(text: str) -> None:
    """About the watching itself: to standard error, so that lines in a pipe stay what they are."""
    typer.echo(text, err=True)


def _json_lines(message: MessageDocument) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")


def _plain_lines(bodies: bool) -> Write:
    def write(message: MessageDocument) -> None:
        sys.stdout.write(" ".join(text for text, _ in pieces(message)) + "\n")
        for line in body_lines(message) if bodies else ():
            sys.stdout.write(line + "\n")

    return write


def _terminal(bodies: bool) -> Write:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)

    def write(message: MessageDocument) -> None:
        line = Text(" ").join(Text(text, style) for text, style in pieces(message))
        console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
        for text in body_lines(message) if bodies else ():
            console.print(Text(text, "dim"), soft_wrap=True)

    return write


def pieces(message: MessageDocument) -> list[tuple[str, str]]:
    """The words of one line with their styles; in a terminal the number is a link to the message's page."""
    from rich.cells import cell_len, set_cell_size

    from qinji.entry.sandbox.message_views import duration_of, result_of, time_of

    kind, result = result_of(message["outcome"], message["refused"] or "")
    duration = duration_of(message["microseconds"])
    told = [
        (time_of(message["at"]), "dim"),
        (f"#{message['number']}".ljust(NUMBER_CELLS), f"dim link {message['page']}"),
        (message["fixmedins_code"].ljust(SENDER_CELLS), "dim"),
        (set_cell_size(f"{message['infno']} {message['title']}".strip(), TITLE_CELLS), "bold"),
        (set_cell_size(result, RESULT_CELLS), STYLES[kind]),
        (" " * (DURATION_CELLS - cell_len(duration)) + duration, "dim"),
    ]
    findings = message["findings"]
    if findings:
        first = findings[0]
        wrong = first["severity"] == "error"
        more = f"(共 {len(findings)} 处)" if len(findings) > 1 else ""
        text = f"{'✗' if wrong else '·'} {first['text']}{more} {message['page']}"
        told.append((text, "red" if wrong else "yellow"))
    return [(_printable(text), style) for text, style in told]


def body_lines(message: MessageDocument) -> list[str]:
    """Request and reply below a line."""
    found = []
    for name, body in (("请求 request", message.get("request")), ("答复 reply", message.get("reply"))):
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=1)
        found.append(f"    {name}")
        found += [f"    {_printable(line)}" for line in text.splitlines()]
    return found


def _printable(text: str) -> str:
    """Without control characters, which a sender could have put there for the terminal."""
    return "".join(sign if sign.isprintable() else "·" for sign in text)
