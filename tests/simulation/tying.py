"""Bindings of the paper bureau: asked for and confirmed, ended, and what the holder may do by each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qinji.family.model import DEFAULT_POWERS, Binding, BindingState, Route, Terms, Wish
from qinji.family.rules import may_bind
from qinji.kernel.actor import Channel
from qinji.kernel.dates import age_on, local_day
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.policy.book import Book
from tests.simulation.booked import DONE
from tests.simulation.cast import Cast
from tests.simulation.operations import Bind, Empower, Pair, Unbind


@dataclass(slots=True)
class Ties:
    """What there is of bindings, by (holder, member). ``stop`` ends what a holder showed of a member."""

    cast: Cast
    book: Book
    new_id: Callable[[], UUID]
    bindings: dict[Pair, Binding]
    stop: Callable[[UUID, UUID | None], None]

    def do(self, asked: Bind | Unbind | Empower, now: datetime) -> str:
        """One act."""
        match asked:
            case Bind():
                return self.bind(asked, now)
            case Empower():
                return self.empower(asked, now)
        return self.unbind(asked)

    def _terms(self, holder: UUID, now: datetime) -> Terms:
        policy = self.book.at(self.cast.people[holder].region, local_day(now))
        assert not isinstance(policy, Refused)
        return Terms.of(policy.family())

    def of_age(self, holder: UUID, member: UUID, now: datetime) -> bool:
        """Whether the member speaks for themself."""
        age = age_on(self.cast.people[member].birth, local_day(now))
        return age >= self._terms(holder, now).consent_age

    def bind(self, asked: Bind, now: datetime) -> str:
        """A holder asks, and the member says yes at once."""
        terms = self._terms(asked.holder, now)
        age = age_on(self.cast.people[asked.member].birth, local_day(now))
        wish = Wish(
            asked.holder,
            asked.member,
            asked.relation,
            self.cast.kin.get((asked.holder, asked.member)),
            age,
            Route.MEMBER if age >= terms.consent_age else Route.WINDOW,
            DEFAULT_POWERS & terms.powers,
            None,
        )
        of_holder = [one for (who, _), one in self.bindings.items() if who == asked.holder]
        of_member = [one for (_, who), one in self.bindings.items() if who == asked.member]
        refusal = may_bind(wish, of_holder, of_member, terms)
        if refusal is not None:
            return refusal.code.name
        self.bindings[asked.holder, asked.member] = Binding(
            person_id=asked.member,
            binding_id=self.new_id(),
            holder_id=asked.holder,
            relation=asked.relation,
            state=BindingState.ACTIVE,
            powers=wish.powers,
            route=wish.route,
            channel=Channel.WEB,
            evidence_reference=None,
            evidence_hash=None,
            promised_day=None,
            entered_by=None,
            decided_by=None,
            reason=None,
            requested_at=now,
            active_at=now,
            ended_at=None,
        )
        return DONE

    def unbind(self, asked: Unbind) -> str:
        """One of the two ends it."""
        if self.bindings.pop((asked.holder, asked.member), None) is None:
            return RefusalCode.NOT_FOUND.name
        self.stop(asked.member, asked.holder)
        return DONE

    def empower(self, asked: Empower, now: datetime) -> str:
        """The holder may only give powers up, and so may a child."""
        pair = asked.holder, asked.member
        known = self.bindings.get(pair)
        if known is None:
            return RefusalCode.NOT_FOUND.name
        if not asked.powers:
            return RefusalCode.REQUEST_INVALID.name
        grows = bool(asked.powers - known.powers)
        if grows and (asked.actor != asked.member or not self.of_age(*pair, now)):
            return RefusalCode.NOT_ALLOWED.name
        self.bindings[pair] = replace(known, powers=asked.powers)
        if Power.SHOW_CODE not in asked.powers:
            self.stop(asked.member, asked.holder)
        return DONE

    def silence(self, pair: Pair) -> None:
        """The holder may not show the member's code from now on; all else stays."""
        known = self.bindings[pair]
        self.bindings[pair] = replace(known, powers=known.powers - {Power.SHOW_CODE})
        self.stop(pair[1], pair[0])

    def heard_again(self, binding: UUID, person: UUID, now: datetime) -> None:
        """The holder may show it again, where the binding is in force and its member, of age, is who had it stopped."""
        for pair, known in self.bindings.items():
            if known.binding_id == binding and person == pair[1] and self.of_age(*pair, now):
                self.bindings[pair] = replace(known, powers=known.powers | {Power.SHOW_CODE})
