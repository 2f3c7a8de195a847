"""Pure rules of visits and charge batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from qinji.kernel.bill import SentLine
from qinji.kernel.ids import to_wire
from qinji.kernel.money import line_amount, yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.takings import Takings
from qinji.settlement.model import Batch, CounterAct, Visit

AMOUNT_TOLERANCE_FEN = 1
"""A hospital may have rounded price times quantity the other way; one fen is accepted, the sent amount stands."""


def service_day_allowed(day: date, today: date, days_back: int, field: str) -> Refused | None:
    """Not in the future, not older than the region allows."""
    if day > today:
        return refuse(RefusalCode.SERVICE_DAY_FUTURE, day=day.isoformat(), field=field)
    if (today - day).days > days_back:
        return refuse(RefusalCode.SERVICE_DAY_TOO_OLD, day=day.isoformat(), limit=days_back)
    return None


def open_visit(visit: Visit | None, institution: str, wire: str) -> Refused | None:
    """The visit exists at this institution (elsewhere it is like a missing one) and is not cancelled."""
    if visit is None or visit.institution != institution:
        return refuse(RefusalCode.VISIT_UNKNOWN, visit=wire)
    if visit.cancelled:
        return refuse(RefusalCode.VISIT_CLOSED, visit=wire)
    return None


def lines_addable(present: Sequence[Batch], lines: Sequence[SentLine], limit: int) -> Refused | None:
    """Line numbers are new in the visit, batches are not settled, amounts are price times quantity."""
    taken = {line.number for batch in present for line in batch.lines}
    settled = {batch.batch: batch.settlement for batch in present if batch.settlement is not None}
    for line in lines:
        live = settled.get(line.batch)
        if live is not None:
            return refuse(RefusalCode.BATCH_SETTLED, batch=line.batch, settlement=to_wire(live))
        if line.number in taken:
            return refuse(RefusalCode.LINE_NUMBER_TAKEN, number=line.number)
        taken.add(line.number)
    sizes: dict[str, int] = {batch.batch: len(batch.lines) for batch in present}
    for line in lines:
        sizes[line.batch] = sizes.get(line.batch, 0) + 1
    largest = max(sizes.values(), default=0)
    if largest > limit:
        return refuse(RefusalCode.TOO_MANY_ITEMS, field="lines", limit=limit, count=largest)
    return amounts_agree(lines)


def amounts_agree(lines: Iterable[SentLine]) -> Refused | None:
    """Each amount is price times quantity, one fen of rounding apart, and not negative."""
    for line in lines:
        product = line_amount(line.price, line.quantity)
        if abs(product - line.amount_fen) > AMOUNT_TOLERANCE_FEN or line.amount_fen < 0 or line.quantity <= 0:
            return refuse(
                RefusalCode.AMOUNT_NOT_PRODUCT,
                number=line.number,
                amount=yuan(line.amount_fen),
                product=yuan(product),
            )
    return None


def total_agrees(total_fen: int | None, lines: Iterable[SentLine]) -> Refused | None:
    """The total that was sent, if one was, is the sum of the lines."""
    expected = sum(line.amount_fen for line in lines)
    if total_fen is not None and total_fen != expected:
        return refuse(RefusalCode.TOTAL_DIFFERS, sent=yuan(total_fen), expected=yuan(expected))
    return None


def takings_of(acts: Iterable[CounterAct]) -> Takings:
    """What these acts of a counter come to."""
    found = Takings()
    for act in acts:
        found = found.with_act(act.parts, returned=act.returned)
    return found
