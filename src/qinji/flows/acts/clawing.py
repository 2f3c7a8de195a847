"""Taking back what was credited too much, inside a transaction that is open (多划扣回, decision 0040)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from qinji.access.lookup import people_of
from qinji.access.model import Right, actor_text
from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.deps import new_id
from qinji.flows.parts.clawing import ClawbackFile, Clawed, Clawing, ClawRow, Taken, decide
from qinji.flows.parts.crediting import CREDIT_RUNS
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.telling import About, told_of
from qinji.insured.model import AuditEntry, Person
from qinji.kernel.actor import StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger import store
from qinji.ledger.model import AccountRun, Clawback, ClawbackState
from qinji.ledger.rules import balance_changes
from qinji.notice.model import Notice
from qinji.platform.database import lock_persons


@dataclass(frozen=True, slots=True)
class Wanted:
    """A round that somebody asks for. ``again``: for what the round before did not get."""

    file: ClawbackFile
    reason: str
    entered_by: str
    again: bool = False


async def known(file: ClawbackFile, scene: Scene) -> Clawback | Refused:
    """The last round of a file; for one that was never entered, what its first round would be.

    Refused: CLAWBACK_STATE where no run of that name credited anything.
    """
    found = await ledger.latest_clawback(scene.connection, file.name)
    if found is not None:
        return found
    run = await _credit(file, scene)
    return _no_credit() if run is None else _first(file, run, scene)


async def next_round(wanted: Wanted, scene: Scene) -> Clawback | Refused:
    """The round that is entered now: the first, one after a refusal, or one for what was missing.

    Refused: CLAWBACK_STATE where nothing was credited, where a round waits, and where one is being or was carried out,
    unless ``again`` asks for what was missing or refused.
    """
    found = await ledger.latest_clawback(scene.connection, wanted.file.name)
    run = await _credit(wanted.file, scene)
    if run is None:
        return _no_credit()
    new = replace(_first(wanted.file, run, scene), reason=wanted.reason.strip(), entered_by=wanted.entered_by)
    if found is None:
        return new
    refusal = _may_go_on(found, wanted)
    further = found.further or wanted.file.further
    return refusal or replace(new, round=found.round + 1, claim=found.claim, further=further)


async def would_claw(rows: Sequence[ClawRow], clawback: Clawback, scene: Scene) -> Clawed:
    """What would become of these rows now; nothing is locked or written."""
    people = await people_of([row.number for row in rows], scene.connection, scene.deps.vault)
    return decide(rows, await _gather(clawback, people, scene))


async def claw(rows: Sequence[ClawRow], clawback: Clawback, scene: Scene) -> Clawed:
    """Take what these rows ask for and is there, behind the locks of all whom they concern, and tell them.

    A round that is over takes nothing more.
    Raises ValueError for a round that nobody has approved.
    """
    found = await ledger.clawback(scene.connection, clawback.name, clawback.round)
    if found is None:
        raise ValueError(clawback.name)
    if found.state is not ClawbackState.APPROVED:
        raise ValueError(found.state)
    people = await people_of([row.number for row in rows], scene.connection, scene.deps.vault)
    locked = await lock_persons(scene.connection, [person.person_id for person in people.values()])
    held = {number: person for number, person in people.items() if person.person_id in locked}
    made = decide(rows, await _gather(found, held, scene))
    await _record(made, found, scene)
    return made


async def _credit(file: ClawbackFile, scene: Scene) -> AccountRun | None:
    """The crediting run of a file; a roll-over is a run too, and none that may be taken back from."""
    if not file.credit_name.startswith(CREDIT_RUNS):
        return None
    return await ledger.account_run(scene.connection, file.credit_name)


def _no_credit() -> Refused:
    return refuse(RefusalCode.CLAWBACK_STATE, state="所指的划入文件没有入过账", action="扣回")


def _first(file: ClawbackFile, run: AccountRun, scene: Scene) -> Clawback:
    return Clawback(file.name, 1, scene.new_id(), run.run, file.further, "", "", scene.now)


def _may_go_on(found: Clawback, wanted: Wanted) -> Refused | None:
    """Whether there may be another round after this one."""
    if found.state is ClawbackState.REFUSED:
        return None
    if found.state is ClawbackState.WAITING:
        return refuse(RefusalCode.CLAWBACK_STATE, state="已录入,等另一人复核", action="再录入")
    if found.finished_at is None:
        return refuse(RefusalCode.CLAWBACK_STATE, state="已复核,还没有办完", action="再录入")
    if not (found.missing_fen or found.refused):
        return refuse(RefusalCode.CLAWBACK_STATE, state="已办完,没有要再扣的", action="再录入")
    if not wanted.again:
        return refuse(
            RefusalCode.CLAWBACK_STATE,
            state="已办完;要再办没有扣到或没有办的行,请选“再扣”(命令加 --again)",
            action="再录入",
        )
    return None


async def _gather(clawback: Clawback, people: dict[str, Person], scene: Scene) -> Clawing:
    connection = scene.connection
    persons = [person.person_id for person in people.values()]
    credited = await ledger.run_lines(connection, persons, clawback.credit_run)
    origins = await ledger.of_acts(connection, [(line.person, line.act) for line in credited])
    make: partial[UUID] = partial(new_id, scene.deps, scene.now)
    return Clawing(
        clawback,
        people,
        credited,
        {one.act: one for one in origins},
        await ledger.clawback_lines(connection, persons, [line.act for line in credited]),
        await ledger.balances(connection, persons),
        make,
        scene.now,
    )


async def _record(made: Clawed, clawback: Clawback, scene: Scene) -> None:
    connection = scene.connection
    taken = [one for one in made.taken if one.line is not None]
    transfers = [row for one in taken for row in one.transfers]
    await store.add_transfers(connection, transfers)
    await store.add_clawback_lines(connection, [one.line for one in taken if one.line is not None])
    await store.change_balances(connection, balance_changes(transfers))
    rows: list[AuditEntry] = []
    told: list[Notice] = []
    for one in taken:
        row = _trail_row(one, clawback, scene)
        month = one.row.month
        rows.append(row)
        told += told_of([row], About(row.person_id, one.now_fen, f"{month.year}年{month.month}月"))
    await keep_trail(connection, rows, told, scene.deps)


def _trail_row(one: Taken, clawback: Clawback, scene: Scene) -> AuditEntry:
    """By the hand of who approved it; the one who entered it is named too."""
    first = one.transfers[0]
    actor = actor_text(StaffActor(clawback.decided_by or "", ""))
    return AuditEntry(
        person_id=first.person,
        audit_id=scene.new_id(),
        actor=actor,
        action=DeedKind.ACCOUNT_CLAW_BACK,
        basis=Right.STAFF,
        subject_id=first.act,
        at=scene.now,
        entered_by=clawback.entered_by,
        reason=clawback.reason,
    )
