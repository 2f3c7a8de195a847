"""不是我: one act stops at once what a notice is about; what became of it is asked afterwards, never before."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor, Right
from qinji.flows.acts import codes, freezes, grants
from qinji.flows.acts.act import Act, Decision, Scene, keep_trail
from qinji.flows.deps import Deps
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.telling import About, told_of
from qinji.insured.model import AuditEntry, CodeState
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.notice import queries, store
from qinji.notice.model import Notice, Remedy
from qinji.notice.rules import may_disown, remedy_of
from qinji.platform.database import lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call

REASON = "对通知说“不是我”"


@dataclass(frozen=True, slots=True)
class DisownNotice:
    """Whose notice, and which."""

    call: KeyedCall[Disowned]
    actor: PersonActor
    channel: Channel
    event_id: UUID


@dataclass(frozen=True, slots=True)
class Disowned:
    """What was stopped; ``stopped`` False where it stood still already. ``subject_id`` is the grant that was paused."""

    remedy: Remedy
    stopped: bool
    subject_id: UUID | None


async def run(command: DisownNotice, deps: Deps) -> bytes:
    """Stop what the notice is about, in one transaction, and tell whoever is on the other side of it.

    What stands still already is left so; saying it twice stops nothing twice. Refused: NOT_FOUND for anybody else's
    notice, and for one about nothing that could be stopped.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _disown(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


def _act(notice: Notice) -> Act[object]:
    if remedy_of(notice) is Remedy.PAUSE_GRANT and notice.subject_id is not None:
        return grants.ChangeGrant(notice.subject_id, {}, None, paused=True)
    return codes.SetCodeState(CodeState.FROZEN)


async def _disown(command: DisownNotice, scene: Scene) -> Disowned | Refused:
    me = command.actor.person_id
    notice = await queries.one(scene.connection, me, command.event_id)
    refusal = may_disown(notice)
    if refusal is not None or notice is None:
        return refusal or refuse(RefusalCode.NOT_FOUND)
    hand = Hand(me, command.channel, reason=REASON)
    act = _act(notice)
    concerned = await act.concerned(hand, scene)
    await lock_persons(scene.connection, [me, *([] if isinstance(concerned, Refused) else concerned)])
    again = await queries.one(scene.connection, me, command.event_id)
    decision = concerned if isinstance(concerned, Refused) else await act.decide(hand, scene)
    # A grant that is over or paused pays nothing; a code that stands still is shown by nobody, and a lost one stays so.
    stands = remedy_of(notice) is Remedy.FREEZE_CODE and await freezes.code_stands(me, scene)
    stopped = isinstance(decision, Decision) and bool(decision.tell().changes) and not stands
    if isinstance(decision, Decision) and stopped:
        await decision.record()
    if again is not None and again.disowned_at is None:
        await store.disown(scene.connection, me, notice.event_id, scene.now)
        await _tell(notice, scene)
    return Disowned(remedy_of(notice), stopped, notice.subject_id)


async def _tell(notice: Notice, scene: Scene) -> None:
    """In one's own trail, and to the other side of what was stopped."""
    told_by_the_act = remedy_of(notice) is Remedy.PAUSE_GRANT
    sides = {notice.person_id, *([] if told_by_the_act or notice.other_id is None else [notice.other_id])}
    rows = [
        AuditEntry(
            side,
            scene.new_id(),
            f"person:{notice.person_id}",
            DeedKind.NOTICE_DISOWN,
            Right.OWN,
            notice.event_id,
            scene.now,
        )
        for side in sorted(sides)
    ]
    await keep_trail(scene.connection, rows, told_of(rows, About(notice.person_id)), scene.deps)
