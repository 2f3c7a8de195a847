"""Pure: the files of a new pack, made of a model's values, each to be held against a document before it counts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qinji.kernel.region import NATION
from qinji.policy.forms import Value
from qinji.policy.pack import Pack, in_force
from qinji.policy.parameters import PARAMETERS
from qinji.policy.standing import Standing, standing
from qinji.policy.wording import word

TO_FILL = "to-fill"
TO_BE_FILLED = "待填"
_FILES = {
    "门诊": "outpatient.yaml",
    "住院": "inpatient.yaml",
    "大额与大病": "second-layers.yaml",
    "异地就医": "remote.yaml",
    "个人账户": "account.yaml",
    "家庭共济": "sharing.yaml",
    "医保钱包": "wallet.yaml",
    "参保与缴费": "premium.yaml",
    "结算": "settlement.yaml",
    "亲情账户": "family.yaml",
}
_OF_THE_NATION = ("family_account.", "code.", "visit_type.", "wallet.", "settlement.")
"""National services and codes: a city leaves them to the nation's pack, unless its model has its own."""

_NEVER_COPIED = ("settlement.identity_number_draws", "mutual_aid.grantor_presence_required")
"""What nobody should take over unseen: who may draw without a credential."""

_PLAIN_WORD = re.compile(r"[a-z][a-z_]*")
_NOT_PLAIN = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")


@dataclass(frozen=True, slots=True)
class NewRegion:
    """The region that gets a pack: its code, its name, and from which day the pack holds."""

    code: str
    name: str
    since: date


def sketch(new: NewRegion, model: Sequence[Pack], parents: Sequence[Pack]) -> dict[str, str]:
    """The texts of the new folder by file name. ``model`` is the lineage whose values in force are copied."""
    copied = [one for one in standing(model, new.since) if _is_copied(one, new.since, parents)]
    files = {"region.yaml": _region(new, model[0], parents)}
    for chapter, file in _FILES.items():
        found = [one for one in copied if one.chapter == chapter]
        if found:
            files[file] = _values(chapter, found, new)
    return files | {"scenarios/outpatient.yaml": _scenarios(new)}


def _is_copied(one: Standing, day: date, parents: Sequence[Pack]) -> bool:
    if one.covered or one.name in _NEVER_COPIED:
        return False
    national = one.name.startswith(_OF_THE_NATION) and one.pack.region == NATION
    return not national or not any(in_force(parent, one.name, day) for parent in parents)


def _region(new: NewRegion, model: Pack, parents: Sequence[Pack]) -> str:
    return f"""# {new.name}。数值抄自 {model.region} {model.name},逐项对照本地文件改好之前都是 unsure(未核实)。
# documents:数值依据的文件,每份一行:简称: {{number: 文号, title: 文件名, date: 发文日期, url: 网址}};数值的 document 写简称。
region: "{new.code}"
name: {_text(new.name)}
effective_from: {new.since.isoformat()}
parents: [{", ".join(parent.folder for parent in parents)}]
documents:
  {TO_FILL}: {{number: {TO_BE_FILLED}, title: {TO_BE_FILLED}, date: {new.since.isoformat()}}}
"""


def _values(chapter: str, found: Sequence[Standing], new: NewRegion) -> str:
    lines = [
        f"# {chapter}。改好一项:value、from 照文件写,document 写文件的简称,clause 写条款,certainty 改为 certain。"
    ]
    for one in found:
        told = f"抄自 {one.pack.name}:{one.dated.source.document} {one.dated.source.clause}"
        lines.append(f"# {one.title}({told})")
        words = PARAMETERS[one.name].form.words
        if words:
            lines.append(f"#   可写:{'、'.join(f'{each} {word(one.name, each)}' for each in words)}")
        lines.append(f"{one.name}:")
        lines.append(
            f"  - {{from: {new.since.isoformat()}, value: {written(one.dated.value)}, unit: {one.unit}, "
            f'document: {TO_FILL}, clause: "{TO_BE_FILLED}", certainty: unsure}}'
        )
    return "\n".join(lines) + "\n"


def written(value: Value) -> str:
    """A value as it stands in a pack: amounts and shares quoted, words as they are."""
    if isinstance(value, list):
        return f"[{', '.join(_row(one) if isinstance(one, Mapping) else written(one) for one in value)}]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _row(row: Mapping[str, str | None]) -> str:
    return f"{{{', '.join(f'{key}: {written(inner)}' for key, inner in row.items())}}}"


def _text(text: str) -> str:
    plain = _PLAIN_WORD.fullmatch(text) and text not in _NOT_PLAIN
    return text if plain else json.dumps(text, ensure_ascii=False)


def _scenarios(new: NewRegion) -> str:
    return f"""# {new.name}的算例:一张账单,和用手照着文件算出的结果。先按文件手算,再运行 qinji policy check;不要抄程序的结果。
# 每个生效日期(政策包开始那天除外)要有两个:前一天一个,当天一个。
# 去掉每行开头的“# ”,把数字换成自己的:
#
# - id: {new.code}-01
#   name: 退休职工,一级医院,本年第一次
#   region: "{new.code}"
#   date: "{new.since.isoformat()}"
#   person: {{insurance: employee, status: retired, age: 66}}
#   institution_level: "1"
#   fee_lines:
#   - {{category: A, amount: "1200.00"}}
#   accounts:
#   - {{owner: self, relation: self, balance: "200.00"}}
#   - {{owner: spouse, relation: spouse, balance: "300.00"}}
#   hand: "(1200-起付线)×报销比例=基金;其余由本人账户 200、配偶 300、现金"
#   expected: {{fund: "0.00", account: "200.00", mutual_aid: [{{owner: spouse, amount: "300.00"}}], cash: "700.00"}}
"""
