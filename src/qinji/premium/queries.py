"""Reading orders of premiums, coverage and enrolments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.kernel.actor import Channel
from qinji.kernel.purpose import Premium
from qinji.platform.database import Connection, Record
from qinji.premium.model import (
    Coverage,
    Enrolment,
    EnrolmentKind,
    History,
    OrderState,
    PayerKind,
    PremiumOrder,
)

_EVERYTHING = "select * from premium_order where order_id > $1 order by order_id limit $2"


def _order(row: Record) -> PremiumOrder:
    return PremiumOrder(
        person_id=row["person_id"],
        order_id=row["order_id"],
        orderer_id=row["orderer_id"],
        payer_id=row["payer_id"],
        payer_kind=PayerKind(row["payer_kind"]),
        grant_id=row["grant_id"],
        premium=Premium(row["premium"]),
        year=row["year"],
        premium_class=row["premium_class"],
        region=row["region"],
        amount_fen=row["amount_fen"],
        account_fen=row["account_fen"],
        repair=row["repair"],
        missed=frozenset(row["missed"]),
        in_window=row["in_window"],
        exempt=row["exempt"],
        wait_months=row["wait_months"],
        covered_from=row["covered_from"],
        covered_until=row["covered_until"],
        document=row["document"],
        clause=row["clause"],
        state=OrderState(row["state"]),
        basis=row["basis"],
        channel=Channel(row["channel"]),
        day=row["day"],
        ordered_at=row["ordered_at"],
        next_send_at=row["next_send_at"],
        attempts=row["attempts"],
        answered_at=row["answered_at"],
        voucher=row["voucher"],
        reason=row["reason"],
        ending_act=row["ending_act"],
        refund_act=row["refund_act"],
        back_act=row["back_act"],
    )


def _coverage(row: Record) -> Coverage:
    return Coverage(
        row["person_id"],
        row["coverage_id"],
        row["year"],
        row["order_id"],
        row["covered_from"],
        row["covered_until"],
        row["at"],
        row["ended_at"],
    )


async def coverages(connection: Connection, persons: Sequence[UUID]) -> Mapping[UUID, list[Coverage]]:
    """The days that these persons are covered, what was ended left out; who has no dated rows is not in the result."""
    rows = await connection.fetch(
        "select * from coverage where person_id = any($1::uuid[]) and ended_at is null order by covered_from",
        list(persons),
    )
    found: dict[UUID, list[Coverage]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(_coverage(row))
    return found


async def history(connection: Connection, person: UUID) -> History:
    """What is known of one person's premiums; orders that failed or were paid back are left out."""
    orders = await connection.fetch(
        "select * from premium_order where person_id = $1 and state in ('ordered', 'sent', 'paid', 'refunding') "
        "order by year, order_id",
        person,
    )
    enrolled = await enrolment(connection, person)
    return History(
        tuple((await coverages(connection, [person])).get(person, [])),
        tuple(_order(row) for row in orders),
        enrolled,
    )


async def enrolment(connection: Connection, person: UUID) -> Enrolment | None:
    """How somebody came into the residents' insurance, as it was last noted."""
    row = await connection.fetchrow(
        "select * from resident_enrolment where person_id = $1 order by enrolment_id desc limit 1", person
    )
    return None if row is None else _enrolment(row)


def _enrolment(row: Record) -> Enrolment:
    return Enrolment(
        row["person_id"],
        row["enrolment_id"],
        EnrolmentKind(row["kind"]),
        row["enrolled_by"],
        row["at"],
        row["employee_until"],
        row["ex_serviceman"],
        row["released"],
    )


async def one(connection: Connection, order_id: UUID, party: UUID) -> PremiumOrder | None:
    """An order that this person made, paid or is insured by; anybody else's is like a missing one."""
    row = await connection.fetchrow(
        "select * from premium_order where order_id = $1 and (person_id = $2 or orderer_id = $2 or payer_id = $2)",
        order_id,
        party,
    )
    return None if row is None else _order(row)


async def find(connection: Connection, order_id: UUID) -> PremiumOrder | None:
    """An order whoever's it is; for the tax bureau's answers."""
    row = await connection.fetchrow("select * from premium_order where order_id = $1", order_id)
    return None if row is None else _order(row)


async def listing(
    connection: Connection, party: UUID, limit: int, before: UUID | None = None
) -> list[PremiumOrder]:
    """Orders that this person made, paid or is insured by, newest first; ``before`` continues a page."""
    rows = await connection.fetch(
        "select * from premium_order where (person_id = $1 or orderer_id = $1 or payer_id = $1) "
        "and ($3::uuid is null or order_id < $3) order by order_id desc limit $2",
        party,
        limit,
        before,
    )
    return [_order(row) for row in rows]


async def due(connection: Connection, now: datetime, limit: int) -> list[PremiumOrder]:
    """What has to be sent to the tax bureau, or asked for again, by now; the oldest first."""
    rows = await connection.fetch(
        "select * from premium_order where state in ('ordered', 'sent', 'refunding') and next_send_at <= $1 "
        "order by next_send_at, order_id limit $2",
        now,
        limit,
    )
    return [_order(row) for row in rows]


async def everything(connection: Connection, page: int) -> AsyncIterator[list[PremiumOrder]]:
    """Every order, page by page; for auditors, who may scan."""
    rows = await connection.fetch(_EVERYTHING, UUID(int=0), page)
    while rows:
        yield [_order(row) for row in rows]
        rows = await connection.fetch(_EVERYTHING, rows[-1]["order_id"], page)
