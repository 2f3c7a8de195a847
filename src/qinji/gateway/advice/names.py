"""Names that we do not know: a typing error, another case, or a field that we do not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from qinji.gateway.advice.finding import Finding, Severity
from qinji.gateway.wire import Json

NEAR = 0.8
"""How alike two names must be to be taken for one; ``insuplc_admvs`` and ``insuplc_admdvs`` are 0.96."""

TOLD_MAX = 8
NAMES_MAX = 200
"""Names of one object that are looked at, and characters of a name that is compared."""


def about_names(
    values: Mapping[str, Json],
    place: str,
    known: Sequence[str],
    page: str,
    *,
    ignored: frozenset[str] = frozenset(),
    anchor: str = "",
) -> Iterator[Finding]:
    """One finding for each name that was meant to be another, and one for all that are not read."""
    exact = frozenset(known)
    by_folded = {name.casefold(): name for name in known}
    unread = []
    for name in list(values)[:NAMES_MAX]:
        if name in exact or name in ignored:
            continue
        same = by_folded.get(name.casefold())
        near = [same] if same else _near(name, [one for one in known if one not in values])
        if not near:
            unread.append(name)
            continue
        rule = "name_case" if same else "unknown_name"
        why = "字段名区分大小写" if same else "没有这个字段"
        text = f"{why}:{name[:60]} 没有被读取,是不是 {near[0]}?"
        yield Finding(f"{place}.{name}", Severity.ADVICE, rule, text, page, f"{anchor}{near[0]}")
    if unread:
        told = "、".join(name[:40] for name in unread[:TOLD_MAX])
        more = f"等 {len(unread)} 个" if len(unread) > TOLD_MAX else ""
        text = f"没有读取的字段:{told}{more}。本交易不用它们,不影响办理"
        yield Finding(place, Severity.ADVICE, "unread_names", text, page)


def _near(name: str, free: Sequence[str]) -> list[str]:
    return get_close_matches(name[:NAMES_MAX], free, n=1, cutoff=NEAR)
