"""Complaints of the bureau with a real database: opened by people or at the window, worked on by staff."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.complaint import queries
from qinji.complaint.model import (
    About,
    Complaint,
    ComplaintKind,
    FreezeKind,
    FreezeWish,
    MeasureKind,
    MeasureState,
    SubjectKind,
)
from qinji.family import queries as family
from qinji.flows import (
    answer_complaint,
    close_complaint,
    decide_measure,
    disown_notice,
    open_complaint,
    propose_measure,
    work_complaint,
)
from qinji.flows.deps import Deps
from qinji.kernel.actor import Channel
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.mutual_aid.model import Grant
from qinji.notice import queries as notices
from qinji.platform.keyed_calls import KeyedCall
from qinji.window.model import Recognised
from tests.bureau import Bureau, signed_in
from tests.simulation.cases import STANDS
from tests.simulation.operations import (
    Close,
    Complain,
    Decide,
    Disown,
    Propose,
    TakeBack,
    Thing,
    WorkOn,
)
from tests.simulation.staffing import actor_of, another_than, second_to

WORDS = "已与机构核对,情况属实"
PAPER = "W-2026-0317"


def render_case(outcome: Complaint | Refused) -> bytes:
    """A case by its id."""
    if isinstance(outcome, Refused):
        return json.dumps({"refused": outcome.code.name}).encode()
    return json.dumps({"case": to_wire(outcome.complaint_id)}).encode()


def render_disowned(outcome: disown_notice.Disowned | Refused) -> bytes:
    """Whether something was stopped; where it stood still the paper bureau says so too."""
    if isinstance(outcome, Refused):
        return json.dumps({"refused": outcome.code.name}).encode()
    return json.dumps({} if outcome.stopped else {"refused": STANDS}).encode()


@dataclass(slots=True)
class ComplaintHands:
    """Does what people and clerks do about what is doubted; ``opened`` is every case as it was opened.

    ``settlement`` is the id on the wire of the settlement of a number, ``code`` the digest of a code, ``look`` the row
    of the trail.
    """

    bureau: Bureau
    call: Callable[[str], KeyedCall[Any]]
    settlement: Callable[[int], str]
    code: Callable[[int], str]
    look: Callable[[int], UUID]
    number: Callable[[UUID], str]
    live_grant: Callable[[UUID, UUID], Awaitable[Grant | None]]
    opened: list[tuple[UUID, UUID]] = field(default_factory=list)

    @property
    def deps(self) -> Deps:
        """What every flow is given."""
        return self.bureau.runtime

    async def do(
        self, asked: Complain | Propose | Decide | Close | Disown | TakeBack | WorkOn
    ) -> bytes | str:
        """One act, and its reply; a refusal's name where there is nothing to ask the flow about."""
        match asked:
            case Complain():
                return await self._complain(asked)
            case Propose():
                return await self._propose(asked)
            case Close():
                return await self._close(asked)
            case Disown():
                return await self._disown(asked)
            case TakeBack():
                return await self._take_back(asked)
            case WorkOn():
                return await self._work(asked)
        return await self._decide(asked)

    def _about(self, thing: Thing) -> About:
        if thing.kind is SubjectKind.LOOK:
            return About(SubjectKind.LOOK, to_wire(self.look(thing.number)))
        if thing.kind is SubjectKind.CODE:
            return About(SubjectKind.CODE, self.code(thing.number))
        kind = SubjectKind.LOOK if thing.as_entry else SubjectKind.SETTLEMENT
        return About(kind, self.settlement(thing.number))

    async def _wishes(self, asked: Complain) -> list[FreezeWish]:
        wishes = [FreezeWish(FreezeKind.GRANT)] if asked.grants else []
        wishes += [FreezeWish(FreezeKind.CODE)] if asked.code else []
        if asked.binding is not None:
            async with self.deps.database.reading() as connection:
                binding = await family.between(connection, *asked.binding)
            assert binding is not None
            wishes.append(FreezeWish(FreezeKind.BINDING, binding.binding_id))
        return wishes

    async def _complain(self, asked: Complain) -> bytes:
        about, wishes = self._about(asked.about), await self._wishes(asked)
        said = open_complaint.Complained(about, ComplaintKind.NOT_MINE, "", wishes, asked.lift)
        call = replace(self.call("complain"), render=render_case)
        if asked.window:
            card = self.bureau.world.person(self.number(asked.person)).card_number
            staff = actor_of(asked.window)
            at_window = open_complaint.OpenAtWindow(call, staff, Recognised.CARD, card, WORDS, PAPER, said)
            reply = await open_complaint.run_at_window(at_window, self.deps)
        else:
            command = open_complaint.OpenComplaint(call, PersonActor(asked.person), Channel.WEB, said)
            reply = await open_complaint.run(command, self.deps)
        case = from_wire(json.loads(reply).get("case", ""))
        if case is not None:
            self.opened.append((asked.person, case))
        return reply

    async def _disown(self, asked: Disown) -> bytes | str:
        """The notice of a bill has the settlement's own id."""
        event = from_wire(self.settlement(asked.settlement))
        assert event is not None
        async with self.deps.database.reading() as connection:
            told = await notices.one(connection, asked.person, event)
        call = replace(self.call("disown"), render=render_disowned)
        command = disown_notice.DisownNotice(call, PersonActor(asked.person), Channel.WEB, event)
        reply = await disown_notice.run(command, self.deps)
        assert told is not None or b"NOT_FOUND" in reply
        return reply

    async def _take_back(self, asked: TakeBack) -> bytes:
        person, case = self.opened[asked.case]
        actor = signed_in(person, self.bureau.clock())
        call = self.call("take back")
        command = answer_complaint.AnswerComplaint(call, actor, Channel.WEB, case, asked.withdraw, asked.lift)
        return await answer_complaint.run(command, self.deps)

    async def _work(self, asked: WorkOn) -> bytes:
        case, clerk = await self._case(asked.case)
        actor = actor_of(clerk if asked.by_clerk else another_than(clerk))
        command = work_complaint.WorkComplaint(
            self.call("work"), actor, case.complaint_id, asked.work, WORDS, asked.to
        )
        return await work_complaint.run(command, self.deps)

    async def _case(self, number: int) -> tuple[Complaint, str]:
        """A case and its clerk."""
        async with self.deps.database.reading() as connection:
            case = await queries.find(connection, self.opened[number][1])
        assert case is not None
        assert case.clerk is not None
        return case, case.clerk

    async def _propose(self, asked: Propose) -> bytes:
        grant = None if asked.between is None else await self.live_grant(*asked.between)
        case, clerk = await self._case(asked.case)
        ending = asked.between is not None
        command = propose_measure.ProposeMeasure(
            self.call("propose"),
            actor_of(clerk),
            case.complaint_id,
            MeasureKind.END_GRANT if ending else MeasureKind.CORRECT,
            WORDS,
            asked.payers,
            None if grant is None else grant.grant_id,
        )
        return await propose_measure.run(command, self.deps)

    async def _decide(self, asked: Decide) -> bytes | str:
        """What waits; or the last measure, where nothing does."""
        case, _ = await self._case(asked.case)
        async with self.deps.database.reading() as connection:
            measures = await queries.measures(connection, case.person_id, case.complaint_id)
        if not measures:
            return RefusalCode.COMPLAINT_STATE.name
        waiting = [one for one in measures if one.state is MeasureState.WAITING]
        measure = (waiting or measures)[-1]
        actor = actor_of(measure.entered_by if asked.same else second_to(measure.entered_by))
        command = decide_measure.DecideMeasure(
            self.call("decide"), actor, measure.measure_id, asked.approve, "" if asked.approve else WORDS
        )
        return await decide_measure.run(command, self.deps)

    async def _close(self, asked: Close) -> bytes:
        case, clerk = await self._case(asked.case)
        command = close_complaint.CloseComplaint(
            self.call("close"), actor_of(clerk), case.complaint_id, asked.outcome, WORDS
        )
        return await close_complaint.run(command, self.deps)
