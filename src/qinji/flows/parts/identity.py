"""Pure checks that a message speaks of the right person: claimed identity, credential, place of insurance."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from qinji.credential.model import SessionFacts
from qinji.flows.parts.commands import ClaimedIdentity, CredentialKind, PersonCard
from qinji.flows.parts.facts import Presented
from qinji.institution.model import Institution
from qinji.insured.model import CARD_KEY, CERTIFICATE_KEY, Person
from qinji.kernel.dates import age_on
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.region import city_of

CODE_KIND = "01"
KEY_KINDS = {CredentialKind.IDENTITY_NUMBER: CERTIFICATE_KEY, CredentialKind.CARD: CARD_KEY}
"""The kind of number that a credential other than a code is found by."""

_MISSING = frozenset({RefusalCode.VISIT_UNKNOWN, RefusalCode.SETTLEMENT_UNKNOWN})


def presented_by_number(kind: CredentialKind, person: UUID | None) -> Presented:
    """Who is behind a card or an identity number, after its register was asked."""
    if person is not None:
        return Presented(person, None, kind)
    refusal = refuse(RefusalCode.PERSON_UNKNOWN, field="credential_number", label="就诊凭证编号")
    return Presented(None, None, kind, refusal)


def right_person(presented: Presented | None, person: UUID | None) -> UUID | Refused:
    """The person a message names, who is the person of its credential; checked before anything of them is read."""
    if presented is not None and presented.refusal is not None:
        return presented.refusal
    if person is None:
        return refuse(RefusalCode.PERSON_UNKNOWN, field="person_number", label="人员编号")
    if presented is not None and presented.person is not None and presented.person != person:
        return refuse(RefusalCode.CREDENTIAL_OTHER_PERSON, field="person_number", label="人员编号")
    return person


def identity_agrees(claimed: ClaimedIdentity, person: Person, certificate: str) -> Refused | None:
    """Identity fields that a message repeats agree with the register; empty ones are not compared."""
    compared = (
        ("certificate_number", "证件号码", claimed.certificate_number.upper(), certificate),
        ("name", "人员姓名", claimed.name, person.name),
        ("person_type", "人员类别", claimed.person_type, person.person_status),
    )
    for field, label, sent, known in compared:
        if sent and sent != known:
            return refuse(RefusalCode.IDENTITY_DIFFERS, field=field, label=label)
    if claimed.insurance and claimed.insurance != person.insurance:
        return refuse(RefusalCode.INSURANCE_DIFFERS, value=claimed.insurance, expected=person.insurance)
    return None


def insured_here(person: Person, institution: Institution, names: dict[str, str]) -> Refused | None:
    """The person is insured in the institution's pooling area; remote settlement is not open yet."""
    if city_of(person.region) == city_of(institution.region):
        return None
    return refuse(
        RefusalCode.INSURED_ELSEWHERE,
        person_region=names.get(person.region, person.region),
        institution_region=names.get(institution.region, institution.region),
    )


def missing_because(
    refusal: Refused, person: Person | None, institution: Institution | None, names: dict[str, str]
) -> Refused:
    """Why a visit or settlement is not here: of somebody insured elsewhere there can be none, and that is told."""
    if refusal.code not in _MISSING or person is None or institution is None:
        return refusal
    return insured_here(person, institution, names) or refusal


def session_usable(
    session: SessionFacts | None, institution: str, today: date, *, settling: bool
) -> Refused | None:
    """A code session is of this institution, not voided, of today, and for one settlement only."""
    if session is None or session.institution != institution:
        return refuse(RefusalCode.CODE_USED_ELSEWHERE)
    if session.voided:
        return refuse(RefusalCode.CODE_VOID)
    if settling and session.consumed_by is not None:
        return refuse(RefusalCode.CODE_SESSION_CONSUMED)
    if today > session.good_until:
        return refuse(RefusalCode.CODE_SESSION_OVER)
    return None


def card_of(person: Person, certificate: str, balance_fen: int, today: date) -> PersonCard:
    """What an institution may be told of a person."""
    return PersonCard(
        person_number=person.number,
        certificate_number=certificate,
        name=person.name,
        sex=person.sex,
        ethnicity=person.ethnicity,
        birth=person.birth,
        age=age_on(person.birth, today),
        insurance=person.insurance,
        person_type=person.person_status,
        status=person.status,
        insured_since=person.insured_since,
        suspended_since=person.suspended_since,
        region=person.region,
        employer=person.employer,
        civil_servant=person.civil_servant,
        balance_fen=balance_fen,
    )
