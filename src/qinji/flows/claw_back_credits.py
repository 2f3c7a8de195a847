"""Take back what a crediting file booked too much (多划扣回): entered by one, approved by another, some rows at a time.

What a row has taken is a line of its claim and round, so that a file may be run again after a stop, or by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qinji.access.authorize import office
from qinji.access.model import Action
from qinji.flows.acts import clawing
from qinji.flows.acts.act import Scene
from qinji.flows.deps import Deps
from qinji.flows.parts.clawing import ClawbackFile, Clawed, ClawRow
from qinji.kernel.actor import StaffActor
from qinji.kernel.reasons import sound_reason
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger import store
from qinji.ledger.model import Clawback, ClawbackState
from qinji.platform.database import StartAgain

ROWS_MAX = 1000
"""Rows of one transaction: so long a settlement of one of these persons waits, a fraction of a second."""


@dataclass(frozen=True, slots=True)
class EnterClawback:
    """Somebody asks for it, with the reason that whom it is taken from will read.

    ``again``: for what the round before did not get.
    """

    actor: StaffActor
    file: ClawbackFile
    reason: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class DecideClawback:
    """Another approves it, or refuses it with a reason."""

    actor: StaffActor
    file: ClawbackFile
    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClawBack:
    """Some rows of a round, at most ``ROWS_MAX``."""

    clawback: Clawback
    rows: Sequence[ClawRow]


async def known(file: ClawbackFile, deps: Deps) -> Clawback | Refused:
    """The last round of a file; for one that was never entered, what its first round would be.

    Refused: CLAWBACK_STATE where no run of that name credited anything.
    """
    async with deps.database.reading() as connection:
        return await clawing.known(file, Scene(connection, deps.clock(), deps))


async def enter(command: EnterClawback, deps: Deps) -> Clawback | Refused:
    """Enter a round; nothing is booked. One that waits already stays as it is.

    Refused: NOT_ALLOWED for a cashier, REQUEST_INVALID for a reason of too few words or with an identity number,
    CLAWBACK_STATE where nothing was credited, and where a round is being or was carried out, unless ``again`` asks for
    what was missing or refused.
    """
    basis = office(command.actor, Action.CLAW_BACK_CREDITS)
    refusal = basis if isinstance(basis, Refused) else sound_reason(command.reason, "原因")
    if refusal is not None:
        return refusal
    wanted = clawing.Wanted(command.file, command.reason, command.actor.staff_id, command.again)
    now = deps.clock()

    async def attempt() -> Clawback | Refused:
        async with deps.database.transaction() as connection:
            found = await ledger.latest_clawback(connection, command.file.name)
            if found is not None and found.state is ClawbackState.WAITING:
                return found
            new = await clawing.next_round(wanted, Scene(connection, now, deps))
            if isinstance(new, Clawback):
                await store.enter_clawback(connection, new)
            return new

    return await deps.database.repeatedly(attempt)


async def settle_round(command: DecideClawback, deps: Deps) -> Clawback | Refused:
    """Approve or refuse the round that waits; what was approved before is answered as it stands, to be gone on with.

    Refused: NOT_ALLOWED for a cashier, SAME_CLERK for who entered it, REQUEST_INVALID for refusing without a reason,
    CLAWBACK_STATE where none was entered, and for refusing what waits no more.
    """
    basis = office(command.actor, Action.CLAW_BACK_CREDITS)
    refusal = (
        basis
        if isinstance(basis, Refused)
        else None
        if command.approve
        else sound_reason(command.reason, "原因")
    )
    if refusal is not None:
        return refusal

    async def attempt() -> Clawback | Refused:
        async with deps.database.transaction() as connection:
            found = await ledger.latest_clawback(connection, command.file.name)
            if found is None:
                return refuse(RefusalCode.CLAWBACK_STATE, state="还没有录入", action="复核")
            if found.state is not ClawbackState.WAITING:
                if command.approve and found.state is ClawbackState.APPROVED:
                    return found
                return refuse(RefusalCode.CLAWBACK_STATE, state="已经复核过", action="再复核")
            if found.entered_by == command.actor.staff_id:
                return refuse(RefusalCode.SAME_CLERK)
            decided = replace(
                found,
                state=ClawbackState.APPROVED if command.approve else ClawbackState.REFUSED,
                decided_by=command.actor.staff_id,
                decided_at=deps.clock(),
                decision_reason=command.reason.strip() or None,
            )
            if not await store.decide_clawback(connection, decided):
                raise StartAgain
            return decided

    return await deps.database.repeatedly(attempt)


async def run(command: ClawBack, deps: Deps) -> Clawed:
    """Take what these rows ask for and is there, behind the locks of all whom they concern, and tell them.

    Raises ValueError for a round that nobody has approved.
    """
    now = deps.clock()

    async def attempt() -> Clawed:
        async with deps.database.transaction() as connection:
            return await clawing.claw(command.rows, command.clawback, Scene(connection, now, deps))

    return await deps.database.repeatedly(attempt)


async def preview(command: ClawBack, deps: Deps) -> Clawed:
    """What would become of these rows now; nothing is locked or written."""
    async with deps.database.reading() as connection:
        scene = Scene(connection, deps.clock(), deps)
        return await clawing.would_claw(command.rows, command.clawback, scene)


async def finish(done: Clawback, deps: Deps) -> None:
    """A whole pass over the file is over, and came to what ``done`` says."""
    async with deps.database.transaction() as connection:
        await store.finish_clawback(connection, done, deps.clock())
