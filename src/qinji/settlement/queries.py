"""Reading visits, batches, accumulators and settlements."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from qinji.platform.database import Connection, Record
from qinji.settlement.model import (
    Batch,
    Happening,
    HappeningKind,
    PreviewNote,
    Settlement,
    SettlementKind,
    SettlementRow,
    Visit,
    YearUse,
    lines_from_plain,
)
from qinji.settlement.packing import DECISIONS


def _visit(row: Record) -> Visit:
    return Visit(
        row["person_id"],
        row["visit_id"],
        row["institution"],
        row["outpatient_number"],
        row["service_day"],
        row["state"] == "cancelled",
        row["medical_type"],
        row["session_id"],
    )


async def visits(
    connection: Connection, keys: Sequence[tuple[UUID, UUID]]
) -> Mapping[tuple[UUID, UUID], Visit]:
    """Visits by (person, visit)."""
    if not keys:
        return {}
    rows = await connection.fetch(
        "select v.* from visit v join unnest($1::uuid[], $2::uuid[]) as k(person, visit) "
        "on v.person_id = k.person and v.visit_id = k.visit",
        [person for person, _ in keys],
        [visit for _, visit in keys],
    )
    return {(row["person_id"], row["visit_id"]): _visit(row) for row in rows}


async def visit_opened_at(connection: Connection, person: UUID, visit: UUID) -> datetime:
    """When a visit was registered; it is there."""
    found: datetime = await connection.fetchval(
        "select opened_at from visit where person_id = $1 and visit_id = $2", person, visit
    )
    return found


async def visits_between(
    connection: Connection,
    person: UUID,
    institution: str,
    days: tuple[date, date],
    limit: int,
    medical_type: str = "",
    visit: UUID | None = None,
) -> list[Visit]:
    """The visits of a person at an institution by day of service, the newest first; cancelled ones too.

    Both days count; an empty medical type and no visit do not narrow.
    """
    rows = await connection.fetch(
        "select * from visit where person_id = $1 and institution = $2 and service_day between $3 and $4 "
        "and ($6 = '' or medical_type = $6) and ($7::uuid is null or visit_id = $7) "
        "order by service_day desc, visit_id desc limit $5",
        person,
        institution,
        *days,
        limit,
        medical_type,
        visit,
    )
    return [_visit(row) for row in rows]


async def diagnoses(connection: Connection, person: UUID, visit: UUID) -> list[dict[str, str | int]]:
    """The diagnoses of a visit, each with ``order``, ``code`` and ``name``."""
    stored = await connection.fetchval(
        "select diagnoses from visit where person_id = $1 and visit_id = $2", person, visit
    )
    found: list[dict[str, str | int]] = json.loads(stored)
    return found


def _batch(row: Record) -> Batch:
    return Batch(
        row["person_id"],
        row["visit_id"],
        row["batch"],
        lines_from_plain(row["batch"], json.loads(row["lines"])),
        row["total_fen"],
        row["settlement_id"],
    )


async def batches_of_visit(connection: Connection, person: UUID, visit: UUID) -> list[Batch]:
    """Every charge batch of a visit."""
    rows = await connection.fetch(
        "select * from fee_batch where person_id = $1 and visit_id = $2 order by batch", person, visit
    )
    return [_batch(row) for row in rows]


BatchKey = tuple[UUID, UUID, str]


async def batches(connection: Connection, keys: Sequence[BatchKey]) -> Mapping[BatchKey, Batch]:
    """Charge batches by (person, visit, batch)."""
    if not keys:
        return {}
    rows = await connection.fetch(
        "select b.* from fee_batch b join unnest($1::uuid[], $2::uuid[], $3::text[]) as k(person, visit, batch) "
        "on b.person_id = k.person and b.visit_id = k.visit and b.batch = k.batch",
        [person for person, _, _ in keys],
        [visit for _, visit, _ in keys],
        [batch for _, _, batch in keys],
    )
    return {(row["person_id"], row["visit_id"], row["batch"]): _batch(row) for row in rows}


async def notes(connection: Connection, keys: Sequence[BatchKey]) -> Mapping[BatchKey, PreviewNote]:
    """What the last preview of each batch showed."""
    if not keys:
        return {}
    rows = await connection.fetch(
        "select n.* from preview_note n join unnest($1::uuid[], $2::uuid[], $3::text[]) as k(person, visit, batch) "
        "on n.person_id = k.person and n.visit_id = k.visit and n.batch = k.batch",
        [person for person, _, _ in keys],
        [visit for _, visit, _ in keys],
        [batch for _, _, batch in keys],
    )
    return {
        (row["person_id"], row["visit_id"], row["batch"]): PreviewNote(
            row["person_id"],
            row["visit_id"],
            row["batch"],
            row["own_expense_fen"],
            row["over_limit_fen"],
            row["prior_self_pay_fen"],
            row["in_scope_fen"],
            row["own_fen"],
            row["mutual_aid_fen"],
            row["cash_fen"],
            row["account_use"],
        )
        for row in rows
    }


LineKey = tuple[UUID, str, str]


async def pharmacy_lines(connection: Connection, keys: Sequence[LineKey]) -> Mapping[LineKey, UUID | None]:
    """Pharmacy lines already known, by (person, institution, line number), and their live settlement."""
    if not keys:
        return {}
    rows = await connection.fetch(
        "select l.* from pharmacy_line l join unnest($1::uuid[], $2::text[], $3::text[]) as k(person, place, number) "
        "on l.person_id = k.person and l.institution = k.place and l.line_number = k.number",
        [person for person, _, _ in keys],
        [place for _, place, _ in keys],
        [number for _, _, number in keys],
    )
    return {(row["person_id"], row["institution"], row["line_number"]): row["settlement_id"] for row in rows}


YearKey = tuple[UUID, str, int]
DayKey = tuple[UUID, date, str]


async def years(connection: Connection, persons: Sequence[UUID]) -> Mapping[YearKey, YearUse]:
    """Every benefit year of these persons, by (person, insurance, year)."""
    rows = await connection.fetch(
        "select * from benefit_year where person_id = any($1::uuid[])", list(persons)
    )
    return {
        (row["person_id"], row["insurance"], row["year"]): YearUse(
            row["deductible_used_fen"], row["fund_paid_fen"], row["in_scope_fen"]
        )
        for row in rows
    }


async def days(
    connection: Connection, persons: Sequence[UUID], service_days: Sequence[date]
) -> Mapping[DayKey, int]:
    """What the fund paid for these persons on these days, by (person, service day, level), in fen."""
    rows = await connection.fetch(
        "select * from benefit_day where person_id = any($1::uuid[]) and service_day = any($2::date[])",
        list(persons),
        list(service_days),
    )
    return {(row["person_id"], row["service_day"], row["level"]): row["fund_paid_fen"] for row in rows}


MonthKey = tuple[UUID, str, date]
LevelKey = tuple[UUID, str, int, str]

_SUMS = """
select s.person_id, s.insurance, s.year, s.level, date_trunc('month', s.service_day::timestamp)::date as month,
  sum(s.fund_fen)::bigint as fund_fen, sum(s.deductible_fen)::bigint as deductible_fen
from settlement s
where s.person_id = any($1::uuid[]) and s.year = any($2::integer[]) and not exists (
  select 1 from cancellation c where c.person_id = s.person_id and c.settlement_id = s.settlement_id)
group by 1, 2, 3, 4, 5
"""


async def sums(
    connection: Connection, persons: Sequence[UUID], years: Sequence[int]
) -> tuple[dict[MonthKey, int], dict[LevelKey, int]]:
    """What live settlements of these benefit years come to: the fund's payments by month, the deductible by level."""
    months, levels = dict[MonthKey, int](), dict[LevelKey, int]()
    for row in await connection.fetch(_SUMS, list(persons), list(years)) if persons else ():
        month = (row["person_id"], row["insurance"], row["month"])
        level = (row["person_id"], row["insurance"], row["year"], row["level"])
        months[month] = months.get(month, 0) + row["fund_fen"]
        levels[level] = levels.get(level, 0) + row["deductible_fen"]
    return months, levels


_ROWS = (
    "select s.*, c.cancellation_id, c.booked_at as cancelled_at from settlement s "
    "left join cancellation c on c.person_id = s.person_id and c.settlement_id = s.settlement_id "
)


def _row(row: Record) -> SettlementRow:
    settled = Settlement(
        row["person_id"],
        row["settlement_id"],
        row["visit_id"],
        row["batch"],
        row["institution"],
        SettlementKind(row["kind"]),
        row["service_day"],
        row["booked_at"],
        row["region"],
        row["insurance"],
        row["level"],
        row["year"],
        row["total_fen"],
        row["fund_fen"],
        row["own_fen"],
        row["mutual_aid_fen"],
        row["cash_fen"],
        row["deductible_fen"],
        row["in_scope_fen"],
        row["credential_kind"],
        row["shown_by"],
        row["message_id"],
        row["pack_digest"],
        DECISIONS.unpack(row["decision"]),
        row["cashier"],
    )
    return SettlementRow(settled, row["cancellation_id"], row["cancelled_at"])


async def one(connection: Connection, person: UUID, settlement: UUID) -> SettlementRow | None:
    """One settlement of this person; somebody else's is like a missing one."""
    row = await connection.fetchrow(
        _ROWS + "where s.person_id = $1 and s.settlement_id = $2", person, settlement
    )
    return None if row is None else _row(row)


async def of_message(
    connection: Connection, person: UUID, institution: str, message_id: str
) -> SettlementRow | None:
    """The settlement of this person that a message of an institution made."""
    row = await connection.fetchrow(
        _ROWS + "where s.person_id = $1 and s.institution = $2 and s.message_id = $3",
        person,
        institution,
        message_id,
    )
    return None if row is None else _row(row)


async def find(connection: Connection, settlement: UUID) -> SettlementRow | None:
    """A settlement whoever's it is; for the bureau's own tools."""
    row = await connection.fetchrow(_ROWS + "where s.settlement_id = $1", settlement)
    return None if row is None else _row(row)


async def listing(
    connection: Connection, person: UUID, limit: int, before: UUID | None = None
) -> list[SettlementRow]:
    """Settlements of a person, newest first; ids grow with time, so ``before`` the last id goes on where it ended."""
    rows = await connection.fetch(
        _ROWS + "where s.person_id = $1 and ($3::uuid is null or s.settlement_id < $3) "
        "order by s.settlement_id desc limit $2",
        person,
        limit,
        before,
    )
    return [_row(row) for row in rows]


_HAPPENINGS = """
select * from (
  select v.visit_id as event_id, v.opened_at as at, v.institution, 'visit' as kind, null::uuid as settlement_id,
         null::bigint as amount_fen, '' as credential_kind, null::uuid as shown_by
  from visit v where v.person_id = $1 and not exists (
    select 1 from settlement s where s.person_id = $1 and s.visit_id = v.visit_id and s.kind = 'pharmacy')
  union all
  select settlement_id, booked_at, institution, 'settle', settlement_id, total_fen, credential_kind, shown_by
  from settlement where person_id = $1
  union all
  select c.cancellation_id, c.booked_at, c.institution, 'cancel', c.settlement_id, s.total_fen, '', null
  from cancellation c join settlement s on s.person_id = c.person_id and s.settlement_id = c.settlement_id
  where c.person_id = $1
) h where $3::uuid is null or h.event_id < $3 order by h.event_id desc limit $2
"""


async def happenings(
    connection: Connection, person: UUID, limit: int, before: UUID | None = None
) -> list[Happening]:
    """What institutions did about a patient, newest first; ``before`` an event's id continues a page.

    A purchase at a pharmacy is one event: the visit that is kept for it does not count.
    """
    rows = await connection.fetch(_HAPPENINGS, person, limit, before)
    return [
        Happening(
            row["event_id"],
            row["at"],
            row["institution"],
            HappeningKind(row["kind"]),
            row["settlement_id"],
            row["amount_fen"],
            row["credential_kind"],
            row["shown_by"],
        )
        for row in rows
    ]


async def returned(
    connection: Connection, person: UUID, settlements: Sequence[UUID]
) -> Mapping[UUID, datetime]:
    """When those of a person's settlements that were taken back were."""
    rows = await connection.fetch(
        "select settlement_id, booked_at from cancellation "
        "where person_id = $1 and settlement_id = any($2::uuid[])",
        person,
        list(settlements),
    )
    return {row["settlement_id"]: row["booked_at"] for row in rows}


async def decision_input(connection: Connection, settlement: UUID) -> bytes | None:
    """The stored input and trace of a settlement (JSON), for explaining it."""
    found: bytes | None = await connection.fetchval(
        "select decision from settlement where settlement_id = $1", settlement
    )
    return None if found is None else DECISIONS.unpack(found)


async def live_settlements_of_visit(connection: Connection, person: UUID, visit: UUID) -> list[UUID]:
    """Settlements of a visit that were not cancelled."""
    rows = await connection.fetch(
        _ROWS + "where s.person_id = $1 and s.visit_id = $2 and c.settlement_id is null", person, visit
    )
    return [row["settlement_id"] for row in rows]


async def everything(connection: Connection, page: int) -> AsyncIterator[list[SettlementRow]]:
    """Every settlement in pages by id, for auditors and replays."""
    last = UUID(int=0)
    rows = await connection.fetch(
        _ROWS + "where s.settlement_id > $1 order by s.settlement_id limit $2", last, page
    )
    while rows:
        yield [_row(row) for row in rows]
        last = rows[-1]["settlement_id"]
        rows = await connection.fetch(
            _ROWS + "where s.settlement_id > $1 order by s.settlement_id limit $2", last, page
        )
