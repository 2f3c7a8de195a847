"""Pure: a region's values of one day as a public notice would print them, to lay beside the document.

Headings by chapter, tables of ratios by group and level, ladders as sentences, sets as words, sources as footnotes;
the text is Markdown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from qinji.policy.groups import CHOSEN_GROUPS, GROUPS, LEVELS, TREATMENTS, group_chain, names
from qinji.policy.pack import Dated, Pack, Values
from qinji.policy.parameters import PARAMETERS, REMOTE_CATEGORIES
from qinji.policy.standing import Standing, ranked, standing, what_of
from qinji.policy.trace import CERTAINTY_CHINESE
from qinji.policy.wording import spoken

_NUMERALS = "一二三四五六七八九十"
_TABLES = (("ratio", "报销比例"), ("deductible", "起付线"), ("day_fund_cap", "统筹基金每日封顶"))
_LAYERS = {"large_amount": "大额医疗费用补助", "catastrophic": "大病保险"}
_PLACES = {"same_province": "省内", "other_province": "跨省"}
_Found = Callable[[str, str], Dated | None]
_Cells = tuple[Dated | None, ...]


def notice(packs: Sequence[Pack], day: date) -> str:
    """The notice of a region, whose own pack is the first of these, on a day."""
    return _Notice(packs, day).text()


class _Notice:
    """One notice while it is written; sources get their numbers in the order in which they are met."""

    def __init__(self, packs: Sequence[Pack], day: date) -> None:
        self._packs = {pack.folder: pack for pack in packs}
        self._own, self._day = packs[0], day
        self._values = Values(packs, day)
        self._standing = [one for one in standing(packs, day) if not one.covered]
        self._notes: dict[str, int] = {}

    def text(self) -> str:
        """The whole of it."""
        chapters = list(dict.fromkeys(one.chapter for one in self._standing))
        told = [
            f"# {self._own.name}医疗保险待遇与家庭共济规定({self._day.isoformat()} 执行的数值)",
            f"由政策包 {self._own.folder} 印出,供与文件逐项核对;方括号中的号码见文末“依据”。",
        ]
        for place, chapter in enumerate(chapters):
            told.append(f"## {_NUMERALS[place]}、{chapter}")
            told += self._chapter(chapter, [one for one in self._standing if one.chapter == chapter])
        told += self._catalogue()
        told.append("## 依据")
        told.append("\n".join(f"[{number}] {note}" for note, number in self._notes.items()))
        return "\n\n".join(told) + "\n"

    def _chapter(self, chapter: str, found: Sequence[Standing]) -> Iterator[str]:
        for treatment, name in TREATMENTS.items():
            written = {what_of(one.name) for one in found if ranked(one.name) and _head(one) == treatment}
            if written:
                yield f"### {name}"
                yield from self._treatment(treatment, written)
        for layer, name in _LAYERS.items():
            written = {what_of(one.name) for one in found if _head(one) == layer}
            if written:
                yield f"### {name}"
                yield from self._sentences(layer, written, self._of_layer(layer))
        if chapter == "异地就医":
            yield from self._remote()
        rest = [one for one in found if not ranked(one.name) and not _is_remote_reduction(one.name)]
        if rest:
            yield "\n".join(f"* {one.title}:{self._cell(one.dated)}" for one in rest)

    def _treatment(self, treatment: str, written: set[str]) -> Iterator[str]:
        if "bands" in written:
            written.add("ratio")
        for what, title in _TABLES:
            if what in written:
                yield self._table(title, self._of_levels(treatment, what), pharmacy=treatment != "inpatient")
        rest = written - {"ratio", "bands", "deductible", "day_fund_cap"}
        yield from self._sentences(treatment, rest, self._of_treatment(treatment))

    def _of_levels(self, treatment: str, what: str) -> _Found:
        whats = ("bands", "ratio") if what == "ratio" else (what,)
        every = what == "deductible" and treatment != "inpatient"

        def found(group: str, level: str) -> Dated | None:
            return self._values.dated(*names(treatment, group, *whats, level=level, for_all_levels=every))

        return found

    def _of_treatment(self, treatment: str) -> _Found:
        return lambda group, what: self._values.dated(*names(treatment, group, what))

    def _of_layer(self, layer: str) -> _Found:
        return lambda group, what: self._values.dated(
            *(f"{layer}.{who}.{what}" for who in group_chain(group))
        )

    def _table(self, title: str, found: _Found, *, pharmacy: bool) -> str:
        """A table of groups and levels; ladders stand as sentences below it."""
        levels = [level for level in LEVELS if pharmacy or level != "pharmacy"]
        rows = [(group, tuple(found(group, level) for level in levels)) for group in CHOSEN_GROUPS]
        rows = [(group, cells) for group, cells in rows if any(cell is not None for cell in cells)]
        merged = _merged(rows)
        if all(len({_likeness(cell) for cell in cells}) == 1 for _, cells in merged):
            heads, merged = ["各级"], [(who, cells[:1]) for who, cells in merged]
        else:
            heads = list(LEVELS.values())[: len(levels)]
        lines: list[list[str]] = [[title, *heads]]
        ladders: list[str] = []
        for who, cells in merged:
            lines.append([who, *("见下" if _is_ladder(cell) else self._cell(cell) for cell in cells)])
            ladders += self._ladders(who, heads, cells)
        return "\n\n".join([_grid(lines), *(["\n".join(ladders)] if ladders else [])])

    def _ladders(self, who: str, heads: Sequence[str], cells: _Cells) -> Iterator[str]:
        """The ladders of a row, each with all the levels at which it holds."""
        levels: dict[str, list[str]] = {}
        for head, cell in zip(heads, cells, strict=True):
            if _is_ladder(cell):
                levels.setdefault(self._cell(cell), []).append(head)
        for told, where in levels.items():
            yield f"* {who}({'、'.join(where)}):{told}"

    def _sentences(self, head: str, written: set[str], found: _Found) -> Iterator[str]:
        """One sentence a kind of value: for whom how much."""
        told = []
        order = list(dict.fromkeys(what_of(one) for one in PARAMETERS if one.startswith(f"{head}.")))
        for what in sorted(written, key=order.index):
            merged = _merged([(group, (found(group, what),)) for group in CHOSEN_GROUPS])
            title = PARAMETERS[f"{head}.employee.{what}"].title
            title = title.removeprefix("职工").removeprefix(_LAYERS.get(head) or TREATMENTS[head])
            parts = [f"{who} {self._cell(cells[0])}" for who, cells in merged if cells[0] is not None]
            told.append(f"* {title}:{';'.join(parts)}")
        if told:
            yield "\n".join(told)

    def _remote(self) -> Iterator[str]:
        """How the benefit is lowered away from home: by filing, within the province and outside."""
        lines = [["异地就医", *_PLACES.values()]]
        for filing, name in REMOTE_CATEGORIES.items():
            cells = [self._reduction(place, filing) for place in _PLACES]
            if any(cell != "—" for cell in cells):
                lines.append([name, *cells])
        if len(lines) > 1:
            yield _grid(lines)

    def _reduction(self, place: str, filing: str) -> str:
        mode = self._values.dated(f"remote.{place}.{filing}.mode", f"remote.{filing}.mode")
        value = self._values.dated(f"remote.{place}.{filing}.value", f"remote.{filing}.value")
        if mode is None:
            return "—"
        if mode.value == "none" or value is None:
            return self._cell(mode)
        share = spoken(value.source.parameter, value.value)
        said = {
            "points": f"报销比例降低 {share.removesuffix('%')} 个百分点",
            "factor": f"按本地报销比例的 {share}",
            "prior_self_pay": f"先行自付 {share}",
        }
        return said[str(mode.value)] + self._mark(value)

    def _catalogue(self) -> Iterator[str]:
        for pack in self._packs.values():
            versions = [version for version in pack.catalogue if version.since <= self._day]
            if versions:
                source = versions[-1].source
                mark = self._noted(pack, source.document, source.clause, source.certainty, versions[-1].since)
                yield f"## 医保目录\n\n{len(versions[-1].items)} 项{mark}"
                return

    def _cell(self, dated: Dated | None) -> str:
        if dated is None:
            return "—"
        return spoken(dated.source.parameter, dated.value) + self._mark(dated)

    def _mark(self, dated: Dated) -> str:
        pack = self._packs[dated.place.partition("/")[0]]
        source = dated.source
        return self._noted(pack, source.document, source.clause, source.certainty, dated.since)

    def _noted(self, pack: Pack, document: str, clause: str, certainty: str, since: date) -> str:
        titles = [paper.get("title", "") for paper in pack.papers.values() if paper.get("number") == document]
        named = f"《{titles[0]}》" if titles and titles[0] else ""
        sure = CERTAINTY_CHINESE.get(certainty, certainty)
        own = "" if pack is self._own else f";{pack.name}的政策包 {pack.folder}"
        note = f"{document}{named},条款:{clause};{since.isoformat()} 起;{sure}{own}"
        return f"[{self._notes.setdefault(note, len(self._notes) + 1)}]"


def _head(one: Standing) -> str:
    return one.name.partition(".")[0]


def _is_ladder(cell: Dated | None) -> bool:
    """Whether it is too long for a cell: more than one amount, or bands."""
    if cell is None or not isinstance(cell.value, list):
        return False
    return len(cell.value) > 1 or isinstance(cell.value[0], Mapping)


def _is_remote_reduction(name: str) -> bool:
    return name.startswith("remote.") and name.endswith((".mode", ".value"))


def _merged(rows: Sequence[tuple[str, _Cells]]) -> list[tuple[str, _Cells]]:
    """Groups with the same values by the same clauses in one row, under the names of all of them."""
    by_cells: dict[tuple[object, ...], tuple[list[str], _Cells]] = {}
    for group, cells in rows:
        by_cells.setdefault(tuple(_likeness(cell) for cell in cells), ([], cells))[0].append(group)
    return [(_names_of(groups), cells) for groups, cells in by_cells.values()]


def _likeness(cell: Dated | None) -> object:
    if cell is None:
        return None
    source = cell.source
    pack = cell.place.partition("/")[0]
    return source.value, source.document, source.clause, source.certainty, cell.since, pack


def _names_of(groups: Sequence[str]) -> str:
    told: list[str] = []
    for insurance in ("employee", "resident"):
        own = [group for group in groups if group.startswith(f"{insurance}.")]
        everybody = len(own) == sum(group.startswith(f"{insurance}.") for group in CHOSEN_GROUPS)
        told += [GROUPS[insurance]] if everybody else [GROUPS[group] for group in own]
    return "、".join(told)


def _grid(lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its columns as wide as their widest cell, a Chinese character counting two."""
    widths = [max(_width(row[place]) for row in lines) for place in range(len(lines[0]))]
    told = [
        f"| {' | '.join(cell + ' ' * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))} |"
        for row in lines
    ]
    told.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return "\n".join(told)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
