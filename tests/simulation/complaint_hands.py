"""Complaints of the bureau with a real database: opened by people, worked on by two members of staff, by the flows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
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
from qinji.flows import close_complaint, decide_measure, open_complaint, propose_measure
from qinji.flows.deps import Deps
from qinji.kernel.actor import Channel, StaffActor, StaffRole
from qinji.kernel.refusal import RefusalCode
from qinji.mutual_aid.model import Grant
from qinji.platform.keyed_calls import KeyedCall
from tests.simulation.operations import Close, Complain, Decide, Propose

SECOND = StaffActor("R001", "复核", StaffRole.REVIEWER)
WORDS = "已与机构核对,情况属实"


@dataclass(slots=True)
class ComplaintHands:
    """Does what people and clerks do about bills that are doubted; ``opened`` is every case as it was opened.

    ``settlement`` is the id on the wire of the settlement of a number.
    """

    deps: Deps
    call: Callable[[str], KeyedCall[Any]]
    settlement: Callable[[int], str]
    live_grant: Callable[[UUID, UUID], Awaitable[Grant | None]]
    opened: list[tuple[UUID, UUID]] = field(default_factory=list)

    async def do(self, asked: Complain | Propose | Decide | Close) -> bytes | str:
        """One act, and its reply; a refusal's name where there is nothing to ask the flow about."""
        match asked:
            case Complain(settlement=number):
                return await self._complain(asked, self.settlement(number))
            case Propose():
                return await self._propose(asked)
            case Close():
                return await self._close(asked)
        return await self._decide(asked)

    async def _complain(self, asked: Complain, settlement: str) -> bytes:
        wishes = [FreezeWish(FreezeKind.GRANT)] if asked.grants else []
        wishes += [FreezeWish(FreezeKind.CODE)] if asked.code else []
        about = About(SubjectKind.SETTLEMENT, settlement)
        said = open_complaint.Complained(about, ComplaintKind.NOT_MINE, "", wishes, asked.lift)
        command = open_complaint.OpenComplaint(
            self.call("complain"), PersonActor(asked.person), Channel.WEB, said
        )
        reply = await open_complaint.run(command, self.deps)
        if b"refused" not in reply:
            async with self.deps.database.reading() as connection:
                there = await queries.open_about(connection, asked.person, about)
            assert there is not None
            self.opened.append((asked.person, there.complaint_id))
        return reply

    async def _case(self, number: int) -> tuple[Complaint, StaffActor]:
        """A case and its clerk."""
        async with self.deps.database.reading() as connection:
            case = await queries.find(connection, self.opened[number][1])
        assert case is not None
        assert case.clerk is not None
        return case, StaffActor(case.clerk, "经办")

    async def _propose(self, asked: Propose) -> bytes:
        grant = None if asked.between is None else await self.live_grant(*asked.between)
        case, clerk = await self._case(asked.case)
        ending = asked.between is not None
        command = propose_measure.ProposeMeasure(
            self.call("propose"),
            clerk,
            case.complaint_id,
            MeasureKind.END_GRANT if ending else MeasureKind.CORRECT,
            WORDS,
            asked.payers,
            None if grant is None else grant.grant_id,
        )
        return await propose_measure.run(command, self.deps)

    async def _decide(self, asked: Decide) -> bytes | str:
        """What waits; or the last measure, where nothing does."""
        case, clerk = await self._case(asked.case)
        async with self.deps.database.reading() as connection:
            measures = await queries.measures(connection, case.person_id, case.complaint_id)
        if not measures:
            return RefusalCode.COMPLAINT_STATE.name
        waiting = [one for one in measures if one.state is MeasureState.WAITING]
        measure = (waiting or measures)[-1]
        actor = clerk if asked.same else SECOND
        command = decide_measure.DecideMeasure(
            self.call("decide"), actor, measure.measure_id, asked.approve, "" if asked.approve else WORDS
        )
        return await decide_measure.run(command, self.deps)

    async def _close(self, asked: Close) -> bytes:
        case, clerk = await self._case(asked.case)
        command = close_complaint.CloseComplaint(
            self.call("close"), clerk, case.complaint_id, asked.outcome, WORDS
        )
        return await close_complaint.run(command, self.deps)
