"""Settled bills for the people they concern: who paid how much by what right, and why each fen went where.

Told from the stored input of the decision. A relative's balance is not told: only what was paid from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from qinji.api.views import PersonView, person_view
from qinji.flows.parts.document import own_money_only, read_decision
from qinji.flows.parts.explaining import steps_of
from qinji.flows.parts.rights import own_purse
from qinji.flows.parts.shared_uses import UsedAt
from qinji.insured.model import Person
from qinji.kernel.bill import PayerKind, TraceStep
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.purpose import USE_CHINESE, UseClass
from qinji.ledger.model import SharedUse
from qinji.policy.trace import render_step, without_balance
from qinji.settlement.model import SettlementRow


class BillView(BaseModel):
    """A settled bill. The parts add up: total = fund + own account + relatives' accounts + cash."""

    id: str
    psn_no: str
    visit: str
    institution: str
    institution_name: str
    kind: str
    service_day: date
    booked_at: datetime
    region: str
    state: str
    cancelled_at: datetime | None
    total_fen: int
    fund_fen: int
    own_account_fen: int
    mutual_aid_fen: int
    cash_fen: int
    deductible_fen: int
    in_scope_fen: int
    shown_by: PersonView | None


class PayerView(BaseModel):
    """One payer of a bill and its right; ``by_class`` says for which parts.

    Before and after are told of the reader's own account alone.
    """

    kind: str
    name: str
    relation: str
    right: str
    grant_id: str | None
    amount_fen: int
    by_class: dict[str, int]
    by_class_text: dict[str, int]
    before_fen: int | None
    after_fen: int | None


class StepView(BaseModel):
    """One reason: the sentence, the machine's code, the document and clause it rests on, and how certain that is."""

    text: str
    code: str
    document: str
    clause: str
    certainty: str


class BillDetail(BillView):
    """A bill with its payers and its whole trace. ``own_money_only``: the code was shown with 本次不用家人的钱."""

    own_money_only: bool
    payers: list[PayerView]
    trace: list[StepView]


class SharedUseView(BaseModel):
    """One use of my account for a relative: amount, day, region and kind of use; no institution, nothing treated."""

    settlement_id: str
    beneficiary: PersonView
    amount_fen: int
    booked_at: datetime
    region_name: str
    kind_text: str
    returned: bool


def bill_view(row: SettlementRow, people: Mapping[UUID, Person], places: Mapping[str, str]) -> BillView:
    """A settlement as its patient, or who may see their costs, sees it."""
    settled = row.settlement
    shower = people.get(settled.shown_by) if settled.shown_by is not None else None
    return BillView(
        id=to_wire(settled.settlement),
        psn_no=people[settled.person].number,
        visit=to_wire(settled.visit),
        institution=settled.institution,
        institution_name=places.get(settled.institution, settled.institution),
        kind=settled.kind,
        service_day=settled.service_day,
        booked_at=settled.booked_at,
        region=settled.region,
        state="settled" if row.cancellation is None else "cancelled",
        cancelled_at=row.cancelled_at,
        total_fen=settled.total_fen,
        fund_fen=settled.fund_fen,
        own_account_fen=settled.own_fen,
        mutual_aid_fen=settled.mutual_aid_fen,
        cash_fen=settled.cash_fen,
        deductible_fen=settled.deductible_fen,
        in_scope_fen=settled.in_scope_fen,
        shown_by=None if shower is None else person_view(shower),
    )


def bill_detail(
    row: SettlementRow, people: Mapping[UUID, Person], places: Mapping[str, str], reader: UUID
) -> BillDetail:
    """A settlement with its payers and trace, from the stored decision, as this reader may see it."""
    decision = read_decision(row.settlement.decision)
    steps = steps_of([*decision["split"]["trace"], *decision["plan"]["trace"]])
    if reader != row.settlement.person:
        steps = [without_balance(step) for step in steps]
    return BillDetail(
        **bill_view(row, people, places).model_dump(),
        own_money_only=own_money_only(decision),
        payers=[_payer(share, decision["payers"], reader) for share in decision["plan"]["shares"]],
        trace=[_step(step) for step in steps],
    )


def _payer(share: Mapping[str, Any], payers: list[Mapping[str, Any]], reader: UUID) -> PayerView:
    by_class = {str(use): int(amount) for use, amount in share["by_class"].items()}
    texts = {USE_CHINESE[UseClass(use)]: amount for use, amount in by_class.items()}
    which = ("person", "pocket", "grant")
    known = next(one for one in payers if all(one[name] == share[name] for name in which))
    own = share["kind"] == PayerKind.OWN
    relation = "本人" if own else CHINESE[Relation(known["relation"])]
    basis = f"{known['document']} {known['clause']}".strip()
    amount_fen = int(share["amount_fen"])
    before_fen = int(known["balance_fen"]) if UUID(share["person"]) == reader else None
    right = own_purse(share["pocket"]) if own else f"家庭共济授权(使用人是授权人的{relation})"
    return PayerView(
        kind=share["kind"],
        name=known["name"],
        relation=relation,
        right=f"{right},依据 {basis}" if basis else right,
        grant_id=None if share["grant"] is None else to_wire(UUID(share["grant"])),
        amount_fen=amount_fen,
        by_class=by_class,
        by_class_text=texts,
        before_fen=before_fen,
        after_fen=None if before_fen is None else before_fen - amount_fen,
    )


def _step(step: TraceStep) -> StepView:
    return StepView(
        text=render_step(step),
        code=step.code,
        document=step.document,
        clause=step.clause,
        certainty=step.certainty,
    )


def shared_use_view(use: SharedUse, people: Mapping[UUID, Person], used: UsedAt) -> SharedUseView:
    """A use of the grantor's account as the grantor sees it."""
    return SharedUseView(
        settlement_id=to_wire(use.settlement),
        beneficiary=person_view(people[use.beneficiary]),
        amount_fen=use.amount_fen,
        booked_at=use.booked_at,
        region_name=used.region,
        kind_text=used.kind,
        returned=use.returned,
    )
