"""Writing orders of premiums, coverage and enrolments; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection, affected
from qinji.premium.model import Coverage, Enrolment, PremiumOrder

_ADD = """
insert into premium_order (person_id, order_id, orderer_id, payer_id, payer_kind, grant_id, premium, year,
  premium_class, region, amount_fen, account_fen, repair, missed, in_window, exempt, wait_months, covered_from,
  covered_until, document, clause, state, basis, channel, day, ordered_at, next_send_at, attempts)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
  $25, $26, $27, $28)
"""

_CHANGE = """
update premium_order set state = $3, next_send_at = $4, attempts = $5, answered_at = $6, voucher = $7, reason = $8,
  ending_act = $9, refund_act = $10, back_act = $11
where person_id = $1 and order_id = $2
"""

_COVER = """
insert into coverage (person_id, coverage_id, year, order_id, covered_from, covered_until, at)
values ($1, $2, $3, $4, $5, $6, $7)
"""

_ENROL = """
insert into resident_enrolment (person_id, enrolment_id, kind, enrolled_by, at, employee_until, ex_serviceman, released)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def add(connection: Connection, order: PremiumOrder) -> None:
    """Keep a new order; a second one of a person's year that is not over is a unique violation."""
    await connection.execute(
        _ADD,
        *(
            order.person_id,
            order.order_id,
            order.orderer_id,
            order.payer_id,
            order.payer_kind,
            order.grant_id,
        ),
        *(order.premium, order.year, order.premium_class, order.region, order.amount_fen, order.account_fen),
        *(order.repair, sorted(order.missed), order.in_window, order.exempt, order.wait_months),
        *(order.covered_from, order.covered_until, order.document, order.clause),
        *(
            order.state,
            order.basis,
            order.channel,
            order.day,
            order.ordered_at,
            order.next_send_at,
            order.attempts,
        ),
    )


async def change(connection: Connection, order: PremiumOrder) -> None:
    """Keep how an order stands; what was ordered, for whom and by whom never changes."""
    status = await connection.execute(
        _CHANGE,
        *(
            order.person_id,
            order.order_id,
            order.state,
            order.next_send_at,
            order.attempts,
            order.answered_at,
        ),
        *(order.voucher, order.reason, order.ending_act, order.refund_act, order.back_act),
    )
    ensure(affected(status) == 1, "the order to change is there", status=status)


async def cover(connection: Connection, rows: Sequence[Coverage]) -> None:
    """Keep days on which benefits run."""
    await connection.executemany(
        _COVER,
        [
            (
                *(one.person_id, one.coverage_id, one.year, one.order_id),
                *(one.covered_from, one.covered_until, one.at),
            )
            for one in rows
        ],
    )


async def begin_cover(connection: Connection, person: UUID, coverage: UUID, covered_from: date) -> None:
    """Benefits begin on another day: a missed year was paid later."""
    await connection.execute(
        "update coverage set covered_from = $3 where person_id = $1 and coverage_id = $2",
        person,
        coverage,
        covered_from,
    )


async def close_cover(connection: Connection, person: UUID, coverage: UUID, covered_until: date) -> None:
    """Benefits that ran on and on end with this day."""
    await connection.execute(
        "update coverage set covered_until = $3 where person_id = $1 and coverage_id = $2",
        person,
        coverage,
        covered_until,
    )


async def end_cover(connection: Connection, person: UUID, order: UUID, at: datetime) -> None:
    """The days that an order paid for count no more."""
    await connection.execute(
        "update coverage set ended_at = $3 where person_id = $1 and order_id = $2 and ended_at is null",
        person,
        order,
        at,
    )


async def enrol(connection: Connection, one: Enrolment) -> None:
    """Keep how somebody came into the residents' insurance."""
    await connection.execute(
        _ENROL,
        *(one.person_id, one.enrolment_id, one.kind, one.enrolled_by, one.at),
        *(one.employee_until, one.ex_serviceman, one.released),
    )
