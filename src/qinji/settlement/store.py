"""Writing visits, batches, settlements and accumulators; set-based on the hot path; called by flows only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection, affected, copy_in
from qinji.settlement.model import (
    Batch,
    Cancellation,
    DayChange,
    PreviewNote,
    Settlement,
    SettlementKind,
    Visit,
    YearChange,
    lines_to_plain,
)
from qinji.settlement.packing import DECISIONS

HeldLine = tuple[UUID, str, str, UUID]

_VISIT_COLUMNS = (
    *("person_id", "visit_id", "institution", "outpatient_number", "service_day", "state", "medical_type"),
    *("diagnoses", "department", "doctor", "session_id", "opened_at"),
)


async def open_visits(
    connection: Connection, visits: Sequence[Visit], department: str, doctor: str, at: datetime
) -> None:
    """Register visits."""
    await copy_in(
        connection,
        "visit",
        _VISIT_COLUMNS,
        [
            (
                *(v.person, v.visit, v.institution, v.outpatient_number, v.service_day, "open"),
                *(v.medical_type, "[]", department, doctor, v.session, at),
            )
            for v in visits
        ],
    )


async def cancel_visit(connection: Connection, person: UUID, visit: UUID) -> None:
    """Close a visit as cancelled."""
    await connection.execute(
        "update visit set state = 'cancelled' where person_id = $1 and visit_id = $2", person, visit
    )


async def record_diagnoses(
    connection: Connection,
    person: UUID,
    visit: UUID,
    medical_type: str,
    diagnoses: Sequence[dict[str, str | int]],
) -> None:
    """Keep the diagnoses and the medical type of a visit."""
    await connection.execute(
        "update visit set medical_type = $3, diagnoses = $4 where person_id = $1 and visit_id = $2",
        person,
        visit,
        medical_type,
        json.dumps(diagnoses, ensure_ascii=False),
    )


async def put_batches(connection: Connection, batches: Sequence[Batch], at: datetime) -> None:
    """Write the lines of charge batches, new or grown."""
    await connection.executemany(
        "insert into fee_batch (person_id, visit_id, batch, lines, total_fen, settlement_id, uploaded_at) "
        "values ($1, $2, $3, $4, $5, $6, $7) on conflict (person_id, visit_id, batch) "
        "do update set lines = excluded.lines, total_fen = excluded.total_fen, uploaded_at = excluded.uploaded_at",
        [
            (
                b.person,
                b.visit,
                b.batch,
                json.dumps(lines_to_plain(b.lines), ensure_ascii=False),
                b.total_fen,
                b.settlement,
                at,
            )
            for b in batches
        ],
    )


async def put_note(connection: Connection, note: PreviewNote, at: datetime) -> None:
    """Keep what a preview showed, over what an earlier one showed."""
    await connection.execute(
        "insert into preview_note (person_id, visit_id, batch, own_expense_fen, over_limit_fen, prior_self_pay_fen, "
        "in_scope_fen, own_fen, mutual_aid_fen, cash_fen, account_use, shown_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (person_id, visit_id, batch) "
        "do update set own_expense_fen = excluded.own_expense_fen, over_limit_fen = excluded.over_limit_fen, "
        "prior_self_pay_fen = excluded.prior_self_pay_fen, in_scope_fen = excluded.in_scope_fen, "
        "own_fen = excluded.own_fen, mutual_aid_fen = excluded.mutual_aid_fen, cash_fen = excluded.cash_fen, "
        "account_use = excluded.account_use, shown_at = excluded.shown_at",
        note.person,
        note.visit,
        note.batch,
        note.own_expense_fen,
        note.over_limit_fen,
        note.prior_self_pay_fen,
        note.in_scope_fen,
        note.own_fen,
        note.mutual_aid_fen,
        note.cash_fen,
        note.account_use,
        at,
    )


_SETTLEMENT_COLUMNS = (
    *(
        "person_id",
        "settlement_id",
        "visit_id",
        "batch",
        "institution",
        "kind",
        "service_day",
        "booked_at",
        "region",
    ),
    *("insurance", "level", "year", "total_fen", "fund_fen", "own_fen", "mutual_aid_fen", "cash_fen"),
    *(
        "deductible_fen",
        "in_scope_fen",
        "credential_kind",
        "shown_by",
        "message_id",
        "pack_digest",
        "decision",
        "cashier",
    ),
)


async def add_settlements(connection: Connection, rows: Sequence[Settlement]) -> None:
    """Append settlements."""
    await copy_in(
        connection,
        "settlement",
        _SETTLEMENT_COLUMNS,
        [
            (
                s.person,
                s.settlement,
                s.visit,
                s.batch,
                s.institution,
                s.kind,
                s.service_day,
                s.booked_at,
                s.region,
                s.insurance,
                s.level,
                s.year,
                s.total_fen,
                s.fund_fen,
                s.own_fen,
                s.mutual_aid_fen,
                s.cash_fen,
                s.deductible_fen,
                s.in_scope_fen,
                s.credential_kind,
                s.shown_by,
                s.message_id,
                s.pack_digest,
                DECISIONS.pack(s.decision),
                s.cashier,
            )
            for s in rows
        ],
    )


async def hold_batches(connection: Connection, rows: Sequence[tuple[UUID, UUID, str, UUID | None]]) -> None:
    """Name the live settlement of charge batches, or None to set them free: (person, visit, batch, settlement)."""
    if not rows:
        return
    status = await connection.execute(
        "update fee_batch b set settlement_id = k.settlement "
        "from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) as k(person, visit, batch, settlement) "
        "where b.person_id = k.person and b.visit_id = k.visit and b.batch = k.batch",
        [person for person, _, _, _ in rows],
        [visit for _, visit, _, _ in rows],
        [batch for _, _, batch, _ in rows],
        [settlement for _, _, _, settlement in rows],
    )
    ensure(affected(status) == len(rows), "every settled batch has a row", rows=status)


async def hold_pharmacy_lines(
    connection: Connection, fresh: Sequence[HeldLine], known: Sequence[HeldLine]
) -> None:
    """Name the live settlement of pharmacy lines: (person, institution, line number, settlement).

    ``known`` are lines that a cancelled settlement held before. A fresh one that is there by now breaks the key.
    """
    columns = ("person_id", "institution", "line_number", "settlement_id")
    await copy_in(connection, "pharmacy_line", columns, fresh)
    if not known:
        return
    await connection.execute(
        "update pharmacy_line l set settlement_id = k.settlement "
        "from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) as k(person, place, number, settlement) "
        "where l.person_id = k.person and l.institution = k.place and l.line_number = k.number",
        [person for person, _, _, _ in known],
        [place for _, place, _, _ in known],
        [number for _, _, number, _ in known],
        [settlement for _, _, _, settlement in known],
    )


async def free_pharmacy_lines(
    connection: Connection, person: UUID, institution: str, settlement: UUID
) -> None:
    """Set the lines of a cancelled pharmacy settlement free."""
    await connection.execute(
        "update pharmacy_line set settlement_id = null "
        "where person_id = $1 and institution = $2 and settlement_id = $3",
        person,
        institution,
        settlement,
    )


async def add_to_years(connection: Connection, rows: Sequence[YearChange]) -> None:
    """Move benefit years; each (person, insurance, year) at most once."""
    if not rows:
        return
    await connection.execute(
        "insert into benefit_year as y (person_id, insurance, year, deductible_used_fen, fund_paid_fen, in_scope_fen) "
        "select * from unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[]) "
        "on conflict (person_id, insurance, year) do update set "
        "deductible_used_fen = y.deductible_used_fen + excluded.deductible_used_fen, "
        "fund_paid_fen = y.fund_paid_fen + excluded.fund_paid_fen, "
        "in_scope_fen = y.in_scope_fen + excluded.in_scope_fen",
        [r.person for r in rows],
        [r.insurance for r in rows],
        [r.year for r in rows],
        [r.deductible_used_fen for r in rows],
        [r.fund_paid_fen for r in rows],
        [r.in_scope_fen for r in rows],
    )


async def add_to_days(connection: Connection, rows: Sequence[DayChange]) -> None:
    """Move what the fund paid on days; each (person, day, level) at most once."""
    if not rows:
        return
    await connection.execute(
        "insert into benefit_day as d (person_id, service_day, level, fund_paid_fen) "
        "select * from unnest($1::uuid[], $2::date[], $3::text[], $4::bigint[]) "
        "on conflict (person_id, service_day, level) do update set "
        "fund_paid_fen = d.fund_paid_fen + excluded.fund_paid_fen",
        [r.person for r in rows],
        [r.service_day for r in rows],
        [r.level for r in rows],
        [r.fund_paid_fen for r in rows],
    )


async def take_from(connection: Connection, year: YearChange, day: DayChange) -> None:
    """Take back from a year and a day exactly what a cancelled settlement added (the changes are negative)."""
    await connection.execute(
        "update benefit_year set deductible_used_fen = deductible_used_fen + $4, fund_paid_fen = fund_paid_fen + $5, "
        "in_scope_fen = in_scope_fen + $6 where person_id = $1 and insurance = $2 and year = $3",
        year.person,
        year.insurance,
        year.year,
        year.deductible_used_fen,
        year.fund_paid_fen,
        year.in_scope_fen,
    )
    await connection.execute(
        "update benefit_day set fund_paid_fen = fund_paid_fen + $4 "
        "where person_id = $1 and service_day = $2 and level = $3",
        day.person,
        day.service_day,
        day.level,
        day.fund_paid_fen,
    )


async def add_cancellation(connection: Connection, row: Cancellation) -> None:
    """Append a cancellation; a second one of the same settlement breaks the key."""
    await connection.execute(
        "insert into cancellation (person_id, settlement_id, cancellation_id, booked_at, institution, message_id, "
        "cashier) values ($1, $2, $3, $4, $5, $6, $7)",
        row.person,
        row.settlement,
        row.cancellation,
        row.booked_at,
        row.institution,
        row.message_id,
        row.cashier,
    )


async def take_back(
    connection: Connection, settled: Settlement, cancellation: Cancellation, year: YearChange, day: DayChange
) -> None:
    """Append a cancellation, lower the accumulators, and set free the lines that the settlement held."""
    await take_from(connection, year, day)
    if settled.kind is SettlementKind.PHARMACY:
        await free_pharmacy_lines(connection, settled.person, settled.institution, settled.settlement)
    else:
        await hold_batches(connection, [(settled.person, settled.visit, settled.batch, None)])
    await add_cancellation(connection, cancellation)


async def archive_packs(
    connection: Connection, rows: Sequence[tuple[bytes, str, bytes]], at: datetime
) -> None:
    """Keep each policy pack the first time a bill used it: (digest, region, bytes)."""
    known = await connection.fetch(
        "select digest from policy_pack where digest = any($1::bytea[])", [digest for digest, _, _ in rows]
    )
    seen = {row["digest"] for row in known}
    await connection.executemany(
        "insert into policy_pack (digest, region, archive, first_used) values ($1, $2, $3, $4) on conflict do nothing",
        [(digest, region, archive, at) for digest, region, archive in rows if digest not in seen],
    )
