"""What the replies tell, with exact amounts in fen, and how each is read from its reply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from qinji.client.message import Reply
from qinji.client.model import Credential, Patient, SettlementKey
from qinji.client.reading import Json, Misread, Node, nodes


@dataclass(frozen=True, slots=True)
class SignedIn:
    """9001: the number of the sign-in, and when."""

    number: str
    at: str


@dataclass(frozen=True, slots=True)
class InsuredPerson:
    """1101: who the patient is. ``balance_fen`` is the own account."""

    patient: Patient
    name: str
    certificate_number: str = field(repr=False)
    birth: str
    status: str
    person_type: str
    balance_fen: int


@dataclass(frozen=True, slots=True)
class DecodedCode:
    """1162: whose code it is, and the credential that the visit's later messages carry in its stead."""

    credential: Credential
    name: str
    certificate_number: str = field(repr=False)
    insured_region: str


@dataclass(frozen=True, slots=True)
class FoundInstitution:
    """1201: a designated institution; ``kind`` 1 hospital, 2 pharmacy."""

    code: str
    name: str
    kind: str
    level: str


@dataclass(frozen=True, slots=True)
class RegisteredVisit:
    """2201: the visit that was opened."""

    visit: str
    person_number: str


@dataclass(frozen=True, slots=True)
class PricedLine:
    """What the catalogue makes of a fee line (2204, 2101, 2102, 5204)."""

    number: str
    amount_fen: int
    own_expense_fen: int
    over_limit_fen: int
    prior_self_pay_fen: int
    in_scope_fen: int
    category: str
    self_pay_ratio: Decimal


@dataclass(frozen=True, slots=True)
class FundShare:
    """One line of ``setldetail``: which fund paid how much, and in words how that came about."""

    fund: str
    name: str
    amount_fen: int
    explanation: str


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose account paid how much, for institutions that are told; the relation is to the patient."""

    name: str
    relation: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """A bill as it was previewed, settled, taken back or found (2206, 2207, 2208, 2101 to 2103, 5203).

    ``total = fund + own + shared + cash``, in fen; amounts that were taken back are negative. ``account_fen`` is what
    the national field says, own and relatives' accounts together; ``balance_fen`` is the patient's own account after
    it. ``settlement`` and ``settled_at`` are empty in a preview. ``taken_back``: a 5203 found it cancelled or reversed.
    """

    settlement: str
    visit: str
    person_number: str
    message_id: str
    settled_at: str
    medical_type: str
    total_fen: int
    fund_fen: int
    own_fen: int
    shared_fen: int
    cash_fen: int
    account_fen: int
    personal_fen: int
    balance_fen: int
    own_expense_fen: int
    over_limit_fen: int
    prior_self_pay_fen: int
    in_scope_fen: int
    deductible_fen: int
    ratio: Decimal
    funds: tuple[FundShare, ...]
    payers: tuple[Payer, ...]
    lines: tuple[PricedLine, ...]
    warning: str
    taken_back: bool
    output: Json = field(repr=False)
    """The whole output, for fields that are not listed here."""

    @property
    def key(self) -> SettlementKey:
        """By which numbers it is cancelled and asked for."""
        return SettlementKey(self.person_number, self.settlement, self.visit)


@dataclass(frozen=True, slots=True)
class FoundVisit:
    """5201: a visit of a person here."""

    visit: str
    medical_type: str
    begins_at: str
    outpatient_number: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class FoundDiagnosis:
    """5202: a diagnosis of a visit."""

    code: str
    name: str
    order: str
    main: bool


def nothing(_reply: Reply) -> None:
    """A reply without output."""


def whole(reply: Reply) -> Reply:
    """The reply as it is."""
    return reply


def signed_in(reply: Reply) -> SignedIn:
    """The sign-in."""
    node = Node(reply.output).one("signinoutb")
    return SignedIn(node.text("sign_no"), node.text("sign_time"))


def insured_person(reply: Reply) -> InsuredPerson:
    """The person with the first of their insurances, which is the one that qinji keeps."""
    output = Node(reply.output)
    base, insurances = output.one("baseinfo"), output.many("insuinfo")
    if not insurances:
        raise Misread("没有参保信息 (no insurance)")
    insured = insurances[0]
    patient = Patient(base.text("psn_no"), insured.text("insutype"), insured.text("insuplc_admdvs"))
    return InsuredPerson(
        patient=patient,
        name=base.text("psn_name"),
        certificate_number=base.text("certno"),
        birth=base.text("brdy"),
        status=insured.text("psn_insu_stas"),
        person_type=insured.text("psn_type"),
        balance_fen=insured.fen("balc"),
    )


def decoded_code(reply: Reply) -> DecodedCode:
    """The owner of the code."""
    data = Node(reply.output).one("data")
    token = Credential.code(data.text("ecToken"))
    return DecodedCode(token, data.text("userName"), data.text("idNo"), data.text("insuOrg"))


def found_institutions(reply: Reply) -> tuple[FoundInstitution, ...]:
    """The institutions."""
    return tuple(
        FoundInstitution(*(one.text(name) for name in _INSTITUTION))
        for one in Node(reply.output).many("medinsinfo")
    )


_INSTITUTION = ("fixmedins_code", "fixmedins_name", "fixmedins_type", "hosp_lv")


def registered_visit(reply: Reply) -> RegisteredVisit:
    """The visit."""
    data = Node(reply.output).one("data")
    return RegisteredVisit(data.text("mdtrt_id"), data.text("psn_no"))


def uploaded_lines(reply: Reply) -> tuple[PricedLine, ...]:
    """The lines of 2204."""
    return _lines(Node(reply.output).many("result"))


def found_lines(reply: Reply) -> tuple[PricedLine, ...]:
    """The lines of 5204, which stand straight in the output."""
    return _lines(nodes(reply.output))


def _lines(found: list[Node]) -> tuple[PricedLine, ...]:
    return tuple(
        PricedLine(
            number=one.text("feedetl_sn"),
            amount_fen=one.fen("det_item_fee_sumamt"),
            own_expense_fen=one.fen("fulamt_ownpay_amt"),
            over_limit_fen=one.fen("overlmt_amt"),
            prior_self_pay_fen=one.fen("preselfpay_amt"),
            in_scope_fen=one.fen("inscp_scp_amt"),
            category=one.text("chrgitm_lv"),
            self_pay_ratio=one.number("selfpay_prop"),
        )
        for one in found
    )


def settlement(reply: Reply) -> Settlement:
    """The settlement. 5203 has other names for two amounts than the messages that settle."""
    output = Node(reply.output)
    info = output.one("setlinfo")
    account_fen, shared_fen = info.fen("acct_pay"), info.fen("acct_mulaid_pay")
    return Settlement(
        settlement=info.text("setl_id"),
        visit=info.text("mdtrt_id"),
        person_number=info.text("psn_no"),
        message_id=info.text("medins_setl_id"),
        settled_at=info.text("setl_time"),
        medical_type=info.text("med_type"),
        total_fen=info.fen("medfee_sumamt"),
        fund_fen=info.fen("fund_pay_sumamt"),
        own_fen=account_fen - shared_fen,
        shared_fen=shared_fen,
        cash_fen=info.fen("psn_cash_pay", "cash_payamt"),
        account_fen=account_fen,
        personal_fen=info.fen("psn_part_amt", "psn_pay"),
        balance_fen=info.fen("balc"),
        own_expense_fen=info.fen("fulamt_ownpay_amt"),
        over_limit_fen=info.fen("overlmt_selfpay"),
        prior_self_pay_fen=info.fen("preselfpay_amt"),
        in_scope_fen=info.fen("inscp_scp_amt"),
        deductible_fen=info.fen("act_pay_dedc"),
        ratio=info.number("pool_prop_selfpay"),
        funds=tuple(_fund(one) for one in output.many("setldetail")),
        payers=_payers(info.text("exp_content")),
        lines=_lines(output.many("detlcutinfo")),
        warning=reply.warning,
        taken_back=info.flag("refd_setl_flag"),
        output=reply.output,
    )


def _fund(one: Node) -> FundShare:
    return FundShare(
        one.text("fund_pay_type"),
        one.text("fund_pay_type_name"),
        one.fen("fund_payamt"),
        one.text("setl_proc_info"),
    )


def _payers(extension: str) -> tuple[Payer, ...]:
    """Who paid, from the JSON text of ``exp_content``; none where the institution is not told, or for other content."""
    try:
        found = json.loads(extension, parse_float=Decimal) if extension else {}
    except ValueError:
        return ()
    told = found.get("acct_payers") if isinstance(found, Mapping) else None
    return tuple(Payer(one.text("psn_name"), one.text("rlts"), one.fen("pay_amt")) for one in nodes(told))


def found_visits(reply: Reply) -> tuple[FoundVisit, ...]:
    """The visits."""
    return tuple(
        FoundVisit(
            one.text("mdtrt_id"),
            one.text("med_type"),
            one.text("begntime"),
            one.text("ipt_otp_no"),
            cancelled=one.text("memo") == "已撤销",
        )
        for one in Node(reply.output).many("mdtrtinfo")
    )


def found_diagnoses(reply: Reply) -> tuple[FoundDiagnosis, ...]:
    """The diagnoses."""
    return tuple(
        FoundDiagnosis(
            one.text("diag_code"),
            one.text("diag_name"),
            one.text("diag_srt_no"),
            main=one.flag("maindiag_flag"),
        )
        for one in Node(reply.output).many("diseinfo")
    )
