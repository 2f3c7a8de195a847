"""Pure: 用款说明: by what right, in which order and within which limits a bill was paid, told from what was stored with it.

For the patient (or who may see their costs) the whole bill; for a grantor their own part alone. A balance before and
after is told of one account only: the reader's own, for staff the patient's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.credential.model import CodeFacts, Scan
from qinji.flows.parts.consent_texts import of_digest
from qinji.flows.parts.credential_words import CREDENTIAL_CHINESE
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.document import Document
from qinji.flows.parts.explaining import INSURANCE_CHINESE, chosen, computed_again, steps_of
from qinji.flows.parts.kin import KinName
from qinji.flows.parts.rights import bounds, own_purse
from qinji.flows.parts.stored import stored_shares
from qinji.insured.model import Consent
from qinji.kernel.actor import CHANNEL_CHINESE
from qinji.kernel.bill import WALLET_POCKET, PayerKind, wallet_part
from qinji.kernel.purpose import USE_CHINESE, UseClass
from qinji.policy.trace import render_step, why_not
from qinji.settlement.model import SettlementKind, SettlementRow

KIND_CHINESE: dict[SettlementKind, str] = {
    SettlementKind.OUTPATIENT: "门诊",
    SettlementKind.PHARMACY: "药店购药",
}
_PARTS = (
    ("自费", "own_expense_fen"),
    ("超限价", "over_limit_fen"),
    ("先行自付", "prior_self_pay_fen"),
    ("政策范围内", "in_scope_fen"),
    ("起付线", "deductible_fen"),
    ("统筹基金支付", "fund_fen"),
)
_GRANTING = {DeedKind.GRANT, DeedKind.GRANT_FILE}
_CHANGING = {DeedKind.GRANT_CHANGE, DeedKind.GRANT_PAUSE, DeedKind.GRANT_RESUME}
_BINDING = {DeedKind.BIND_CONFIRM}
_POWERS = {DeedKind.BIND_POWERS}


@dataclass(frozen=True, slots=True)
class ConsentNote:
    """What somebody agreed to, when and how. ``detail``: the bounds or powers as they were set then.

    ``entered_by`` and ``staff`` are the clerks where it was done at the window, on ``paper`` where there was one.
    """

    title: str
    version: str
    at: datetime
    channel: str
    entered_by: str | None
    staff: str | None
    paper: bool
    detail: str | None


@dataclass(frozen=True, slots=True)
class UsagePayer:
    """One account, or the wallet, in its place. ``consent`` is None for one's own, which needs none; ``changed`` the
    last change of the grant before the bill; ``why_not`` says why it paid nothing. Amounts are fen.
    """

    place: int
    kind: PayerKind
    who: KinName
    amount_fen: int
    uses: tuple[tuple[str, int], ...]
    right: str
    rule: str
    bounds: str
    consent: ConsentNote | None
    changed: ConsentNote | None
    why_not: str
    before_fen: int | None
    after_fen: int | None
    wallet: bool = False


@dataclass(frozen=True, slots=True)
class Showing:
    """How the patient was recognised. For a code: who showed it when, where it was scanned, and by what right.

    ``by`` is None for a card or identity paper; ``consent`` is None where the patient showed it alone.
    """

    credential: str
    by: KinName | None
    shown_at: datetime | None
    scanned_at: datetime | None
    consent: ConsentNote | None
    powers_changed: ConsentNote | None


@dataclass(frozen=True, slots=True)
class BillHead:
    """Which bill, where, when; ``returned_at`` where it was taken back."""

    settlement: UUID
    patient: KinName
    kind: str
    institution_name: str
    region_name: str
    service_day: date
    booked_at: datetime
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Usage:
    """A whole bill, explained. Amounts are fen: total = fund + own + mutual aid + cash.

    ``wallet_fen`` is contained in ``own_fen``. ``chosen`` is what patient or cashier chose; ``reasons`` are the
    split's steps; ``checked`` says whether computing it again from the stored input gives the same.
    """

    head: BillHead
    insurance: str
    pack: str
    total_fen: int
    fund_fen: int
    own_fen: int
    wallet_fen: int
    mutual_aid_fen: int
    cash_fen: int
    parts: tuple[tuple[str, int], ...]
    chosen: tuple[str, ...]
    shown: Showing
    payers: tuple[UsagePayer, ...]
    reasons: tuple[str, ...]
    checked: str


@dataclass(frozen=True, slots=True)
class PartHead:
    """Which bill a grantor's part is of: whose, when, of which kind, in which region; not at which institution."""

    settlement: UUID
    patient: KinName
    kind: str
    region_name: str
    service_day: date
    booked_at: datetime
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnUsage:
    """A grantor's own part of a relative's bill: amount, day, region and classes of use; nothing else of the bill."""

    head: PartHead
    payers: tuple[UsagePayer, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of the code with which a bill was settled, and what the member had agreed to."""

    scan: Scan | None
    code: CodeFacts | None
    consents: Sequence[Consent]


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """What a bill is explained from. ``reader`` is whose balance alone may be told, and who names the others.

    ``region_name`` is where the patient is insured, ``used_in`` the region of the institution; ``consents`` are those
    about each grant, oldest first.
    """

    row: SettlementRow
    document: Document
    names: Mapping[UUID, KinName]
    institution_name: str
    region_name: str
    used_in: str
    shown: Shown
    consents: Mapping[UUID, Sequence[Consent]]
    reader: UUID


def grants_in(document: Document) -> list[UUID]:
    """The grants that came into question."""
    return [UUID(payer["grant"]) for payer in document["payers"] if payer["grant"] is not None]


def people_in(document: Document) -> set[UUID]:
    """Everybody whose account came into question."""
    return {UUID(payer["person"]) for payer in document["payers"]}


def grantors_paid(document: Document) -> set[UUID]:
    """The relatives whose accounts paid."""
    shares = document["plan"]["shares"]
    return {UUID(share["person"]) for share in shares if share["kind"] == PayerKind.GRANTOR}


def uses_of(document: Document, payer: UUID) -> tuple[tuple[str, int], ...]:
    """For which classes of use somebody's account paid how much (fen) of a bill."""
    found: dict[str, int] = {}
    for share in document["plan"]["shares"]:
        if UUID(share["person"]) == payer:
            for name, fen in _uses(share):
                found[name] = found.get(name, 0) + fen
    return tuple(found.items())


def usage(facts: UsageFacts) -> Usage:
    """The whole bill."""
    settled, document = facts.row.settlement, facts.document
    return Usage(
        head=_head(facts),
        insurance=INSURANCE_CHINESE.get(settled.insurance, settled.insurance),
        pack=document["pack"],
        total_fen=settled.total_fen,
        fund_fen=settled.fund_fen,
        own_fen=settled.own_fen,
        wallet_fen=wallet_part(stored_shares(document)),
        mutual_aid_fen=settled.mutual_aid_fen,
        cash_fen=settled.cash_fen,
        parts=tuple((label, document["split"][name]) for label, name in _PARTS),
        chosen=tuple(chosen(document)),
        shown=_shown(facts),
        payers=_payers(facts),
        reasons=tuple(render_step(step) for step in steps_of(document["split"]["trace"])),
        checked=computed_again(document),
    )


def own_usage(facts: UsageFacts) -> OwnUsage:
    """The reader's own part."""
    mine = tuple(
        payer
        for payer, stored in zip(_payers(facts), facts.document["payers"], strict=True)
        if UUID(stored["person"]) == facts.reader and payer.amount_fen
    )
    return OwnUsage(_part_head(facts), mine)


def _part_head(facts: UsageFacts) -> PartHead:
    settled = facts.row.settlement
    return PartHead(
        settlement=settled.settlement,
        patient=facts.names[settled.person],
        kind=KIND_CHINESE[settled.kind],
        region_name=facts.used_in,
        service_day=settled.service_day,
        booked_at=settled.booked_at,
        returned_at=facts.row.cancelled_at,
    )


def _head(facts: UsageFacts) -> BillHead:
    settled = facts.row.settlement
    return BillHead(
        settlement=settled.settlement,
        patient=facts.names[settled.person],
        kind=KIND_CHINESE[settled.kind],
        institution_name=facts.institution_name,
        region_name=facts.region_name,
        service_day=settled.service_day,
        booked_at=settled.booked_at,
        returned_at=facts.row.cancelled_at,
    )


def _payers(facts: UsageFacts) -> tuple[UsagePayer, ...]:
    """In the order that was followed; the plan's trace has one step for each, then one for cash."""
    document = facts.document
    steps = document["plan"]["trace"]
    return tuple(
        _payer(place, payer, steps[place - 1]["values"]["reason"], facts)
        for place, payer in enumerate(document["payers"], 1)
    )


def _payer(place: int, payer: Document, reason: str, facts: UsageFacts) -> UsagePayer:
    person = UUID(payer["person"])
    share = next((one for one in facts.document["plan"]["shares"] if _same(one, payer)), None)
    amount_fen = 0 if share is None else int(share["amount_fen"])
    told = person == facts.reader
    before_fen = int(payer["balance_fen"]) if told else None
    own = payer["kind"] == PayerKind.OWN
    given = () if own else facts.consents.get(UUID(payer["grant"]), ())
    booked_at = facts.row.settlement.booked_at
    return UsagePayer(
        place=place,
        kind=PayerKind(payer["kind"]),
        who=facts.names[person],
        amount_fen=amount_fen,
        uses=() if share is None else _uses(share),
        right=own_purse(payer["pocket"]) if own else f"家庭共济授权,授权人中排第 {payer['rank']} 位",
        rule=f"{payer['document']} {payer['clause']}".strip(),
        bounds="" if own else bounds(payer),
        consent=_latest(given, _GRANTING, booked_at),
        changed=_latest(given, _CHANGING, booked_at),
        why_not=why_not(reason) if reason else "",
        before_fen=before_fen,
        after_fen=None if before_fen is None else before_fen - amount_fen,
        wallet=payer["pocket"] == WALLET_POCKET,
    )


def _same(share: Document, payer: Document) -> bool:
    return (share["person"], share["pocket"], share["grant"]) == (
        payer["person"],
        payer["pocket"],
        payer["grant"],
    )


def _uses(share: Document) -> tuple[tuple[str, int], ...]:
    return tuple((USE_CHINESE[UseClass(use)], int(fen)) for use, fen in share["by_class"].items() if fen)


def _latest(consents: Sequence[Consent], acts: set[DeedKind], until: datetime) -> ConsentNote | None:
    """The last consent of these acts that was there at a moment."""
    found = [one for one in consents if one.act in acts and one.at <= until]
    return _note(found[-1]) if found else None


def _note(consent: Consent) -> ConsentNote:
    text = of_digest(consent.text_hash)
    return ConsentNote(
        title="" if text is None else text.title,
        version=consent.text_version,
        at=consent.at,
        channel=CHANNEL_CHINESE[consent.channel],
        entered_by=consent.entered_by,
        staff=consent.staff,
        paper=consent.evidence_hash is not None,
        detail=consent.detail,
    )


def _shown(facts: UsageFacts) -> Showing:
    settled, shown = facts.row.settlement, facts.shown
    credential = CREDENTIAL_CHINESE.get(settled.credential_kind, settled.credential_kind)
    if settled.shown_by is None or shown.scan is None:
        return Showing(credential, None, None, None, None, None)
    shown_at = shown.scan.opened_at if shown.code is None else shown.code.issued_at
    return Showing(
        credential=credential,
        by=facts.names[settled.shown_by],
        shown_at=shown_at,
        scanned_at=shown.scan.opened_at,
        consent=_latest(shown.consents, _BINDING, shown_at),
        powers_changed=_latest(shown.consents, _POWERS, shown_at),
    )
