"""Read policy packs: dated, sourced YAML data. A value without a source does not load; an unknown key is named."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import qinji
from qinji.kernel.region import city_of, is_region, province_of
from qinji.policy.book import Book
from qinji.policy.forms import Value, WrongValue
from qinji.policy.load_catalogue import CATALOGUE_FILE, read_catalogue
from qinji.policy.model import Source
from qinji.policy.pack import Dated, Pack
from qinji.policy.parameters import PARAMETERS
from qinji.policy.sourcing import Documents, sourced
from qinji.policy.written import Fault, PackInvalid, Written, is_day, read_written

NATION = "000000"
REGION_FILE = "region.yaml"
_VALUE_KEYS = ("from", "value", "unit", "document", "clause", "certainty", "note")
_REGION_KEYS = ("region", "name", "effective_from", "parents", "documents")
_PAPER_KEYS = ("number", "title", "issuer", "date", "url", "checked_on")


@dataclass(frozen=True, slots=True)
class Read:
    """What was found below a folder: the packs that can be used, and every fault of the others."""

    packs: Mapping[str, Pack]
    faults: tuple[Fault, ...]

    def usable(self) -> Mapping[str, Pack]:
        """The packs whose parents, and theirs, could be read too: those of which more can be said."""
        kept = dict(self.packs)
        while orphans := [one.folder for one in kept.values() if not set(one.parents) <= set(kept)]:
            for folder in orphans:
                del kept[folder]
        return kept


def default_folder() -> Path:
    """The packs: package data of a wheel, or the checkout's folder."""
    packaged = Path(qinji.__file__).parent / "_data" / "policies"
    return packaged if packaged.is_dir() else Path(qinji.__file__).parents[2] / "policies"


def load(folder: Path) -> Book:
    """Every pack below a folder; raises PackInvalid with all faults where one cannot be used."""
    read = read_packs(folder)
    if read.faults:
        raise PackInvalid(*read.faults)
    return Book(read.packs)


def read_packs(folder: Path) -> Read:
    """Every pack below a folder that can be used, and what is wrong with the rest."""
    if not folder.is_dir():
        return Read({}, (Fault(str(folder), "没有这个目录"),))
    folders = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    if not folders:
        return Read({}, (Fault(str(folder), "没有政策包:每个政策包是一个有 region.yaml 的目录"),))
    faults: list[Fault] = []
    found: dict[str, Pack] = {}
    for path in folders:
        pack = _Reading(path).pack(faults)
        if pack is not None:
            found[pack.folder] = pack
    seen: dict[str, str] = {}
    for pack in found.values():
        if pack.region in seen:
            faults.append(Fault(pack.head["region"], f"region {pack.region} 已有政策包 {seen[pack.region]}"))
        seen[pack.region] = pack.folder
        faults += _lineage_faults(
            pack.head["parents"], pack, found, {path.name for path in folders} - set(found)
        )
    return Read(found, tuple(faults))


def load_pack(folder: Path) -> Pack:
    """One pack by itself; raises PackInvalid with all its faults."""
    faults: list[Fault] = []
    pack = _Reading(folder).pack(faults)
    if pack is None or faults:
        raise PackInvalid(*faults)
    return pack


def _lineage_faults(
    place: str, pack: Pack, packs: Mapping[str, Pack], faulty: Collection[str]
) -> list[Fault]:
    """Parents are the pack's own province, then the nation: the nearer one comes first, for it decides.

    A parent that is there and could not be read has its own faults; they are not told twice.
    """
    wider = [code for code in (province_of(pack.region), NATION) if code != pack.region]
    ranks: list[int] = []
    for name in pack.parents:
        parent = packs.get(name)
        if parent is None and name in faulty:
            return []
        if parent is None:
            return [Fault(place, f"parents 中的 {name} 不存在或写错")]
        if pack.region == NATION or parent.region not in wider:
            return [Fault(place, f"parents 中的 {name} 不是 {pack.name} 的上级:只能是本省或全国的政策包")]
        ranks.append(wider.index(parent.region))
    if ranks != sorted(ranks):
        return [Fault(place, "parents 须先写省,后写全国:近的优先")]
    return []


@dataclass(slots=True)
class _Reading:
    """One folder while it is read; faults are gathered, so that all are told at once."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)

    def pack(self, faults: list[Fault]) -> Pack | None:
        """The pack, or None where something is wrong, which then stands among the faults."""
        made = self._pack()
        faults += self.faults
        return None if self.faults else made

    def _pack(self) -> Pack | None:
        path = self.folder / REGION_FILE
        if not path.is_file():
            reason = "缺少 region.yaml,这个目录不会生效"
            self.faults.append(Fault(f"{self.folder.name}/{REGION_FILE}", reason))
            return None
        file = self._read(path)
        if file is None or not self._head_is_sound(file):
            return None
        region = file.content
        papers = {str(key): _paper(info) for key, info in _table(region["documents"]).items()}
        documents = Documents({key: _title(info) for key, info in papers.items()})
        values = self._values(documents)
        catalogue = read_catalogue(self.folder, documents, self.faults)
        parents, since = region.get("parents") or [], region["effective_from"]
        if not is_day(since) or not isinstance(parents, list):
            return None
        archive = _archive(self.folder) if not self.faults else b""
        return Pack(
            folder=self.folder.name,
            region=str(region["region"]),
            name=str(region["name"]),
            since=since,
            parents=tuple(str(parent) for parent in parents),
            documents=documents.titles,
            papers=papers,
            values=values,
            catalogue=catalogue,
            archive=archive,
            digest=hashlib.sha256(archive).digest(),
            head={key: file.where(key) for key in _REGION_KEYS},
        )

    def _read(self, path: Path) -> Written | None:
        read = read_written(path)
        if isinstance(read, Fault):
            self.faults.append(read)
            return None
        return read

    def _fault(self, place: str, reason: str) -> None:
        self.faults.append(Fault(place, reason))

    def _head_is_sound(self, file: Written) -> bool:
        before = len(self.faults)
        region = file.content
        for key in region:
            if key not in _REGION_KEYS:
                self._fault(file.where(key), f"不认识的键 {key},可用 {'、'.join(_REGION_KEYS)}")
        code = region.get("region")
        if not isinstance(code, str) or not is_region(code):
            self._fault(file.where("region"), 'region 应为带引号的六位区划代码,如 "420100"')
        elif code != city_of(code):
            self._fault(
                file.where("region"), f"region {code} 是区县;统筹区的政策包用市的代码 {city_of(code)}"
            )
        if not isinstance(region.get("name"), str):
            self._fault(file.where("name"), "须有 name(文字),如 武汉市")
        if not is_day(region.get("effective_from")):
            self._fault(file.where("effective_from"), "effective_from 应为政策包开始适用的日期,如 2023-02-01")
        if not isinstance(region.get("parents") or [], list):
            self._fault(file.where("parents"), "parents 应为上级政策包的目录名列表")
        self._papers_are_sound(file)
        return len(self.faults) == before

    def _papers_are_sound(self, file: Written) -> None:
        documents = file.content.get("documents")
        if not isinstance(documents, dict):
            self._fault(file.where("documents"), "须有 documents(文件编号到文件信息的表)")
            return
        for key, info in documents.items():
            where = file.where("documents", str(key))
            if not _title(_paper(info)):
                self._fault(where, f"documents 中的 {key} 须有 number(文号)或 title(文件名)")
            for unknown in (
                [name for name in info if name not in _PAPER_KEYS] if isinstance(info, dict) else []
            ):
                self._fault(where, f"不认识的键 {unknown},可用 {'、'.join(_PAPER_KEYS)}")

    def _values(self, documents: Documents) -> dict[str, list[Dated]]:
        values: dict[str, list[Dated]] = {}
        for path in sorted(self.folder.glob("*.yaml")):
            file = self._read(path) if path.name not in (REGION_FILE, CATALOGUE_FILE) else None
            if file is None:
                continue
            for key, rows in file.content.items():
                if key in values:
                    self._fault(file.where(key), "同一参数写在两个文件中,只能写一处")
                    continue
                values[key] = self._dated(file, key, rows, documents)
        return values

    def _dated(self, file: Written, key: str, rows: object, documents: Documents) -> list[Dated]:
        if key not in PARAMETERS:
            self._fault(
                file.where(key), f"没有这个参数{_nearest(key)};可用的参数见 docs/reference/policy-rules.md"
            )
            return []
        if not isinstance(rows, list) or not rows:
            self._fault(file.where(key), "应为列表,每项一个生效日期")
            return []
        found = [
            dated
            for place, row in enumerate(rows)
            if (dated := self._value(file, key, place, row, documents))
        ]
        for place in range(1, len(found)):
            if found[place].since <= found[place - 1].since:
                self._fault(file.where(key, place), "from 须由早到晚,不得重复")
        return found

    def _value(self, file: Written, key: str, place: int, row: object, documents: Documents) -> Dated | None:
        where = file.where(key, place)
        if not isinstance(row, dict):
            self._fault(where, "每项应有 from、value、unit、document、clause、certainty")
            return None
        before = len(self.faults)
        for unknown in [name for name in row if name not in _VALUE_KEYS]:
            self._fault(where, f"不认识的键 {unknown},可用 {'、'.join(_VALUE_KEYS)}")
        form = PARAMETERS[key].form
        source = sourced(where, row, form.unit, documents, self.faults)
        if "value" not in row:
            self._fault(where, "缺少 value;没有上限请写 null")
            return None
        value: Value = row["value"]
        try:
            form.check(value)
        except WrongValue as wrong:
            self._fault(where, f"value {wrong}")
        since = row.get("from")
        if len(self.faults) > before or source is None or not is_day(since):
            return None
        return Dated(since, value, _named(source, key, value), where, str(row.get("note") or ""))


def _named(source: Source, key: str, value: Value) -> Source:
    """The source with the parameter's name and its value as it is written."""
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Source(source.document, source.clause, source.certainty, source.effective_from, key, written)


def _nearest(key: str) -> str:
    """The parameter that was probably meant."""
    near = difflib.get_close_matches(key, PARAMETERS, n=1)
    return f",是不是 {near[0]}" if near else ""


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _paper(info: object) -> Mapping[str, str]:
    if isinstance(info, dict):
        return {str(key): str(value) for key, value in info.items() if value is not None}
    return {"title": info} if isinstance(info, str) else {}


def _title(paper: Mapping[str, str]) -> str:
    return (paper.get("number") or paper.get("title") or "").strip()


def _archive(folder: Path) -> bytes:
    """The pack's files as one canonical text, kept the first time a bill uses it."""
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}
    return json.dumps(files, ensure_ascii=False, sort_keys=True).encode()
