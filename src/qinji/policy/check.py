"""Pure: what is wrong with, or missing from, policy packs that load. The errors of loading are PackInvalid's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from qinji.policy.backwards import backwards
from qinji.policy.book import Book
from qinji.policy.gaps import gaps
from qinji.policy.model import UNSURE
from qinji.policy.pack import Dated, Pack, Values
from qinji.policy.parameters import PARAMETERS
from qinji.policy.remarks import Finding
from qinji.policy.scenarios import Scenario
from qinji.policy.sketch import TO_BE_FILLED

_UNSURE_NAMED_MAX = 3
_WITHOUT_BILLS = ("医保钱包", "参保与缴费", "亲情账户")
"""Chapters whose values change no bill: their days need no scenario."""


def check(book: Book, scenarios: Sequence[Scenario]) -> list[Finding]:
    """Everything worth telling about a book's packs, errors first."""
    found: list[Finding] = []
    for region in book.regions():
        found += _region(book, book.lineage(region)[0])
    for pack in book.packs.values():
        own = [each for each in scenarios if each.pack == pack.folder]
        if pack.region in book.regions() and not own:
            found.append(Finding(pack.folder, "还没有算例:请在 scenarios/ 中写几张手工算好的账单"))
        found += _unfilled(pack)
        found += _unsure(pack)
        found += _uncrossed(pack, own)
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.error)


def _region(book: Book, pack: Pack) -> Iterator[Finding]:
    """What holds in a region on every day of change; what is said twice is told once."""
    where = pack.head.get("parents", pack.folder)
    for day in [pack.since, *(day for day in book.changes(pack.region) if day > pack.since)]:
        missing = book.missing(pack.region, day)
        if missing:
            named = "、".join(f"{name}({PARAMETERS[name].title})" for name in missing)
            text = f"{day} 缺少参数 {named}。请写在这个政策包,或在 parents 中写上有这些值的上级"
            yield Finding(where, text, error=True)
        values = Values(book.lineage(pack.region), day)
        if not any(
            version.since <= day and version.items for each in values.packs for version in each.catalogue
        ):
            yield Finding(where, f"{day} 没有医保目录(catalogue.yaml),任何明细都会被拒绝", error=True)
        yield from gaps(pack, values)
        yield from backwards(values)


def _unfilled(pack: Pack) -> Iterator[Finding]:
    """Values that were called verified while their document or clause still has to be written."""
    for history in pack.values.values():
        for dated in history:
            source = dated.source
            if source.certainty != UNSURE and TO_BE_FILLED in (source.document, source.clause):
                text = (
                    f"certainty 已是 {source.certainty},但文件或条款还写着“{TO_BE_FILLED}”。请写上文件与条款"
                )
                yield Finding(dated.place, text, error=True)


def _unsure(pack: Pack) -> Iterator[Finding]:
    """One reminder a pack: where many values are unverified, three are named and the rest counted."""
    found = [
        (name, dated)
        for name, history in pack.values.items()
        for dated in history
        if dated.source.certainty == UNSURE
    ]
    if found:
        named = "、".join(f"{name}({dated.since} 起)" for name, dated in found[:_UNSURE_NAMED_MAX])
        more = " 等" if len(found) > _UNSURE_NAMED_MAX else ""
        text = f"{len(found)} 项数值尚未核实(unsure):{named}{more}。正式环境不据以结算"
        yield Finding(found[0][1].place, text)


def _uncrossed(pack: Pack, scenarios: Sequence[Scenario]) -> Iterator[Finding]:
    """Dates of effect, after the pack's beginning, without a case on the day before and on the day itself."""
    tried = {scenario.day for scenario in scenarios}
    changing = [
        dated
        for name, history in pack.values.items()
        for dated in history
        if dated.since > pack.since and PARAMETERS[name].chapter not in _WITHOUT_BILLS
    ]
    days: dict[object, Dated] = {}
    for dated in sorted(changing, key=lambda one: one.since):
        days.setdefault(dated.since, dated)
    for dated in days.values():
        wanted = (dated.since - timedelta(days=1), dated.since)
        if not set(wanted) <= tried:
            absent = "、".join(day.isoformat() for day in wanted if day not in tried)
            text = f"{dated.since} 起有值改变,但 scenarios/ 没有 {absent} 的算例。前一天和当天各要一个"
            yield Finding(dated.place, text, error=True)
