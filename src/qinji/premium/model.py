"""An order of a year's premium, what the tax bureau says of it, and the days somebody is covered. Amounts are fen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from qinji.kernel.actor import Channel
from qinji.kernel.ids import to_wire
from qinji.kernel.purpose import Premium, SparedGround


class OrderState(StrEnum):
    """An order waits to be sent, is with the tax bureau, is paid or has failed; a paid one may be paid back."""

    ORDERED = "ordered"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


STATE_CHINESE: dict[OrderState, str] = {
    OrderState.ORDERED: "等待送税务",
    OrderState.SENT: "税务处理中",
    OrderState.PAID: "已缴清",
    OrderState.FAILED: "未缴成,已退回",
    OrderState.REFUNDING: "退费处理中",
    OrderState.REFUNDED: "已退费",
}

LIVE = frozenset({OrderState.ORDERED, OrderState.SENT, OrderState.PAID, OrderState.REFUNDING})
"""States of which a person has one order a year at most."""

AT_THE_BUREAU = frozenset({OrderState.ORDERED, OrderState.SENT, OrderState.REFUNDING})
"""States in which the tax bureau still has to say something."""


class PayerKind(StrEnum):
    """Whose money: the orderer's own account, a relative's by a grant to the insured, the insured's wallet, or cash."""

    OWN_ACCOUNT = "own_account"
    RELATIVE = "relative"
    OWN_WALLET = "own_wallet"
    CASH = "cash"


PAYER_CHINESE: dict[PayerKind, str] = {
    PayerKind.OWN_ACCOUNT: "缴费人本人的个人账户",
    PayerKind.RELATIVE: "家人的个人账户(家庭共济)",
    PayerKind.OWN_WALLET: "参保人的医保钱包",
    PayerKind.CASH: "银行卡或现金,向税务部门支付",
}


class Said(StrEnum):
    """What the tax bureau says of an order."""

    PAID = "paid"
    REFUSED = "refused"
    REFUNDED = "refunded"
    REFUND_REFUSED = "refund_refused"


SAID_CHINESE: dict[Said, str] = {
    Said.PAID: "已缴清",
    Said.REFUSED: "未受理",
    Said.REFUNDED: "已退费",
    Said.REFUND_REFUSED: "不予退费",
}


@dataclass(frozen=True, slots=True)
class BureauAnswer:
    """The tax bureau's word about an order; ``voucher`` is the number of its own receipt, ``reason`` why it refused."""

    order_id: UUID
    said: Said
    voucher: str = ""
    reason: str = ""


class Taken(StrEnum):
    """What became of an answer: it changed the order, was known before, contradicts what is known, or is nobody's."""

    DONE = "done"
    KNOWN = "known"
    CONTRADICTS = "contradicts"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PremiumOrder:
    """One order. ``person_id`` is who is insured, ``orderer_id`` who ran the errand, ``payer_id`` whose money.

    Nobody's where all is paid in cash. ``account_fen`` of ``amount_fen`` comes from an account, the rest is paid to
    the tax bureau in cash. ``repair``: a missed year is paid later. ``day`` is the day of ordering in China, which
    counts as the day of payment. ``missed``, ``in_window`` and ``exempt`` are what the waiting period rests on; the
    days covered follow when it is paid. ``ending_act`` confirms or fails it; ``refund_act`` takes back the
    confirmation, ``back_act`` the order.
    """

    person_id: UUID
    order_id: UUID
    orderer_id: UUID
    payer_id: UUID | None
    payer_kind: PayerKind
    grant_id: UUID | None
    premium: Premium
    year: int
    premium_class: str
    region: str
    amount_fen: int
    account_fen: int
    repair: bool
    missed: frozenset[int]
    in_window: bool
    exempt: str
    wait_months: int
    covered_from: date
    covered_until: date
    document: str
    clause: str
    state: OrderState
    basis: str
    channel: Channel
    day: date
    ordered_at: datetime
    next_send_at: datetime | None
    attempts: int = 0
    answered_at: datetime | None = None
    voucher: str | None = None
    reason: str | None = None
    ending_act: UUID | None = None
    refund_act: UUID | None = None
    back_act: UUID | None = None

    @property
    def number(self) -> str:
        """The number under which the tax bureau, the receipt and the person know it."""
        return to_wire(self.order_id)

    @property
    def cash_fen(self) -> int:
        """What is paid to the tax bureau in cash."""
        return self.amount_fen - self.account_fen

    def tried(self, at_next: datetime) -> PremiumOrder:
        """The order as it is sent once more; a refund that is asked for stays one."""
        state = OrderState.REFUNDING if self.state is OrderState.REFUNDING else OrderState.SENT
        return replace(self, state=state, attempts=self.attempts + 1, next_send_at=at_next)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Days on which benefits run. ``order_id`` None: what the register said before; ``covered_until`` None: on and on.

    An ended row counts for nothing: its premium was paid back.
    """

    person_id: UUID
    coverage_id: UUID
    year: int
    order_id: UUID | None
    covered_from: date
    covered_until: date | None
    at: datetime
    ended_at: datetime | None = None


class EnrolmentKind(StrEnum):
    """How one person comes into the residents' insurance outside of files."""

    NEWBORN = "newborn"
    CHILD = "child"
    RETURNING = "returning"


ENROLMENT_CHINESE: dict[EnrolmentKind, str] = {
    EnrolmentKind.NEWBORN: "新生儿参保",
    EnrolmentKind.CHILD: "少年儿童参保",
    EnrolmentKind.RETURNING: "恢复参加居民医保",
}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person's coming into the residents' insurance; ``employee_until`` is the last day as an employee.

    ``ex_serviceman`` and ``released`` are known by papers that the window saw, and spare a waiting period.
    """

    person_id: UUID
    enrolment_id: UUID
    kind: EnrolmentKind
    enrolled_by: str
    at: datetime
    employee_until: date | None = None
    ex_serviceman: bool = False
    released: bool = False

    @property
    def grounds(self) -> frozenset[SparedGround]:
        """What is known by papers."""
        held = {SparedGround.EX_SERVICEMAN: self.ex_serviceman, SparedGround.RELEASED: self.released}
        return frozenset(ground for ground, known in held.items() if known)

    def spared_by(self, ground: SparedGround) -> Enrolment:
        """The same with this ground beside what is known already."""
        return replace(
            self,
            ex_serviceman=self.ex_serviceman or ground is SparedGround.EX_SERVICEMAN,
            released=self.released or ground is SparedGround.RELEASED,
        )


@dataclass(frozen=True, slots=True)
class History:
    """What is known of somebody's premiums: days covered, orders that are not over, the last enrolment."""

    coverages: tuple[Coverage, ...] = ()
    orders: tuple[PremiumOrder, ...] = ()
    enrolment: Enrolment | None = None

    @property
    def repaired(self) -> frozenset[int]:
        """Missed years that were paid later."""
        return frozenset(one.year for one in self.orders if one.repair and one.state is OrderState.PAID)
