"""Mutual aid of the paper bureau: grants by the pure rules, wider limits that wait, and what grantors were asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.flows.acts.grants import limits_with
from qinji.flows.parts.caution import Safety
from qinji.flows.parts.confirming import Asking, bill_key, purpose_of, request_to
from qinji.flows.parts.decide import Decided
from qinji.flows.parts.facts import WorkingSet
from qinji.flows.parts.sharing_terms import party_of, terms_of
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger.model import ONLY_POCKET
from qinji.mutual_aid.bounds import changed
from qinji.mutual_aid.model import (
    Answer as Said,
)
from qinji.mutual_aid.model import (
    BillKey,
    Bounds,
    Confirmation,
    Grant,
    GrantState,
    Limits,
    Ties,
    Used,
    Wish,
)
from qinji.mutual_aid.rules import closed, ended, may_answer, may_change, may_grant, may_pause, started
from qinji.policy.book import Book
from tests.simulation.booked import DONE
from tests.simulation.cast import Cast
from tests.simulation.operations import Answer, Change, Give, Pair, Pause, Revoke

SAFETY = Safety(raise_wait=timedelta(hours=24))
"""The settings of the simulated service: wider limits wait for a day."""

NAMES = ("per_use_fen", "per_day_fen", "per_month_fen", "per_year_fen", "floor_fen", "confirm_above_fen")


def named(limits: Limits) -> dict[str, int | None]:
    """Every limit by its name, as a grantor who changes them all names them."""
    return {name: getattr(limits, name) for name in NAMES}


@dataclass(slots=True)
class Grants:
    """What there is of grants. ``ended`` are over; ``requests`` is what grantors were asked, by grant and bill."""

    facts: WorkingSet
    cast: Cast
    book: Book
    new_id: Callable[[], UUID]
    ended: dict[UUID, Grant] = field(default_factory=dict)
    requests: dict[tuple[UUID, BillKey], Confirmation] = field(default_factory=dict)

    @property
    def live(self) -> list[Pair]:
        """(grantor, beneficiary) of grants that are not ended."""
        return [(grant.grantor_id, one) for one, given in self.facts.grants.items() for grant in given]

    @property
    def careful(self) -> list[Pair]:
        """(grantor, beneficiary) of grants that would pay, with a yes of the grantor: nothing else is there."""
        money = self.facts.balances
        return [
            (grant.grantor_id, one)
            for one, given in self.facts.grants.items()
            for grant in given
            if grant.limits.confirm_above_fen is not None
            and grant.state is GrantState.ACTIVE
            and money.get((one, ONLY_POCKET), 0) == 0 < money.get((grant.grantor_id, ONLY_POCKET), 0)
        ]

    def asked(self, now: datetime) -> list[Confirmation]:
        """Requests whose time is not over."""
        return [one for one in self.requests.values() if now < one.until]

    def between(self, grantor: UUID, beneficiary: UUID) -> Grant | None:
        """The grant of these two that is not ended."""
        mine = self.facts.grants.get(beneficiary, [])
        return next((one for one in mine if one.grantor_id == grantor), None)

    def given(self, grantor: UUID) -> list[Grant]:
        """What this grantor gave and is not ended."""
        return [g for grants in self.facts.grants.values() for g in grants if g.grantor_id == grantor]

    def pass_to(self, now: datetime) -> None:
        """It is now: wider limits that have waited long enough are in force, requests may be over."""
        for person, given in self.facts.grants.items():
            if any(one.waiting is not None for one in given):
                self.facts.grants[person] = [one.at(now) for one in given]
        self.requests = {key: one for key, one in self.requests.items() if now < one.until}
        self._answers()

    def _answers(self) -> None:
        good = (Said.GIVEN, Said.REFUSED)
        self.facts.answers = {key: one for key, one in self.requests.items() if one.answer in good}

    def give(self, asked: Give, now: datetime) -> str:
        """A new grant."""
        people = self.facts.persons
        grantor, beneficiary = people[asked.grantor], people[asked.beneficiary]
        today = local_day(now)
        terms = terms_of(self.book, grantor.region, today)
        if isinstance(terms, Refused):
            return terms.code.name
        given = self.given(asked.grantor)
        wish = Wish(
            party_of(grantor, self.book),
            party_of(beneficiary, self.book),
            asked.relation,
            self.cast.kin.get((asked.grantor, asked.beneficiary)),
            Bounds(asked.limits, terms.purposes),
        )
        serving = self.facts.grants
        ties = Ties(
            serving.get(asked.beneficiary, []), serving.get(asked.grantor, []), self.given(asked.beneficiary)
        )
        refusal = may_grant(wish, given, today, terms, ties)
        if refusal is not None:
            return refusal.code.name
        for over in closed([g for g in given if g.person_id == asked.beneficiary], today, now):
            self._put(over)
        received = serving.setdefault(asked.beneficiary, [])
        rank = 1 + max((grant.rank for grant in received), default=0)
        filed = Grant(
            person_id=asked.beneficiary,
            grant_id=self.new_id(),
            grantor_id=asked.grantor,
            relation=asked.relation,
            state=GrantState.FILED,
            rank=rank,
            limits=asked.limits,
            purposes=terms.purposes,
            used=Used(),
            channel=Channel.WEB,
            asked_at=now,
            active_at=None,
            locked_until=None,
            ends_on=None,
            ended_at=None,
        )
        received.append(filed if terms.filing else started(filed, now, today, terms))
        return DONE

    def _put(self, one: Grant) -> None:
        mine = self.facts.grants[one.person_id]
        if one.state is GrantState.ENDED:
            self.facts.grants[one.person_id] = [g for g in mine if g.grant_id != one.grant_id]
            self.ended[one.grant_id] = one
        else:
            self.facts.grants[one.person_id] = [one if g.grant_id == one.grant_id else g for g in mine]

    def revoke(self, asked: Revoke, now: datetime) -> str:
        """One side ends a grant."""
        grant, today = self.between(asked.grantor, asked.beneficiary), local_day(now)
        if grant is None:
            return RefusalCode.NOT_FOUND.name
        terms = terms_of(self.book, self.cast.people[asked.grantor].region, today)
        over = terms if isinstance(terms, Refused) else ended(grant, asked.actor, now, today, terms)
        if isinstance(over, Refused):
            return over.code.name
        self._put(over)
        return DONE

    def pause(self, asked: Pause, now: datetime) -> str:
        """One grant or all of a grantor's are paused, or taken up again."""
        state, today = GrantState.PAUSED if asked.paused else GrantState.ACTIVE, local_day(now)
        if asked.beneficiary is None:
            for grant in self.given(asked.grantor):
                if may_pause(grant, today, pausing=asked.paused) is None:
                    self._put(replace(grant, state=state))
            return DONE
        found = self.between(asked.grantor, asked.beneficiary)
        if found is None:
            return RefusalCode.NOT_FOUND.name
        refusal = may_pause(found, today, pausing=asked.paused)
        if refusal is not None:
            return refusal.code.name
        self._put(replace(found, state=state))
        return DONE

    def change(self, asked: Change, now: datetime) -> str:
        """Other limits: what is widened waits."""
        grant, today = self.between(asked.grantor, asked.beneficiary), local_day(now)
        if grant is None:
            return RefusalCode.NOT_FOUND.name
        terms = terms_of(self.book, self.cast.people[asked.grantor].region, today)
        if isinstance(terms, Refused):
            return terms.code.name
        wanted = replace(grant.wanted, limits=limits_with(grant.wanted.limits, named(asked.limits)))
        refusal = may_change(grant, wanted, today, terms)
        if refusal is not None:
            return refusal.code.name
        self._put(changed(grant, wanted, now, SAFETY.raise_wait))
        return DONE

    def ask(self, shown: Decided, now: datetime) -> None:
        """A preview asks each grantor who would pay more with a yes, once for each bill and amount."""
        settled = shown.settlement
        asking = Asking(settled.person, bill_key(settled), purpose_of(settled.kind), now, SAFETY.confirm)
        for one in shown.unconfirmed:
            known = self.requests.get((one.grant, asking.bill))
            stands = known is not None and (
                known.answer is Said.REFUSED
                or (known.answer in (Said.WAITING, Said.GIVEN) and known.amount_fen == one.amount_fen)
            )
            if not one.refused and not stands:
                self.requests[one.grant, asking.bill] = request_to(one, self.new_id(), asking)
        self._answers()

    def answer(self, asked: Answer, bill: BillKey, now: datetime) -> str:
        """A grantor says yes or no to what they were asked of this bill."""
        grant = self.between(asked.grantor, asked.beneficiary)
        key = None if grant is None else (grant.grant_id, bill)
        known = None if key is None else self.requests.get(key)
        if key is None or known is None:
            return RefusalCode.NOT_FOUND.name
        refusal = may_answer(known, known.amount_fen, now)
        if refusal is not None:
            return refusal.code.name
        said = Said.GIVEN if asked.approve else Said.REFUSED
        self.requests[key] = replace(known, answer=said, answered_at=now, until=now + SAFETY.confirm)
        self._answers()
        return DONE

    def use_up(self, decided: Decided) -> None:
        """Each yes without which an account would have paid less is used once."""
        for one in decided.confirmations:
            known = self.requests[one.grant, one.bill]
            self.requests[one.grant, one.bill] = replace(known, answer=Said.USED, settlement=one.settlement)
        self._answers()

    def give_back(self, person: UUID, grant_id: UUID, day: date, amount_fen: int) -> None:
        """What a grant paid on a day is free again, of ended grants too."""
        over = self.ended.get(grant_id)
        if over is not None:
            self.ended[grant_id] = replace(over, used=over.used.minus(day, amount_fen))
            return
        self.facts.grants[person] = [
            replace(one, used=one.used.minus(day, amount_fen)) if one.grant_id == grant_id else one
            for one in self.facts.grants[person]
        ]
