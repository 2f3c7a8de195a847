"""House rules that no ready-made linter knows. Each states its reason, names what to write instead, and has examples.

`tools/tidy_exceptions.toml` lists what is larger than its rule allows, with its size. The list may only shrink: an
entry that is no longer needed, or that allows more than is used, is a finding too.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXCEPTIONS_FILE = ROOT / "tools" / "tidy_exceptions.toml"
FOLDERS = ("src", "tests", "tools", "bench", "migrations")
TEMPLATES = (".html", ".jinja", ".j2")

FUNCTION_LINES_MAX = 60
MODULE_LINES_MAX = 400
TEMPLATE_LINES_MAX = 200
LINE_CHARACTERS_MAX = 120

MONEY_FOLDERS = tuple(
    f"src/qinji/{room}/"
    for room in ("kernel", "policy", "funding", "ledger", "settlement", "mutual_aid", "flows")
)
NATIONAL_NAMES = re.compile(
    r"psn_(?:no|name|type|cert_type)|certno|infno|infcode|msgid|err_msg|warn_msg|balc|insutype|insuplc_admdvs"
    r"|mdtrtarea_admvs|mdtrt_id|mdtrt_cert_\w+|setl_id|medins_setl_id|fixmedins_\w+|med_type|medfee_sumamt|chrg_bchno"
    r"|feedetl_sn|acct_\w*pay|acct_used_flag|fund_pay_sumamt|hifp_pay|preselfpay_amt|fulamt_ownpay_amt|overlmt_selfpay"
    r"|act_pay_dedc|pool_prop_selfpay|psn_setlway|vali_flag"
)
EDGE_NAMES = {"psn_no", "fixmedins_code"}
"""National names that the JSON door's own contract asks for."""
CLOCKS = {"src/qinji/platform/clock.py", "src/qinji/client/terminal.py"}
"""Where the clock is read: once for the server, once for the client, which may not import the server's."""

VAGUE_NAMES = re.compile(r"(?:utils?|helpers?|misc|common|stuff)\.py")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: where, what the exceptions call it, and how large it is (1 where there is no size)."""

    line: int
    key: str
    size: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A house rule. `find` gets the path from the top of the repository and the text of a file."""

    name: str
    reason: str
    instead: str
    applies: Callable[[str], bool]
    find: Callable[[str, str], Iterator[Finding]]
    good: str
    bad: str
    limit: int = 0
    example_path: str = "src/qinji/kernel/example.py"


def _python(path: str) -> bool:
    return path.endswith(".py")


def _living(path: str) -> bool:
    """Code that is still worked on; a migration is written once and then stays as it is."""
    return _python(path) and not path.startswith("migrations/")


def _source(path: str) -> bool:
    return path.startswith("src/") and path.endswith(".py")


def _in(folders: tuple[str, ...], path: str) -> bool:
    return path.endswith(".py") and path.startswith(folders)


def _long_functions(_path: str, text: str) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield Finding(node.lineno, node.name, lines)


def _long_file(limit: int) -> Callable[[str, str], Iterator[Finding]]:
    def find(_path: str, text: str) -> Iterator[Finding]:
        lines = len(text.splitlines())
        if lines > limit:
            yield Finding(limit + 1, "", lines)

    return find


def _long_lines(_path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_CHARACTERS_MAX:
            yield Finding(number, "", len(line))


def _joins_a_path(node: ast.BinOp) -> bool:
    """`/` between pathlib paths: one side is a text or is named as a place."""
    for side in (node.left, node.right):
        if isinstance(side, ast.JoinedStr) or (
            isinstance(side, ast.Constant) and isinstance(side.value, str)
        ):
            return True
        name = side.id if isinstance(side, ast.Name) else side.attr if isinstance(side, ast.Attribute) else ""
        if name.endswith(("path", "folder", "root", "home", "directory")):
            return True
    return False


def _inexact(_path: str, text: str) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id="float", lineno=line):
                yield Finding(line, "float")
            case ast.Constant(value=float(), lineno=line):
                yield Finding(line, "float literal")
            case ast.BinOp(op=ast.Div(), lineno=line) if not _joins_a_path(node):
                yield Finding(line, "/")
            case ast.AugAssign(op=ast.Div(), lineno=line):
                yield Finding(line, "/=")


def _reads_clock(_path: str, text: str) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(
                value=ast.Name(id="datetime" | "date"), attr="now" | "utcnow" | "today" as name, lineno=line
            ):
                yield Finding(line, name)
            case ast.Attribute(
                value=ast.Name(id="time"), attr="time" | "time_ns" | "localtime" as name, lineno=line
            ):
                yield Finding(line, name)


def _endless(_path: str, text: str) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
            yield Finding(node.lineno, "while True")


def _names(node: ast.AST) -> Iterator[str]:
    """The identifiers of a node, and a text that is nothing but a name (a key of a document)."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.FunctionDef(name=name):
            yield name
        case ast.keyword(arg=str(name)) | ast.Constant(value=str(name)):
            yield name


def _national(path: str, text: str) -> Iterator[Finding]:
    allowed = EDGE_NAMES if path.startswith(("src/qinji/api/", "src/qinji/web/")) else set()
    for node in ast.walk(ast.parse(text)):
        for name in _names(node):
            if NATIONAL_NAMES.fullmatch(name) and name not in allowed:
                yield Finding(getattr(node, "lineno", 1), name)


def _vague(path: str, _text: str) -> Iterator[Finding]:
    if VAGUE_NAMES.fullmatch(Path(path).name):
        yield Finding(1, "")


def _may_use_national(path: str) -> bool:
    # The reasons are in docs/decisions/0012-where-national-names-may-stand.md.
    edges = (
        "src/qinji/gateway/",
        "src/qinji/client/",
        "src/qinji/entry/sandbox/",
        "src/qinji/entry/commands/",
        "src/qinji/entry/demo/",
    )
    return path.startswith(edges)


RULES = (
    Rule(
        name="function-size",
        reason="what does not fit on a screen is not read as a whole",
        instead="split it where a comment would stand",
        applies=_living,
        find=_long_functions,
        good="def pay():\n    return 1\n",
        bad="def pay():\n" + "    x = 1\n" * FUNCTION_LINES_MAX,
        limit=FUNCTION_LINES_MAX,
    ),
    Rule(
        name="module-size",
        reason="a large module holds more than one subject",
        instead="make a second module named after the second subject",
        applies=_living,
        find=_long_file(MODULE_LINES_MAX),
        good="x = 1\n",
        bad="x = 1\n" * (MODULE_LINES_MAX + 1),
        limit=MODULE_LINES_MAX,
    ),
    Rule(
        name="template-size",
        reason="a large page is made of parts that other pages need as well",
        instead="move a part into web/parts/",
        applies=lambda path: path.endswith(TEMPLATES),
        find=_long_file(TEMPLATE_LINES_MAX),
        good="<p></p>\n",
        bad="<p></p>\n" * (TEMPLATE_LINES_MAX + 1),
        limit=TEMPLATE_LINES_MAX,
        example_path="src/qinji/web/example.html",
    ),
    Rule(
        name="line-length",
        reason="a line that has to be scrolled is not read to its end; a Chinese character counts as one",
        instead="break it after a comma, or shorten the sentence",
        applies=_python,
        find=_long_lines,
        good="x = 1\n",
        bad="x = '" + "亲" * LINE_CHARACTERS_MAX + "'\n",
        limit=LINE_CHARACTERS_MAX,
    ),
    Rule(
        name="exact-money",
        reason="money is an integer of fen; a float or `/` loses a fen sooner or later",
        instead="Fraction(a, b) for a ratio, and the one rounding function of kernel/money.py",
        applies=lambda path: _in(MONEY_FOLDERS, path),
        find=_inexact,
        good="share = Fraction(1, 2)\nfile = folder / 'region.yaml'\n",
        bad="share = amount_fen / 2\n",
    ),
    Rule(
        name="injected-clock",
        reason="what reads the clock itself cannot be replayed or tested",
        instead="take the clock, or the instant, as a parameter",
        applies=lambda path: _source(path) and path not in CLOCKS,
        find=_reads_clock,
        good="def due(now):\n    return now\n",
        bad="from datetime import datetime\nnow = datetime.now()\n",
    ),
    Rule(
        name="bounded-loops",
        reason="everything has a limit; an endless loop hides that nobody chose one",
        instead="for _ in range(ATTEMPTS_MAX)",
        applies=lambda path: (
            _source(path) and path not in {"src/qinji/entry/worker.py", "src/qinji/platform/queue.py"}
        ),
        find=_endless,
        good="for attempt in range(3):\n    pass\n",
        bad="while True:\n    pass\n",
    ),
    Rule(
        name="national-names",
        reason="the national short names are the wire's; inside, every thing has one English name",
        instead="the word of the glossary in ARCHITECTURE.md, section 2",
        applies=lambda path: _source(path) and not _may_use_national(path),
        find=_national,
        good="person_number = 1\n",
        bad="psn_no = 1\n",
    ),
    Rule(
        name="telling-names",
        reason="a file called utils has no subject, so everything ends up there",
        instead="name the file after what it holds",
        applies=_python,
        find=_vague,
        good="",
        bad="",
        example_path="src/qinji/kernel/utils.py",
    ),
)


def files(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Every file that the rules look at: its path from the top of the repository, and its text."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", *TEMPLATES} and "__pycache__" not in path.parts:
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def findings(rule: Rule, path: str, text: str) -> list[Finding]:
    """What a rule finds in one file."""
    return list(rule.find(path, text)) if rule.applies(path) else []


def read_exceptions(file: Path = EXCEPTIONS_FILE) -> dict[str, dict[str, int]]:
    """The sizes that are allowed for now, by rule and place."""
    return {rule: dict(places) for rule, places in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def place_of(path: str, finding: Finding) -> str:
    """How the exceptions call a finding: `path` or `path::name`."""
    return f"{path}::{finding.key}" if finding.key else path


def check(sources: Iterable[tuple[str, str]], exceptions: dict[str, dict[str, int]]) -> list[str]:
    """Every complaint in words: what breaks a rule without being an exception, and exceptions that may shrink."""
    used: dict[tuple[str, str], int] = {}
    complaints = []
    for path, text in sources:
        for rule in RULES:
            for finding in findings(rule, path, text):
                place = place_of(path, finding)
                used[rule.name, place] = max(finding.size, used.get((rule.name, place), 0))
                if finding.size > exceptions.get(rule.name, {}).get(place, 0):
                    complaints.append(_complaint(rule, path, finding))
    return complaints + list(_shrinkable(exceptions, used))


def _complaint(rule: Rule, path: str, finding: Finding) -> str:
    size = f" ({finding.size}, at most {rule.limit})" if rule.limit else ""
    return f"{path}:{finding.line}: {rule.name} {finding.key}{size}: {rule.reason}. Instead: {rule.instead}."


def _shrinkable(exceptions: dict[str, dict[str, int]], used: dict[tuple[str, str], int]) -> Iterator[str]:
    for name, places in exceptions.items():
        for place, allowed in places.items():
            size = used.get((name, place), 0)
            if size < allowed:
                now = f"lower it to {size}" if size else "take it away"
                yield f"tools/tidy_exceptions.toml: {name} of {place} allows {allowed}: {now}."


def main() -> int:
    """Prints every complaint; 1 when there is one."""
    complaints = check(files(), read_exceptions())
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
