"""What somebody of the bureau says about a file: entered, approved by another, refused, withdrawn, stopped, gone on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action
from qinji.bulk import queries, store
from qinji.bulk.model import BulkFile, FileAct, FileKind, FileState, Tally
from qinji.bulk.rules import (
    may_check_again,
    may_decide,
    may_end,
    may_enter,
    may_go_on,
    may_stop,
    may_withdraw,
)
from qinji.flows.acts import clawing
from qinji.flows.acts.act import Scene
from qinji.flows.acts.concluding import conclude
from qinji.flows.deps import Deps
from qinji.flows.parts.bulk_rows import clawback_file
from qinji.kernel.actor import StaffActor
from qinji.kernel.reasons import sound_reason
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import store as ledger
from qinji.ledger.model import ClawbackState
from qinji.platform.database import StartAgain
from qinji.platform.keyed_calls import KeyedCall, answer_call


class FileVerdict(StrEnum):
    """What may be said about a file."""

    ENTER = "enter"
    CHECK_AGAIN = "check_again"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REFUSE = "refuse"
    STOP = "stop"
    GO_ON = "go_on"
    END = "end"


@dataclass(frozen=True, slots=True)
class DecideFile:
    """``reason`` is needed to enter and to refuse; of a file that takes money back the people concerned read it."""

    call: KeyedCall[BulkFile]
    actor: StaffActor
    file_id: UUID
    verdict: FileVerdict
    reason: str = ""


async def run(command: DecideFile, deps: Deps) -> bytes:
    """Change where a file stands, in one transaction; what follows the service does part by part.

    Refused: NOT_ALLOWED for a cashier, and for what only who brought it may do; NOT_FOUND; SAME_CLERK for approving
    one's own; BULK_STATE for what does not fit its state; REQUEST_INVALID for a reason that says nothing;
    CLAWBACK_STATE where of the same credits a round waits or was carried out.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _decide(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _decide(command: DecideFile, scene: Scene) -> BulkFile | Refused:
    basis = office(command.actor, Action.HANDLE_FILES)
    if isinstance(basis, Refused):
        return basis
    file = await queries.find(scene.connection, command.file_id)
    if file is None:
        return refuse(RefusalCode.NOT_FOUND)
    decided = await _decided(command, file, scene)
    if isinstance(decided, Refused):
        return decided
    decided = replace(decided, moved_at=scene.now, fault=None)
    if not await store.change(scene.connection, file, decided):
        raise StartAgain
    said = FileAct(file.file_id, scene.new_id(), command.actor.staff_id, command.verdict.value, scene.now)
    await store.keep_act(scene.connection, said)
    if decided.finished_at is not None:
        await conclude(decided, scene)
    return decided


async def _decided(command: DecideFile, file: BulkFile, scene: Scene) -> BulkFile | Refused:
    staff = command.actor.staff_id
    if command.verdict is FileVerdict.ENTER:
        return await _enter(command, file, scene)
    if command.verdict in (FileVerdict.APPROVE, FileVerdict.REFUSE):
        return await _second(command, file, scene)
    if command.verdict is FileVerdict.CHECK_AGAIN:
        again = replace(file, state=FileState.CHECKING, next_part=0, checked=Tally())
        return may_check_again(file, staff) or again
    if command.verdict is FileVerdict.WITHDRAW:
        gone = replace(file, state=FileState.WITHDRAWN, finished_at=scene.now)
        return may_withdraw(file, staff) or gone
    if command.verdict is FileVerdict.STOP:
        return may_stop(file) or replace(file, state=FileState.STOPPED)
    if command.verdict is FileVerdict.GO_ON:
        return may_go_on(file, staff) or replace(file, state=FileState.RUNNING)
    return may_end(file) or replace(file, state=FileState.ENDED, finished_at=scene.now)


async def _enter(command: DecideFile, file: BulkFile, scene: Scene) -> BulkFile | Refused:
    refusal = may_enter(file, command.actor.staff_id, command.reason)
    if refusal is not None:
        return refusal
    entered = replace(file, state=FileState.WAITING, reason=command.reason.strip(), entered_at=scene.now)
    if file.kind is FileKind.CLAW_BACK:
        wanted = await clawing.next_round(_wanted(entered), scene)
        if isinstance(wanted, Refused):
            return wanted
    return entered


async def _second(command: DecideFile, file: BulkFile, scene: Scene) -> BulkFile | Refused:
    approved, staff = command.verdict is FileVerdict.APPROVE, command.actor.staff_id
    refusal = may_decide(file, staff)
    if refusal is None and not (approved and not command.reason.strip()):
        refusal = sound_reason(command.reason)
    if refusal is not None:
        return refusal
    decided = replace(
        file, decided_by=staff, decided_at=scene.now, decision_reason=command.reason.strip() or None
    )
    if not approved:
        return replace(decided, state=FileState.REFUSED, finished_at=scene.now)
    begun = replace(decided, state=FileState.RUNNING, next_part=0, carried=Tally())
    if file.kind is not FileKind.CLAW_BACK:
        return begun
    made = await _approve_round(decided, scene)
    return made if isinstance(made, Refused) else replace(begun, round=made)


def _wanted(file: BulkFile) -> clawing.Wanted:
    return clawing.Wanted(clawback_file(file), file.reason or "", file.brought_by, file.terms.again)


async def _approve_round(file: BulkFile, scene: Scene) -> int | Refused:
    """The round of the ledger is made and approved at once, by the same two (decision 0040); its number."""
    new = await clawing.next_round(_wanted(file), scene)
    if isinstance(new, Refused):
        return new
    await ledger.enter_clawback(scene.connection, replace(new, entered_at=file.entered_at or scene.now))
    approved = replace(
        new, state=ClawbackState.APPROVED, decided_by=file.decided_by, decided_at=file.decided_at
    )
    if not await ledger.decide_clawback(scene.connection, approved):
        raise StartAgain
    return new.round
