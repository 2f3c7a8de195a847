"""Read policy packs: dated, sourced YAML data. A value without a source does not load; an unknown key is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeGuard

import yaml

import qinji
from qinji.kernel.bill import Category
from qinji.kernel.money import NotAnAmount, parse_price, parse_ratio
from qinji.kernel.region import city_of, is_region, province_of
from qinji.policy.book import Book, Dated, Pack
from qinji.policy.model import CatalogueItem, Source
from qinji.policy.parameters import PARAMETERS, Value, WrongValue

NATION = "000000"
CERTAINTIES = ("certain", "believed", "unsure")
_VALUE_KEYS = {"from", "value", "unit", "document", "clause", "certainty", "note"}
_REGION_KEYS = {"region", "name", "effective_from", "parents", "documents"}
_VERSION_KEYS = {"from", "unit", "document", "clause", "certainty", "items"}
_ITEM_KEYS = {
    "code",
    "name",
    "category",
    "price",
    "ceiling_price",
    "prior_ratio",
    "restricted",
    "item_class",
    "list_type",
}


class PackInvalid(Exception):
    """A pack cannot be used; the text names file, key and the right form, in Chinese."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}:{reason}")


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    content: Mapping[str, object]
    lines: Mapping[str, int]

    def where(self, key: str) -> str:
        """The place of a key, for a person who looks for the error."""
        return f"{self.path.parent.name}/{self.path.name} 第 {self.lines.get(key, 1)} 行 {key}"


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that is written twice: the later one would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """The mapping, each key once."""
        keys = [key.value for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                raise yaml.constructor.ConstructorError(None, None, f"键 {key} 写了两次", node.start_mark)
        return super().construct_mapping(node, deep)


def default_folder() -> Path:
    """The packs: package data of a wheel, or the checkout's folder."""
    packaged = Path(qinji.__file__).parent / "_data" / "policies"
    return packaged if packaged.is_dir() else Path(qinji.__file__).parents[2] / "policies"


def load(folder: Path) -> Book:
    """Every pack below a folder; raises PackInvalid at the first that cannot be used."""
    if not folder.is_dir():
        raise PackInvalid(str(folder), "没有这个目录")
    folders = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    for path in folders:
        if not (path / "region.yaml").is_file():
            raise PackInvalid(path.name, "缺少 region.yaml,这个目录不会生效")
    packs = [load_pack(path) for path in folders]
    if not packs:
        raise PackInvalid(str(folder), "没有政策包:每个政策包是一个有 region.yaml 的目录")
    by_name = {pack.folder: pack for pack in packs}
    seen: dict[str, str] = {}
    for pack in packs:
        place = f"{pack.folder}/region.yaml"
        if pack.region in seen:
            raise PackInvalid(place, f"region {pack.region} 已有政策包 {seen[pack.region]}")
        seen[pack.region] = pack.folder
        _lineage_is_sound(place, pack, by_name)
    return Book(by_name)


def _lineage_is_sound(place: str, pack: Pack, packs: Mapping[str, Pack]) -> None:
    """Parents are the pack's own province, then the nation: the nearer one comes first, for it decides."""
    wider = [code for code in (province_of(pack.region), NATION) if code != pack.region]
    found: list[int] = []
    for name in pack.parents:
        parent = packs.get(name)
        if parent is None:
            raise PackInvalid(place, f"parents 中的 {name} 不存在")
        if pack.region == NATION or parent.region not in wider:
            raise PackInvalid(place, f"parents 中的 {name} 不是 {pack.name} 的上级:只能是本省或全国的政策包")
        found.append(wider.index(parent.region))
    if found != sorted(found):
        raise PackInvalid(place, "parents 须先写省,后写全国:近的优先")


def load_pack(folder: Path) -> Pack:
    """One pack; its digest is the hash of its files."""
    file = _read(folder / "region.yaml")
    region = file.content
    place = f"{folder.name}/region.yaml"
    unknown = set(region) - _REGION_KEYS
    if unknown:
        raise PackInvalid(
            place, f"不认识的键 {'、'.join(sorted(map(str, unknown)))},可用 {'、'.join(sorted(_REGION_KEYS))}"
        )
    code, name, documents = region.get("region"), region.get("name"), region.get("documents")
    if not isinstance(code, str) or not is_region(code):
        raise PackInvalid(place, "region 应为带引号的六位区划代码")
    if code != city_of(code):
        raise PackInvalid(place, f"region {code} 是区县;统筹区的政策包用市的代码 {city_of(code)}")
    if not isinstance(name, str) or not isinstance(documents, dict):
        raise PackInvalid(place, "须有 name(文字)与 documents(文件编号到文件信息的表)")
    for key, info in documents.items():
        if not _title(info):
            raise PackInvalid(place, f"documents 中的 {key} 须有 number(文号)或 title(文件名)")
    since = region.get("effective_from")
    if not _is_day(since):
        raise PackInvalid(place, "effective_from 应为政策包开始适用的日期,如 2023-02-01")
    parents = region.get("parents") or []
    if not isinstance(parents, list):
        raise PackInvalid(place, "parents 应为上级政策包的目录名列表")
    archive = _archive(folder)
    return Pack(
        folder=folder.name,
        region=code,
        name=name,
        since=since,
        parents=tuple(str(parent) for parent in parents),
        documents={str(key): _title(info) for key, info in documents.items()},
        values=_values(folder, documents),
        catalogue=_catalogue(folder, documents),
        archive=archive,
        digest=hashlib.sha256(archive).digest(),
    )


def _values(folder: Path, documents: Mapping[str, object]) -> dict[str, list[Dated]]:
    values: dict[str, list[Dated]] = {}
    for file in _files(folder):
        for key, rows in file.content.items():
            where = file.where(key)
            if key in values:
                raise PackInvalid(where, "同一参数写在两个文件中")
            values[key] = _dated(where, key, rows, documents)
    return values


def _title(info: object) -> str:
    if isinstance(info, dict):
        return str(info.get("number") or info.get("title") or "").strip()
    return info.strip() if isinstance(info, str) else ""


def _files(folder: Path) -> Iterator[_File]:
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in ("region.yaml", "catalogue.yaml"):
            yield _read(path)


def _read(path: Path) -> _File:
    place = f"{path.parent.name}/{path.name}"
    try:
        loader = _StrictLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise PackInvalid(place, "最外层应为“键: 值”的表")
        content = loader.construct_document(node)
    except (yaml.YAMLError, ValueError) as wrong:  # ValueError: not UTF-8, or a day that no month has
        raise PackInvalid(place, f"YAML 写法有误:{wrong}") from wrong
    if not all(isinstance(key, str) for key in content):
        raise PackInvalid(place, "键应为文字")
    return _File(path, content, {str(key.value): key.start_mark.line + 1 for key, _ in node.value})


def _dated(where: str, key: str, rows: object, documents: Mapping[str, object]) -> list[Dated]:
    parameter = PARAMETERS.get(key)
    if parameter is None:
        raise PackInvalid(where, "没有这个参数;可用的参数见 docs/reference/policy-rules.md")
    if not isinstance(rows, list) or not rows:
        raise PackInvalid(where, "应为列表,每项一个生效日期")
    found = [_value(where, key, row, documents) for row in rows]
    days = [dated.since for dated in found]
    if sorted(set(days)) != days:
        raise PackInvalid(where, "from 须由早到晚,不得重复")
    return found


def _value(where: str, key: str, row: object, documents: Mapping[str, object]) -> Dated:
    if not isinstance(row, dict):
        raise PackInvalid(where, "每项应有 from、value、unit、document、clause、certainty")
    unknown = set(row) - _VALUE_KEYS
    if unknown:
        raise PackInvalid(where, f"不认识的键 {'、'.join(sorted(map(str, unknown)))}")
    parameter = PARAMETERS[key]
    since, source = _source(where, row, parameter.unit, documents)
    if "value" not in row:
        raise PackInvalid(where, "缺少 value;没有上限请写 null")
    value: Value = row["value"]
    try:
        parameter.check(value)
    except WrongValue as wrong:
        raise PackInvalid(where, f"value {wrong}") from wrong
    return Dated(since, value, source)


def _source(
    where: str, row: Mapping[str, object], unit: str, documents: Mapping[str, object]
) -> tuple[date, Source]:
    """The day of effect and the source that every value must have."""
    since, document, clause, certainty = (row.get(key) for key in ("from", "document", "clause", "certainty"))
    if not _is_day(since):
        raise PackInvalid(where, "from 应为生效日期,如 2023-02-01")
    if not isinstance(document, str) or document not in documents:
        raise PackInvalid(where, "没有来源:document 须是 region.yaml 的 documents 中的一个")
    if not isinstance(clause, str) or not clause:
        raise PackInvalid(where, "没有来源:clause 应为条款(文字),不知道写“不详”")
    if not isinstance(certainty, str) or certainty not in CERTAINTIES:
        raise PackInvalid(where, f"certainty 应为 {'、'.join(CERTAINTIES)} 之一")
    if row.get("unit") != unit:
        raise PackInvalid(where, f"unit 应为 {unit}")
    return since, Source(_title(documents[document]), clause, certainty, since.isoformat())


def _is_day(value: object) -> TypeGuard[date]:
    """A date of effect is a day, not a moment."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _catalogue(
    folder: Path, documents: Mapping[str, object]
) -> tuple[tuple[date, Mapping[str, CatalogueItem]], ...]:
    path = folder / "catalogue.yaml"
    if not path.is_file():
        return ()
    versions: list[tuple[date, Mapping[str, CatalogueItem]]] = []
    where = f"{folder.name}/catalogue.yaml"
    for version in _list(_read(path).content.get("versions"), path):
        unknown = set(version) - _VERSION_KEYS
        if unknown:
            raise PackInvalid(where, f"版本中不认识的键 {'、'.join(sorted(map(str, unknown)))}")
        since, _ = _source(f"{where} 版本", version, "yuan", documents)
        if versions and since <= versions[-1][0]:
            raise PackInvalid(where, "版本的 from 须由早到晚,不得重复")
        items: dict[str, CatalogueItem] = {}
        for row in _list(version.get("items"), path):
            item = _item(where, row)
            if item.code in items:
                raise PackInvalid(f"{where} {item.code}", "同一版本中编码重复")
            items[item.code] = item
        versions.append((since, items))
    return tuple(versions)


def _list(value: object, path: Path) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise PackInvalid(f"{path.parent.name}/{path.name}", "应为列表,每项是“键: 值”的表")
    return value


def _item(where: str, row: Mapping[str, object]) -> CatalogueItem:
    unknown = set(row) - _ITEM_KEYS
    if unknown:
        raise PackInvalid(f"{where} {row.get('code')}", f"不认识的键 {'、'.join(sorted(map(str, unknown)))}")
    restricted = row.get("restricted", False)
    if not isinstance(restricted, bool):
        raise PackInvalid(f"{where} {row.get('code')}", "restricted 应为 true 或 false")
    try:
        ceiling = row.get("ceiling_price")
        item = CatalogueItem(
            code=str(row["code"]),
            name=str(row["name"]),
            category=Category(str(row["category"])),
            price=parse_price(str(row["price"])),
            ceiling_price=None if ceiling is None else parse_price(str(ceiling)),
            prior_ratio=parse_ratio(str(row.get("prior_ratio", "0"))),
            restricted=restricted,
            item_class=str(row["item_class"]),
            list_type=str(row["list_type"]),
        )
    except (KeyError, ValueError, NotAnAmount) as wrong:
        raise PackInvalid(f"{where} {row.get('code')}", f"缺少或写错 {wrong}") from wrong
    if item.price < 0 or (item.ceiling_price or 0) < 0:
        raise PackInvalid(f"{where} {item.code}", "price、ceiling_price 不能小于 0")
    return item


def _archive(folder: Path) -> bytes:
    """The pack's files as one canonical text, kept the first time a bill uses it."""
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}
    return json.dumps(files, ensure_ascii=False, sort_keys=True).encode()
