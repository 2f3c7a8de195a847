"""Amounts that do not agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qinji.gateway.advice.finding import Entry, Finding, Severity, Subject
from qinji.gateway.advice.national import nationally_needed
from qinji.gateway.wire import as_text, is_number
from qinji.kernel.money import NotAnAmount, parse_yuan, yuan

_PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_SETTLING = frozenset({"2207"})
_TOTAL, _LINE_AMOUNT = "medfee_sumamt", "det_item_fee_sumamt"


def about_amounts(subject: Subject) -> Iterator[Finding]:
    """Lines against their product, a bill against its lines, a settlement against its four amounts."""
    entries = list(subject.entries())
    for entry in entries:
        yield from _product(entry, subject.number)
        if subject.number in _SETTLING:
            yield from _four_amounts(entry, subject.number)
    yield from _sum(entries, subject.number)


def _fen(entry: Entry, name: str) -> int | None:
    try:
        return parse_yuan(as_text(entry.values.get(name)) or "")
    except NotAnAmount:
        return None


def _number(entry: Entry, name: str, decimals: int) -> Decimal | None:
    text = as_text(entry.values.get(name)) or ""
    return Decimal(text) if is_number(text, decimals) else None


def _product(entry: Entry, page: str) -> Iterator[Finding]:
    amount, count, price = _fen(entry, _LINE_AMOUNT), _number(entry, "cnt", 4), _number(entry, "pric", 6)
    if amount is None or count is None or price is None:
        return
    product = count * price
    if abs(product * 100 - amount) > Decimal("0.5"):
        text = (
            f"单价×数量 = {product.quantize(Decimal('0.01'))} 元,而 {_LINE_AMOUNT} 是 {yuan(amount)} 元。"
            "乘积四舍五入到分后应当相等"
        )
        place = f"{entry.place}.{_LINE_AMOUNT}"
        yield Finding(
            place, Severity.ADVICE, "not_the_product", text, page, f"{entry.node.name}.{_LINE_AMOUNT}"
        )


def _four_amounts(entry: Entry, page: str) -> Iterator[Finding]:
    parts = [_fen(entry, name) for name in _PARTS]
    filled = [part for part in parts if part is not None]
    anchor = f"{entry.node.name}.{_PARTS[0]}"
    if not filled:
        if not set(_PARTS) <= set(nationally_needed(page, entry.node.name)):
            return
        text = (
            "没有带 2206 返回的四项金额(全自费、超限价、先行自付、符合政策范围),结算时无法核对给患者看过的金额。"
            "请原样带回"
        )
        yield Finding(entry.place, Severity.ADVICE, "preview_amounts_missing", text, page, anchor)
        return
    total = _fen(entry, _TOTAL)
    if total is not None and len(filled) == len(_PARTS) and sum(filled) != total:
        text = f"四项金额合计 {yuan(sum(filled))} 元,不等于 {_TOTAL} {yuan(total)} 元。请原样使用 2206 的答复"
        place = f"{entry.place}.{_TOTAL}"
        yield Finding(place, Severity.ADVICE, "parts_not_total", text, page, f"{entry.node.name}.{_TOTAL}")


def _sum(entries: list[Entry], page: str) -> Iterator[Finding]:
    """A pharmacy's bill brings its total and its lines in one message."""
    heads = [entry for entry in entries if _TOTAL in entry.values]
    lines = [entry for entry in entries if entry.node.many and _LINE_AMOUNT in entry.values]
    amounts = [amount for entry in lines if (amount := _fen(entry, _LINE_AMOUNT)) is not None]
    if len(heads) != 1 or not lines or len(amounts) != len(lines):
        return
    total = _fen(heads[0], _TOTAL)
    if total is not None and total != sum(amounts):
        text = f"{len(lines)} 条明细合计 {yuan(sum(amounts))} 元,而 {_TOTAL} 是 {yuan(total)} 元"
        place = f"{heads[0].place}.{_TOTAL}"
        yield Finding(place, Severity.ADVICE, "lines_not_total", text, page, f"{heads[0].node.name}.{_TOTAL}")
