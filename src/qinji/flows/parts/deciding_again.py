"""Pure: past bills decided again under other packs, and what would have come out otherwise (`qinji policy replay`).

Lines keep the class, ratio and ceiling that the catalogue gave them then; payers keep the balance, limits and grants
that they had. New are the benefits, which classes the own account pays, and in which order payers stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from qinji.flows.parts.at_the_door import case_at_the_door
from qinji.flows.parts.carrying import Carried, Effect, Kept, Place
from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.differences import Compared, Tally
from qinji.flows.parts.divide import divide
from qinji.flows.parts.document import Document, read_decision, was_lapsed
from qinji.flows.parts.explaining import line_of, payer_of
from qinji.flows.parts.payers import uses_grants, uses_own
from qinji.funding.model import Payer
from qinji.funding.order import order
from qinji.funding.prepay import CURRENT_POCKET
from qinji.kernel.bill import PayerKind, Plan, Split
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.takings import Parts
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.model import Accumulated, Merge, Rules, SettlementTerms
from qinji.settlement.model import StoredDecision


@dataclass(frozen=True, slots=True)
class _Read:
    """A stored settlement with its document read."""

    stored: StoredDecision
    document: Document
    booked_at: datetime

    @property
    def order(self) -> tuple[datetime, int, int]:
        """Bills booked at one moment, in one batch, stand as their accumulators grew."""
        used = self.document["used"]
        return (self.booked_at, used["in_scope_year_fen"], used["fund_paid_year_fen"])


@dataclass(frozen=True, slots=True)
class _New:
    """What the packs say of a bill now."""

    policy: RegionPolicy
    rules: Rules
    year: int


def tally_of(rows: Sequence[StoredDecision], book: Book) -> Tally:
    """What these settlements come to under these packs; the rows of a person stand together."""
    tally = Tally()
    for _, of_person in groupby(rows, lambda row: row.person):
        for compared in decide_again(list(of_person), book):
            tally.add(compared)
    return tally


def decide_again(rows: Sequence[StoredDecision], book: Book) -> Iterator[Compared]:
    """One person's bills again, in the order in which they were booked; cancelled ones count only until then."""
    carried = Carried()
    read = [_read(row) for row in rows]
    for one in sorted(read, key=lambda each: each.order):
        found = _again(one, book, carried)
        if one.stored.cancelled_at is None:
            yield found


def _read(row: StoredDecision) -> _Read:
    document = read_decision(row.decision)
    return _Read(row, document, datetime.fromisoformat(document["booked_at"]))


def _again(one: _Read, book: Book, carried: Carried) -> Compared:
    document = one.document
    was = _parts_then(document)
    new = _rules_now(document, book)
    if isinstance(new, Refused):
        return _compared(one, document["rules"].get("group", ""), was, None, new)
    place = Place(
        document["patient"]["insurance"],
        new.year,
        date.fromisoformat(document["service_day"]),
        document["level"],
    )
    used = carried.before(place, _kept(document), one.booked_at)
    divided, paid = divide(
        [line_of(row) for row in document["lines"]], new.rules, used, _payers(document, new)
    )
    now = Effect(divided.deductible_fen, divided.fund_fen, divided.in_scope_fen)
    carried.add(place, _effect_then(document), now, one.stored.cancelled_at)
    unsure = any(step.code == "unverified" for step in divided.trace)
    return _compared(one, new.rules.group, was, _parts_now(divided, paid), None, unsure=unsure)


def _compared(
    one: _Read,
    group: str,
    was: Parts,
    now: Parts | None,
    refused: Refused | None,
    *,
    unsure: bool = False,
) -> Compared:
    return Compared(
        settlement=one.stored.settlement,
        service_day=one.document["service_day"],
        group=group,
        level=one.document["level"],
        was=was,
        now=now,
        refused=refused,
        unsure=unsure,
    )


def _rules_now(document: Document, book: Book) -> _New | Refused:
    patient, day = document["patient"], date.fromisoformat(document["service_day"])
    policy = book.at(patient["region"], day)
    if isinstance(policy, Refused):
        return policy
    terms = policy.settlement()
    if document["medical_type"] in terms.medical_types_not_served:
        return refuse(RefusalCode.MEDICAL_TYPE_NOT_SERVED, value=document["medical_type"])
    rules = policy.rules(
        case_at_the_door(
            patient["insurance"],
            patient["person_status"],
            date.fromisoformat(patient["birth"]),
            day,
            document["level"],
            document["medical_type"],
            lapsed=was_lapsed(document),
        )
    )
    unverified = policy.unverified(rules.sources)
    if unverified:
        return refuse(
            RefusalCode.POLICY_UNVERIFIED, region=policy.name, parameter=unverified[0], count=len(unverified)
        )
    return _New(policy, rules, terms.benefit_year_of(day))


def _kept(document: Document) -> Kept:
    used, rules = Accumulated(**document["used"]), document["rules"]
    return Kept(
        used,
        by_month=bool(used.fund_paid_month_fen) or rules.get("month_fund_cap_fen") is not None,
        by_level=bool(used.deductible_used_level_fen) or rules.get("deductible_merge") == Merge.EACH_LEVEL,
    )


def _payers(document: Document, new: _New) -> tuple[Payer, ...]:
    """The payers of then, as far as the flag lets them pay now; own balances with the classes they pay now."""
    terms, use = new.policy.settlement(), AccountUse(document["account_use"])
    found = [
        _own(payer, new.rules) if payer.kind is PayerKind.OWN else payer
        for payer in map(payer_of, document["payers"])
        if _may(payer, use, terms)
    ]
    found.sort(key=lambda payer: (payer.pocket == CURRENT_POCKET) is not new.rules.current_first)
    return order(found, terms.self_position, terms.grantor_order, terms.wallet_position)


def _may(payer: Payer, use: AccountUse, terms: SettlementTerms) -> bool:
    return uses_own(use, terms) if payer.kind is PayerKind.OWN else uses_grants(use, terms)


def _own(payer: Payer, rules: Rules) -> Payer:
    return replace(payer, pays=rules.current_pays if payer.pocket == CURRENT_POCKET else rules.own_pays)


def _effect_then(document: Document) -> Effect:
    kept = document["split"]
    return Effect(kept["deductible_fen"], kept["fund_fen"], kept["in_scope_fen"])


def _parts_then(document: Document) -> Parts:
    kept, paid = document["split"], document["plan"]
    own = sum(share["amount_fen"] for share in paid["shares"] if share["kind"] == PayerKind.OWN)
    shared = sum(share["amount_fen"] for share in paid["shares"] if share["kind"] == PayerKind.GRANTOR)
    fund = kept["fund_fen"] + sum(layer["fund_fen"] for layer in kept.get("layers", ()))
    return Parts(1, kept["total_fen"], fund, own, shared, paid["cash_fen"])


def _parts_now(divided: Split, paid: Plan) -> Parts:
    fund = divided.fund_fen + divided.layers_fen
    return Parts(1, divided.total_fen, fund, paid.own_fen, paid.mutual_aid_fen, paid.cash_fen)
