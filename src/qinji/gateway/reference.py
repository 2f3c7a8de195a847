"""The page of a message: what it is, its fields, an example that can be sent. One content, for documents and doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qinji.gateway.dictionaries import DICTIONARIES
from qinji.gateway.example import Example, Recorded, example_of
from qinji.gateway.fields import Field, Kind, Message, Node, OutField, OutNode, Role, ServedTo

_ROLES = {Role.NEEDED: "必填 needed", Role.CHECKED: "校验 checked", Role.KEPT: "留存 kept"}
SERVED_TO = {ServedTo.ALL: "医院与药店", ServedTo.HOSPITAL: "医院", ServedTo.PHARMACY: "药店"}
_KINDS = {
    Kind.TEXT: "文字",
    Kind.NUMBER: "数字",
    Kind.DATE: "日期",
    Kind.DATETIME: "日期时间",
    Kind.ANY: "文字或对象",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its name, and the other cells of its row."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The fields of one node; ``columns`` begin with the field's name."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that is told of one message."""

    number: str
    title: str
    facts: str
    inputs: tuple[Table, ...]
    outputs: tuple[Table, ...]
    example: Example


def page_of(message: Message, requests: Mapping[str, Recorded], reply: Recorded, base: str) -> Page:
    """The page of a message; its example is sent to ``base`` and may need the requests of other messages first."""
    return Page(
        number=message.number,
        title=message.title,
        facts=_facts(message),
        inputs=tuple(_node(node) for node in message.nodes_in),
        outputs=tuple(_out_node(node) for node in message.nodes_out),
        example=example_of(message.number, requests, reply, base),
    )


def _facts(message: Message) -> str:
    facts = [f"使用者:{SERVED_TO[message.served_to]}。"]
    facts.append("改动数据,答复会被记住。" if message.writes else "只查询,每次重新答复。")
    if message.aliases:
        facts.append(f"{'、'.join(message.aliases)} 是同一交易。")
    return "".join(facts) + message.note


def _node(node: Node) -> Table:
    traits = ["数组" if node.many else "对象"]
    if not node.needed:
        traits.append("可省略")
    return Table(
        node.name,
        f"{node.chinese}({','.join(traits)})",
        ("字段", "名称", "形式", "类别", "取值"),
        tuple(_field(field) for field in node.fields),
    )


def _field(field: Field) -> Row:
    role = _ROLES[field.role]
    if field.unless:
        role += f"(填了 `{field.unless}` 可省略)"
    return Row(field.name, (field.chinese, _form(field), role, _codes(field)))


def _form(field: Field) -> str:
    if field.kind is Kind.NUMBER:
        return f"数字({field.length},{field.decimals})"
    if field.kind is Kind.TEXT:
        return f"文字({field.length})"
    return _KINDS[field.kind]


def _codes(field: Field | OutField) -> str:
    if not field.dictionary:
        return ""
    codes = DICTIONARIES[field.dictionary]
    told = "、".join(f"{code} {name}" for code, name in codes.items())
    return told + ";其他值拒绝" if isinstance(field, Field) and field.closed else told


def _out_node(node: OutNode) -> Table:
    return Table(
        node.name or "output",
        f"{node.chinese}({'数组' if node.many else '对象'})",
        ("字段", "名称", "形式", "可为空", "取值"),
        tuple(_out_field(field) for field in node.fields),
    )


def _out_field(field: OutField) -> Row:
    nullable = "是" if field.nullable else ""
    return Row(field.name, (field.chinese, _KINDS[field.kind], nullable, _codes(field)))


def markdown(page: Page, remark: str, contracts: str) -> str:
    """The page as a document; ``remark`` says in a comment where it is from, ``contracts`` where the schemas are."""
    schemas = f"[输入]({contracts}/{page.number}.input.schema.json)、[输出]({contracts}/{page.number}.output.schema.json)"
    parts = [
        f"# {page.number} {page.title}\n",
        f"<!-- {remark} -->\n" if remark else "",
        f"{page.facts}\n\nJSON Schema:{schemas}。\n" if contracts else f"{page.facts}\n",
        "## 输入 / Input\n",
        *(_table(table) for table in page.inputs),
        "## 输出 / Output\n",
        *([_table(table) for table in page.outputs] or ["没有输出(`output` 为 null)。\n"]),
        f"## 示例 / Example\n\n{page.example.note}\n",
        f"{page.example.before}\n" if page.example.before else "",
        f"```sh\n{page.example.before_commands}\n```\n" if page.example.before else "",
        f"```sh\n{page.example.command}\n```\n",
        f"答复 / Reply:\n\n```json\n{page.example.reply}\n```\n",
    ]
    return "\n".join(part for part in parts if part)


def _table(table: Table) -> str:
    head = (
        f"### `{table.name}` {table.title}\n\n{markdown_row(table.columns)}{'|---' * len(table.columns)}|\n"
    )
    return head + "".join(markdown_row((f"`{row.name}`", *row.cells)) for row in table.rows)


def markdown_row(cells: tuple[str, ...]) -> str:
    """A row of a table in a document."""
    return "| " + " | ".join(cells) + " |\n"
