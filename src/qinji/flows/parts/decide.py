"""Pure: the decision on one bill. ``decide`` looks at the facts, ``apply`` carries its effect to the next command.

Prepay, split, plan, accumulate (ARCHITECTURE 3). A refusal is a value. Nothing here reads a clock or a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from qinji.flows.parts.arrears_standing import may_come, settles_alone
from qinji.flows.parts.at_the_door import case_at_the_door
from qinji.flows.parts.commands import (
    AccountUse,
    Bill,
    CredentialKind,
)
from qinji.flows.parts.confirming import (
    Unconfirmed,
    bill_key,
    confirmations_used,
    grant_uses,
    purpose_of,
    refused_grants,
    unconfirmed,
    warned,
)
from qinji.flows.parts.divide import divide
from qinji.flows.parts.document import written_decision
from qinji.flows.parts.facts import Presented, WorkingSet, month_key
from qinji.flows.parts.identity import insured_here, session_usable
from qinji.flows.parts.payers import payers_of
from qinji.flows.parts.postings import Act, settlement_postings
from qinji.flows.parts.pricing import Listed, listed_lines, priced_lines
from qinji.flows.parts.showing import Shown, shown_bill
from qinji.flows.parts.wallet_spending import carry_parts, wallet_parts
from qinji.funding.model import Payer
from qinji.funding.order import order
from qinji.insured.model import Person
from qinji.kernel.bill import Plan, SentLine, Split
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger.model import BalanceChange, Transfer
from qinji.ledger.rules import balance_changes
from qinji.mutual_aid.model import ConfirmationUse, GrantUse
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.model import Accumulated, Rules
from qinji.premium.rules import covered
from qinji.settlement.model import (
    DayChange,
    Settlement,
    SettlementKind,
    YearChange,
    YearUse,
)
from qinji.settlement.rules import service_day_allowed, total_agrees
from qinji.wallet.model import Part


@dataclass(frozen=True, slots=True)
class Request:
    """One bill to decide on: a visit's charge batch or a pharmacy's lines, in the same shape.

    ``own_money_only`` is the wish of the code that was shown; it holds whatever ``account_use`` asks for.
    """

    person: UUID
    presented: Presented | None
    institution: str
    message_id: str
    visit: UUID
    batch: str
    lines: tuple[SentLine, ...]
    service_day: date
    total_fen: int | None
    account_use: AccountUse
    medical_type: str
    kind: SettlementKind
    preview: bool
    settlement: UUID
    warning: str = ""
    own_money_only: bool = False
    cashier: str | None = None
    tell_payers: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A bill that may be settled, with everything that has to be written. ``bill`` is what the door renders.

    ``parts`` is of which received money the wallet's part is.
    ``unconfirmed`` are grantors who would pay more if they said yes; a preview asks them.
    """

    bill: Bill
    settlement: Settlement
    transfers: tuple[Transfer, ...]
    balances: tuple[BalanceChange, ...]
    grants: tuple[GrantUse, ...]
    year: YearChange
    day: DayChange
    session: UUID | None
    archive: tuple[bytes, str, bytes]
    parts: tuple[Part, ...] = ()
    confirmations: tuple[ConfirmationUse, ...] = ()
    unconfirmed: tuple[Unconfirmed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Context:
    patient: Person
    policy: RegionPolicy
    rules: Rules
    level: str
    year: int


def decide(request: Request, facts: WorkingSet, book: Book, now: datetime) -> Decided | Refused:
    """What becomes of one bill, on these facts, at this moment."""
    today = local_day(now)
    patient = facts.persons[request.person]
    institution = facts.institutions[request.institution]
    # Whoever pays alone in arrears does so by the rule of the day of the bill and of today, and no cover is asked for.
    alone = all(settles_alone(patient, day, book) for day in (request.service_day, today))
    refusal = (
        insured_here(patient, institution, book.region_names())
        or may_come(patient, today, alone=alone)
        or (None if alone else covered(facts.coverages.get(request.person, ()), request.service_day))
        or _credential_usable(request, facts, today)
    )
    if refusal is not None:
        return refusal
    policy = book.at(patient.region, request.service_day)
    if isinstance(policy, Refused):
        return policy
    terms = policy.settlement()
    if request.medical_type in terms.medical_types_not_served:
        return refuse(RefusalCode.MEDICAL_TYPE_NOT_SERVED, value=request.medical_type)
    refusal = service_day_allowed(
        request.service_day, today, terms.max_days_back, "begins_at"
    ) or total_agrees(request.total_fen, request.lines)
    if refusal is not None:
        return refusal
    listed = listed_lines(request.lines, policy, request.service_day)
    if isinstance(listed, Refused):
        return listed
    rules = policy.rules(
        case_at_the_door(
            patient.insurance,
            patient.person_status,
            patient.birth,
            request.service_day,
            institution.level,
            request.medical_type,
            lapsed=alone,
        )
    )
    unverified = policy.unverified(rules.sources)
    if unverified:
        return refuse(
            RefusalCode.POLICY_UNVERIFIED, region=policy.name, parameter=unverified[0], count=len(unverified)
        )
    context = _Context(patient, policy, rules, institution.level, terms.benefit_year_of(request.service_day))
    return _bill(request, facts, book, now, context, listed)


def _credential_usable(request: Request, facts: WorkingSet, today: date) -> Refused | None:
    presented = request.presented
    if presented is None or (presented.kind == CredentialKind.CODE and presented.session is None):
        return None if request.preview else refuse(RefusalCode.CREDENTIAL_REQUIRED)
    if presented.session is None:
        return None
    session = facts.sessions.get((request.person, presented.session))
    return session_usable(session, request.institution, today, settling=not request.preview)


def _account_use(request: Request, policy: RegionPolicy) -> AccountUse:
    """What the institution asks for, as far as credential and patient go along.

    A bare identity number identifies; whether it may draw on accounts is the region's parameter. With the wish that
    only own money is used, the own account pays where the institution asked for relatives.
    """
    presented = request.presented
    bare = presented is not None and presented.kind == CredentialKind.IDENTITY_NUMBER
    if bare and not policy.settlement().identity_number_draws:
        return AccountUse.NONE
    if request.own_money_only and request.account_use is AccountUse.SHARED:
        return AccountUse.OWN
    return request.account_use


def _bill(
    request: Request,
    facts: WorkingSet,
    book: Book,
    now: datetime,
    context: _Context,
    listed: Sequence[Listed],
) -> Decided:
    patient, rules = context.patient, context.rules
    used = _used(request, facts, context)
    lines = [line.fee for line in listed]
    payers = _payers(request, facts, book, now, context)
    divided, paid = divide(lines, rules, used, payers)
    bill = bill_key(request)
    refused = refused_grants(list(facts.answers.values()), bill)
    asked = unconfirmed(lines, rules, used, payers, paid, refused)
    stored = written_decision(
        request=request,
        patient=patient,
        level=context.level,
        booked_at=now,
        lines=lines,
        rules=rules,
        used=used,
        payers=payers,
        split=divided,
        plan=paid,
        pack=context.policy.digest.hex(),
        refund_to=context.policy.settlement().wallet_refund_to if paid.wallet_fen else None,
    )
    settled = _settlement(request, context, now, divided, paid, stored, _shown_by(request, facts))
    transfers = _postings(request, facts, now, patient, divided.fund_fen, paid)
    return Decided(
        bill=shown_bill(
            replace(request, warning=warned(request.warning, asked, preview=request.preview)),
            Shown(patient, divided, paid, priced_lines(listed, divided.lines), _room(rules, used)),
            facts,
            now,
        ),
        settlement=settled,
        transfers=tuple(transfers),
        balances=tuple(balance_changes(transfers)),
        grants=tuple(grant_uses(patient.person_id, paid, local_day(now))),
        year=YearChange(
            patient.person_id,
            patient.insurance,
            context.year,
            divided.deductible_fen,
            divided.fund_fen,
            divided.in_scope_fen,
        ),
        day=DayChange(patient.person_id, request.service_day, context.level, divided.fund_fen),
        session=request.presented.session if request.presented else None,
        archive=(context.policy.digest, context.policy.region, context.policy.archive),
        parts=wallet_parts(facts, request.person, request.settlement, paid),
        confirmations=confirmations_used(payers, paid, patient.person_id, bill, request.settlement),
        unconfirmed=asked,
    )


def _used(request: Request, facts: WorkingSet, context: _Context) -> Accumulated:
    patient = context.patient
    insured = (patient.person_id, str(patient.insurance))
    year = facts.years.get((*insured, context.year), YearUse())
    counted = context.policy.counts_by_month_and_level
    month, level = month_key(*insured, request.service_day), (*insured, context.year, context.level)
    return Accumulated(
        deductible_used_fen=year.deductible_used_fen,
        fund_paid_year_fen=year.fund_paid_fen,
        fund_paid_day_fen=facts.days.get((patient.person_id, request.service_day, context.level), 0),
        in_scope_year_fen=year.in_scope_fen,
        fund_paid_month_fen=facts.months.get(month, 0) if counted else 0,
        deductible_used_level_fen=facts.levels.get(level, 0) if counted else 0,
    )


def _payers(
    request: Request, facts: WorkingSet, book: Book, now: datetime, context: _Context
) -> tuple[Payer, ...]:
    terms = context.policy.settlement()
    found = payers_of(
        context.patient,
        _account_use(request, context.policy),
        terms,
        context.rules,
        facts,
        book,
        local_day(now),
        purpose_of(request.kind),
        own_money_only=request.own_money_only,
        bill=bill_key(request),
    )
    return order(found, terms.self_position, terms.grantor_order, terms.wallet_position)


def _postings(
    request: Request, facts: WorkingSet, now: datetime, patient: Person, fund_fen: int, paid: Plan
) -> list[Transfer]:
    act = Act(
        patient.person_id,
        request.settlement,
        patient.region,
        patient.insurance,
        request.institution,
        request.service_day,
        now,
    )
    return settlement_postings(act, fund_fen, paid, lambda payer: facts.persons[payer].region)


def _room(rules: Rules, used: Accumulated) -> int | None:
    cap = rules.day_fund_cap_fen
    return None if cap is None else max(0, cap - used.fund_paid_day_fen)


def _shown_by(request: Request, facts: WorkingSet) -> UUID | None:
    presented = request.presented
    if presented is None or presented.session is None:
        return None
    return facts.sessions[(request.person, presented.session)].shown_by


def _settlement(
    request: Request,
    context: _Context,
    now: datetime,
    divided: Split,
    paid: Plan,
    stored: bytes,
    shown_by: UUID | None,
) -> Settlement:
    patient = context.patient
    return Settlement(
        person=patient.person_id,
        settlement=request.settlement,
        visit=request.visit,
        batch=request.batch,
        institution=request.institution,
        kind=request.kind,
        service_day=request.service_day,
        booked_at=now,
        region=patient.region,
        insurance=patient.insurance,
        level=context.level,
        year=context.year,
        total_fen=divided.total_fen,
        fund_fen=divided.fund_fen,
        own_fen=paid.own_fen,
        mutual_aid_fen=paid.mutual_aid_fen,
        cash_fen=paid.cash_fen,
        deductible_fen=divided.deductible_fen,
        in_scope_fen=divided.in_scope_fen,
        credential_kind=request.presented.kind if request.presented else "",
        shown_by=shown_by,
        message_id=request.message_id,
        pack_digest=context.policy.digest,
        decision=stored,
        cashier=request.cashier,
    )


def line_keys(decided: Decided) -> list[tuple[UUID, str, str]]:
    """The lines of a pharmacy's bill, each of which is settled once: (person, institution, line number)."""
    settled = decided.settlement
    if settled.kind is not SettlementKind.PHARMACY:
        return []
    return [(settled.person, settled.institution, line.fee.number) for line in decided.bill.lines]


def apply(decided: Decided, facts: WorkingSet) -> None:
    """Carry the effect of a decided bill into the working set, before the next command of the batch."""
    for change in decided.balances:
        place = (change.person, change.pocket)
        facts.balances[place] = facts.balances.get(place, 0) + change.change_fen
    settled = decided.settlement
    carry_parts(facts, decided.parts)
    for use in decided.grants:
        facts.grants[use.person] = [
            grant.after_use(use.day, use.amount_fen) if grant.grant_id == use.grant else grant
            for grant in facts.grants[use.person]
        ]
    for used in decided.confirmations:
        facts.answers.pop((used.grant, used.bill))
    year_key = (decided.year.person, decided.year.insurance, decided.year.year)
    year = facts.years.get(year_key, YearUse())
    facts.years[year_key] = YearUse(
        year.deductible_used_fen + decided.year.deductible_used_fen,
        year.fund_paid_fen + decided.year.fund_paid_fen,
        year.in_scope_fen + decided.year.in_scope_fen,
    )
    day_key = (decided.day.person, decided.day.service_day, decided.day.level)
    facts.days[day_key] = facts.days.get(day_key, 0) + decided.day.fund_paid_fen
    month = month_key(decided.year.person, decided.year.insurance, decided.day.service_day)
    facts.months[month] = facts.months.get(month, 0) + decided.year.fund_paid_fen
    level = (*year_key, decided.day.level)
    facts.levels[level] = facts.levels.get(level, 0) + decided.year.deductible_used_fen
    batch_key = (settled.person, settled.visit, settled.batch)
    if batch_key in facts.batches:
        facts.batches[batch_key] = replace(facts.batches[batch_key], settlement=settled.settlement)
    for line_key in line_keys(decided):
        facts.pharmacy_lines[line_key] = settled.settlement
    if decided.session is not None:
        session_key = (settled.person, decided.session)
        facts.sessions[session_key] = replace(facts.sessions[session_key], consumed_by=settled.settlement)
