"""Pure: of which received money a bill's wallet part is, and where it goes when the bill is taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.facts import WorkingSet
from qinji.insured.model import AuditEntry
from qinji.kernel.bill import WALLET_POCKET, Plan
from qinji.kernel.region import city_of
from qinji.ledger.chart import Account
from qinji.ledger.model import ONLY_POCKET, Transfer
from qinji.policy.model import RefundTo
from qinji.settlement.model import Cancellation
from qinji.wallet.model import Part
from qinji.wallet.rules import after, put_back, spend


def with_money(persons: Sequence[UUID], balances: Mapping[UUID, Mapping[int, int]]) -> list[UUID]:
    """Those of them who have money in a wallet."""
    return [one for one in persons if balances.get(one, {}).get(WALLET_POCKET)]


def wallet_parts(facts: WorkingSet, person: UUID, settlement: UUID, paid: Plan) -> tuple[Part, ...]:
    """Which received money this bill takes from the patient's wallet."""
    lots = facts.lots.get(person, []) if paid.wallet_fen else []
    return tuple(spend(lots, person, settlement, paid.wallet_fen))


def carry_parts(facts: WorkingSet, parts: Sequence[Part]) -> None:
    """Carry what a bill took into the working set."""
    for person in {part.person_id for part in parts}:
        facts.lots[person] = after(facts.lots[person], parts)


TIMER, REFUND = "timer:wallet", "refund"
"""Who sends a refund on, and by what right, in the giver's trail."""


class Refunded(Protocol):
    """What is known of a bill that was taken back."""

    @property
    def cancellation(self) -> Cancellation:
        """Its cancellation."""

    @property
    def givers(self) -> list[UUID]:
        """Who got their own money back."""


@dataclass(frozen=True, slots=True)
class Refund:
    """What follows the counter-transfers of a bill: on to whose accounts, and which parts are in the wallet again."""

    transfers: list[Transfer]
    parts: list[Part]

    @property
    def givers(self) -> list[UUID]:
        """Who gets their own money back."""
        return sorted({row.person for row in self.transfers if row.credit is Account.PERSONAL})


def refund_trail(back: Refunded, now: datetime, fresh: Callable[[], UUID]) -> list[AuditEntry]:
    """What each giver reads: money came back. Where the patient had been is not theirs to know."""
    act = back.cancellation.cancellation
    return [
        AuditEntry(giver, fresh(), TIMER, DeedKind.WALLET_REFUND, REFUND, act, now) for giver in back.givers
    ]


def to_source(part: Part, refund_to: RefundTo) -> bool:
    """Whether this money goes on to the account it was sent from; what was sent from a wallet has none."""
    return refund_to is RefundTo.SOURCE and part.giver_id not in (None, part.person_id)


def given_on(spent: Sequence[Part], refund_to: RefundTo) -> Mapping[UUID, int]:
    """What goes on to whose accounts when these are taken back, in fen."""
    found: Counter[UUID] = Counter()
    for part in spent:
        if part.giver_id is not None and to_source(part, refund_to):
            found[part.giver_id] -= part.change_fen
    return found


def refund(
    spent: Sequence[Part],
    refund_to: RefundTo,
    act: UUID,
    first_seq: int,
    region_of: Callable[[UUID], str],
    at: datetime,
) -> Refund:
    """Where the money of a cancelled bill goes after it came back to the wallet that had paid it.

    To its source: on through the clearing account of both books, in the same act, so that each clears to zero.
    """
    rows: list[Transfer] = []
    for part in spent:
        if part.giver_id is not None and to_source(part, refund_to):
            rows += _onward(part, part.giver_id, act, first_seq + len(rows), region_of, at)
    return Refund(rows, put_back([part for part in spent if not to_source(part, refund_to)], act))


def _onward(
    part: Part, giver: UUID, act: UUID, seq: int, region_of: Callable[[UUID], str], at: datetime
) -> list[Transfer]:
    patient, amount_fen = part.person_id, -part.change_fen
    ours, theirs = city_of(region_of(patient)), city_of(region_of(giver))
    clearing = Account.CLEARING_WALLET
    return [
        Transfer(
            patient,
            act,
            seq,
            Account.WALLET,
            clearing,
            amount_fen,
            ours,
            at,
            pocket=WALLET_POCKET,
            other_person=giver,
            other_book=theirs,
        ),
        Transfer(
            giver,
            act,
            seq + 1,
            clearing,
            Account.PERSONAL,
            amount_fen,
            theirs,
            at,
            pocket=ONLY_POCKET,
            other_person=patient,
            other_book=ours,
        ),
    ]
