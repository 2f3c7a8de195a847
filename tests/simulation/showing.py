"""Codes of the paper bureau: who showed whose code until when, where it was scanned, and what ended it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from qinji.credential.model import SessionFacts
from qinji.family.model import Binding
from qinji.flows.parts.code_states import code_usable
from qinji.flows.parts.commands import CredentialKind
from qinji.flows.parts.facts import Presented, WorkingSet
from qinji.insured.model import Person
from qinji.kernel.dates import local_day
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.policy.book import Book
from tests.simulation.booked import DONE
from tests.simulation.operations import Pair, Show


@dataclass(slots=True)
class Shown:
    """One code. ``session`` is what its scan opened; ``void``: it was ended, and so was its session."""

    person: UUID
    by: UUID
    until: datetime
    own_money_only: bool
    session: UUID | None = None
    void: bool = False


@dataclass(slots=True)
class Codes:
    """Every code in the order in which it was shown. ``people`` and ``bindings`` are the bureau's own."""

    facts: WorkingSet
    people: Mapping[UUID, Person]
    bindings: Mapping[Pair, Binding]
    book: Book
    new_id: Callable[[], UUID]
    shown: list[Shown] = field(default_factory=list)
    of_person: dict[UUID, list[int]] = field(default_factory=dict)

    def show(self, asked: Show, now: datetime) -> str:
        """Show a code: one's own, or a member's by the power of a binding."""
        if asked.holder != asked.member:
            binding = self.bindings.get((asked.holder, asked.member))
            if binding is None:
                return RefusalCode.NOT_FOUND.name
            if Power.SHOW_CODE not in binding.powers:
                return RefusalCode.POWER_NOT_GIVEN.name
        unusable = code_usable(self.people[asked.member])
        if unusable is not None:
            return unusable.code.name
        policy = self.book.at(self.people[asked.holder].region, local_day(now))
        assert not isinstance(policy, Refused)
        until = now + timedelta(seconds=policy.family().code_ttl_seconds)
        self.of_person.setdefault(asked.member, []).append(len(self.shown))
        self.shown.append(Shown(asked.member, asked.holder, until, asked.own_money_only))
        return DONE

    def scan(self, number: int, institution: str, now: datetime) -> Presented | str:
        """Scan a code at an institution, for the first time or once more."""
        code, today = self.shown[number], local_day(now)
        session = None if code.session is None else self.facts.sessions[code.person, code.session]
        if session is None and now > code.until:
            return RefusalCode.CODE_EXPIRED.name
        if session is not None and session.institution != institution:
            return RefusalCode.CODE_USED_ELSEWHERE.name
        if code.void:
            return RefusalCode.CODE_VOID.name
        if session is None:
            code.session = self.new_id()
            self.facts.sessions[code.person, code.session] = SessionFacts(
                code.person,
                code.session,
                institution,
                code.by,
                today,
                None,
                voided=False,
                own_money_only=code.own_money_only,
            )
        elif today > session.good_until:
            return RefusalCode.CODE_SESSION_OVER.name
        return Presented(code.person, code.session, CredentialKind.CODE)

    def stop(self, member: UUID, holder: UUID | None = None) -> None:
        """End every code and session of this member that this holder showed; None: whoever showed it."""
        for number in self.of_person.get(member, ()):
            code = self.shown[number]
            if code.void or holder not in (None, code.by):
                continue
            code.void = True
            if code.session is not None:
                place = (member, code.session)
                self.facts.sessions[place] = replace(self.facts.sessions[place], voided=True)

    def paid(self, number: int) -> UUID | None:
        """The settlement that a code's session paid."""
        code = self.shown[number]
        return None if code.session is None else self.facts.sessions[code.person, code.session].consumed_by
