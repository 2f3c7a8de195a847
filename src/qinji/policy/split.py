"""Pure: divide a bill between the funds and the person, in the order of ARCHITECTURE section 3.

A fund's part is rounded once per bill and layer, prior self-pay once per line; everything is exact in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from qinji.kernel.bill import Approval, Category, FeeLine, LayerShare, LineSplit, Split, TraceStep
from qinji.kernel.ensure import ensure
from qinji.kernel.money import line_amount, round_half_up, share_of
from qinji.kernel.purpose import UseClass
from qinji.policy.ladder import Climbed, LayerPaid, Rung, climb, pay_layer
from qinji.policy.model import Accumulated, Layer, Merge, Period, RemoteMode, Rules

PERMYRIAD = 10_000
YEAR_CAP = "year_fund_cap"
LARGE_AMOUNT = "large_amount"
CATASTROPHIC = "catastrophic"
WITHOUT_RATIO = "without_ratio"
AS_FILED = "as_filed"
"""How the trace calls a person who counts as filed because the place asks for no filing."""


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


def _step(rules: Rules, code: str, source_of: str, **values: int | str | None) -> TraceStep:
    source = rules.sources.get(source_of)
    if source is None:
        return TraceStep(code, values, source_of)
    name = source.parameter or source_of
    return TraceStep(code, values, name, source.document, source.clause, source.certainty)


@dataclass(frozen=True, slots=True)
class _Totals:
    total: int
    own_expense: dict[UseClass, int]
    over_limit: int
    prior: int
    in_scope: int
    essential: int

    @property
    def own_expense_fen(self) -> int:
        return sum(self.own_expense.values())


def _totals(lines: Sequence[FeeLine], parts: Sequence[LineSplit]) -> _Totals:
    total = over_limit = prior = in_scope = essential = 0
    own_expense: dict[UseClass, int] = {}
    for line, part in zip(lines, parts, strict=True):
        total += part.amount_fen
        over_limit += part.over_limit_fen
        prior += part.prior_self_pay_fen
        in_scope += part.in_scope_fen
        if line.essential:
            essential += part.in_scope_fen
        if part.own_expense_fen:
            use = line.own_expense_as
            own_expense[use] = own_expense.get(use, 0) + part.own_expense_fen
    return _Totals(total, own_expense, over_limit, prior, in_scope, essential)


def in_scope_of(lines: Sequence[FeeLine], rules: Rules) -> int:
    """What is in scope before anything is paid, in fen: what prepaying balances may pay."""
    scope = sum(split_line(line).in_scope_fen for line in lines)
    if rules.remote_mode is RemoteMode.PRIOR_SELF_PAY:
        scope -= share_of(scope, rules.remote_value)
    return scope


def _scope_step(rules: Rules, sums: _Totals) -> TraceStep:
    return _step(
        rules,
        "scope",
        "catalogue",
        total_fen=sums.total,
        own_expense_fen=sums.own_expense_fen,
        over_limit_fen=sums.over_limit,
        prior_self_pay_fen=sums.prior,
        in_scope_fen=sums.in_scope,
    )


def _away(rules: Rules, sums: _Totals) -> tuple[_Totals, list[TraceStep]]:
    """Step 5, and what the trace says of a bill away from home."""
    told = [_step(rules, "filing_waived", "filing_waived")] if "filing_waived" in rules.sources else []
    if rules.remote_mode is RemoteMode.PRIOR_SELF_PAY:
        moved = share_of(sums.in_scope, rules.remote_value)
        step = _step(rules, "remote_prior", "remote", amount_fen=moved, filing=rules.filing)
        moved_sums = replace(sums, prior=sums.prior + moved, in_scope=sums.in_scope - moved)
        essential = sums.essential - share_of(sums.essential, rules.remote_value)
        return replace(moved_sums, essential=min(essential, moved_sums.in_scope)), [*told, step]
    if rules.remote_mode is not RemoteMode.NONE:
        value = round_half_up(rules.remote_value * PERMYRIAD)
        mode = rules.remote_mode.value
        return sums, [*told, _step(rules, "remote", "remote", mode=mode, value_bp=value, filing=rules.filing)]
    if rules.filing:
        filing = AS_FILED if told else rules.filing
        return sums, [*told, _step(rules, "remote_full", "remote", filing=filing)]
    return sums, told


def _bonus_steps(rules: Rules) -> list[TraceStep]:
    return [
        _step(rules, "bonus", what, kind=what, points_bp=round_half_up(points * PERMYRIAD))
        for what, points in rules.bonuses
    ]


def _deductible(rules: Rules, used: Accumulated, rest_fen: int, essential_fen: int) -> tuple[int, TraceStep]:
    """Step 6: what is still open, from in-scope cost; essential drugs need not fill it where the region has it so."""
    if rules.deductible_period is Period.VISIT:
        earlier = used.deductible_used_stay_fen if rules.stay_continues else 0
    elif rules.deductible_merge is Merge.EACH_LEVEL:
        earlier = used.deductible_used_level_fen
    else:
        earlier = used.deductible_used_fen
    waived = min(essential_fen, rest_fen) if rules.essential_without_deductible else 0
    now = min(max(0, rules.deductible_fen - earlier), rest_fen - waived)
    values: dict[str, int | str | None] = {
        "amount_fen": rules.deductible_fen,
        "used_fen": earlier,
        "now_fen": now,
        "period": rules.deductible_period.value,
    }
    if waived:
        values["waived_fen"] = waived
    if rules.deductible_less_fen:
        values["less_fen"] = rules.deductible_less_fen
    return now, _step(rules, "deductible", "deductible", **values)


def _band_steps(rules: Rules, rungs: Sequence[Rung], code: str, source_of: str) -> list[TraceStep]:
    return [
        _step(
            rules,
            code,
            source_of,
            amount_fen=round_half_up(rung.amount),
            ratio_bp=round_half_up(rung.ratio * PERMYRIAD),
            fund_fen=round_half_up(rung.fund),
        )
        for rung in rungs
    ]


def _capped(rules: Rules, used: Accumulated, fund_fen: int) -> tuple[int, str, tuple[TraceStep, ...]]:
    """Step 9: the smallest room of all caps; its name, and the step that tells it, only when it bites."""
    year = used.fund_paid_year_fen + (used.fund_paid_other_fen if rules.year_fund_cap_shared else 0)
    rooms = [
        (cap - paid, name, cap, paid)
        for name, cap, paid in (
            ("visit_fund_cap", rules.visit_fund_cap_fen, 0),
            ("day_fund_cap", rules.day_fund_cap_fen, used.fund_paid_day_fen),
            ("month_fund_cap", rules.month_fund_cap_fen, used.fund_paid_month_fen),
            (YEAR_CAP, rules.year_fund_cap_fen, year),
        )
        if cap is not None
    ]
    if not rooms:
        return fund_fen, "", ()
    room, name, cap, paid = min(rooms)
    room = max(0, room)
    if fund_fen <= room:
        return fund_fen, "", ()
    values: dict[str, int | str | None] = {
        "cap": name,
        "cap_fen": cap,
        "paid_fen": paid,
        "room_fen": room,
        "before_fen": fund_fen,
    }
    if name == YEAR_CAP and rules.wage_cap is not None:
        wage, factor = rules.wage_cap
        values |= {"wage_fen": wage, "factor_bp": round_half_up(factor * PERMYRIAD)}
    return room, name, (_step(rules, "cap", name, **values),)


def _layer_steps(
    rules: Rules, name: str, layer: Layer, paid: LayerPaid, before_fen: int, base_fen: int
) -> list[TraceStep]:
    head = _step(
        rules,
        "layer",
        f"{name}.threshold" if layer.threshold_fen else f"{name}.bands",
        layer=name,
        threshold_fen=layer.threshold_fen,
        before_fen=before_fen,
        base_fen=base_fen,
        fund_fen=paid.fund_fen,
    )
    steps = [head, *_band_steps(rules, paid.rungs, "layer_band", f"{name}.bands")]
    if paid.fund_fen < paid.uncapped_fen:
        values = {"layer": name, "cap_fen": layer.cap_fen, "room_fen": paid.fund_fen}
        steps.append(_step(rules, "layer_cap", f"{name}.cap", **values, before_fen=paid.uncapped_fen))
    return steps


def _second_layers(
    rules: Rules, used: Accumulated, climbed: Climbed, pooled: int, bitten: str, burden_fen: int
) -> tuple[tuple[LayerShare, ...], list[TraceStep]]:
    """Step 10: 大额 pays of what lies beyond the pool's cap or last band, 大病 of the burden that is then left."""
    shares, steps = list[LayerShare](), list[TraceStep]()
    if rules.large_amount is None and rules.catastrophic is None:
        return (), steps
    beyond = climbed.beyond(pooled) if bitten == YEAR_CAP else round_half_up(climbed.above)
    for name, layer, before, paid_before in (
        (LARGE_AMOUNT, rules.large_amount, used.large_amount_base_fen, used.large_amount_paid_fen),
        (CATASTROPHIC, rules.catastrophic, used.catastrophic_base_fen, used.catastrophic_paid_fen),
    ):
        base = beyond if name == LARGE_AMOUNT else burden_fen
        if layer is None or base == 0:
            continue
        paid = pay_layer(layer, before, base, paid_before)
        shares.append(LayerShare(name, base, paid.fund_fen))
        steps += _layer_steps(rules, name, layer, paid, before, base)
        burden_fen -= paid.fund_fen
    return tuple(shares), steps


def split(lines: Sequence[FeeLine], rules: Rules, used: Accumulated, prepaid_fen: int = 0) -> Split:
    """Divide a bill; ``prepaid_fen`` of the in-scope cost was paid before the deductible and does not fill it."""
    parts = tuple(split_line(line) for line in lines)
    sums = _totals(lines, parts)
    steps = [_scope_step(rules, sums)]
    if "treatment" in rules.sources:
        steps.append(_step(rules, "treatment", "treatment", treatment=rules.treatment))
    sums, away = _away(rules, sums)
    steps += away
    if prepaid_fen:
        steps.append(_step(rules, "prepaid", "prepaid", amount_fen=prepaid_fen))
    rest = sums.in_scope - prepaid_fen
    ensure(
        0 <= prepaid_fen <= sums.in_scope,
        "only in-scope cost is paid before the deductible",
        prepaid=prepaid_fen,
    )
    if not rules.fund_pays:
        silent = not rules.bands and "fund_pays" not in rules.sources
        reason = WITHOUT_RATIO if silent else None
        steps.append(_step(rules, "fund_pays_not", "fund_pays", **({"reason": reason} if reason else {})))
        return _result(sums, parts, steps, _Paid(prepaid_fen))
    deductible, step = _deductible(rules, used, rest, sums.essential)
    climbed = climb(rules, used, deductible, rest - deductible)
    pooled, bitten, caps = _capped(rules, used, round_half_up(climbed.fund))
    steps += [step, *_bonus_steps(rules), *_band_steps(rules, climbed.rungs, "band", "ratio"), *caps]
    layers, told = _second_layers(rules, used, climbed, pooled, bitten, rest - pooled)
    steps += [TraceStep("fund", {"fund_fen": pooled}), *told]
    return _result(sums, parts, steps, _Paid(prepaid_fen, deductible, pooled, climbed.ratio, layers))


@dataclass(frozen=True, slots=True)
class _Paid:
    """What is paid of a bill before the payers in funding order are asked; fen."""

    prepaid: int
    deductible: int = 0
    pooled: int = 0
    ratio: Fraction = Fraction(0)
    layers: tuple[LayerShare, ...] = ()


def _result(sums: _Totals, parts: tuple[LineSplit, ...], steps: list[TraceStep], paid: _Paid) -> Split:
    doubtful = len({step.parameter for step in steps if step.certainty == "unsure"})
    if doubtful:
        steps.append(TraceStep("unverified", {"count": doubtful}))
    burden = sums.in_scope - paid.prepaid - paid.pooled - sum(layer.fund_fen for layer in paid.layers)
    # 大病 may pay back a part of the deductible too: the person bears of it what the burden still holds.
    borne = min(paid.deductible, burden)
    personal = {
        UseClass.OVER_LIMIT: sums.over_limit,
        UseClass.CATEGORY_C: 0,
        **sums.own_expense,
        UseClass.PRIOR_SELF_PAY: sums.prior,
        UseClass.DEDUCTIBLE: borne,
        UseClass.IN_SCOPE_SHARE: burden - borne,
    }
    return Split(
        sums.total,
        sums.own_expense_fen,
        sums.over_limit,
        sums.prior,
        sums.in_scope,
        paid.prepaid,
        paid.deductible,
        paid.pooled,
        paid.ratio,
        personal,
        parts,
        tuple(steps),
        paid.layers,
    )


def accumulate(used: Accumulated, divided: Split) -> Accumulated:
    """What is used after this bill."""
    pooled, deductible = divided.fund_fen, divided.deductible_fen
    base = {layer.name: layer.base_fen for layer in divided.layers}
    paid = {layer.name: layer.fund_fen for layer in divided.layers}
    return replace(
        used,
        deductible_used_fen=used.deductible_used_fen + deductible,
        deductible_used_level_fen=used.deductible_used_level_fen + deductible,
        fund_paid_year_fen=used.fund_paid_year_fen + pooled,
        fund_paid_day_fen=used.fund_paid_day_fen + pooled,
        fund_paid_month_fen=used.fund_paid_month_fen + pooled,
        in_scope_year_fen=used.in_scope_year_fen + divided.in_scope_fen,
        large_amount_base_fen=used.large_amount_base_fen + base.get(LARGE_AMOUNT, 0),
        large_amount_paid_fen=used.large_amount_paid_fen + paid.get(LARGE_AMOUNT, 0),
        catastrophic_base_fen=used.catastrophic_base_fen + base.get(CATASTROPHIC, 0),
        catastrophic_paid_fen=used.catastrophic_paid_fen + paid.get(CATASTROPHIC, 0),
    )
