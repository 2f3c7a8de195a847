"""What a door asks of a flow, and what a flow answers, in English words; a door translates both ways.

A command carries ``render``: a pure function that turns the outcome into the bytes of the reply. The flow calls it
before the commit and the inbox keeps what it returned, so that the same message gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from qinji.kernel.bill import FeeLine, LineSplit, Plan, SentLine, Split
from qinji.kernel.refusal import Refused


class CredentialKind(StrEnum):
    """How the patient showed who they are (``mdtrt_cert_type``)."""

    CODE = "01"
    IDENTITY_NUMBER = "02"
    CARD = "03"


class AccountUse(StrEnum):
    """Which accounts may pay (``acct_used_flag``); what the flags 1 and 2 mean is the region's.

    The two words are the counter's own and mean the same everywhere: the own account alone, and whoever may pay.
    """

    NONE = "0"
    OWN = "1"
    SHARED = "2"
    OWN_ONLY = "own_only"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Credential:
    """What was presented: its kind and number (28-digit code or session token, identity number, card number)."""

    kind: CredentialKind
    number: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Which institution sent which message. ``digest`` is the hash of its canonical content.

    ``cashier`` is the member of staff at the bureau's own counter; nobody where the institution's software sends.
    """

    institution: str
    message_number: str
    message_id: str
    digest: bytes
    operator: str
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimedIdentity:
    """Identity fields a message repeats; empty ones are not compared, filled ones must agree."""

    person_number: str = ""
    certificate_number: str = ""
    name: str = ""
    person_type: str = ""
    insurance: str = ""


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What an institution may be told of a person. ``balance_fen`` is the own account's, 0 without one."""

    person_number: str
    certificate_number: str
    name: str
    sex: str
    ethnicity: str
    birth: date
    age: int
    insurance: str
    person_type: str
    status: str
    insured_since: date
    suspended_since: date | None
    region: str
    employer: str
    civil_servant: bool
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Shower:
    """Who showed a relative's code: the masked name, and what they are to the patient."""

    name: str
    relation: str


@dataclass(frozen=True, slots=True)
class CodeDecoded:
    """A scanned code turned into the patient and the session token that later messages carry.

    ``shown_by`` is told at the counter, where it was another than the patient.
    """

    person: PersonCard
    token: str
    index_number: str
    channel: str
    code: str
    shown_by: Shower | None = None


@dataclass(frozen=True, slots=True)
class InstitutionCard:
    """A designated institution; ``level`` is 1, 2, 3 or pharmacy."""

    code: str
    name: str
    level: str
    region: str
    credit_code: str


@dataclass(frozen=True, slots=True)
class Sender:
    """The institution that sends a message, as it stands now: how it signs, and its secrets by access key."""

    card: InstitutionCard
    scheme: str
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class UsedNonce:
    """A value that a signed message may bring once: by whose key, and the time that the message bears."""

    access_key: str
    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitOpened:
    """A visit was registered."""

    visit: str
    person_number: str
    outpatient_number: str


@dataclass(frozen=True, slots=True)
class Done:
    """An act without an output of its own."""

    at: datetime
    number: str = ""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A fee line with what the catalogue and the split say of it."""

    fee: FeeLine
    item_class: str
    parts: LineSplit


@dataclass(frozen=True, slots=True)
class LinesPriced:
    """All lines of one upload."""

    lines: tuple[PricedLine, ...]


@dataclass(frozen=True, slots=True)
class PayerNote:
    """Who paid how much from whose account, for an institution that asks to be told; names are masked."""

    name: str
    relation: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as previewed, settled or cancelled (then ``sign`` is -1 and the amounts are shown negative)."""

    settlement: str | None
    visit: str
    person: PersonCard
    credential_kind: str
    settled_at: datetime | None
    medical_type: str
    institution_settlement: str
    clearing_region: str
    split: Split
    plan: Plan
    balance_after_fen: int
    fund_room_fen: int | None
    payers: tuple[PayerNote, ...]
    lines: tuple[PricedLine, ...]
    sign: int = 1
    warning: str = ""
    wallet_after_fen: int | None = None


@dataclass(frozen=True, slots=True)
class ExpectedAmounts:
    """The four amounts a settlement brings from its preview, in fen; None where the field was empty."""

    own_expense_fen: int | None
    over_limit_fen: int | None
    prior_self_pay_fen: int | None
    in_scope_fen: int | None


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """What a preview showed of the payers and whoever settles brings back, in fen; it must still hold."""

    own_fen: int
    mutual_aid_fen: int
    cash_fen: int


BillRender = Callable[[Bill | Refused], bytes]
DoneRender = Callable[[Done | Refused], bytes]


@dataclass(frozen=True, slots=True)
class RegisterVisit:
    """2201. ``begins_at`` gives the day of service."""

    origin: Origin
    credential: Credential
    claimed: ClaimedIdentity
    outpatient_number: str
    begins_at: datetime
    department: str
    doctor: str
    render: Callable[[VisitOpened | Refused], bytes]


@dataclass(frozen=True, slots=True)
class CancelVisit:
    """2202."""

    origin: Origin
    claimed: ClaimedIdentity
    visit: str
    render: DoneRender


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One diagnosis of a visit; ``valid`` False voids it."""

    order: int
    code: str
    name: str
    valid: bool


@dataclass(frozen=True, slots=True)
class RecordDiagnoses:
    """2203."""

    origin: Origin
    claimed: ClaimedIdentity
    visit: str
    medical_type: str
    diagnoses: tuple[Diagnosis, ...]
    render: DoneRender


@dataclass(frozen=True, slots=True)
class UploadFees:
    """2204; lines may belong to several batches."""

    origin: Origin
    claimed: ClaimedIdentity
    visit: str
    lines: tuple[SentLine, ...]
    render: Callable[[LinesPriced | Refused], bytes]


@dataclass(frozen=True, slots=True)
class WithdrawFees:
    """2205; ``batch`` None means every unsettled line of the visit."""

    origin: Origin
    claimed: ClaimedIdentity
    visit: str
    batch: str | None
    render: DoneRender


@dataclass(frozen=True, slots=True)
class SettleVisit:
    """2206 (``preview``) and 2207. A credential field without any credential has ``credential`` None.

    ``total_fen`` None: no total was sent, the sum of the batch's lines stands. ``shown`` stands for the note that the
    last preview left; with ``tell_payers`` the bill names its payers whatever the institution has asked for.
    """

    origin: Origin
    credential: Credential | None
    claimed: ClaimedIdentity
    visit: str
    batch: str
    total_fen: int | None
    account_use: AccountUse
    medical_type: str
    expected: ExpectedAmounts | None
    preview: bool
    render: BillRender
    shown: ShownPayment | None = None
    tell_payers: bool = False


@dataclass(frozen=True, slots=True)
class SettlePharmacy:
    """2101 (``preview``) and 2102; the lines travel with the message."""

    origin: Origin
    credential: Credential | None
    claimed: ClaimedIdentity
    begins_at: datetime
    total_fen: int
    account_use: AccountUse
    medical_type: str
    lines: tuple[SentLine, ...]
    preview: bool
    render: BillRender
    shown: ShownPayment | None = None
    tell_payers: bool = False


@dataclass(frozen=True, slots=True)
class CancelSettlement:
    """2208 and 2103."""

    origin: Origin
    claimed: ClaimedIdentity
    visit: str
    settlement: str
    render: BillRender
    tell_payers: bool = False


class OriginalAct(StrEnum):
    """What a message does that is to be reversed. A remembered sign-in was done: its flow never refuses."""

    SETTLEMENT = "settlement"
    REGISTRATION = "registration"
    SIGN = "sign"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReverseMessage:
    """2601: undo a message whose answer was lost. ``instead`` says what undoes it where a reversal may not."""

    origin: Origin
    claimed: ClaimedIdentity
    original_number: str
    original_id: str
    act: OriginalAct
    instead: str
    render: DoneRender


@dataclass(frozen=True, slots=True)
class SignInstitution:
    """9001 and 9002 (``leaving``)."""

    origin: Origin
    operator: str
    sign_number: str
    leaving: bool
    render: DoneRender


@dataclass(frozen=True, slots=True)
class IdentifyPerson:
    """1101 and 1162: who is behind this credential. ``scan_only`` refuses what is no code (1162).

    ``at_counter`` refuses at the scan what a settlement would refuse, and tells who showed the code.
    """

    origin: Origin
    credential: Credential
    claimed: ClaimedIdentity
    scan_only: bool
    at_counter: bool = False
