"""Take back what a crediting file booked too much (多划扣回): entered by one, approved by another, some rows at a time.

What a row has taken is a line of its claim and round, so that a file may be run again after a stop, or by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action, Right, actor_text
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.clawing import Clawed, Clawing, ClawRow, Taken, decide
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.telling import About, told_of
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry, Person
from qinji.kernel.actor import StaffActor
from qinji.kernel.identity import holds_identity_number
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger import store
from qinji.ledger.model import AccountRun, Clawback, ClawbackState
from qinji.ledger.rules import balance_changes
from qinji.notice.model import Notice
from qinji.platform.database import Connection, StartAgain, lock_persons

ROWS_MAX = 1000
"""Rows of one transaction: so long a settlement of one of these persons waits, a fraction of a second."""

REASON_MIN, REASON_MAX = 4, 200


@dataclass(frozen=True, slots=True)
class ClawbackFile:
    """Which file: the digest of its bytes, and under which name the run is known that credited too much."""

    digest: str
    credit_name: str
    further: bool = False

    @property
    def name(self) -> str:
        """Under which its rounds are known."""
        return f"clawback/{self.credit_name}/{self.digest}"


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
        run = await ledger.account_run(connection, file.credit_name)
        found = await ledger.latest_clawback(connection, file.name)
    if found is not None:
        return found
    return _no_credit() if run is None else _first(file, run, deps)


async def enter(command: EnterClawback, deps: Deps) -> Clawback | Refused:
    """Enter a round; nothing is booked. One that waits already stays as it is.

    Refused: NOT_ALLOWED for a cashier, REQUEST_INVALID for a reason of too few words or with an identity number,
    CLAWBACK_STATE where nothing was credited, and where a round is being or was carried out, unless ``again`` asks for
    what was missing or refused.
    """
    basis = office(command.actor, Action.CLAW_BACK_CREDITS)
    refusal = basis if isinstance(basis, Refused) else _sound(command.reason)
    if refusal is not None:
        return refusal

    async def attempt() -> Clawback | Refused:
        async with deps.database.transaction() as connection:
            found = await ledger.latest_clawback(connection, command.file.name)
            if found is not None and found.state is ClawbackState.WAITING:
                return found
            run = await ledger.account_run(connection, command.file.credit_name)
            if run is None:
                return _no_credit()
            new = _next(command, found, run, deps)
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
    refusal = basis if isinstance(basis, Refused) else None if command.approve else _sound(command.reason)
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
            found = await ledger.latest_clawback(connection, command.clawback.name)
            if found is None or found.round != command.clawback.round:
                raise ValueError(command.clawback.name)
            if found.state is not ClawbackState.APPROVED:
                raise ValueError(found.state)
            people = await _people(connection, command.rows, deps)
            locked = await lock_persons(connection, [person.person_id for person in people.values()])
            held = {number: person for number, person in people.items() if person.person_id in locked}
            facts = await _gather(connection, found, held, deps, now)
            made = decide(command.rows, facts)
            await _record(connection, made, found, deps, now)
            return made

    return await deps.database.repeatedly(attempt)


async def preview(command: ClawBack, deps: Deps) -> Clawed:
    """What would become of these rows now; nothing is locked or written."""
    async with deps.database.reading() as connection:
        people = await _people(connection, command.rows, deps)
        return decide(command.rows, await _gather(connection, command.clawback, people, deps, deps.clock()))


async def finish(done: Clawback, deps: Deps) -> None:
    """A whole pass over the file is over, and came to what ``done`` says."""
    async with deps.database.transaction() as connection:
        await store.finish_clawback(connection, done, deps.clock())


def _no_credit() -> Refused:
    return refuse(RefusalCode.CLAWBACK_STATE, state="所指的划入文件没有入过账", action="扣回")


def _sound(reason: str) -> Refused | None:
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        return refuse(RefusalCode.REQUEST_INVALID, reason=f"请写明原因,{REASON_MIN} 至 {REASON_MAX} 个字")
    if holds_identity_number(reason):
        return refuse(RefusalCode.REQUEST_INVALID, reason="原因中不要写身份证号码")
    return None


def _first(file: ClawbackFile, run: AccountRun, deps: Deps) -> Clawback:
    now = deps.clock()
    return Clawback(file.name, 1, new_id(deps, now), run.run, file.further, "", "", now)


def _next(command: EnterClawback, found: Clawback | None, run: AccountRun, deps: Deps) -> Clawback | Refused:
    """The round that this entry makes: the first, one after a refusal, or one for what was missing."""
    new = replace(
        _first(command.file, run, deps), reason=command.reason.strip(), entered_by=command.actor.staff_id
    )
    if found is None:
        return new
    if found.state is ClawbackState.APPROVED:
        if found.finished_at is None:
            return refuse(RefusalCode.CLAWBACK_STATE, state="已复核,还没有办完", action="再录入")
        if not (found.missing_fen or found.refused):
            return refuse(RefusalCode.CLAWBACK_STATE, state="已办完,没有要再扣的", action="再录入")
        if not command.again:
            return refuse(
                RefusalCode.CLAWBACK_STATE,
                state="已办完;要再办没有扣到或没有办的行,请加 --again",
                action="再录入",
            )
    return replace(
        new, round=found.round + 1, claim=found.claim, further=found.further or command.file.further
    )


async def _people(connection: Connection, rows: Sequence[ClawRow], deps: Deps) -> dict[str, Person]:
    digests = {deps.vault.digest(insured.NUMBER, row.number): row.number for row in rows}
    found = await insured.find(connection, insured.NUMBER, list(digests))
    people = await insured.persons(connection, list(found.values()))
    return {digests[digest]: people[person] for digest, person in found.items() if person in people}


async def _gather(
    connection: Connection, clawback: Clawback, people: dict[str, Person], deps: Deps, now: datetime
) -> Clawing:
    persons = [person.person_id for person in people.values()]
    credited = await ledger.run_lines(connection, persons, clawback.credit_run)
    origins = await ledger.of_acts(connection, [(line.person, line.act) for line in credited])
    make: partial[UUID] = partial(new_id, deps, now)
    return Clawing(
        clawback,
        people,
        credited,
        {one.act: one for one in origins},
        await ledger.clawback_lines(connection, persons, [line.act for line in credited]),
        await ledger.balances(connection, persons),
        make,
        now,
    )


async def _record(
    connection: Connection, made: Clawed, clawback: Clawback, deps: Deps, now: datetime
) -> None:
    taken = [one for one in made.taken if one.line is not None]
    transfers = [row for one in taken for row in one.transfers]
    await store.add_transfers(connection, transfers)
    await store.add_clawback_lines(connection, [one.line for one in taken if one.line is not None])
    await store.change_balances(connection, balance_changes(transfers))
    rows: list[AuditEntry] = []
    told: list[Notice] = []
    for one in taken:
        row = _trail_row(one, clawback, new_id(deps, now), now)
        month = one.row.month
        rows.append(row)
        told += told_of([row], About(row.person_id, one.now_fen, f"{month.year}年{month.month}月"))
    await keep_trail(connection, rows, told, deps)


def _trail_row(one: Taken, clawback: Clawback, audit_id: UUID, now: datetime) -> AuditEntry:
    """By the hand of who approved it; the one who entered it is named too."""
    first = one.transfers[0]
    actor = actor_text(StaffActor(clawback.decided_by or "", ""))
    return AuditEntry(
        person_id=first.person,
        audit_id=audit_id,
        actor=actor,
        action=DeedKind.ACCOUNT_CLAW_BACK,
        basis=Right.STAFF,
        subject_id=first.act,
        at=now,
        entered_by=clawback.entered_by,
        reason=clawback.reason,
    )
