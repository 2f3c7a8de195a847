"""Orders of premiums for tests without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from qinji.kernel.actor import Channel
from qinji.kernel.purpose import Premium
from qinji.premium.model import OrderState, PayerKind, PremiumOrder

INSURED, PAYER, STRANGER = UUID(int=1), UUID(int=2), UUID(int=9)
NOW = datetime(2026, 3, 17, 4, tzinfo=UTC)
ORDER = PremiumOrder(
    person_id=INSURED,
    order_id=UUID(int=100),
    orderer_id=PAYER,
    payer_id=PAYER,
    payer_kind=PayerKind.OWN_ACCOUNT,
    grant_id=None,
    premium=Premium.RESIDENT,
    year=2027,
    premium_class="child",
    region="990100",
    amount_fen=330_00,
    account_fen=330_00,
    repair=False,
    missed=frozenset(),
    in_window=True,
    exempt="",
    wait_months=0,
    covered_from=date(2027, 1, 1),
    covered_until=date(2027, 12, 31),
    document="文件",
    clause="第二条",
    state=OrderState.ORDERED,
    basis="guardian",
    channel=Channel.WEB,
    day=date(2026, 3, 17),
    ordered_at=NOW,
    next_send_at=NOW,
)


def order(**changed: Any) -> PremiumOrder:
    """The order of a mother for her son, with these changes."""
    return replace(ORDER, **changed)
