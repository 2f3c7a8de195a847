"""What each grant paid, counted a second way: from what was settled, ordered and given back, never by the rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from qinji.kernel.purpose import Purpose
from qinji.kernel.refusal import Refused
from qinji.ledger.chart import Account
from qinji.ledger.model import ONLY_POCKET, Transfer
from qinji.mutual_aid.model import Grant, GrantState, Limits
from qinji.policy.model import SharingTerms
from qinji.premium.model import Said
from tests.simulation.bounding import Bounding, insist, periods
from tests.simulation.operations import Order, Say
from tests.simulation.paper import Paper


@dataclass(slots=True)
class Lending:
    """What each grant paid by day, month and year, in fen, less what was given back of them."""

    paper: Paper
    spent: Counter[tuple[UUID, str]] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def lend(self, grant: Grant, amount_fen: int, before_fen: int, limits: Limits) -> SharingTerms:
        """I7: a live grant, in its limits today, this month and year, above its floor; what its region says."""
        today = self.paper.today
        insist(grant.state is GrantState.ACTIVE, "I7 a live grant", grant=grant)
        insist(grant.ends_on is None or today < grant.ends_on, "I7 not past its last day")
        policy = self.paper.book.at(self.paper.cast.people[grant.grantor_id].region, today)
        assert not isinstance(policy, Refused), "I7 a region with policy"
        sharing = policy.sharing()
        insist(grant.relation in sharing.relations, "I7 a relation of the grantor's region", grant=grant)
        for limit, name in zip(
            (limits.per_day_fen, limits.per_month_fen, limits.per_year_fen), periods(today), strict=True
        ):
            self.spent[grant.grant_id, name] += amount_fen
            insist(limit is None or self.spent[grant.grant_id, name] <= limit, "I7 limits", period=name)
        insist(limits.per_use_fen is None or amount_fen <= limits.per_use_fen, "I7 limit per use")
        left = before_fen - amount_fen
        insist(left >= max(limits.floor_fen, sharing.retained_balance_fen), "I7 the floor stays", left=left)
        return sharing

    def give_back(self, grant: UUID, day: date, amount_fen: int) -> None:
        """What was paid on a day is free again."""
        for name in periods(day):
            self.spent[grant, name] -= amount_fen

    def ordered(self, asked: Order, grants: tuple[Grant, ...], before_fen: int, bounding: Bounding) -> None:
        """A relative's account pays a premium whole, by this grant's bounds, and no other."""
        order = self.paper.premiums.orders[-1]
        grant = next(one for one in grants if one.grantor_id == asked.grantor)
        insist(asked.orderer in {grant.grantor_id, asked.person}, "I7 who names a grant", order=order)
        paid = (order.payer_id, order.grant_id, order.account_fen)
        insist(paid == (grant.grantor_id, grant.grant_id, order.amount_fen), "I7 whose grant", order=order)
        by_grantor = asked.orderer == grant.grantor_id
        limits = bounding.ordering(grant, order.amount_fen, self.paper.now, by_grantor=by_grantor)
        sharing = self.lend(grant, order.amount_fen, before_fen, limits)
        allowed = Purpose.RESIDENT_PREMIUM in sharing.purposes & grant.purposes
        insist(allowed, "I7 a premium is what the grant is for", grant=grant)
        self.seen["premium ordered by a grant"] += 1

    def said(self, asked: Say, touched: list[Transfer]) -> None:
        """I11: what was not paid in the end is in the account and in the grant again."""
        order = self.paper.premiums.orders[asked.order]
        if order.grant_id is None or asked.said not in {Said.REFUSED, Said.REFUNDED}:
            return
        back = sum(
            row.amount_fen
            for row in touched
            if (row.person, row.credit, row.pocket) == (order.payer_id, Account.PERSONAL, ONLY_POCKET)
        )
        insist(back == order.account_fen, "I11 a premium to whom it came from", back=back, order=order)
        self.give_back(order.grant_id, order.day, order.account_fen)
        self.seen[f"premium of a grant {asked.said}"] += 1
