"""Read the medical catalogue of a pack: versions from a day on, each with its items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from qinji.kernel.bill import Category
from qinji.kernel.money import NotAnAmount, parse_price, parse_ratio
from qinji.kernel.purpose import OWN_EXPENSE, UseClass
from qinji.policy.model import CatalogueItem
from qinji.policy.pack import Catalogue
from qinji.policy.sourcing import Documents, sourced
from qinji.policy.written import Fault, Written, is_day, read_written, rows_of

CATALOGUE_FILE = "catalogue.yaml"
CATALOGUE = "医保目录"
"""Under which name the catalogue stands among the sources of a bill, where values have their parameter's."""

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
    "own_expense_as",
    "essential",
}


def read_catalogue(folder: Path, documents: Documents, faults: list[Fault]) -> tuple[Catalogue, ...]:
    """Every version of a pack's catalogue, the oldest first; none where it has no file. Faults are added."""
    path = folder / CATALOGUE_FILE
    if not path.is_file():
        return ()
    file = read_written(path)
    if isinstance(file, Fault):
        faults.append(file)
        return ()
    rows = rows_of(file.content.get("versions"))
    if rows is None:
        faults.append(Fault(file.where("versions"), "应为列表,每项是“键: 值”的表"))
        return ()
    versions: list[Catalogue] = []
    for place, row in enumerate(rows):
        version = _version(file, place, row, documents, faults)
        if version is None:
            continue
        if versions and version.since <= versions[-1].since:
            faults.append(Fault(file.where("versions", place), "版本的 from 须由早到晚,不得重复"))
        versions.append(version)
    return tuple(versions)


def _version(
    file: Written, place: int, row: Mapping[str, object], documents: Documents, faults: list[Fault]
) -> Catalogue | None:
    where = file.where("versions", place)
    allowed = "、".join(sorted(_VERSION_KEYS))
    faults += [
        Fault(where, f"版本中不认识的键 {unknown},可用 {allowed}")
        for unknown in sorted(set(row) - _VERSION_KEYS)
    ]
    source, since = sourced(where, row, "yuan", documents, faults), row.get("from")
    listed = rows_of(row.get("items"))
    if listed is None:
        faults.append(Fault(file.where("versions", place, "items"), "应为列表,每项是“键: 值”的表"))
        return None
    items: dict[str, CatalogueItem] = {}
    for number, written in enumerate(listed):
        item = _item(written)
        at = ("versions", place, "items", number)
        if isinstance(item, str):
            faults.append(Fault(f"{file.where(*at)} {written.get('code')}", item))
        elif item.code in items:
            faults.append(Fault(f"{file.where(*at)} {item.code}", "同一版本中编码重复"))
        else:
            items[item.code] = item
    if source is None or not is_day(since):
        return None
    return Catalogue(since, items, replace(source, parameter=CATALOGUE), where)


def _item(row: Mapping[str, object]) -> CatalogueItem | str:
    """The item, or what is wrong with it."""
    unknown = set(row) - _ITEM_KEYS
    if unknown:
        return f"不认识的键 {'、'.join(sorted(map(str, unknown)))}"
    restricted, essential = row.get("restricted", False), row.get("essential", False)
    if not isinstance(restricted, bool) or not isinstance(essential, bool):
        return "restricted、essential 应为 true 或 false"
    own_expense_as = str(row.get("own_expense_as", UseClass.CATEGORY_C.value))
    if own_expense_as not in OWN_EXPENSE:
        return f"own_expense_as 应为 {'、'.join(use.value for use in OWN_EXPENSE)} 之一"
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
            own_expense_as=UseClass(own_expense_as),
            essential=essential,
        )
    except (KeyError, ValueError, NotAnAmount) as wrong:
        return f"缺少或写错 {wrong}"
    if item.price < 0 or (item.ceiling_price or 0) < 0:
        return "price、ceiling_price 不能小于 0"
    return item
