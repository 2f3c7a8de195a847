"""YAML files of policy as they are written: strict, and with the line of everything, so that a fault can be found."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeGuard

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML without its C library reads the same, only slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something for which a pack cannot be used: file, line and key, and the right form, in Chinese."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}:{self.reason}"


class PackInvalid(Exception):
    """Packs cannot be used; ``faults`` are all that were found, the text is the first of them."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class _StrictLoader(_Loader):
    """Refuses a key that is written twice: the later one would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """The mapping, each key once."""
        keys = [key.value for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                mark = node.value[place][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f"键 {key} 写了两次", mark)
        return super().construct_mapping(node, deep)


def _day(loader: _StrictLoader, node: yaml.ScalarNode) -> object:
    """A date or moment; one that no calendar has is told with its line."""
    try:
        made: object = loader.construct_yaml_timestamp(node)
    except ValueError as wrong:
        reason = f"没有 {node.value} 这一天"
        raise yaml.constructor.ConstructorError(None, None, reason, node.start_mark) from wrong
    return made


_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _day)


class _BillLoader(_StrictLoader):
    """Reads amounts exactly as they are written, and days as text."""


def _decimal(_loader: _BillLoader, node: yaml.ScalarNode) -> Decimal:
    try:
        return Decimal(node.value.replace("_", ""))
    except InvalidOperation as wrong:
        reason = f"{node.value} 不是数"
        raise yaml.constructor.ConstructorError(None, None, reason, node.start_mark) from wrong


_BillLoader.add_constructor("tag:yaml.org,2002:float", _decimal)
_BillLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)


def read_exactly(text: str) -> object:
    """A bill in YAML, its amounts exact; ValueError with line and reason where it is no YAML."""
    loader = _BillLoader(text)
    try:
        made: object = loader.get_single_data()
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        raise ValueError(f"第 {1 if mark is None else mark.line + 1} 行,{yaml_problem(wrong)}") from wrong
    except yaml.YAMLError as wrong:
        raise ValueError(f"YAML 写法有误:{wrong}") from wrong
    finally:
        loader.dispose()
    return made


def yaml_problem(wrong: yaml.MarkedYAMLError) -> str:
    """What is wrong with the YAML, in Chinese; the parser's own words stand behind it."""
    problem = str(wrong.problem)
    if not problem.isascii():
        return f"YAML 写法有误:{problem}"
    return f"YAML 写法有误:请看这一行和上一行的引号、冒号、缩进与括号是否成对({problem})"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was read: its content, and the tree from which lines are told."""

    place: str
    content: Mapping[str, object]
    root: yaml.MappingNode

    def where(self, *path: str | int) -> str:
        """File, line and key of what stands at this path, as far as the path can be followed."""
        node: yaml.Node = self.root
        line = node.start_mark.line
        for step in path:
            found = _inner(node, step)
            if found is None:
                break
            line, node = found
        named = ".".join(step for step in path if isinstance(step, str))
        return f"{self.place} 第 {line + 1} 行{f' {named}' if named else ''}"


def _inner(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    return None


def read_written(path: Path) -> Written | Fault:
    """A file whose outermost form is a table with text keys, or of comments alone; a fault where it has another."""
    place = f"{path.parent.name}/{path.name}"
    read = read_tree(path, place)
    if isinstance(read, Fault):
        return read
    node, content = read
    if node is None:
        return Written(
            place, {}, yaml.MappingNode("tag:yaml.org,2002:map", [], yaml.Mark(place, 0, 0, 0, None, 0))
        )
    if not isinstance(node, yaml.MappingNode) or not isinstance(content, dict):
        return Fault(f"{place} 第 1 行", "最外层应为“键: 值”的表")
    if not all(isinstance(key, str) for key in content):
        return Fault(f"{place} 第 1 行", "键应为文字")
    return Written(place, content, node)


def read_tree(path: Path, place: str) -> tuple[yaml.Node | None, object] | Fault:
    """The tree and the content of a file, both None where it is empty; a fault, with its line, where it is no YAML."""
    try:
        loader = _StrictLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        return Fault(f"{place} 第 {1 if mark is None else mark.line + 1} 行", yaml_problem(wrong))
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        return Fault(f"{place} 第 {line} 行", "应存为 UTF-8 编码")
    except (yaml.YAMLError, ValueError) as wrong:
        return Fault(f"{place} 第 1 行", f"YAML 写法有误:{wrong}")


def is_day(value: object) -> TypeGuard[date]:
    """A date of effect is a day, not a moment."""
    return isinstance(value, date) and not isinstance(value, datetime)


def rows_of(value: object) -> Sequence[Mapping[str, object]] | None:
    """A list of tables; None where it is anything else."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return None
    return value
