"""Of a person: the premiums that one ordered, paid or is insured by, and the days that one is covered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from qinji.flows.kept.own import PAGE, Own, Row, paged
from qinji.kernel.actor import CHANNEL_CHINESE
from qinji.kernel.ids import to_wire
from qinji.platform.database import Connection
from qinji.policy.premium import CLASS_CHINESE
from qinji.premium import queries
from qinji.premium.model import PAYER_CHINESE, STATE_CHINESE, PremiumOrder

ORDER_FIELDS = {
    "order": "缴费编号",
    "insured": "参保人",
    "orderer": "办理人",
    "payer": "花谁的账户,没有用账户为空",
    "paid_by": "付款方式",
    "year": "年度",
    "class": "类别",
    "amount_fen": "应缴(分)",
    "account_fen": "其中账户支付(分)",
    "state": "状态",
    "covered_from": "待遇从",
    "covered_until": "待遇到",
    "voucher": "税票号,没有为空",
    "channel": "渠道",
    "ordered_at": "办理时间",
}


def orders(own: Own) -> AsyncIterator[list[Row]]:
    """Orders that one made, paid or is insured by, those that failed or were paid back too."""

    async def look(connection: Connection, before: UUID | None) -> tuple[list[PremiumOrder], list[Row]]:
        page = await queries.listing(connection, own.me, PAGE, before)
        named = {who for one in page for who in (one.person_id, one.orderer_id, one.payer_id) if who}
        kin = await own.kin(connection, named)
        return page, [
            {
                "order": to_wire(one.order_id),
                "insured": kin[one.person_id].text,
                "orderer": kin[one.orderer_id].text,
                "payer": "" if one.payer_id is None else kin[one.payer_id].text,
                "paid_by": PAYER_CHINESE[one.payer_kind],
                "year": one.year,
                "class": CLASS_CHINESE[one.premium_class],
                "amount_fen": one.amount_fen,
                "account_fen": one.account_fen,
                "state": STATE_CHINESE[one.state],
                "covered_from": one.covered_from,
                "covered_until": one.covered_until,
                "voucher": one.voucher,
                "channel": CHANNEL_CHINESE[one.channel],
                "ordered_at": one.ordered_at,
            }
            for one in page
        ]

    return paged(own, look, lambda one: one.order_id)


COVERAGE_FIELDS = {
    "year": "年度",
    "covered_from": "待遇从",
    "covered_until": "待遇到,没有期限为空",
    "order": "缴费编号,原来登记的为空",
}


async def coverage(own: Own) -> AsyncIterator[list[Row]]:
    """The days that one is covered; what a refund ended is left out."""
    async with own.deps.database.reading() as connection:
        found = (await queries.coverages(connection, [own.me])).get(own.me, [])
    yield [
        {
            "year": one.year,
            "covered_from": one.covered_from,
            "covered_until": one.covered_until,
            "order": None if one.order_id is None else to_wire(one.order_id),
        }
        for one in found
    ]
