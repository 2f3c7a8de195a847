"""The source that every value must have: document, clause, certainty, unit and day of effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qinji.policy.model import Source
from qinji.policy.written import Fault, is_day

CERTAINTIES = ("certain", "believed", "unsure")


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a pack by their short name, with what they are called."""

    titles: Mapping[str, str]


def sourced(
    where: str, row: Mapping[str, object], unit: str, documents: Documents, faults: list[Fault]
) -> Source | None:
    """The source of a value; what is missing of it is added to the faults, and then there is none."""
    since, document, clause, certainty = (row.get(key) for key in ("from", "document", "clause", "certainty"))
    before = len(faults)
    if not is_day(since):
        faults.append(Fault(where, "from 应为生效日期,如 2023-02-01"))
    if not isinstance(document, str) or document not in documents.titles:
        known = "、".join(documents.titles) or "还没有"
        faults.append(Fault(where, f"没有来源:document 须是 region.yaml 的 documents 中的一个({known})"))
    if not isinstance(clause, str) or not clause:
        faults.append(Fault(where, "没有来源:clause 应为条款(文字),不知道写“不详”"))
    if not isinstance(certainty, str) or certainty not in CERTAINTIES:
        faults.append(Fault(where, f"certainty 应为 {'、'.join(CERTAINTIES)} 之一"))
    if row.get("unit") != unit:
        faults.append(Fault(where, f"unit 应为 {unit}"))
    if len(faults) > before or not is_day(since):
        return None
    return Source(documents.titles[str(document)], str(clause), str(certainty), since.isoformat())
