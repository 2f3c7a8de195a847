"""Pure: from a command of a door to the request that ``decide`` understands, with the checks on visit and lines."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from qinji.flows.parts.commands import SettlePharmacy, SettleVisit
from qinji.flows.parts.decide import Request
from qinji.flows.parts.facts import Presented, WorkingSet
from qinji.flows.parts.identity import identity_agrees
from qinji.kernel.bill import SentLine
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import NOT_A_CODE, RefusalCode, Refused, refuse
from qinji.settlement.model import SettlementKind
from qinji.settlement.rules import amounts_agree, open_visit

NO_CREDENTIAL = "没有可用的就诊凭证:预结算不扣款,结算时须出示医保码或社会保障卡"
OWN_MONEY_ONLY = "出示医保码时选择了“本次不用家人的钱”:家人的账户不支付,本人账户不够的部分付现金"
HOLDS_NONE = NOT_A_CODE | {RefusalCode.PERSON_UNKNOWN}
"""Refusals of a field that holds no credential at all; one of another person is refused everywhere."""


def request_of(
    command: SettleVisit | SettlePharmacy,
    presented: Presented | None,
    person: UUID,
    fresh: tuple[UUID, UUID],
    facts: WorkingSet,
    now: datetime,
) -> Request | Refused:
    """The request, or why there is none. ``fresh`` holds new ids for a settlement and a pharmacy's visit."""
    patient = facts.persons.get(person)
    if patient is None or person not in facts.certificates:
        return refuse(RefusalCode.PERSON_UNKNOWN, field="person_number", label="人员编号")
    refusal = identity_agrees(command.claimed, patient, facts.certificates[person])
    if refusal is not None:
        return refusal
    if isinstance(command, SettleVisit):
        return _of_visit(command, presented, person, fresh, facts)
    return _of_pharmacy(command, presented, person, fresh, facts, now)


def presented_for(command: SettleVisit | SettlePharmacy, presented: Presented | None) -> Presented | None:
    """Who is behind the credential; in the preview of a visit, which names the patient, nobody need be."""
    if presented is None or presented.refusal is None:
        return presented
    tolerated = isinstance(command, SettleVisit) and command.preview and presented.refusal.code in HOLDS_NONE
    return None if tolerated else presented


def _warning(
    command: SettleVisit | SettlePharmacy, presented: Presented | None, *, own_money_only: bool
) -> str:
    told = (
        NO_CREDENTIAL if command.preview and presented is None else "",
        OWN_MONEY_ONLY if own_money_only else "",
    )
    return ";".join(text for text in told if text)


def _own_money_only(person: UUID, session: UUID | None, facts: WorkingSet) -> bool:
    """Whether the code behind this session was shown with 本次不用家人的钱."""
    opened = facts.sessions.get((person, session)) if session is not None else None
    return opened is not None and opened.own_money_only


def _of_visit(
    command: SettleVisit,
    presented: Presented | None,
    person: UUID,
    fresh: tuple[UUID, UUID],
    facts: WorkingSet,
) -> Request | Refused:
    identifier = from_wire(command.visit)
    visit = facts.visits.get((person, identifier)) if identifier else None
    refusal = open_visit(visit, command.origin.institution, command.visit)
    if refusal is not None or visit is None:
        return refusal or refuse(RefusalCode.VISIT_UNKNOWN, visit=command.visit)
    batch = facts.batches.get((person, visit.visit, command.batch))
    if batch is None or not batch.lines:
        return refuse(RefusalCode.BATCH_EMPTY, batch=command.batch)
    if batch.settlement is not None:
        return refuse(RefusalCode.ALREADY_SETTLED, settlement=to_wire(batch.settlement))
    # A preview without a credential shows what the code that opened the visit wishes, or settling would differ.
    session = visit.session if presented is None else presented.session
    own_money_only = _own_money_only(person, session, facts)
    return Request(
        person=person,
        presented=presented,
        institution=command.origin.institution,
        message_id=command.origin.message_id,
        visit=visit.visit,
        batch=command.batch,
        lines=batch.lines,
        service_day=visit.service_day,
        total_fen=command.total_fen,
        account_use=command.account_use,
        medical_type=command.medical_type or visit.medical_type,
        kind=SettlementKind.OUTPATIENT,
        preview=command.preview,
        settlement=fresh[0],
        warning=_warning(command, presented, own_money_only=own_money_only),
        own_money_only=own_money_only,
        cashier=command.origin.cashier,
        tell_payers=command.tell_payers,
    )


def _of_pharmacy(
    command: SettlePharmacy,
    presented: Presented | None,
    person: UUID,
    fresh: tuple[UUID, UUID],
    facts: WorkingSet,
    now: datetime,
) -> Request | Refused:
    refusal = amounts_agree(command.lines) or _numbers_differ(command.lines)
    if refusal is not None:
        return refusal
    for line in command.lines:
        live = facts.pharmacy_lines.get((person, command.origin.institution, line.number))
        if live is not None:
            return refuse(RefusalCode.ALREADY_SETTLED, settlement=to_wire(live))
    own_money_only = _own_money_only(person, presented.session if presented else None, facts)
    return Request(
        person=person,
        presented=presented,
        institution=command.origin.institution,
        message_id=command.origin.message_id,
        visit=fresh[1],
        batch="",
        lines=command.lines,
        service_day=local_day(now),
        total_fen=command.total_fen,
        account_use=command.account_use,
        medical_type=command.medical_type,
        kind=SettlementKind.PHARMACY,
        preview=command.preview,
        settlement=fresh[0],
        warning=_warning(command, presented, own_money_only=own_money_only),
        own_money_only=own_money_only,
        cashier=command.origin.cashier,
        tell_payers=command.tell_payers,
    )


def _numbers_differ(lines: tuple[SentLine, ...]) -> Refused | None:
    seen: set[str] = set()
    for line in lines:
        if line.number in seen:
            return refuse(RefusalCode.LINE_NUMBER_TAKEN, number=line.number)
        seen.add(line.number)
    return None
