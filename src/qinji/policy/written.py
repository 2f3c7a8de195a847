"""YAML files of policy as they are written: strict, and with the line of everything, so that a fault can be found."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
    """A file whose outermost form is a table with text keys; a fault where it has another."""
    place = f"{path.parent.name}/{path.name}"
    try:
        loader = _StrictLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            return Fault(f"{place} 第 1 行", "最外层应为“键: 值”的表")
        content = loader.construct_document(node)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        line = 1 if mark is None else mark.line + 1
        return Fault(f"{place} 第 {line} 行", f"YAML 写法有误:{wrong.problem}")
    except (yaml.YAMLError, ValueError) as wrong:  # ValueError: not UTF-8, or a day that no month has
        return Fault(place, f"YAML 写法有误:{wrong}")
    if not all(isinstance(key, str) for key in content):
        return Fault(f"{place} 第 1 行", "键应为文字")
    return Written(place, content, node)


def is_day(value: object) -> TypeGuard[date]:
    """A date of effect is a day, not a moment."""
    return isinstance(value, date) and not isinstance(value, datetime)


def rows_of(value: object) -> Sequence[Mapping[str, object]] | None:
    """A list of tables; None where it is anything else."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return None
    return value
