"""Pure: divide a bill between the fund and the person, in the order of ARCHITECTURE section 3.

The fund's part is rounded once per bill, prior self-pay once per line; everything is exact in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from qinji.kernel.bill import Approval, Category, FeeLine, LineSplit, Split, TraceStep
from qinji.kernel.ensure import ensure
from qinji.kernel.money import line_amount, round_half_up, share_of
from qinji.kernel.purpose import UseClass
from qinji.policy.model import Accumulated, Basis, Period, RemoteMode, Rules

PERMYRIAD = 10_000


def _own_expense(line: FeeLine) -> bool:
    if line.category is Category.C or line.approval is Approval.REFUSED:
        return True
    return line.restricted and line.approval is not Approval.APPROVED


def split_line(line: FeeLine) -> LineSplit:
    """What becomes of one line by itself; fen. Steps 1 to 4 of the order of a bill."""
    ensure(
        line.amount_fen >= 0, "a fee line has no negative amount", number=line.number, amount=line.amount_fen
    )
    if _own_expense(line):
        return LineSplit(line.number, line.amount_fen, line.amount_fen, 0, 0, 0)
    over = 0
    if line.ceiling_price is not None and line.price > line.ceiling_price:
        over = min(line.amount_fen, line_amount(line.price - line.ceiling_price, line.quantity))
    prior = share_of(line.amount_fen - over, line.prior_ratio) if line.prior_ratio.numerator else 0
    return LineSplit(line.number, line.amount_fen, 0, over, prior, line.amount_fen - over - prior)


def _step(rules: Rules, code: str, parameter: str, **values: int | str | None) -> TraceStep:
    source = rules.sources.get(parameter)
    if source is None:
        return TraceStep(code, values, parameter)
    return TraceStep(code, values, parameter, source.document, source.clause, source.certainty)


def _ratio_of(rules: Rules, ratio: Fraction) -> Fraction:
    if rules.remote_mode is RemoteMode.POINTS:
        return max(Fraction(0), ratio - rules.remote_value)
    if rules.remote_mode is RemoteMode.FACTOR:
        return ratio * rules.remote_value
    return ratio


@dataclass(frozen=True, slots=True)
class _Laddered:
    fund: Fraction
    ratio: Fraction
    steps: tuple[TraceStep, ...]


def _ladder(rules: Rules, used: Accumulated, deductible_fen: int, amount_fen: int) -> _Laddered:
    """The fund's part of what is above the deductible, band by band."""
    fund, left, first = Fraction(0), Fraction(amount_fen), None
    before = (
        0
        if rules.deductible_period is Period.VISIT
        else max(used.in_scope_year_fen, used.deductible_used_fen)
    )
    position = Fraction(before + deductible_fen)
    steps = []
    for band in rules.bands:
        if left <= 0:
            break
        ratio = _ratio_of(rules, band.ratio)
        room = left
        if band.upto_fen is not None:
            reached = position
            if band.basis is Basis.IN_SCOPE_AFTER_DEDUCTIBLE:
                reached = position - deductible_fen - min(before, used.deductible_used_fen)
            if band.basis is Basis.FUND_PAID:
                room = _room_by_fund(band.upto_fen - used.fund_paid_year_fen - fund, ratio, left)
            else:
                room = min(left, max(Fraction(0), band.upto_fen - reached))
        if room <= 0:
            continue
        first = ratio if first is None else first
        fund, left, position = fund + room * ratio, left - room, position + room
        steps.append(
            _step(
                rules,
                "band",
                "outpatient.ratio",
                amount_fen=round_half_up(room),
                ratio_bp=round_half_up(ratio * PERMYRIAD),
                fund_fen=round_half_up(room * ratio),
            )
        )
    return _Laddered(fund, first or Fraction(0), tuple(steps))


def _room_by_fund(left_of_band: Fraction | int, ratio: Fraction, left: Fraction) -> Fraction:
    if left_of_band <= 0:
        return Fraction(0)
    return left if ratio == 0 else min(left, left_of_band * Fraction(ratio.denominator, ratio.numerator))


def _capped(rules: Rules, used: Accumulated, fund_fen: int) -> tuple[int, tuple[TraceStep, ...]]:
    """The smallest room of all caps; the trace names it when it bites."""
    rooms = [
        (cap - paid, name, cap, paid)
        for name, cap, paid in (
            ("visit_fund_cap", rules.visit_fund_cap_fen, 0),
            ("day_fund_cap", rules.day_fund_cap_fen, used.fund_paid_day_fen),
            ("year_fund_cap", rules.year_fund_cap_fen, used.fund_paid_year_fen),
        )
        if cap is not None
    ]
    if not rooms:
        return fund_fen, ()
    room, name, cap, paid = min(rooms)
    room = max(0, room)
    if fund_fen <= room:
        return fund_fen, ()
    step = _step(
        rules,
        "cap",
        f"outpatient.{name}",
        cap=name,
        cap_fen=cap,
        paid_fen=paid,
        room_fen=room,
        before_fen=fund_fen,
    )
    return room, (step,)


@dataclass(frozen=True, slots=True)
class _Totals:
    total: int
    own_expense: int
    over_limit: int
    prior: int
    in_scope: int


def _totals(parts: Sequence[LineSplit]) -> _Totals:
    total = own_expense = over_limit = prior = in_scope = 0
    for part in parts:
        total += part.amount_fen
        own_expense += part.own_expense_fen
        over_limit += part.over_limit_fen
        prior += part.prior_self_pay_fen
        in_scope += part.in_scope_fen
    return _Totals(total, own_expense, over_limit, prior, in_scope)


def in_scope_of(lines: Sequence[FeeLine], rules: Rules) -> int:
    """What is in scope before anything is paid, in fen: what prepaying balances may pay."""
    scope = sum(split_line(line).in_scope_fen for line in lines)
    if rules.remote_mode is RemoteMode.PRIOR_SELF_PAY:
        scope -= share_of(scope, rules.remote_value)
    return scope


def split(lines: Sequence[FeeLine], rules: Rules, used: Accumulated, prepaid_fen: int = 0) -> Split:
    """Divide a bill; ``prepaid_fen`` of the in-scope cost was paid before the deductible and does not fill it."""
    parts = tuple(split_line(line) for line in lines)
    sums = _totals(parts)
    steps = [
        TraceStep(
            "scope",
            {
                "total_fen": sums.total,
                "own_expense_fen": sums.own_expense,
                "over_limit_fen": sums.over_limit,
                "prior_self_pay_fen": sums.prior,
                "in_scope_fen": sums.in_scope,
            },
        )
    ]
    if rules.remote_mode is RemoteMode.PRIOR_SELF_PAY:
        moved = share_of(sums.in_scope, rules.remote_value)
        sums = replace(sums, prior=sums.prior + moved, in_scope=sums.in_scope - moved)
        steps.append(_step(rules, "remote_prior", "remote.adjust", amount_fen=moved))
    elif rules.remote_mode is not RemoteMode.NONE:
        value = round_half_up(rules.remote_value * PERMYRIAD)
        steps.append(_step(rules, "remote", "remote.adjust", mode=rules.remote_mode, value_bp=value))
    if prepaid_fen:
        steps.append(_step(rules, "prepaid", "order.current_year_first", amount_fen=prepaid_fen))
    rest = sums.in_scope - prepaid_fen
    ensure(
        0 <= prepaid_fen <= sums.in_scope,
        "only in-scope cost is paid before the deductible",
        prepaid=prepaid_fen,
    )
    if not rules.fund_pays:
        steps.append(_step(rules, "fund_pays_not", "outpatient.fund_pays"))
        return _result(sums, parts, steps, prepaid_fen, 0, 0, Fraction(0))
    earlier = 0 if rules.deductible_period is Period.VISIT else used.deductible_used_fen
    open_fen = max(0, rules.deductible_fen - earlier)
    deductible = min(open_fen, rest)
    steps.append(
        _step(
            rules,
            "deductible",
            "outpatient.deductible",
            amount_fen=rules.deductible_fen,
            used_fen=earlier,
            now_fen=deductible,
            period=rules.deductible_period,
        )
    )
    laddered = _ladder(rules, used, deductible, rest - deductible)
    fund, caps = _capped(rules, used, round_half_up(laddered.fund))
    steps += [*laddered.steps, *caps, TraceStep("fund", {"fund_fen": fund})]
    return _result(sums, parts, steps, prepaid_fen, deductible, fund, laddered.ratio)


def _result(
    sums: _Totals,
    parts: tuple[LineSplit, ...],
    steps: list[TraceStep],
    prepaid_fen: int,
    deductible_fen: int,
    fund_fen: int,
    ratio: Fraction,
) -> Split:
    personal = {
        UseClass.OVER_LIMIT: sums.over_limit,
        UseClass.CATEGORY_C: sums.own_expense,
        UseClass.PRIOR_SELF_PAY: sums.prior,
        UseClass.DEDUCTIBLE: deductible_fen,
        UseClass.IN_SCOPE_SHARE: sums.in_scope - prepaid_fen - deductible_fen - fund_fen,
    }
    return Split(
        sums.total,
        sums.own_expense,
        sums.over_limit,
        sums.prior,
        sums.in_scope,
        prepaid_fen,
        deductible_fen,
        fund_fen,
        ratio,
        personal,
        parts,
        tuple(steps),
    )


def accumulate(used: Accumulated, divided: Split) -> Accumulated:
    """What is used after this bill."""
    return Accumulated(
        used.deductible_used_fen + divided.deductible_fen,
        used.fund_paid_year_fen + divided.fund_fen,
        used.fund_paid_day_fen + divided.fund_fen,
        used.in_scope_year_fen + divided.in_scope_fen,
    )
