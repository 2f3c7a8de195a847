"""What a complaint or a 不是我 stops on paper, and what of it goes on again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qinji.insured.model import CodeState, Person
from qinji.kernel.dates import local_day
from qinji.kernel.purpose import Power
from qinji.mutual_aid.model import Grant, GrantState
from tests.simulation.granting import Grants
from tests.simulation.operations import Complain
from tests.simulation.tying import Ties

STOPPED = (CodeState.FROZEN, CodeState.LOST)


@dataclass(frozen=True, slots=True)
class Stop:
    """What was stopped: grants, whether one's own code, and a binding, each by its id."""

    grants: tuple[UUID, ...] = ()
    code: bool = False
    binding: UUID | None = None

    @property
    def anything(self) -> bool:
        """Whether there is something that could go on again."""
        return bool(self.grants) or self.code or self.binding is not None


@dataclass(slots=True)
class Stops:
    """Stops things and lets them go on; ``people``, ``grants`` and ``ties`` are the bureau's own."""

    people: dict[UUID, Person]
    grants: Grants
    ties: Ties
    end_codes: Callable[[UUID, UUID | None], None]

    def stop(self, asked: Complain, now: datetime) -> Stop:
        """Everything that is named and runs; what stands still stays as it is."""
        paused = [one for one in self._running(asked.person, now) if asked.grants]
        for grant in paused:
            self._become(grant, GrantState.PAUSED)
        code = asked.code and self.freeze(asked.person)
        known = None if asked.binding is None else self.ties.bindings[asked.binding]
        silenced = known is not None and Power.SHOW_CODE in known.powers
        if silenced and asked.binding is not None:
            self.ties.silence(asked.binding)
        return Stop(
            tuple(one.grant_id for one in paused),
            code,
            known.binding_id if known is not None and silenced else None,
        )

    def freeze(self, person: UUID) -> bool:
        """Freeze somebody's code; False where it stands still."""
        known = self.people[person]
        if known.code_state in STOPPED:
            return False
        self.people[person] = replace(known, code_state=CodeState.FROZEN)
        self.end_codes(person, None)
        return True

    def pause(self, grantor: UUID, grant: UUID, now: datetime) -> bool:
        """Pause one grant; False where it pays nothing anyway."""
        running = [one for one in self._running(grantor, now) if one.grant_id == grant]
        for one in running:
            self._become(one, GrantState.PAUSED)
        return bool(running)

    def go_on(self, person: UUID, stop: Stop, now: datetime) -> None:
        """What was stopped goes on, but for what was changed by hand since."""
        today = local_day(now)
        for grant in self.grants.given(person):
            runs = grant.ends_on is None or today < grant.ends_on
            if grant.grant_id in stop.grants and grant.state is GrantState.PAUSED and runs:
                self._become(grant, GrantState.ACTIVE)
        known = self.people[person]
        if stop.code and known.code_state is CodeState.FROZEN:
            self.people[person] = replace(known, code_state=CodeState.ACTIVE)
        if stop.binding is not None:
            self.ties.heard_again(stop.binding, person, now)

    def _running(self, grantor: UUID, now: datetime) -> list[Grant]:
        today = local_day(now)
        return [
            one
            for one in self.grants.given(grantor)
            if one.state is GrantState.ACTIVE and (one.ends_on is None or today < one.ends_on)
        ]

    def _become(self, grant: Grant, state: GrantState) -> None:
        mine = self.grants.facts.grants[grant.person_id]
        self.grants.facts.grants[grant.person_id] = [
            replace(one, state=state) if one.grant_id == grant.grant_id else one for one in mine
        ]
