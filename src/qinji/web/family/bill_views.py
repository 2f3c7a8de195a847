"""Pure: a settled bill as a family reads it: who paid how much from whose account, and why each fen went where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.flows.parts.document import Document, read_decision
from qinji.flows.parts.explaining import steps_of
from qinji.flows.parts.kin import KinName
from qinji.flows.parts.paid_parts import PaidPart, paid_bill
from qinji.flows.parts.stored import stored_shares
from qinji.kernel.bill import PayerKind, wallet_part
from qinji.kernel.ids import to_wire
from qinji.kernel.money import yuan
from qinji.kernel.purpose import USE_CHINESE, UseClass
from qinji.policy.trace import render_step, without_balance
from qinji.settlement.model import SettlementKind, SettlementRow
from qinji.web.texts import _, marked

KINDS: dict[SettlementKind, str] = {
    SettlementKind.OUTPATIENT: marked("门诊"),
    SettlementKind.PHARMACY: marked("药店购药"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bill: who paid it, in words that name whose money it was. ``before_fen`` is known of one's own."""

    kind: str
    who: str
    amount_fen: int
    uses: str = ""
    before_fen: int | None = None

    @property
    def after_fen(self) -> int | None:
        """What was left in the account."""
        return None if self.before_fen is None else self.before_fen - self.amount_fen


@dataclass(frozen=True, slots=True)
class BillLine:
    """A bill in a list."""

    bill: str
    place: str
    kind: str
    day: date
    booked_at: datetime
    total_fen: int
    paid: str
    returned: bool


@dataclass(frozen=True, slots=True)
class BillPage:
    """A bill by itself: its parts, the widths of their shares of the whole, and its reasons."""

    line: BillLine
    shown_by: str
    cancelled_at: datetime | None
    parts: Sequence[Part]
    reasons: Sequence[str]

    @property
    def strips(self) -> list[tuple[str, int, int]]:
        """Kind, beginning and width of each part in thousandths of the bill, for a drawing."""
        drawn, begin = [], 0
        for part in self.parts:
            width = 1000 * part.amount_fen // max(self.line.total_fen, 1)
            drawn.append((part.kind, begin, width))
            begin += width
        return drawn


def line_of(row: SettlementRow, places: Mapping[str, str]) -> BillLine:
    """A bill for a list; one line says from whose accounts it was paid."""
    settled = row.settlement
    shares = stored_shares(read_decision(settled.decision)) if settled.own_fen else []
    purse_fen = wallet_part(shares)
    paid = [
        _("{who} {amount} 元").format(who=who, amount=yuan(amount_fen))
        for who, amount_fen in (
            (_("基金"), settled.fund_fen),
            (_("本人账户"), settled.own_fen - purse_fen),
            (_("本人医保钱包"), purse_fen),
            (_("家人账户"), settled.mutual_aid_fen),
            (_("现金"), settled.cash_fen),
        )
        if amount_fen
    ]
    return BillLine(
        to_wire(settled.settlement),
        places.get(settled.institution, settled.institution),
        _(KINDS[settled.kind]),
        settled.service_day,
        settled.booked_at,
        settled.total_fen,
        " · ".join(paid),
        row.cancellation is not None,
    )


def page_of(
    row: SettlementRow, names: Mapping[UUID, KinName], places: Mapping[str, str], viewer: UUID
) -> BillPage:
    """A bill by itself, each account named as the viewer calls its owner; only the viewer's own balance is told."""
    settled, decision = row.settlement, read_decision(row.settlement.decision)
    shower = settled.shown_by if settled.shown_by is not None and settled.shown_by != settled.person else None
    paid = paid_bill(row, viewer, names)
    uses = [_uses(share) for share in decision["plan"]["shares"]]
    parts = [Part("fund", _("医保统筹基金"), settled.fund_fen)] if settled.fund_fen else []
    parts += [_part(one, of) for one, of in zip(paid.parts, uses, strict=True) if one.amount_fen]
    if settled.cash_fen:
        parts.append(Part("cash", _("现金"), settled.cash_fen))
    steps = steps_of([*decision["split"]["trace"], *decision["plan"]["trace"]])
    own = viewer == settled.person
    reasons = [render_step(step if own else without_balance(step)) for step in steps]
    shown = names[shower].text if shower is not None else ""
    return BillPage(line_of(row, places), shown, row.cancelled_at, parts, reasons)


def _part(paid: PaidPart, uses: str) -> Part:
    own = paid.kind is PayerKind.OWN
    who = (_("{whose}医保钱包") if paid.wallet else _("{whose}个人账户")).format(whose=paid.who.whose)
    if not own:
        who = _("{account}(家庭共济)").format(account=who)
    return Part("own" if own else "relative", who, paid.amount_fen, uses, paid.before_fen)


def _uses(share: Document) -> str:
    return "、".join(
        f"{USE_CHINESE[UseClass(use)]} {yuan(fen)}" for use, fen in share["by_class"].items() if fen
    )
