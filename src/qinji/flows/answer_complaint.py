"""异议: whoever opened a case takes it back, or lets what was stopped go on again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from qinji.access.model import PersonActor, Right, actor_text
from qinji.complaint import queries, store
from qinji.complaint.model import Complaint, ComplaintState, FreezeKind, StepKind
from qinji.complaint.rules import may_lift, may_withdraw
from qinji.flows.acts import freezes
from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.acts.cases import add_step, case_of
from qinji.flows.deps import Deps
from qinji.flows.parts.caution import may_widen
from qinji.flows.parts.complaint_trail import trail_row
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class AnswerComplaint:
    """``withdraw`` takes the case back; ``lift`` lets go on what was stopped, with it or by itself."""

    call: KeyedCall[Complaint]
    actor: PersonActor
    channel: Channel
    complaint_id: UUID
    withdraw: bool
    lift: bool


async def run(command: AnswerComplaint, deps: Deps) -> bytes:
    """Take back, or let go on, or both. What was changed by hand since stays as it is, and is told.

    Refused: NOT_FOUND for another's, COMPLAINT_STATE for one that is over, and where nothing is stopped; where a grant
    goes on, what ``caution.may_widen`` names.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _answer(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _answer(command: AnswerComplaint, scene: Scene) -> Complaint | Refused:
    me, by = command.actor.person_id, actor_text(command.actor)
    hand = Hand(me, command.channel, reason="异议", session=command.actor.session)
    seen = await queries.one(scene.connection, me, command.complaint_id)
    if seen is None:
        return refuse(RefusalCode.NOT_FOUND)
    concerned = await freezes.concerned_by(seen.freezes, hand, scene)
    complaint = await case_of(command.complaint_id, scene, sorted(concerned), me)
    if isinstance(complaint, Refused):
        return complaint
    refusal = (may_withdraw(complaint) if command.withdraw else None) or (
        _may_let_go_on(complaint, hand, scene) if command.lift else None
    )
    if refusal is not None:
        return refusal
    goes_on = await freezes.going_on(complaint.freezes, hand, scene) if command.lift else None
    after = complaint
    if command.withdraw:
        after = replace(after, state=ComplaintState.WITHDRAWN, ended_by=by, ended_at=scene.now)
    if goes_on is not None:
        after = replace(after, lifted_at=scene.now)
        for decision in goes_on.decisions:
            await decision.record()
        await add_step(after, StepKind.LIFTED, by, goes_on.words, scene)
    await store.change(scene.connection, after)
    if command.withdraw:
        await add_step(after, StepKind.WITHDRAWN, by, "", scene)
        deed, basis = DeedKind.COMPLAINT_WITHDRAW, Right.OWN
        row = trail_row(after, deed, by, basis, scene.new_id(), scene.now)
        await keep_trail(scene.connection, [row], (), scene.deps)
    return after


def _may_let_go_on(complaint: Complaint, hand: Hand, scene: Scene) -> Refused | None:
    stops_money = any(freeze.kind is FreezeKind.GRANT for freeze in complaint.freezes)
    return may_lift(complaint) or (may_widen(hand, scene.deps.safety, scene.now) if stops_money else None)
