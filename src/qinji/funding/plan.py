"""Pure: who pays how much of the personal part.

Payers come in funding order; each pays as much as it may, first the classes that fewest of the later payers may pay,
and among equals in the order over limit, category C, prior self-pay, deductible, in-scope share. Where a payer finds
only classes that it may not pay, an earlier one changes class with it, never its amount. So own money pays first what
nobody else may pay, and cash is least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from qinji.funding.model import Payer
from qinji.kernel.bill import WALLET, WALLET_POCKET, Plan, Share, TraceStep
from qinji.kernel.ensure import ensure
from qinji.kernel.purpose import UseClass

_ORDER = list(UseClass)
Parts = dict[UseClass, int]


@lru_cache(maxsize=1024)
def _in_list_order(pays: frozenset[UseClass]) -> tuple[UseClass, ...]:
    return tuple(sorted(pays, key=_ORDER.index))


@lru_cache(maxsize=1024)
def _classes(pays: frozenset[UseClass], later: tuple[frozenset[UseClass], ...]) -> tuple[UseClass, ...]:
    """The classes in the order in which they are paid; ``later`` is what each later payer with room may pay."""

    def rivals(use: UseClass) -> int:
        return sum(1 for others in later if use in others)

    return tuple(sorted(pays, key=lambda use: (rivals(use), _ORDER.index(use))))


def _take(paid: Parts, open_parts: Parts, use: UseClass, amount_fen: int) -> None:
    paid[use] = paid.get(use, 0) + amount_fen
    open_parts[use] -= amount_fen


def _pay_directly(
    payer: Payer, room: int, rivals: tuple[frozenset[UseClass], ...], open_parts: Parts
) -> Parts:
    """What the payer pays of the open parts within its room; ``rivals`` is what later payers with room may pay."""
    paid = Parts()
    if room == 0:
        return paid
    for use in _classes(payer.pays, rivals):
        amount = min(room, open_parts[use])
        if amount > 0:
            _take(paid, open_parts, use, amount)
            room -= amount
    return paid


def _path(
    payer: Payer, open_parts: Parts, earlier: Sequence[tuple[Payer, Parts]]
) -> list[tuple[int, UseClass, UseClass]] | None:
    """Changes of class, by place of the earlier payer, that open a class this payer may pay; None when none do."""
    came_by: dict[UseClass, tuple[int, UseClass, UseClass]] = {}
    waiting = list(_in_list_order(payer.pays))
    seen = set(waiting)
    while waiting:
        wanted = waiting.pop(0)
        for place, (other, paid) in enumerate(earlier):
            for use in _in_list_order(other.pays - seen) if paid.get(wanted, 0) else ():
                came_by[use] = (place, wanted, use)
                seen.add(use)
                waiting.append(use)
                if open_parts[use] > 0:
                    return _back(use, came_by)
    return None


def _back(
    use: UseClass, came_by: Mapping[UseClass, tuple[int, UseClass, UseClass]]
) -> list[tuple[int, UseClass, UseClass]]:
    steps: list[tuple[int, UseClass, UseClass]] = []
    while use in came_by:
        steps.append(came_by[use])
        use = came_by[use][1]
    return steps


def _pay_by_exchange(
    payer: Payer, room: int, paid: Parts, open_parts: Parts, earlier: Sequence[tuple[Payer, Parts]]
) -> None:
    """Use room that is left by letting earlier payers pay other classes instead; their amounts stay."""
    while room > 0 and (path := _path(payer, open_parts, earlier)) is not None:
        amount = min(room, open_parts[path[0][2]], *(earlier[place][1][old] for place, old, _ in path))
        for place, old, new in path:
            earlier[place][1][old] -= amount
            open_parts[old] += amount
            _take(earlier[place][1], open_parts, new, amount)
        _take(paid, open_parts, path[-1][1], amount)
        room -= amount


def _step(payer: Payer, paid_fen: int, reason: str) -> TraceStep:
    per_use, day, month, year = payer.limits
    above = payer.confirm_above_fen
    asked = {} if above is None else {"confirm_above_fen": above, "confirmed_fen": payer.confirmed_fen}
    return TraceStep(
        "paid" if paid_fen else "not_paid",
        {
            "kind": WALLET if payer.pocket == WALLET_POCKET else payer.kind,
            "name": payer.name,
            "relation": payer.relation,
            "grant": payer.grant,
            "amount_fen": paid_fen,
            "balance_fen": payer.balance_fen,
            "floor_fen": payer.floor_fen,
            "per_use_fen": per_use,
            "day_left_fen": day,
            "month_left_fen": month,
            "year_left_fen": year,
            "reason": reason,
            **asked,
        },
        _by_which_parameter(payer),
        payer.document,
        payer.clause,
    )


def _by_which_parameter(payer: Payer) -> str:
    if payer.grant:
        return "mutual_aid.relations"
    return "wallet.purposes" if payer.pocket == WALLET_POCKET else "account.own_pays"


def _why_nothing(payer: Payer, room: int, open_fen: int) -> str:
    if payer.skip_reason:
        return payer.skip_reason
    if open_fen == 0:
        return "nothing_left"
    if room == 0:
        if payer.balance_fen <= payer.floor_fen:
            return "no_balance"
        return "not_confirmed" if payer.confirm_room_fen == 0 else "limit_reached"
    return "class_not_allowed"


def plan(personal: Mapping[UseClass, int], payers: Sequence[Payer]) -> Plan:
    """Shares in funding order and the rest in cash; parts add up to the personal part."""
    open_parts = {use: personal.get(use, 0) for use in _ORDER}
    paying: list[tuple[Payer, Parts]] = []
    amounts: list[int] = []
    steps = []
    left = sum(open_parts.values())
    rooms = [payer.room_fen for payer in payers]
    for place, (payer, room) in enumerate(zip(payers, rooms, strict=True)):
        rivals = tuple(
            other.pays for other, its in zip(payers[place + 1 :], rooms[place + 1 :], strict=True) if its
        )
        paid = _pay_directly(payer, room, rivals, open_parts) if left else Parts()
        amount = sum(paid.values())
        if paying and room > amount and left > amount:
            _pay_by_exchange(payer, room - amount, paid, open_parts, paying)
            amount = sum(paid.values())
        paying.append((payer, paid))
        amounts.append(amount)
        steps.append(_step(payer, amount, "" if amount else _why_nothing(payer, room, left)))
        left -= amount
    shares = tuple(
        Share(payer.kind, payer.person, payer.pocket, amount, _in_order(paid), payer.grant)
        for (payer, paid), amount in zip(paying, amounts, strict=True)
        if amount
    )
    cash = sum(open_parts.values())
    ensure(
        cash == left and cash + sum(amounts) == sum(personal.values()),
        "the parts of a plan add up to the personal part",
    )
    steps.append(TraceStep("cash", {"amount_fen": cash}))
    return Plan(shares, cash, tuple(steps))


def _in_order(paid: Parts) -> Parts:
    return {use: paid[use] for use in _ORDER if paid.get(use, 0)}
