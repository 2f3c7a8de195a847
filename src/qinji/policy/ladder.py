"""Pure: what a ladder of bands pays of an amount, exact; and the second layers that stand on top of the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from qinji.kernel.money import round_half_up
from qinji.policy.model import Accumulated, Band, Basis, Layer, Period, RemoteMode, Rules

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Rung:
    """A part of the amount that was paid by one band, and what the fund pays of it; exact fen."""

    amount: Fraction
    ratio: Fraction
    fund: Fraction


@dataclass(frozen=True, slots=True)
class Climbed:
    """The rungs of a bill, what they come to, and what lies above the last band."""

    rungs: tuple[Rung, ...]
    fund: Fraction
    above: Fraction

    @property
    def ratio(self) -> Fraction:
        """The first ratio that was used; 0 where none was."""
        return self.rungs[0].ratio if self.rungs else _ZERO

    def beyond(self, paid_fen: int) -> int:
        """What of the amount lies beyond the point at which the fund has paid so many fen, in whole fen."""
        left, reached = Fraction(paid_fen), _ZERO
        for rung in self.rungs:
            if rung.fund <= left:
                left, reached = left - rung.fund, reached + rung.amount
                continue
            reached += left * Fraction(rung.ratio.denominator, rung.ratio.numerator)
            break
        whole = sum((rung.amount for rung in self.rungs), self.above)
        return round_half_up(whole - reached)


def reduced(rules: Rules, ratio: Fraction) -> Fraction:
    """A band's ratio away from home."""
    if rules.remote_mode is RemoteMode.POINTS:
        return max(_ZERO, ratio - rules.remote_value)
    if rules.remote_mode is RemoteMode.FACTOR:
        return ratio * rules.remote_value
    return ratio


def climb(rules: Rules, used: Accumulated, deductible_fen: int, amount_fen: int) -> Climbed:
    """The fund's part of what is above the deductible, band by band.

    Bands of a year begin where the year's earlier bills ended; those of a stay begin anew.
    """
    fund, left = _ZERO, Fraction(amount_fen)
    by_visit = rules.deductible_period is Period.VISIT
    before = 0 if by_visit else max(used.in_scope_year_fen, used.deductible_used_fen)
    before_deductible = 0 if by_visit else min(before, used.deductible_used_fen)
    position = Fraction(before + deductible_fen)
    rungs = []
    for band in rules.bands:
        if left <= 0:
            break
        ratio = reduced(rules, band.ratio)
        room = left
        if band.upto_fen is not None and band.basis is Basis.FUND_PAID:
            room = _room_by_fund(band.upto_fen - used.fund_paid_year_fen - fund, ratio, left)
        elif band.upto_fen is not None:
            after = band.basis is Basis.IN_SCOPE_AFTER_DEDUCTIBLE
            reached = position - deductible_fen - before_deductible if after else position
            room = min(left, max(_ZERO, band.upto_fen - reached))
        if room > 0:
            paid = room * ratio
            rungs.append(Rung(room, ratio, paid))
            fund, left, position = fund + paid, left - room, position + room
    return Climbed(tuple(rungs), fund, left)


def _room_by_fund(left_of_band: Fraction | int, ratio: Fraction, left: Fraction) -> Fraction:
    if left_of_band <= 0:
        return _ZERO
    return left if ratio == 0 else min(left, left_of_band * Fraction(ratio.denominator, ratio.numerator))


@dataclass(frozen=True, slots=True)
class LayerPaid:
    """What a second layer pays of this bill, the parts by band, and what it would pay without its cap."""

    fund_fen: int
    uncapped_fen: int
    rungs: tuple[Rung, ...]


def pay_layer(layer: Layer, before_fen: int, base_fen: int, paid_fen: int) -> LayerPaid:
    """``base_fen`` of this bill on top of ``before_fen`` of the year, of which the layer paid ``paid_fen`` already."""
    rungs = tuple(_layer_rungs(layer, before_fen, before_fen + base_fen))
    uncapped = round_half_up(sum((rung.fund for rung in rungs), _ZERO))
    room = uncapped if layer.cap_fen is None else max(0, layer.cap_fen - paid_fen)
    return LayerPaid(min(uncapped, room), uncapped, rungs)


def _layer_rungs(layer: Layer, before_fen: int, after_fen: int) -> Sequence[Rung]:
    """The part of each band that lies between two points of the year's base and above the threshold."""
    found, lower = [], layer.threshold_fen
    for band in layer.bands:
        upper = after_fen if band.upto_fen is None else _end(layer, band)
        part = min(after_fen, upper) - max(before_fen, lower)
        if part > 0:
            found.append(Rung(Fraction(part), band.ratio, part * band.ratio))
        lower = max(lower, upper)
    return found


def _end(layer: Layer, band: Band) -> int:
    upto = band.upto_fen or 0
    return upto if layer.absolute else layer.threshold_fen + upto
